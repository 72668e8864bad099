"""The gradient at the end of a sentence, back to the first word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.charts.line_chart import Axis
from seqcourse.figures.charts.log_chart import power_axis
from seqcourse.figures.drawing.figure import Figure, content_id, figure
from seqcourse.figures.drawing.figure_arguments import (
    check_all,
    check_logarithms,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, number, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import Point, arrow, picture, svg, write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    slider,
)
from seqcourse.figures.drawing.text import shortened
from seqcourse.numpy.contract.annotations import checked

_BOX, _DECADE = 16.0, 17.0
#: Each power of ten is a row: there may be so many in either direction.
_MOST = 60


@checked
def backward(
    words: Sequence[str],
    sizes: ArrayLike,
    *,
    model: str = "rnn",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Follow a gradient back through the steps of an unrolled network.

    Parameters
    ----------
    words
        The words read, T of them, 2 to 24.
    sizes
        Norm of the gradient for the hidden state after each word (T,), above
        0; the backward pass begins at the last.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A slider, a box for each word, and a mark for each norm, relative to
        the last; each frame goes one step further back.

    Raises
    ------
    ValueError
        If there is not one size above zero for each of 2 to 24 words, or one
        is more than 60 powers of ten away from the last.

    Examples
    --------
    >>> backward(["I", "see", "you"], [0.01, 0.1, 0.5])
    The norm of the gradient of the loss after “you”, followed back through
    the hidden state after each of 3 words, relative to the last, on a
    logarithmic scale. At “you”: 1. At “see”, 1 step back: 0.2. At “I”, 2
    steps back: 0.02.
    """
    shares = _checked(words, sizes)
    own, last = look(model), len(words) - 1
    sentences = [
        f"At “{words[-1]}”, where the backward pass begins, the norm is 1."
    ]
    for back in range(1, last + 1):
        share = shares[last - back]
        sentences.append(
            f"{_steps(back)} back, at “{words[last - back]}”: "
            f"{written(share)} of it is left."
        )
    text = alt if alt is not None else (
        f"The norm of the gradient of the loss after “{words[-1]}”, followed "
        f"back through the hidden state after each of {len(words)} words, "
        "relative to the last, on a logarithmic scale. At "
        f"“{words[-1]}”: 1. "
        + " ".join(
            f"At “{words[last - back]}”, {_steps(back)} back: "
            f"{written(shares[last - back])}."
            for back in sorted({1, (last + 1) // 2, last})
        )
    )  # fmt: skip
    axis = power_axis(shares, "norm of the gradient, relative to the last")
    labels = [*map(shortened, words)]
    drawings = (
        _wide(labels, shares, axis, own),
        _narrow(labels, shares, axis, own),
    )
    stops = [f"{back} of {last}" for back in range(last + 1)]
    name = content_id("backward", *words, repr(shares.tolist()))
    return figure(
        slider(name, "Steps followed back", len(words), stops=stops),
        picture(text, *drawings), frame_description(sentences),
        alt=text, caption=caption, kind=f"moving backward {own.css_class}",
        id=name, data_says=compact_json(sentences),
        data_stops=compact_json(stops),
    )  # fmt: skip


def written(share: float) -> str:
    """Write a share in two digits, however small it is.

    Parameters
    ----------
    share
        Above zero.

    Returns
    -------
    text
        A decimal; far below one, one part in how many.

    Examples
    --------
    >>> written(0.206), written(0.0000312)
    ('0.21', '1 part in 32,000')
    """
    if share >= 0.001:
        return f"{share:.2g}"
    parts = 1 / share
    if parts >= 1e9:
        return f"1 part in 10 to the power of {np.log10(parts):.0f}"
    return f"1 part in {float(f'{parts:.2g}'):,.0f}"


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


def _checked(words: Sequence[str], sizes: ArrayLike) -> NDArray[np.float64]:
    values = numbers("sizes", sizes)
    if not 2 <= len(words) <= 24 or values.shape != (len(words),):
        raise ValueError(
            "sizes: expected one for each of 2 to 24 words, got shape "
            f"{values.shape} for {len(words)} words"
        )
    check_logarithms(sizes=values)
    decades = abs(np.log10(values) - np.log10(values[-1]))
    near = f"numbers within {_MOST} powers of ten of the last"
    check_all(near, decades <= _MOST, sizes=values)
    shares: NDArray[np.float64] = values / values[-1]
    return shares


def _place(share: float, axis: Axis) -> float:
    """Tell how far along its axis a share stands, from 0 to 1."""
    whole = np.log(axis.high / axis.low)
    return float(np.log(share / axis.low) / whole)


def _box(middle: Point, own: Look) -> Safe:
    x, y = middle
    return tag(
        "rect", class_="step", x=x - _BOX / 2, y=y - _BOX / 2, width=_BOX,
        height=_BOX, fill=ink("paper"), stroke=own.colour,
        stroke_width="1.5",
    )  # fmt: skip


def _reach(step: int, steps: int, box: Point, dot: Point, own: Look) -> Safe:
    """Draw what appears when the gradient has come to a step."""
    stem = tag(
        "line", class_="stem", x1=box[0], y1=box[1], x2=dot[0], y2=dot[1],
        stroke=own.colour, stroke_width="1",
    )  # fmt: skip
    full = tag(
        "rect", x=box[0] - _BOX / 2, y=box[1] - _BOX / 2, width=_BOX,
        height=_BOX, fill=own.colour,
    )  # fmt: skip
    disc = tag(
        "circle", class_="mark", cx=dot[0], cy=dot[1], r=4.2,
        fill=own.colour, stroke=own.colour,
    )  # fmt: skip
    now = " now" if step == steps else ""
    return tag(
        "g", stem, full, disc, class_=f"reach read{now}", data_step=str(step)
    )


def _grid(start: Point, end: Point) -> Safe:
    return tag(
        "line", class_="grid", x1=start[0], y1=start[1], x2=end[0],
        y2=end[1], stroke=ink("rule"),
    )  # fmt: skip


def _wide(
    words: Sequence[str], shares: NDArray[np.float64], axis: Axis, own: Look
) -> Safe:
    left, top = 60.0, 34.0
    pitch = (608 - left) / len(words)
    decades = round(np.log10(axis.high / axis.low))
    bottom = top + _DECADE * decades
    row = bottom + 22
    shapes = [write((0, 12), axis.label)]
    for tick, word in zip(axis.ticks, axis.words, strict=True):
        y = bottom + (top - bottom) * _place(tick, axis)
        shapes.append(_grid((left, y), (608, y)))
        shapes.append(write((left - 8, y + 4.5), word, anchor="end"))
    groups, steps = [], len(words)
    for index, (word, share) in enumerate(zip(words, shares, strict=True)):
        x = left + (index + 0.5) * pitch
        if index:
            before = (x - pitch + _BOX / 2, row)
            shapes.append(
                arrow((x - _BOX / 2, row), before, colour="currentColor")
            )
        shapes.append(_box((x, row), own))
        turn = f"rotate(90 {number(x - 4)} {number(row + 16)})"
        shapes.append(tag("text", word, x=x - 4, y=row + 16, transform=turn))
        dot = (x, bottom + (top - bottom) * _place(share, axis))
        groups.append(_reach(steps - index, steps, (x, row), dot, own))
    height = row + 22 + 7.5 * max(map(len, words))
    return svg(608, height, *shapes, *groups)


def _narrow(
    words: Sequence[str], shares: NDArray[np.float64], axis: Axis, own: Look
) -> Safe:
    pitch, top = 26.0, 58.0
    x = 14 + 7.5 * max(map(len, words))
    left, right = x + 26, 342.0
    bottom = top + pitch * len(words) - 12
    shapes = [write((350, 12), axis.label, anchor="end")]
    last = -np.inf
    for tick, word in zip(axis.ticks, axis.words, strict=True):
        at = left + (right - left) * _place(tick, axis)
        shapes.append(_grid((at, top - 16), (at, bottom)))
        wide = 4.0 * len(word)
        if at - wide > last + 6:
            shapes.append(write((at, top - 22), word, anchor="middle"))
            last = at + wide
    groups, steps = [], len(words)
    for index, (word, share) in enumerate(zip(words, shares, strict=True)):
        y = top + pitch * index
        if index:
            above = (x, y - pitch + _BOX / 2)
            shapes.append(
                arrow((x, y - _BOX / 2), above, colour="currentColor")
            )
        shapes.append(_box((x, y), own))
        shapes.append(write((x - 14, y + 5), word, anchor="end"))
        dot = (left + (right - left) * _place(share, axis), y)
        groups.append(_reach(steps - index, steps, (x, y), dot, own))
    return svg(358, bottom + 4, *shapes, *groups)
