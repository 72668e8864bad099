"""Right answers, position by position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from seqcourse.figures.charts.line_chart import Axis, Level, Line, line_chart
from seqcourse.figures.drawing.figure import Figure
from seqcourse.figures.drawing.palette import look
from seqcourse.numpy.contract.annotations import checked


@checked
def accuracy_by_position(
    results: Mapping[str, tuple[ArrayLike, str]],
    positions: Sequence[int],
    *,
    x_label: str,
    chance: float | None = None,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show how often each model is right at each of a few positions.

    Parameters
    ----------
    results
        By the name of a line: shares of right answers, one for each
        position, and the key of its model.
    positions
        The positions, rising whole numbers.
    x_label
        What a position is, for the axis.
    chance
        The share that guessing gets.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A line for each model.

    Raises
    ------
    ValueError
        If there is not one share between 0 and 1 for each position.

    Examples
    --------
    >>> shares = {"RNN": ([1.0, 0.5], "rnn")}
    >>> accuracy_by_position(shares, [2, 9], x_label="slot")
    Line chart: right answers in per cent by slot, 2 to 9. RNN: 100 % at 2,
    50 % at 9.
    """
    x = np.asarray(positions, dtype=float)
    lines = [
        Line(name, look(key), False, x, 100 * _shares(name, values, x))
        for name, (values, key) in results.items()
    ]
    across = Axis(
        x[0], x[-1], x.tolist(), [f"{at:g}" for at in x], x_label, x_label
    )
    percent = (0, 25, 50, 75, 100)
    words = [str(tick) for tick in percent]
    up = Axis(0, 100, percent, words, "right answers, %", "right answers, %")
    levels = [] if chance is None else [Level("guessing", 100 * chance)]
    if alt is None:
        alt = _words(lines, x_label, levels)
    return line_chart(lines, levels, across, up, alt=alt, caption=caption)


def _shares(name: str, values: ArrayLike, x: ArrayLike) -> np.ndarray:
    shares = np.asarray(values, dtype=float)
    if shares.shape != np.shape(x):
        raise ValueError(
            f"results[{name!r}]: expected one share for each of "
            f"{np.size(x)} positions, got shape {shares.shape}"
        )
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(
            f"results[{name!r}]: expected shares between 0 and 1, "
            f"got {shares.tolist()}"
        )
    return shares


def _words(lines: Sequence[Line], x_label: str, levels: list[Level]) -> str:
    x = lines[0].x
    ends = f"{x[0]:g} to {x[-1]:g}"
    said = [f"Line chart: right answers in per cent by {x_label}, {ends}."]
    said += [f"Guessing has {level.value:.3g} %." for level in levels]
    for line in lines:
        points = zip(line.x, line.y, strict=True)
        said.append(
            f"{line.label}: "
            + ", ".join(f"{y:.0f} % at {at:g}" for at, y in points)
            + "."
        )
    return " ".join(said)
