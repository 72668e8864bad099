"""Mathematical names as real text: drawn, measured and read aloud."""

from __future__ import annotations

import re

from seqcourse.figures.drawing.markup import Safe, join, tag
from seqcourse.figures.drawing.shapes import Point
from seqcourse.figures.drawing.text import SIZE, text_width

_PIECE = re.compile(r"([_^])(?:\{([^}]*)\}|(.))|([^_^]+)")
_LETTER = re.compile(r"(?<![^\W\d])([A-Za-z])(?![^\W\d])")
_SMALL = 0.72
_SPOKEN = {"−": " minus ", "⊤": " transpose", "√": "the square root of "}


def pieces(name: str) -> list[tuple[str, str]]:
    """Split a name into what stands on the line, below it and above it.

    Parameters
    ----------
    name
        A text in which ``_`` lowers and ``^`` raises the next character, or
        all that stands in braces.

    Returns
    -------
    pieces
        Pairs of the level (``""``, ``"_"`` or ``"^"``) and the text.

    Examples
    --------
    >>> pieces("W_{hh} h")
    [('', 'W'), ('_', 'hh'), ('', ' h')]
    """
    return [
        (level, inside or one or line)
        for level, inside, one, line in _PIECE.findall(name)
    ]


def name_width(name: str, size: float = SIZE) -> float:
    """Measure a name.

    Parameters
    ----------
    name
        As for `pieces`.
    size
        The size of its letters, in pixels.

    Returns
    -------
    width
        Its width in pixels.

    Examples
    --------
    >>> name_width("h") < name_width("h_t") < name_width("ht")
    True
    """
    return sum(
        text_width(text) * size / SIZE * (_SMALL if level else 1)
        for level, text in pieces(name)
    )


def spoken_name(name: str) -> str:
    """Write a name as it is read aloud.

    Parameters
    ----------
    name
        As for `pieces`.

    Returns
    -------
    text
        The same without marks that a screen reader would spell out.

    Examples
    --------
    >>> spoken_name("h_{t−1}"), spoken_name("the gate f_t")
    ('h t minus 1', 'the gate f t')
    """
    text = "".join(
        f" {piece}" if level else piece for level, piece in pieces(name)
    )
    for mark, words in _SPOKEN.items():
        text = text.replace(mark, words)
    return " ".join(text.split())


def write_name(
    at: Point, name: str, *, size: float = SIZE, anchor: str = "middle"
) -> Safe:
    """Write a name with its baseline at a point; lone letters are italic.

    Parameters
    ----------
    at
        Where.
    name
        As for `pieces`.
    size
        The size of its letters, in pixels.
    anchor
        ``"start"``, ``"middle"`` or ``"end"``.

    Returns
    -------
    markup
        ``<text>``.

    Examples
    --------
    >>> write_name((3, 4), "h_t").count("<tspan")
    2
    """
    spans, low = [], 0
    for level, text in pieces(name):
        down = {"_": 4, "^": -5}.get(level, 0)
        step, low = down - low, down
        small = f"{size * _SMALL:.3g}" if level else f"{size:g}"
        runs = [text] if level else _LETTER.split(text)
        for place, run in enumerate(runs):
            if run:
                italic = "italic" if level or place % 2 else None
                spans.append(
                    tag(
                        "tspan", run, font_size=small, font_style=italic,
                        dy=step or None,
                    )
                )  # fmt: skip
                step = 0
    x, y = at
    return tag("text", join(*spans), x=x, y=y, text_anchor=anchor)
