"""How far back a model remembers, as a line that falls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.charts.line_chart import Axis, Level, Line, line_chart
from seqcourse.figures.drawing.entries import Entry, entries
from seqcourse.figures.drawing.figure import Figure
from seqcourse.figures.drawing.figure_arguments import (
    Values,
    check_all,
    check_count,
    check_rising,
    check_shares,
    numbers,
)
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.arguments import check_array_shape

#: Up to so many lags each has its tick, and each run its marks.
_FEW = 8


class Reach(Protocol):
    """What `seqcourse.probes.memory_horizon` measures."""

    @property
    def lags(self) -> ArrayLike:
        """How many distractors came after the symbol."""

    @property
    def accuracy(self) -> ArrayLike:
        """The share of right answers at each lag."""

    @property
    def chance(self) -> float:
        """The share that guessing gets right."""


@checked
def memory_horizon(
    results: Mapping[str, Reach | tuple[Reach, str]],
    *,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show how often each model recalls a symbol, by how long ago it was.

    A horizon of several runs is drawn as their mean, with a band: the 95 %
    confidence interval of the mean. With at most 8 lags each run has marks
    of its own.

    Parameters
    ----------
    results
        For each model its measured horizon, by the model's name; or, under a
        name of your own, a pair of horizon and model key.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A line for each model, and one for guessing; a band where there were
        several runs.

    Raises
    ------
    ValueError
        If lags and accuracy do not fit together, lags do not rise from 1 on,
        or an accuracy is not a share between 0 and 1.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> reach = SimpleNamespace(
    ...     lags=[5, 10, 20], accuracy=[1.0, 0.9, 0.2], chance=0.125
    ... )
    >>> memory_horizon({"rnn": reach})
    Line chart: right answers in per cent against the number of distractors in
    between. Guessing has 12.5 %. RNN: 100 % at 5 steps, 20 % at 20, first
    below half way to guessing at 20.
    """
    found = entries(results)
    lines = [_line(entry) for entry in found]
    chances = sorted({float(entry.result.chance) for entry in found})
    lags = np.unique(np.concatenate([line.x for line in lines]))
    levels = [Level("guessing", 100 * chance) for chance in chances]
    across = _lag_axis(lags)
    percent = (0, 25, 50, 75, 100)
    up = Axis(
        0, 100, percent, [str(tick) for tick in percent],
        "right answers, %", "right answers, %",
    )  # fmt: skip
    words = alt if alt is not None else _words(lines, chances)
    return line_chart(lines, levels, across, up, alt=words, caption=caption)


def _line(entry: Entry) -> Line:
    name = entry.argument
    lags = numbers(f"{name}.lags", entry.result.lags, "L")
    right = numbers(f"{name}.accuracy", entry.result.accuracy, "L")
    if lags.shape != right.shape or len(lags) < 2:
        raise ValueError(
            f"{name}: expected one accuracy for each of at least 2 lags, got "
            f"shapes {lags.shape} and {right.shape}"
        )
    check_rising(**{f"{name}.lags": lags})
    check_all("numbers from 1 on", lags >= 1, **{f"{name}.lags": lags})
    chance = numbers(f"{name}.chance", entry.result.chance)
    check_array_shape((), **{f"{name}.chance": chance})
    check_shares(**{f"{name}.accuracy": right, f"{name}.chance": chance})
    band = runs = None
    if getattr(entry.result, "runs", None) is not None:
        low = _edge(entry, "low", len(lags))
        band = (100 * low, 100 * _edge(entry, "high", len(lags)))
        if len(lags) <= _FEW:
            runs = 100 * _runs(entry, len(lags))
    return Line(
        entry.label, entry.look, entry.second, lags, 100 * right, band,
        runs=runs,
    )  # fmt: skip


def _runs(entry: Entry, count: int) -> Values:
    argument = f"{entry.argument}.runs"
    given: Any = entry.result.runs
    values = numbers(argument, given, "R", count)
    check_count(1, 20, "runs", **{argument: values})
    check_shares(**{argument: values})
    return values


def _edge(entry: Entry, edge: str, count: int) -> Values:
    """Read one edge of a band, which only what several runs gave has."""
    argument = f"{entry.argument}.{edge}"
    given: Any = getattr(entry.result, edge, None)
    values = numbers(argument, given, count)
    check_shares(**{argument: values})
    return values


def _lag_axis(lags: NDArray[np.float64]) -> Axis:
    low, high = lags[0], lags[-1]
    doubling = 2.0 ** np.arange(12)
    inside = doubling[(doubling >= low) & (doubling <= high)]
    if len(lags) <= _FEW:
        inside = lags  # what was measured, as long as there is room
    elif not np.isin(inside, lags).all():
        # Not measured at 1, 2, 4, ...: double from a rounder beginning.
        round_ = np.array([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], float)
        doubled = low * doubling
        inside = doubled if np.isin(low, round_) else round_
        inside = inside[(inside >= low) & (inside <= high)]
    inside = inside if len(inside) else lags[[0, -1]]
    return Axis(
        float(low), float(high), inside.tolist(),
        [f"{tick:g}" for tick in inside],
        "distractors in between", "distractors in between",
        log=True,
    )  # fmt: skip


def _words(lines: list[Line], chances: list[float]) -> str:
    guessing = " or ".join(f"{100 * chance:.3g} %" for chance in chances)
    opening = (
        "Line chart: right answers in per cent against the number of "
        f"distractors in between. Guessing has {guessing}."
    )
    parts = [opening]
    for line in lines:
        half = (100 + 100 * chances[0]) / 2
        below = line.x[line.y < half]
        fall = (
            f"first below half way to guessing at {below[0]:g}"
            if len(below)
            else "never below half way to guessing"
        )
        parts.append(
            f"{line.label}: {line.y[0]:.0f} % at {line.x[0]:g} steps, "
            f"{line.y[-1]:.0f} % at {line.x[-1]:g}, {fall}."
        )
        if line.runs is not None:
            low, high = line.runs[:, -1].min(), line.runs[:, -1].max()
            parts.append(
                f"Its {len(line.runs)} runs lie between {low:.0f} and "
                f"{high:.0f} % at {line.x[-1]:g} steps."
            )
        if line.band is not None:
            wide = int(np.argmax(line.band[1] - line.band[0]))
            parts.append(
                "Its band is widest at "
                f"{line.x[wide]:g} steps, from {line.band[0][wide]:.0f} to "
                f"{line.band[1][wide]:.0f} %."
            )
    return " ".join(parts)
