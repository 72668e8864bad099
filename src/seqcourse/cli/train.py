"""``seqcourse train``: a language model of characters on a text."""

from __future__ import annotations

import argparse
import importlib
import math
import time
from pathlib import Path
from typing import Any

from seqcourse import store, tasks
from seqcourse.cli.models import language_model, optimizer
from seqcourse.numpy import Layer, Run
from seqcourse.numpy.contract.layer import Params
from seqcourse.tasks import Characters

#: Windows that are drawn to say how it goes; the end reads the whole text.
ASKED = 128


def read(data: Path | None) -> str:
    """Give the text to train on.

    Parameters
    ----------
    data
        A file in UTF-8; None stands for tiny Shakespeare.

    Returns
    -------
    text
        All of it.

    Raises
    ------
    ValueError
        If the file cannot be read, or is not a text in UTF-8.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     data = Path(folder, "text")
    ...     _ = data.write_text("the clouds are in the sky")
    ...     read(data)
    'the clouds are in the sky'
    """
    if data is None:
        return tasks.shakespeare()
    try:
        return data.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"--data: {data}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"--data: {data} is not a text in UTF-8") from None


def backend(options: argparse.Namespace, model: Layer) -> tuple[Any, Any]:
    """Give the package that trains, and its own form of the model.

    Parameters
    ----------
    options
        What the command line said.
    model
        The model, in NumPy.

    Returns
    -------
    package
        ``seqcourse.numpy`` or ``seqcourse.torch``.
    model
        The same model in that package, on the device that was named.

    Raises
    ------
    ValueError
        If PyTorch is not installed, or the device is not there.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> from seqcourse.numpy import RNN
    >>> package, model = backend(parser().parse_args(["train"]), RNN(3, 4))
    >>> package.__name__, model == RNN(3, 4)
    ('seqcourse.numpy', True)
    """
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
    """Score a model on all of a split.

    Parameters
    ----------
    model
        What to score.
    params
        Its weights.
    task
        The split.
    carry
        Whether each window begins with the state that the one before it left.

    Returns
    -------
    score
        The mean of the task's metric over all targets.

    Examples
    --------
    >>> import numpy as np
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> task = Characters("to be or not to be. " * 50, 9, "validation")
    >>> V = task.vocab_size
    >>> model = LanguageModel(Embedding(V, 4), RNN(4, 5))
    >>> params = model.init(np.random.default_rng(0))
    >>> score = whole_text(model, params, task, carry=True)
    >>> print(f"{score:.1f}, and {np.log(V):.1f} by guessing evenly")
    2.1, and 2.1 by guessing evenly
    """
    state, total, count = None, 0.0, 0
    streams = min(16, (len(task.tokens) - 1) // task.window)
    for batch in task.in_order(streams):
        scores, last, _ = model.forward(params, batch.inputs, state)
        state = last if carry else None
        total += batch.targets.size * task.metric(scores, batch)
        count += batch.targets.size
    return total / count


def train(options: argparse.Namespace) -> None:
    """Train as the options say, and print how it goes.

    Parameters
    ----------
    options
        What the command line said.

    Raises
    ------
    ValueError
        If the options ask for what there is not.
    DivergenceError
        If the loss stops being a finite number.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> options = ["train", "--hidden", "8", "--heads", "2"]
    >>> train(parser().parse_args([*options, "--data", __file__]))
    Traceback (most recent call last):
    ValueError: --heads: lstm has none
    """
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

    begun, reported = time.perf_counter(), 0

    def report(run: Run) -> None:
        nonlocal reported
        losses = run.history.loss
        recent = losses[-options.report :].mean()
        asked = layers.evaluate(learner, run.params, held_back, size=ASKED)
        print(
            f"{len(losses):7d} {recent:9.4f} {asked:11.4f} "
            f"{time.perf_counter() - begun:9.1f}",
            flush=True,
        )
        reported = len(losses)

    run = layers.fit(
        learner,
        task,
        options.steps,
        options.seed,
        batch_size=options.batch,
        optimizer=descent,
        checkpoint=options.checkpoint,
        checkpoint_every=options.report,
        callback=report,
        callback_every=options.report,
    )
    reached = len(run.history.loss)
    if reached != reported:  # it was interrupted, or had been done before
        report(run)
    if reached < options.steps:
        print("interrupted")
    # A transformer's memory is all it read; each window is read on its own.
    carry = options.model != "transformer"
    score = whole_text(model, run.params, held_back, carry)
    print(f"the whole validation text: {score:.4f} nats per character")
    if options.save:
        store.save(options.save, run.params, model)
        print(f"saved to {options.save}")
