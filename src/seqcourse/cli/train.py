"""``seqcourse train``: a language model of a text."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial

import numpy as np

from seqcourse import store
from seqcourse.cli.interrupt import Interrupt
from seqcourse.cli.output import Output
from seqcourse.cli.prepare import Ready, prepare
from seqcourse.cli.report import HEADINGS, Reporter
from seqcourse.numpy import Layer, Run
from seqcourse.numpy.contract.layer import Params
from seqcourse.tasks import TokenizedText

#: Their exponential is still a finite number.
_MOST_NATS = 700.0


def prepared(options: argparse.Namespace) -> Callable[[], int]:
    """Make all ready, or refuse it.

    Parameters
    ----------
    options
        What the command line said.

    Returns
    -------
    job
        What `train` does; it gives the status.

    Raises
    ------
    ValueError
        As `prepare`.
    OSError
        As `prepare`.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> prepared(parser().parse_args(["train", "--heads", "2"]))
    Traceback (most recent call last):
    ValueError: --heads: lstm has none
    """
    return partial(train, prepare(options))


def whole_text(
    model: Layer, params: Params, task: TokenizedText, carry: bool
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
    >>> from seqcourse.tokenizers import ByteTokenizer
    >>> text = "to be or not to be. " * 50
    >>> task = TokenizedText(text, ByteTokenizer(), 9, "validation")
    >>> V = task.vocab_size
    >>> model = LanguageModel(Embedding(V, 4), RNN(4, 5))
    >>> params = model.init(np.random.default_rng(0))
    >>> score = whole_text(model, params, task, carry=True)
    >>> print(f"{score:.1f}, and {np.log(V):.1f} by guessing evenly")
    5.8, and 5.5 by guessing evenly
    """
    state, total, count = None, 0.0, 0
    streams = min(16, (len(task.tokens) - 1) // task.window)
    for batch in task.in_order(streams):
        scores, last, _ = model.forward(params, batch.inputs, state)
        state = last if carry else None
        total += batch.targets.size * task.metric(scores, batch)
        count += batch.targets.size
    return total / count


def train(ready: Ready) -> int:
    """Train, save and score, and print how it goes.

    Parameters
    ----------
    ready
        The run.

    Returns
    -------
    status
        What the process ends with: 0, 1 where nobody read the output and
        nothing was to be kept, 130 where the reader interrupted it.

    Raises
    ------
    OSError
        If a file cannot be written.
    DivergenceError
        If a number stops being finite.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> from seqcourse.cli.prepare import prepare
    >>> asked = ["train", "--tokenizer", "byte", "--steps", "1"]
    >>> asked += ["--data", __file__]
    >>> train(prepare(parser().parse_args(asked)))  # doctest: +ELLIPSIS
    lstm, numpy, ... weights
    byte tokens: ...
    0
    """
    options, output = ready.options, Output()
    _begin(ready, output)
    # A number that is not finite has a sentence and needs no warning.
    with Interrupt() as interrupt, np.errstate(all="ignore"):
        run = _fitted(ready, output, interrupt)
        reached = len(run.history.loss)
        if options.save and reached:
            _save(ready, run)
            output.line(f"saved to {options.save}")
        if _unheard(ready, output):
            return 1
        if interrupt.seen or reached < options.steps:
            output.line(f"interrupted at step {reached}")
            return 130
        interrupt.allowed = True
        # A transformer's memory is all it read; each window is read alone.
        carry = options.model != "transformer"
        nats = whole_text(ready.model, run.params, ready.held_back, carry)
        interrupt.allowed = False
        bits = ready.held_back.bits_per_byte(nats)
        if options.save:
            _save(ready, run, _scores(nats, bits))
        output.line(
            f"the whole validation split: {nats:.4f} nats per token, "
            f"{bits:.4f} bits per byte"
        )
    return 0


def _begin(ready: Ready, output: Output) -> None:
    options, task = ready.options, ready.task
    weights = sum(map(math.prod, ready.model.parameter_shapes().values()))
    output.line(f"{options.model}, {options.backend}, {weights:,} weights")
    output.line(
        f"{options.tokenizer} tokens: {task.vocab_size:,} different, "
        f"{task.bytes_per_token:.2f} bytes each; {len(task.tokens):,} to "
        f"train on, {len(ready.held_back.tokens):,} to validate"
    )
    output.line(
        f"guessing by frequency: {task.chance:.4f} nats per token, "
        f"{task.bits_per_byte(task.chance):.4f} bits per byte"
    )
    output.line(HEADINGS)


def _scores(nats: float, bits: float) -> dict[str, float]:
    """Name those that a file can hold."""
    scores = {
        "validation_nats_per_token": nats,
        "validation_bits_per_byte": bits,
        "validation_perplexity": (
            math.exp(nats) if nats < _MOST_NATS else math.inf
        ),
    }
    return {name: s for name, s in scores.items() if math.isfinite(s)}


def _save(
    ready: Ready, run: Run, scores: Mapping[str, float] | None = None
) -> None:
    store.save(
        ready.options.save,
        run.params,
        ready.model,
        tokenizer=ready.task.tokenizer,
        recipe=ready.recipe(len(run.history.loss)),
        scores=scores,
    )


def _unheard(ready: Ready, output: Output) -> bool:
    options = ready.options
    kept = options.save or options.checkpoint or options.log
    return output.closed and kept is None


class _UnheardError(Exception):
    """Nobody reads the scores, and nothing else would be left."""


def _fitted(ready: Ready, output: Output, interrupt: Interrupt) -> Run:
    """Train to the end, to an interrupt, or to a failure."""
    options, layers = ready.options, ready.package
    latest, reported = list[Run](), 0
    reporter = Reporter(ready)

    def report(run: Run) -> None:
        nonlocal reported
        latest[:] = [run]
        if output.closed and ready.log is None:
            return
        found = reporter.report(run)
        for line in found.lines(reporter.left(found.step)):
            output.line(line)
        if ready.log is not None:
            ready.log.write(asdict(found))
        reported = found.step
        if _unheard(ready, output):
            raise _UnheardError

    try:
        interrupt.allowed = True
        run: Run = layers.fit(
            ready.learner,
            ready.task,
            options.steps,
            options.seed,
            batch_size=options.batch,
            optimizer=ready.optimizer,
            checkpoint=options.checkpoint,
            checkpoint_every=options.report,
            extend=options.extend,
            callback=report,
            callback_every=options.report,
        )
        if len(run.history.loss) == options.steps != reported:
            report(run)  # it was done before
    except (KeyboardInterrupt, _UnheardError):
        if not latest:
            raise KeyboardInterrupt from None
        return latest[0]
    except (OSError, FloatingPointError, MemoryError) as error:
        kept = getattr(error, "run", None) or next(iter(latest), None)
        if kept is not None and len(kept.history.loss) and options.save:
            _save(ready, kept)  # where this one is, there may be room
        raise
    finally:
        interrupt.allowed = False
    return run
