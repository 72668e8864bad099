"""A fully connected layer beside a convolution: whose weights are whose."""

from __future__ import annotations

from collections.abc import Sequence

from seqcourse.figures.drawing.figure import Figure, figure
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import PALETTE, Look, ink
from seqcourse.figures.drawing.shapes import picture, svg, write
from seqcourse.figures.drawing.text import shortened
from seqcourse.numpy.contract.annotations import checked

_BOX, _TITLE, _HIGH = 28.0, 30.0, 92.0
_PANEL = _TITLE + _BOX + _HIGH + _BOX + 2


@checked
def weight_sharing(
    words: Sequence[str],
    *,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw the weights of a fully connected layer and of a convolution.

    Parameters
    ----------
    words
        What both read, 2 to 5 words.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; written from the words if None.

    Returns
    -------
    figure
        At the left a weight matrix for each position; at the right two
        matrices that every window uses.

    Raises
    ------
    ValueError
        If there are fewer than 2 words, or more than 5.

    Examples
    --------
    >>> weight_sharing(["the", "dog", "bites"])
    Two networks read “the dog bites”. Fully connected: one layer reads all 3
    words, each through a matrix of its own, W 1 to W 3. Convolution: a window
    of 2 words stands at every position, and all 3 windows use the same
    matrices, W 1 and W 2; before the first word there is a zero.
    """
    count = len(words)
    if not 2 <= count <= 5:
        raise ValueError(f"words: expected 2 to 5 of them, got {count}")
    text = alt if alt is not None else (
        f"Two networks read “{' '.join(words)}”. Fully connected: one layer "
        f"reads all {count} words, each through a matrix of its own, W 1 to "
        f"W {count}. Convolution: a window of 2 words stands at every "
        f"position, and all {count} windows use the same matrices, W 1 and "
        "W 2; before the first word there is a zero."
    )  # fmt: skip
    half = 290.0
    side_by_side = svg(
        608,
        _PANEL,
        *_fully_connected(0, 0, half, words),
        *_convolution(608 - half, 0, half, words),
    )
    one_above = svg(
        358,
        2 * _PANEL + 24,
        *_fully_connected(0, 0, 358, words),
        *_convolution(0, _PANEL + 24, 358, words),
    )
    return figure(
        picture(text, side_by_side, one_above),
        alt=text,
        caption=caption,
        kind="weight-sharing",
    )


def _fully_connected(
    left: float, top: float, width: float, words: Sequence[str]
) -> list[Safe]:
    own, pitch = PALETTE["window"], width / len(words)
    low, high = top + _TITLE + _BOX + _HIGH, top + _TITLE + _BOX
    middle = left + width / 2
    shapes = [write((left, top + 14), "fully connected", kind="verdict")]
    for t, word in enumerate(words):
        x = left + pitch * (t + 0.5)
        end = middle + (x - middle) * 0.25
        shapes += [
            _wire(x, low, end, high, own),
            # A line that leans to the left needs more room beside it.
            _letter(
                x + 0.2 * (end - x) - (5 if end > x else 13),
                low - 0.2 * _HIGH,
                t + 1,
            ),
            *_box(x, low, pitch - 8, word, own, shared=False),
        ]
    return [
        *shapes,
        *_box(middle, top + _TITLE, 0.5 * width, "y", own, shared=True),
    ]


def _convolution(
    left: float, top: float, width: float, words: Sequence[str]
) -> list[Safe]:
    own, pitch = PALETTE["convolution"], width / (len(words) + 1)
    low, high = top + _TITLE + _BOX + _HIGH, top + _TITLE + _BOX
    shapes = [
        write((left, top + 14), "convolution, window of 2", kind="verdict")
    ]
    for t, word in enumerate(["0", *words]):
        x = left + pitch * (t + 0.5)
        shapes += _box(x, low, pitch - 8, word, own, shared=False)
        if t == 0:
            continue
        shapes += [
            _wire(x - pitch, low, x - 8, high, own),
            _wire(x, low, x, high, own),
            _letter(x - 0.25 * (pitch - 8) - 11, high + 0.25 * _HIGH, 1),
            _letter(x - 5, low - 9, 2),
            *_box(x, top + _TITLE, pitch - 8, "y", own, shared=True, index=t),
        ]
    return shapes


def _wire(x0: float, y0: float, x1: float, y1: float, own: Look) -> Safe:
    return tag(
        "line", x1=x0, y1=y0, x2=x1, y2=y1, stroke=own.colour,
        stroke_width="1.5",
    )  # fmt: skip


def _letter(x: float, y: float, index: int) -> Safe:
    """Name a matrix, to the left of its line."""
    return write((x, y), "W", below=str(index), anchor="end", kind="letter")


def _box(
    middle: float,
    top: float,
    width: float,
    word: str,
    own: Look,
    *,
    shared: bool,
    index: int = 0,
) -> list[Safe]:
    """Draw a word, or the output of a layer in the model's colour."""
    return [
        tag(
            "rect", class_="slot", x=middle - width / 2, y=top, width=width,
            height=_BOX, fill=ink("paper"),
            stroke=own.colour if shared else ink("rule-strong"),
            stroke_width="2.25" if shared else "1",
        ),
        write(
            (middle, top + 19),
            shortened(word, max(1, int(width / 9))),
            anchor="middle",
            below=str(index) if index else "",
        ),
    ]  # fmt: skip
