"""The command: ``seqcourse train`` trains a model on a text."""

from __future__ import annotations

import argparse
import importlib
import json
import math
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from seqcourse import store, tasks
from seqcourse._options import parser
from seqcourse._recipe import language_model, optimizer
from seqcourse.numpy import Layer
from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.storage import safetensors
from seqcourse.tasks import Characters

#: Windows that are drawn to say how it goes; the end reads the whole text.
ASKED = 128


def read(data: Path | None) -> str:
    """Give the text to train on."""
    if data is None:
        return tasks.shakespeare()
    try:
        return data.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"--data: {data}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"--data: {data} is not a text in UTF-8") from None


def backend(options: argparse.Namespace, model: Layer) -> tuple[Any, Any]:
    """Give the package that trains, and its own form of the model."""
    if options.backend == "numpy":
        if options.device != "cpu":
            raise ValueError(
                f"--device: NumPy computes on the cpu, got {options.device}; "
                "--backend torch has others"
            )
        return importlib.import_module("seqcourse.numpy"), model
    try:
        layers = importlib.import_module("seqcourse.torch")
    except ImportError as error:
        raise ValueError(f"--backend: {error}") from None
    twin = layers.from_config(model.to_config())
    try:
        return layers, twin.to(options.device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ValueError(f"--device: {options.device}: {reason}") from None


def whole_text(
    model: Layer, params: Params, task: Characters, carry: bool
) -> float:
    """Score a model on all of a split, its memory carried along or not."""
    state, total, count = None, 0.0, 0
    streams = min(16, (len(task.tokens) - 1) // task.window)
    for batch in task.in_order(streams):
        scores, last, _ = model.forward(params, batch.inputs, state)
        state = last if carry else None
        total += batch.targets.size * task.metric(scores, batch)
        count += batch.targets.size
    return total / count


def steps_done(path: Path) -> int:
    """Tell how far a kept run has come; 0 where there is none."""
    if not path.exists():
        return 0
    _, metadata = safetensors.read(path)
    return int(json.loads(metadata.get("training", "{}")).get("done", 0))


def train(options: argparse.Namespace) -> None:
    """Train as the options say, and print how it goes."""
    text = read(options.data)
    task = Characters(text, options.window)
    held_back = Characters(text, options.window, "validation")
    model = language_model(options, task.vocab_size)
    descent = optimizer(options)
    layers, learner = backend(options, model)
    weights = sum(map(math.prod, model.parameter_shapes().values()))
    print(
        f"{options.model}, {options.backend}, {weights:,} weights; "
        f"{len(text):,} characters, {task.vocab_size} different"
    )
    print(f"guessing by frequency: {task.chance:.4f} nats per character")
    print(f"{'step':>7} {'train':>9} {'validation':>11} {'seconds':>9}")

    begun, params = time.perf_counter(), Params()
    with TemporaryDirectory() as folder:
        kept = options.checkpoint or Path(folder, "run")
        done = steps_done(kept)
        ends = range(options.report, options.steps, options.report)
        for end in [*(e for e in ends if e > done), options.steps]:
            run = layers.fit(
                learner,
                task,
                end,
                options.seed,
                batch_size=options.batch,
                optimizer=descent,
                checkpoint=kept,
                checkpoint_every=options.report,
            )
            params, losses = run.params, run.history.loss
            asked = layers.evaluate(learner, params, held_back, size=ASKED)
            recent = losses[-options.report :].mean()
            print(
                f"{len(losses):7d} {recent:9.4f} {asked:11.4f} "
                f"{time.perf_counter() - begun:9.1f}",
                flush=True,
            )
            if len(losses) < end:
                print("interrupted")
                break
    # A transformer's memory is all it read; each window is read on its own.
    carry = options.model != "transformer"
    score = whole_text(model, params, held_back, carry)
    print(f"the whole validation text: {score:.4f} nats per character")
    if options.save:
        store.save(options.save, params, model)
        print(f"saved to {options.save}")


def main() -> int:
    """Do what the command line says; what is wrong gets one sentence."""
    reader = parser()
    options = reader.parse_args()
    try:
        train(options)
    except (ValueError, OSError, FloatingPointError) as error:
        print(f"{reader.prog} train: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
