"""How well each variant does on lengths that it never saw in training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from seqcourse.figures.drawing.figure import Figure, figure
from seqcourse.figures.drawing.figure_arguments import (
    Values,
    check_count,
    check_rising,
    check_share,
    check_shares,
    numbers,
    some_numbers,
)
from seqcourse.figures.drawing.markup import Safe, number, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import picture, svg, write
from seqcourse.figures.drawing.slider import percent
from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.arguments import check_at_least

# What a panel measures: its title, the plot, and the numbers below it.
_TITLE, _HIGH, _FOOT = 26.0, 96.0, 34.0


@checked
def length_generalization(
    results: Mapping[str, ArrayLike],
    lengths: Sequence[int],
    trained: int,
    *,
    chance: float = 0.0,
    model: str = "attention",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show right answers against length, in a panel for each variant.

    Variants of one model share its colour, so that each has a panel of its
    own; the other lines stand faintly behind it. Of several runs the line is
    the mean, with a dot for each run.

    Parameters
    ----------
    results
        By the name of a variant, up to 12 of them: shares of right answers,
        one for each length (L,), or a row of them for each run (R, L);
        ``nan`` where it cannot read so long a sequence.
    lengths
        The lengths, whole numbers of at least 1, rising, 2 to 64 of them
        (L,).
    trained
        The longest length of the training; what lies beyond has a tint.
    chance
        The share that guessing gets.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        Two panels in a row.

    Raises
    ------
    ValueError
        If there is not one share between 0 and 1 for each length, a variant
        has none at all, the lengths do not rise past `trained`, or there are
        fewer or more than can be drawn.

    Examples
    --------
    >>> shares = {"rotary": [1, 0.5], "learned": [1, np.nan]}
    >>> length_generalization(shares, [8, 16], 8)
    Line charts: right answers in per cent by length, 8 to 16, trained at
    lengths of up to 8. rotary: 100 % at 8, 50 % at 16. learned: 100 % at 8,
    and it can read no longer sequence.
    """
    check_count(1, 12, "variants", results=results)
    check_count(2, 64, "lengths", lengths=lengths)
    check_at_least(1, lengths=min(lengths))
    check_share(chance=chance)
    at = numbers("lengths", lengths)
    check_rising(lengths=at)
    if not at[0] <= trained < at[-1]:
        raise ValueError(
            f"trained: expected a length from the first to before the last "
            f"of {list(lengths)}, got {trained}"
        )
    runs = {name: _checked(name, of, at) for name, of in results.items()}
    own = look(model)
    text = alt if alt is not None else _words(runs, at, trained)
    drawings = [
        _draw(width, runs, at, trained, chance, own)
        for width in (608.0, 358.0)
    ]
    return figure(
        picture(text, *drawings),
        alt=text,
        caption=caption,
        kind=f"length-generalization {own.css_class}",
    )


def _checked(name: str, given: ArrayLike, at: Values) -> Values:
    argument = f"results[{name!r}]"
    of = np.atleast_2d(some_numbers(argument, given))
    read = ~np.isnan(of)
    alike = (read == read[:1]).all()
    if of.shape != (len(of), at.size) or not read.any() or not alike:
        raise ValueError(
            f"{argument}: expected a share for each of {at.size} lengths, "
            f"the same ones in each run, got {described(of.tolist())}"
        )
    check_shares(**{argument: np.where(read, of, 0.0)})
    return of


def _words(runs: Mapping[str, Values], at: Values, trained: int) -> str:
    opening = (
        f"Line charts: right answers in per cent by length, {at[0]:g} to "
        f"{at[-1]:g}, trained at lengths of up to {trained}."
    )
    said = [opening]
    for name, of in runs.items():
        read = np.flatnonzero(~np.isnan(of[0]))
        points = ", ".join(
            f"{percent(of[:, i].mean())} at {at[i]:g}" for i in read
        )
        end = ", and it can read no longer sequence"
        many = f" (mean of {len(of)} runs)" * (len(of) > 1)
        said.append(f"{name}{many}: {points}{end * (len(read) < len(at))}.")
    return " ".join(said)


def _draw(
    width: float,
    runs: Mapping[str, Values],
    at: Values,
    trained: int,
    chance: float,
    own: Look,
) -> Safe:
    gap = 28.0
    panel = (width - gap) / 2
    deep = _TITLE + _HIGH + _FOOT
    shapes: list[Safe] = []
    for place, name in enumerate(runs):
        corner = (panel + gap) * (place % 2), (deep + 10) * (place // 2)
        shapes += _panel(corner, panel, name, runs, at, trained, own)
        y = corner[1] + _TITLE + _HIGH * (1 - chance)
        shapes.append(
            _line((corner[0] + 34, y), (corner[0] + panel, y), "2 3")
        )
    rows = -(-len(runs) // 2)
    return svg(width, (deep + 10) * rows - 10, *shapes)


def _panel(
    corner: tuple[float, float],
    panel: float,
    name: str,
    runs: Mapping[str, Values],
    at: Values,
    trained: int,
    own: Look,
) -> list[Safe]:
    left, right = corner[0] + 34, corner[0] + panel - 8
    top, floor = corner[1] + _TITLE, corner[1] + _TITLE + _HIGH
    x = left + (right - left) * (at - at[0]) / (at[-1] - at[0])
    edge = left + (right - left) * (trained - at[0]) / (at[-1] - at[0])
    shapes = [
        tag(
            "rect", class_="unseen", x=edge, y=top, height=_HIGH,
            width=right + 8 - edge, fill=ink("paper-2"),
        ),
        write((corner[0], corner[1] + 14), name, kind="verdict"),
        write((left - 6, top + 10), "100", anchor="end"),
        write((left - 6, floor), "0", anchor="end"),
        _line((left, floor), (right + 8, floor)),
    ]  # fmt: skip
    for length, across in zip(at, x, strict=True):
        # The ends, and each doubling of what was trained, have room.
        if length / trained in (1, 2, 3, 4, 6, 8):
            shapes += [
                _line((across, floor), (across, floor + 5)),
                write((across, floor + 20), f"{length:g}", anchor="middle"),
            ]
    for other, of in sorted(runs.items(), key=lambda item: item[0] == name):
        read = ~np.isnan(of[0])
        points = [
            f"{number(a)} {number(floor - _HIGH * b)}"
            for a, b in zip(x[read], of[:, read].mean(0), strict=True)
        ]
        mine = other == name
        shapes.append(
            tag(
                "path", class_="line" if mine else "trace",
                d=f"M{'L'.join(points)}", fill="none",
                stroke=own.colour if mine else ink("rule-strong"),
                stroke_width="2.25" if mine else "1",
                opacity=None if mine else "0.5",
            )
        )  # fmt: skip
        if mine:
            shapes += [
                tag("circle", cx=a, cy=floor - _HIGH * b,
                    r=3.5 if len(of) == 1 else 2.5, fill=own.colour)
                for run in of
                for a, b in zip(x[read], run[read], strict=True)
            ]  # fmt: skip
    return shapes


def _line(
    start: tuple[float, float], end: tuple[float, float], dash: str = ""
) -> Safe:
    return tag(
        "line", x1=start[0], y1=start[1], x2=end[0], y2=end[1],
        stroke=ink("rule-strong"), stroke_dasharray=dash or None,
    )  # fmt: skip
