"""How a loss falls while a model learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.charts.extremes import extremes
from seqcourse.figures.charts.line_chart import Axis, Level, Line, line_chart
from seqcourse.figures.drawing.entries import Entry, entries
from seqcourse.figures.drawing.figure import Figure
from seqcourse.figures.drawing.figure_arguments import (
    check_all,
    check_drawable,
    check_rising,
    numbers,
)
from seqcourse.numpy.contract.annotations import checked

Values: TypeAlias = NDArray[np.float64]

#: A line has at most so many points; each is the mean of the steps around it.
MOST = 120


class History(Protocol):
    """What `fit` keeps of a run."""

    @property
    def loss(self) -> ArrayLike:
        """The loss at every step."""


Learned: TypeAlias = History | tuple[ArrayLike, ArrayLike]


@checked
def learning_curve(
    results: Mapping[str, Learned | tuple[Learned, str]],
    *,
    best: float | None = None,
    chance: float | None = None,
    measure: str = "loss, nats",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show how each model's loss falls, and how far it could.

    A history of more than 120 steps is drawn as means of steps that follow
    each other; the axis says of how many.

    Parameters
    ----------
    results
        For each model the history of its training, or a pair of steps and
        values; under a name of your own, a pair of that and the model's key.
    best
        The lowest loss possible.
    chance
        The loss of guessing.
    measure
        What is measured, and in which unit.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A line for each model, and one for each level.

    Raises
    ------
    ValueError
        If steps and values do not fit together, steps do not rise, or a
        number is not finite.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> run = SimpleNamespace(loss=[2.0, 1.0, 0.5, 0.25])
    >>> learning_curve({"rnn": run}, best=0.0)
    Line chart: loss, nats against training steps. The best possible is 0.
    RNN: from 2 at step 1 to 0.25 at step 4.
    """
    check_drawable(best=best, chance=chance)
    read = [_line(entry) for entry in entries(results)]
    lines = [line for line, _ in read]
    mean_of = max(size for _, size in read)
    levels = []
    for label, value in (("best possible", best), ("guessing", chance)):
        if value is not None:
            levels.append(Level(label, float(value), label != "guessing"))
    each = f", each point the mean of {mean_of}" if mean_of > 1 else ""
    last = max(float(line.x[-1]) for line in lines)
    steps = round_axis([0.0, last], f"training steps{each}", "training steps")
    heights = [np.array([0.0]), *(line.y for line in lines)]
    heights += [np.array([level.value]) for level in levels]
    values = round_axis(np.concatenate(heights), measure, measure, whole=True)
    words = alt if alt is not None else _words(lines, levels, measure)
    return line_chart(
        lines, levels, steps, values, alt=words, caption=caption
    )


def _line(entry: Entry) -> tuple[Line, int]:
    """Read one result; say of how many steps each point is the mean."""
    name = entry.argument
    if isinstance(entry.result, tuple):
        steps = numbers(f"{name}, steps", entry.result[0], "T")
        values = numbers(f"{name}, values", entry.result[1], "T")
        size = 1
    else:
        values = numbers(f"{name}.loss", entry.result.loss, "T")
        steps = np.arange(1.0, values.size + 1)
        size = -(-values.size // MOST)
    if steps.shape != values.shape or len(steps) < 2:
        raise ValueError(
            f"{name}: expected one value for each of at least 2 steps, got "
            f"shapes {steps.shape} and {values.shape}"
        )
    at = {f"{name}, steps": steps}
    check_rising(**at)
    check_all("numbers of at least 0", steps >= 0, **at)
    steps, values = _means(steps, size), _means(values, size)
    return Line(entry.label, entry.look, entry.second, steps, values), size


def _means(values: Values, size: int) -> Values:
    starts = np.arange(0, len(values), size)
    counts = np.diff(np.append(starts, len(values)))
    means: Values = np.add.reduceat(values, starts) / counts
    return means


def round_axis(
    values: Sequence[float] | Values,
    label: str,
    short: str,
    *,
    whole: bool = False,
) -> Axis:
    """Lay an axis with round ticks through some values.

    Parameters
    ----------
    values
        What must lie on it.
    label, short
        What it measures, for the wide and for the narrow drawing.
    whole
        Whether it also begins and ends at a tick.

    Returns
    -------
    axis
        The axis.

    Examples
    --------
    >>> round_axis([0.0, 9.0], "steps", "steps").words
    ['0', '2', '4', '6', '8']
    """
    from matplotlib.ticker import MaxNLocator

    low, high = float(min(values)), float(max(values))
    locator = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10])
    ticks = np.asarray(locator.tick_values(low, high), dtype=float)
    if whole:
        low, high = float(ticks[0]), float(ticks[-1])
    ticks = ticks[(ticks >= low - 1e-9) & (ticks <= high + 1e-9)]
    written = [f"{tick + 0.0:,.6g}".replace("-", "−") for tick in ticks]
    return Axis(low, high, ticks.tolist(), written, label, short)


def _words(lines: list[Line], levels: list[Level], measure: str) -> str:
    parts = [f"Line chart: {measure} against training steps."]
    for level in levels:
        name = level.label.replace("best", "The best").replace(
            "guess", "Guess"
        )
        parts.append(f"{name} is {level.value:.3g}.")
    for line in lines:
        points = [
            f", {word} at step {line.x[at]:.0f} with {line.y[at]:.3g}"
            for word, at in extremes(line.y)
        ]
        parts.append(
            f"{line.label}: from {line.y[0]:.3g} at step {line.x[0]:.0f} to "
            f"{line.y[-1]:.3g} at step {line.x[-1]:.0f}{''.join(points)}."
        )
    return " ".join(parts)
