"""Scores of several training runs each: a dot for each seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from seqcourse.figures.drawing.canvas import NARROW, WIDE
from seqcourse.figures.drawing.figure import Figure, figure
from seqcourse.figures.drawing.figure_arguments import (
    Values,
    check_count,
    check_share,
    check_shares,
    numbers,
)
from seqcourse.figures.drawing.marks import mark
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import PALETTE, Look, ink, look
from seqcourse.figures.drawing.shapes import picture, svg, write
from seqcourse.figures.drawing.text import text_width
from seqcourse.numpy.contract.annotations import checked

_ROW, _DOT = 40.0, 4.0
_TICKS = (0, 25, 50, 75, 100)


class _Row(NamedTuple):
    """The runs of one model in one group."""

    name: str
    look: Look
    scores: Values


@checked
def scores_by_seed(
    groups: Mapping[str, Mapping[str, tuple[ArrayLike, str]]],
    *,
    chance: float | None = None,
    measure: str = "right answers",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show the score of every run, in groups of models.

    Parameters
    ----------
    groups
        By the heading of a group, up to 6 of them, and by the name of a
        model in it, up to 8: the scores of its runs, shares between 0 and 1,
        1 to 20 of them, and the model's key.
    chance
        The score of guessing.
    measure
        What a score is.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A row for each model with a dot for each run, and their mean at the
        right.

    Raises
    ------
    ValueError
        If there are none or too many groups, models or runs, or a score is
        not between 0 and 1.

    Examples
    --------
    >>> runs = {"RNN": ([0.1, 0.125], "rnn"), "LSTM": ([0.5, 1.0], "lstm")}
    >>> scores_by_seed({"20 steps": runs}, chance=0.125)
    Dot plot: right answers in per cent, one dot per run. Guessing has 12.5
    %. 20 steps. RNN: 10, 12; mean 11. LSTM: 50, 100; mean 75.
    """
    check_count(1, 6, "groups", groups=groups)
    check_share(chance=chance)
    shown = {
        heading: _rows(f"groups[{heading!r}]", models)
        for heading, models in groups.items()
    }
    words = alt if alt is not None else _words(shown, chance, measure)
    drawings = (
        _draw(WIDE, shown, chance, measure),
        _draw(NARROW, shown, chance, measure),
    )
    return figure(
        picture(words, *drawings),
        alt=words,
        caption=caption,
        kind="scores-by-seed",
    )


def _rows(
    argument: str, models: Mapping[str, tuple[ArrayLike, str]]
) -> list[_Row]:
    check_count(1, 8, "models", **{argument: models})
    rows = []
    for name, (given, key) in models.items():
        place = f"{argument}[{name!r}]"
        scores = numbers(place, given, "R")
        if not 1 <= len(scores) <= 20:
            raise ValueError(
                f"{place}: expected the scores of 1 to 20 runs, got "
                f"{len(scores)}"
            )
        check_shares(**{place: scores})
        rows.append(_Row(name, look(key, place), 100 * np.sort(scores)))
    return rows


def _words(
    shown: Mapping[str, list[_Row]], chance: float | None, measure: str
) -> str:
    parts = [f"Dot plot: {measure} in per cent, one dot per run."]
    if chance is not None:
        parts.append(f"Guessing has {100 * chance:.3g} %.")
    for heading, rows in shown.items():
        parts.append(f"{heading}.")
        for row in rows:
            runs = ", ".join(f"{score:.0f}" for score in row.scores)
            mean = row.scores.mean()
            parts.append(f"{row.name}: {runs}; mean {mean:.0f}.")
    return " ".join(parts)


def _draw(
    width: float,
    shown: Mapping[str, list[_Row]],
    chance: float | None,
    measure: str,
) -> Safe:
    wide = width > NARROW
    names = [row.name for rows in shown.values() for row in rows]
    beside = max(map(text_width, names)) + 18
    left = beside if wide and beside <= 230 else 6.0
    right, above = width - 48.0, 0.0 if left > 6 else 16.0
    rows: list[Safe] = []
    top = y = 30.0
    for heading, models in shown.items():
        rows.append(write((0, y + 14), heading, kind="heading"))
        y += 24
        for row in models:
            y += above
            at = (0.0, y + _ROW / 2 + (5 if not above else -18))
            rows += [
                write(at, row.name),
                *_dots(row, left, right, y + _ROW / 2),
                write(
                    (width, y + _ROW / 2 + 5),
                    f"{row.scores.mean():.0f}",
                    anchor="end",
                ),
            ]
            y += _ROW
        y += 10
    return svg(
        width,
        y + 42,
        *_axis(left, right, top, y, measure),
        *_guessing(left, right, top, y, chance),
        write((width, 14), "mean", anchor="end"),
        *rows,
    )


def _dots(row: _Row, left: float, right: float, middle: float) -> list[Safe]:
    """Draw a row's line and dots, moved apart where they would overlap."""
    line = tag(
        "line", class_="grid", x1=left, x2=right, y1=middle, y2=middle,
        stroke=ink("rule"),
    )  # fmt: skip
    placed: list[tuple[float, float]] = []
    for score in row.scores:
        x = left + (right - left) * float(score) / 100
        tries = [0.0, -6.5, 6.5, -13.0, 13.0]
        free = (
            up for up in tries
            if all(np.hypot(x - a, up - b) >= 6 for a, b in placed)
        )  # fmt: skip
        placed.append((x, next(free, 0.0)))
    own = replace(row.look, mark=row.look.mark or PALETTE["rnn"].mark)
    return [line, *(mark(own, x, middle + up, _DOT) for x, up in placed)]


def _axis(
    left: float, right: float, top: float, bottom: float, measure: str
) -> list[Safe]:
    shapes = []
    for tick in _TICKS:
        x = left + (right - left) * tick / 100
        shapes += [
            tag(
                "line", class_="grid", x1=x, x2=x, y1=top, y2=bottom,
                stroke=ink("rule"),
            ),
            write((x, bottom + 18), str(tick), anchor="middle"),
        ]  # fmt: skip
    shapes.append(write((right, bottom + 38), f"{measure}, %", anchor="end"))
    return shapes


def _guessing(
    left: float,
    right: float,
    top: float,
    bottom: float,
    chance: float | None,
) -> list[Safe]:
    if chance is None:
        return []
    x = left + (right - left) * chance
    own = PALETTE["neutral"]
    return [
        write((x, 14), "guessing", anchor="middle", kind="name level"),
        tag(
            "line", class_=f"line thin {own.css_class}", x1=x, x2=x,
            y1=top - 10, y2=bottom, stroke=own.colour,
            stroke_width="1.25", stroke_dasharray=own.strokes,
        ),
    ]  # fmt: skip
