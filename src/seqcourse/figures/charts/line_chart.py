"""The book's line chart: light lines, words where the eye is, no frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from seqcourse.figures.drawing.canvas import Canvas
from seqcourse.figures.drawing.label_placement import place_labels
from seqcourse.figures.drawing.matplotlib_figure import (
    legend_entry,
    matplotlib_figure,
)
from seqcourse.figures.drawing.palette import PALETTE, Look
from seqcourse.figures.drawing.text import text_width
from seqcourse.figures.drawing.thinning import visible_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from seqcourse.figures.drawing.figure import Figure

Values = NDArray[np.float64]

#: A line has at most so many marks, however it zigzags.
_MARKS = 100


@dataclass(frozen=True)
class Line:
    """One model's line.

    Parameters
    ----------
    label
        Its name.
    look
        Its colour, dash and mark.
    second
        Whether an earlier line has the same look.
    x, y
        Its points.
    band
        Below and above each point, how far it may be off; None where that is
        not known.
    bound
        Whether nothing can pass it; such a line has longer dashes.
    runs
        The runs whose mean the line is (runs, points), drawn as its marks.

    Examples
    --------
    >>> at = np.array([0.0, 1.0])
    >>> Line("RNN", PALETTE["rnn"], False, at, at**2).label
    'RNN'
    """

    label: str
    look: Look
    second: bool
    x: Values
    y: Values
    band: tuple[Values, Values] | None = None
    bound: bool = False
    runs: Values | None = None


@dataclass(frozen=True)
class Level:
    """A value to compare with: guessing, or the best possible.

    Parameters
    ----------
    label
        What it is.
    value
        Where it lies.
    best
        Whether nothing can be better; such a line has longer dashes.

    Examples
    --------
    >>> Level("guessing", 12.5)
    Level(label='guessing', value=12.5, best=False)
    """

    label: str
    value: float
    best: bool = False


@dataclass(frozen=True)
class Axis:
    """One direction of a chart.

    Parameters
    ----------
    low, high
        Its ends.
    ticks
        The values that are written.
    words
        How they are written.
    label, short
        What it measures, for the wide and for the narrow drawing.
    log
        Whether equal steps are equal factors.

    Examples
    --------
    >>> Axis(0, 1, (0, 1), ("0", "1"), "time in seconds", "seconds").log
    False
    """

    low: float
    high: float
    ticks: Sequence[float]
    words: Sequence[str]
    label: str
    short: str
    log: bool = False


def line_chart(
    lines: Sequence[Line],
    levels: Sequence[Level],
    x: Axis,
    y: Axis,
    *,
    alt: str,
    caption: str | None = None,
) -> Figure:
    """Draw lines with their names, and the levels they are compared with.

    Parameters
    ----------
    lines
        The lines.
    levels
        The levels, drawn across the whole width.
    x, y
        The two axes.
    alt
        What the chart shows, in words.
    caption
        The text below it.

    Returns
    -------
    figure
        The chart, wide and narrow, with its key.

    Examples
    --------
    >>> at = np.array([0.0, 1.0])
    >>> line = Line("RNN", PALETTE["rnn"], False, at, at)
    >>> axis = Axis(0, 1, (0, 1), ("0", "1"), "time", "time")
    >>> line_chart([line], [], axis, axis, alt="A line that climbs.")
    A line that climbs.
    """
    lines = [_visible(line, x) for line in lines]

    def draw(canvas: Canvas) -> None:
        frame = _furniture(canvas, x, y)
        axes = canvas.axes(*frame)
        if x.log:
            axes.set_xscale("log", base=2)
        if y.log:
            axes.set_yscale("log")
        axes.set_xlim(x.low, x.high)
        axes.set_ylim(y.low, y.high)
        _levels(axes, levels)
        for index, line in enumerate(lines):
            _line(canvas, axes, line, index / len(lines))
        if canvas.wide:
            _names(canvas, axes, lines, levels, y.label)

    key = [
        legend_entry(
            line.label,
            line.look,
            second=line.second,
            best=line.bound,
            band=line.band is not None,
        )
        for line in lines
    ]
    neutral = PALETTE["neutral"]
    key += [
        legend_entry(level.label, neutral, best=level.best)
        for level in levels
    ]
    return matplotlib_figure(draw, alt=alt, caption=caption, key=key)


def _furniture(
    canvas: Canvas, x: Axis, y: Axis
) -> tuple[float, float, float, float]:
    """Draw the grid and both axes; give the edges of the plot."""
    left = 8 + max(text_width(word) for word in y.words)
    right = canvas.width - max(4.0, text_width(x.words[-1]) / 2)
    top = 38.0 if canvas.wide else 30.0
    bottom = canvas.height - (44.0 if canvas.wide else 42.0)
    for value, word in zip(y.ticks, y.words, strict=True):
        at = bottom + (top - bottom) * _share(value, y)
        canvas.line((left, right), (at, at), "grid")
        canvas.text(left - 8, at + 4.5, word, anchor="end")
    last = -np.inf
    for value, word in zip(x.ticks, x.words, strict=True):
        at = left + (right - left) * _share(value, x)
        width = text_width(word)
        canvas.line((at, at), (bottom, bottom + 5), "axis")
        if at - width / 2 > last + 6:
            canvas.text(at, bottom + 20, word, anchor="middle")
            last = at + width / 2
    canvas.line((left, right), (bottom, bottom), "axis")
    label = x.label if canvas.wide else x.short
    canvas.text(right, canvas.height - 4, label, anchor="end")
    canvas.text(0, 12, y.label if canvas.wide else y.short)
    return left, top, right, bottom


def _share(value: float, axis: Axis) -> float:
    if axis.log:
        whole = np.log(axis.high / axis.low)
        return float(np.log(value / axis.low) / whole)
    return (value - axis.low) / (axis.high - axis.low)


def _visible(line: Line, along: Axis) -> Line:
    """Leave out the points of a long line that nobody could see."""
    between = np.log if along.log else np.positive
    low, high = between(along.low), between(along.high)
    at = (between(line.x) - low) / (high - low)
    heights = [line.y, *(line.band or ())]
    seen = np.unique(
        np.concatenate([visible_points(at, up) for up in heights])
    )
    if len(seen) == len(line.x):
        return line
    below_and_above = line.band and (line.band[0][seen], line.band[1][seen])
    return replace(line, x=line.x[seen], y=line.y[seen], band=below_and_above)


def _levels(axes: Axes, levels: Sequence[Level]) -> None:
    for level in levels:
        axes.plot(
            axes.get_xlim(), (level.value, level.value),
            color=PALETTE["neutral"].light, linewidth=1.25, clip_on=False,
            gid=f"class:line thin{' best' * level.best} m-neutral",
        )  # fmt: skip


def _line(canvas: Canvas, axes: Axes, line: Line, phase: float) -> None:
    size = "" if canvas.wide else " small"
    again = " second" if line.second else ""
    model = line.look.css_class
    if line.band is not None:
        low, high = line.band
        x, y = np.append(line.x, line.x[::-1]), np.append(low, high[::-1])
        if line.second:  # of one colour, so it is hatched
            axes.fill(
                x, y, facecolor="none", edgecolor=line.look.light,
                hatch="//", alpha=0.6, linewidth=0, clip_on=False,
                gid=f"class:band hatched {model}",
            )  # fmt: skip
        else:
            axes.fill(
                x, y, facecolor=line.look.light, edgecolor="none",
                alpha=0.16, clip_on=False, gid=f"class:band {model}",
            )  # fmt: skip
    kind = f"line{' best' * line.bound} {model}"
    axes.plot(
        line.x, line.y, color=line.look.light, linewidth=2.25, clip_on=False,
        solid_capstyle="butt", gid=f"class:{kind}",
    )  # fmt: skip
    if not line.look.mark:
        return
    chosen = _spread(_pixels(canvas, axes, line.x, line.y), phase)
    x, y = line.x[chosen], line.y[chosen]
    if line.runs is not None:
        x, y = np.tile(line.x, len(line.runs)), line.runs.ravel()
    axes.plot(
        x, y, color=line.look.light,
        linestyle="none", marker="o", clip_on=False,
        gid=f"class:marks {model}{size}{again}",
    )  # fmt: skip


def _pixels(canvas: Canvas, axes: Axes, x: Values, y: Values) -> Values:
    points = axes.transData.transform(np.stack([x, y], axis=1))
    return np.stack([points[:, 0], canvas.height - points[:, 1]], axis=1)


def _spread(
    points: Values, phase: float, apart: float = 80.0
) -> NDArray[np.intp]:
    """Measured points to mark: some way apart along the line, and staggered.

    Lines that lie on each other are told apart by their marks, so each line
    begins to count somewhere else.
    """
    if len(points) <= 12:
        return np.arange(len(points))
    lengths = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    apart = max(apart, along[-1] / _MARKS)
    along += phase * apart
    _, first = np.unique((along / apart).astype(int), return_index=True)
    return first if phase == 0 or len(first) == 1 else first[1:]


def _names(
    canvas: Canvas,
    axes: Axes,
    lines: Sequence[Line],
    levels: Sequence[Level],
    title: str,
) -> None:
    paths = [_pixels(canvas, axes, line.x, line.y) for line in lines]
    widths = [text_width(line.label, bold=True) for line in lines]
    ends = np.array(axes.get_xlim())
    for level in levels:
        across = _pixels(canvas, axes, ends, np.full(2, level.value))
        paths.append(across[::-1])
        widths.append(text_width(level.label))
    left, bottom = _pixels(canvas, axes, ends, np.array(axes.get_ylim()))[0]
    frame = (float(left), 0.0, float(canvas.width), float(bottom) - 1)
    taken = [(0.0, 0.0, text_width(title), 16.0)]
    kinds = [f"name {line.look.css_class}" for line in lines]
    kinds += ["name level m-neutral"] * len(levels)
    labels = [line.label for line in lines]
    labels += [level.label for level in levels]
    positions = place_labels(paths, widths, frame, taken)
    for label, kind, at in zip(labels, kinds, positions, strict=True):
        if at is not None:
            canvas.text(at.x, at.y, label, kind)
