"""Right answers, position by position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from numpy.typing import ArrayLike

from seqcourse.figures.charts.line_chart import Axis, Level, Line, line_chart
from seqcourse.figures.drawing.figure import Figure
from seqcourse.figures.drawing.figure_arguments import (
    Values,
    check_count,
    check_rising,
    check_share,
    check_shares,
    numbers,
)
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
        By the name of a line, up to 12 of them: shares of right answers,
        one for each position (N,), or a row of them for each of up to 20
        runs (runs, N); and the key of its model.
    positions
        The positions, rising whole numbers, 2 to 64 of them (N,).
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
        A line for each model; through the mean of its runs where there are
        several, each of which has a mark.

    Raises
    ------
    ValueError
        If there is not one share between 0 and 1 for each position, the
        positions do not rise, or there are fewer or more than can be drawn.

    Examples
    --------
    >>> shares = {"RNN": ([1.0, 0.5], "rnn")}
    >>> accuracy_by_position(shares, [2, 9], x_label="slot")
    Line chart: right answers in per cent by slot, 2 to 9. RNN: 100 % at 2,
    50 % at 9.
    """
    check_count(1, 12, "lines", results=results)
    check_count(2, 64, "positions", positions=positions)
    check_share(chance=chance)
    x = numbers("positions", positions)
    check_rising(positions=x)
    lines: list[Line] = []
    for name, (values, key) in results.items():
        argument = f"results[{name!r}]"
        own, runs = look(key, argument), _runs(argument, values, x)
        lines.append(
            Line(
                name,
                own,
                any(line.look == own for line in lines),
                x,
                100 * runs.mean(axis=0),
                runs=100 * runs if len(runs) > 1 else None,
            )
        )
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


def _runs(argument: str, values: ArrayLike, x: Values) -> Values:
    shares = numbers(argument, values)
    runs = shares[None] if shares.ndim == 1 else shares
    if runs.ndim != 2 or runs.shape[1] != x.size:
        raise ValueError(
            f"{argument}: expected one share for each of {x.size} "
            f"positions, got shape {shares.shape}"
        )
    check_count(1, 20, "runs", **{argument: runs})
    check_shares(**{argument: shares})
    return runs


def _words(lines: Sequence[Line], x_label: str, levels: list[Level]) -> str:
    x = lines[0].x
    ends = f"{x[0]:g} to {x[-1]:g}"
    said = [f"Line chart: right answers in per cent by {x_label}, {ends}."]
    said += [f"Guessing has {level.value:.3g} %." for level in levels]
    for line in lines:
        points = zip(line.x, line.y, strict=True)
        listed = [f"{y:.0f} % at {at:g}" for at, y in points]
        if line.runs is not None:
            low, high = line.runs.min(axis=0), line.runs.max(axis=0)
            listed = [
                f"{point} ({low[i]:.0f} to {high[i]:.0f})"
                for i, point in enumerate(listed)
            ]
        several = "" if line.runs is None else f", {len(line.runs)} runs"
        said.append(f"{line.label}{several}: {', '.join(listed)}.")
    return " ".join(said)
