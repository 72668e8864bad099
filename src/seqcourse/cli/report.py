"""Progress reports of a training run: its scores, its speed and a sample."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from dataclasses import dataclass

from seqcourse.cli.files import steps_done
from seqcourse.cli.output import escaped
from seqcourse.cli.prepare import Ready
from seqcourse.numpy import DivergenceError, Run
from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.optimizers.schedules import rate_at
from seqcourse.tasks import TokenizedText
from seqcourse.text_models import TextModel

#: What stands above the lines of reports.
HEADINGS = (
    f"{'step':>7} {'train':>9} {'validation':>11} {'bits/byte':>10} "
    f"{'tokens/s':>10} {'left':>9}"
)
#: Windows that are drawn to say how it goes; the end reads the whole text.
ASKED = 128
#: Characters of a sample.
_LENGTH = 60


@dataclass(frozen=True)
class Report:
    """What was found at one moment of a run.

    Parameters
    ----------
    step
        Steps that are made.
    train
        Nats per token, the mean of the steps since the last report.
    validation
        Nats per token of some windows of the validation split.
    bits_per_byte
        The same score, comparable across tokenizers.
    tokens_per_second
        Tokens trained on per second since the last report; None where no
        step was made.
    seconds
        Since this process began to train.
    sample
        What the model writes now.
    learning_rate
        That of the last step.

    Examples
    --------
    >>> report = Report(100, 2.5, 2.6, 3.75, 54321.0, 12.0, "to be", 3e-3)
    >>> for line in report.lines(left=75.0):
    ...     print(line)
        100    2.5000      2.6000     3.7500     54,321      1:15
            to be
    """

    step: int
    train: float
    validation: float
    bits_per_byte: float
    tokens_per_second: float | None
    seconds: float
    sample: str
    learning_rate: float

    def lines(self, left: float | None) -> list[str]:
        """Write it to be read.

        Parameters
        ----------
        left
            Seconds until the end; None where nobody knows.

        Returns
        -------
        lines
            The scores and, below them, the sample.
        """
        speed = self.tokens_per_second
        told = "-" if speed is None else f"{speed:,.0f}"
        scores = (
            f"{self.step:7d} {self.train:9.4f} {self.validation:11.4f} "
            f"{self.bits_per_byte:10.4f} {told:>10} {clock(left):>9}"
        )
        return [scores, f"        {escaped(self.sample)}"]


class Reporter:
    """Makes reports of a run, and measures its speed between them.

    Parameters
    ----------
    ready
        The run.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> from seqcourse.cli.prepare import prepare
    >>> asked = ["train", "--tokenizer", "byte", "--data", __file__]
    >>> Reporter(prepare(parser().parse_args(asked))).left(0) is None
    True
    """

    def __init__(self, ready: Ready) -> None:
        self._ready = ready
        self._begun = self._since = time.perf_counter()
        self._first = self._last = steps_done(ready.options.checkpoint)
        self._prompt = first_characters(ready.held_back)

    def report(self, run: Run) -> Report:
        """Look at a run.

        Parameters
        ----------
        run
            As it is now.

        Returns
        -------
        report
            What there is to say.
        """
        ready, now = self._ready, time.perf_counter()
        options, losses = ready.options, run.history.loss
        step = len(losses)
        made = step - self._last
        tokens = made * options.batch * options.window
        validation = float(
            ready.package.evaluate(
                ready.learner, run.params, ready.held_back, size=ASKED
            )
        )
        result = Report(
            step=step,
            train=float(losses[-options.report :].mean()),
            validation=validation,
            bits_per_byte=ready.held_back.bits_per_byte(validation),
            tokens_per_second=tokens / (now - self._since) if made else None,
            seconds=now - self._begun,
            sample=sample(ready, run.params, self._prompt),
            learning_rate=rate_at(ready.optimizer.learning_rate, step - 1),
        )
        self._last, self._since = step, time.perf_counter()
        return result

    def left(self, step: int) -> float | None:
        """Estimate how long the rest takes, reports included.

        Parameters
        ----------
        step
            Steps that are made.

        Returns
        -------
        seconds
            None where no step was made yet.
        """
        made = step - self._first
        to_make: int = self._ready.options.steps - step
        if made < 1:
            return None if to_make else 0.0
        seconds: float = time.perf_counter() - self._begun
        return seconds / made * to_make


def clock(seconds: float | None) -> str:
    """Write a time as a clock shows it.

    Parameters
    ----------
    seconds
        How long; None where nobody knows.

    Returns
    -------
    text
        Minutes and seconds, and hours where there are any.

    Examples
    --------
    >>> clock(75.2), clock(3675.0), clock(None)
    ('1:16', '1:01:15', '-')
    """
    if seconds is None:
        return "-"
    minutes, rest = divmod(math.ceil(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def first_characters(task: TokenizedText) -> str:
    """Give what a split begins with, one token if that is text.

    Parameters
    ----------
    task
        The split.

    Returns
    -------
    text
        At least one character: of a character of several bytes, all of them.

    Examples
    --------
    >>> from seqcourse.tokenizers import ByteTokenizer
    >>> first_characters(TokenizedText("né" * 9, ByteTokenizer(), 1))
    'n'
    """
    count = 1
    while True:
        text = task.decode(task.tokens[:count])
        if "\N{REPLACEMENT CHARACTER}" not in text or count == 4:
            return text
        count += 1


def sample(ready: Ready, params: Params, prompt: str) -> str:
    """Let a model write, with random numbers that the run does not use.

    Parameters
    ----------
    ready
        The run.
    params
        Its weights.
    prompt
        What is continued.

    Returns
    -------
    text
        Some 60 characters, with the prompt.

    Examples
    --------
    >>> import numpy as np
    >>> from seqcourse.cli.options import parser
    >>> from seqcourse.cli.prepare import prepare
    >>> asked = ["train", "--tokenizer", "byte", "--data", __file__]
    >>> ready = prepare(parser().parse_args(asked))
    >>> params = ready.model.init(np.random.default_rng(0))
    >>> len(sample(ready, params, "a"))
    60
    """
    recipe = {"window": ready.options.window}
    model = TextModel(ready.model, params, ready.task.tokenizer, recipe)
    text = prompt
    with suppress(DivergenceError):  # the next step says why and what to try
        for piece in model.stream(prompt, max_tokens=4 * _LENGTH):
            text += piece
            if len(text) >= _LENGTH:
                break
    return text[:_LENGTH]
