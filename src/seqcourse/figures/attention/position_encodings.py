"""Stripes of sinusoids: what is added to each position, number by number."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from seqcourse.figures.drawing.figure import Figure, figure
from seqcourse.figures.drawing.figure_arguments import (
    Values,
    check_all,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, number, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import picture, svg, write
from seqcourse.numpy.contract.annotations import checked

_ROW = 30.0


@checked
def position_encodings(
    table: ArrayLike,
    *,
    model: str = "attention",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show position encodings: a stripe for each number of the vector.

    Parameters
    ----------
    table
        The encoding of each position (T, D), numbers from -1 to 1, for 2 to
        64 positions; a stripe for each of 1 to 16 of the D numbers.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A bar for each number: full and upwards if positive, hollow and
        downwards if negative. A column is the encoding of one position.

    Raises
    ------
    ValueError
        If the table is too large, or a number is below -1 or above 1.

    Examples
    --------
    >>> t = np.arange(8)[:, None]
    >>> table = np.concatenate([np.sin(t), np.cos(t / 10)], 1)
    >>> position_encodings(table)
    Encodings of 8 positions, 2 numbers each, a stripe for each number.
    Changes of sign along the sequence: 2 in number 1, 0 in number 2.
    """
    values = numbers("table", table, "T", "D")
    T, D = values.shape
    if not (2 <= T <= 64 and 1 <= D <= 16):
        raise ValueError(
            "table: expected 2 to 64 positions and 1 to 16 numbers, got "
            f"shape {values.shape}"
        )
    check_all("numbers from -1 to 1", abs(values) <= 1 + 1e-6, table=values)
    changes = np.diff(values >= 0, axis=0).sum(0)
    times = ", ".join(
        f"{count} in number {d}" for d, count in enumerate(changes, 1)
    )
    words = alt if alt is not None else (
        f"Encodings of {T} positions, {D} numbers each, a stripe for each "
        f"number. Changes of sign along the sequence: {times}."
    )  # fmt: skip
    own = look(model)
    drawings = [_draw(width, values, own) for width in (608.0, 358.0)]
    return figure(
        picture(words, *drawings), alt=words, caption=caption,
        kind=f"position-encodings {own.css_class}",
    )  # fmt: skip


def _draw(width: float, values: Values, own: Look) -> Safe:
    T, D = values.shape
    left, top = 34.0, 26.0
    pitch = (width - left) / T
    bottom = top + _ROW * D
    shapes = [write((0, 14), "number of the vector")]
    for d in range(D):
        middle = top + _ROW * (d + 0.5)
        shapes.append(write((18, middle + 5), str(d + 1), anchor="end"))
        shapes.append(
            tag(
                "line", class_="grid", x1=left, x2=width, y1=middle,
                y2=middle, stroke=ink("rule"),
            )
        )  # fmt: skip
        for positive in (True, False):
            bars = [
                f"M{number(left + pitch * t + 0.1 * pitch)} {number(middle)}"
                f"v{number(-0.45 * _ROW * value)}h{number(0.8 * pitch)}"
                f"V{number(middle)}z"
                for t, value in enumerate(values[:, d])
                if (value >= 0) == positive and abs(value) > 0.02
            ]
            shapes.append(
                tag(
                    "path", d="".join(bars), stroke=own.colour,
                    fill=own.colour if positive else ink("paper"),
                )
            )  # fmt: skip
    every = 1 + (T - 1) // 8
    for t in range(0, T, every):
        x = left + pitch * (t + 0.5)
        shapes.append(write((x, bottom + 16), str(t), anchor="middle"))
    shapes.append(write((width, bottom + 34), "position t", anchor="end"))
    return svg(width, bottom + 40, *shapes)
