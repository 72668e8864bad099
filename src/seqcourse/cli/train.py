"""``seqcourse train``: a language model of characters on a text."""

from __future__ import annotations

import math
import time

import numpy as np

from seqcourse import store
from seqcourse.cli.interrupt import Interrupt
from seqcourse.cli.output import Output
from seqcourse.cli.prepare import Ready
from seqcourse.numpy import Layer, Run
from seqcourse.numpy.contract.layer import Params
from seqcourse.tasks import Characters

#: Windows that are drawn to say how it goes; the end reads the whole text.
ASKED = 128


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
    >>> asked = ["train", "--hidden", "8", "--steps", "1", "--data", __file__]
    >>> train(prepare(parser().parse_args(asked)))  # doctest: +ELLIPSIS
    lstm, numpy, ... weights; ...
    0
    """
    options, output = ready.options, Output()
    weights = sum(map(math.prod, ready.model.parameter_shapes().values()))
    output.line(
        f"{options.model}, {options.backend}, {weights:,} weights; "
        f"{len(ready.task.text):,} characters, "
        f"{ready.task.vocab_size} different"
    )
    output.line(
        f"guessing by frequency: {ready.task.chance:.4f} nats per character"
    )
    output.line(f"{'step':>7} {'train':>9} {'validation':>11} {'seconds':>9}")
    # A number that is not finite has a sentence and needs no warning.
    with Interrupt() as interrupt, np.errstate(all="ignore"):
        run = _fitted(ready, output, interrupt)
        reached = len(run.history.loss)
        if options.save and reached:
            store.save(options.save, run.params, ready.model)
            output.line(f"saved to {options.save}")
        if output.closed:
            return 1 if _unheard(ready, output) else 0
        if interrupt.seen or reached < options.steps:
            output.line(f"interrupted at step {reached}")
            return 130
        interrupt.allowed = True
        # A transformer's memory is all it read; each window is read alone.
        carry = options.model != "transformer"
        score = whole_text(ready.model, run.params, ready.held_back, carry)
        output.line(
            f"the whole validation text: {score:.4f} nats per character"
        )
    return 0


def _unheard(ready: Ready, output: Output) -> bool:
    kept = ready.options.save or ready.options.checkpoint
    return output.closed and kept is None


class _UnheardError(Exception):
    """Nobody reads the scores, and nothing else would be left."""


def _fitted(ready: Ready, output: Output, interrupt: Interrupt) -> Run:
    """Train to the end, to an interrupt, or to a full disk."""
    options, layers = ready.options, ready.package
    begun, latest, reported = time.perf_counter(), list[Run](), 0

    def report(run: Run) -> None:
        nonlocal reported
        latest[:] = [run]
        if output.closed:
            return
        losses = run.history.loss
        recent = losses[-options.report :].mean()
        asked = layers.evaluate(
            ready.learner, run.params, ready.held_back, size=ASKED
        )
        output.line(
            f"{len(losses):7d} {recent:9.4f} {asked:11.4f} "
            f"{time.perf_counter() - begun:9.1f}"
        )
        reported = len(losses)
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
    except OSError as error:
        kept = getattr(error, "run", None) or next(iter(latest), None)
        if kept is not None and options.save:  # this one may still have room
            store.save(options.save, kept.params, ready.model)
        raise
    finally:
        interrupt.allowed = False
    return run
