"""How wide a text is: needed where words must not touch lines."""

from __future__ import annotations

import os
import re
import warnings
from functools import cache
from pathlib import Path

from seqcourse.figures.drawing.markup import legible

#: The size of all text in a figure, in pixels.
SIZE = 14


def text_width(text: str, *, bold: bool = False) -> float:
    """Measure text in the book's face, or in the nearest there is.

    Parameters
    ----------
    text
        One line of text.
    bold
        Whether it is semibold.

    Returns
    -------
    width
        Its width in pixels.

    Examples
    --------
    >>> text_width("mmm") > text_width("iii") > 0
    True
    """
    return _width(one_line(text), bold, os.environ.get("SEQCOURSE_FONTS", ""))


def one_line(text: str) -> str:
    r"""Make a text fit to be drawn: a blank for each break of a line.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    text
        The same on one line, without what no page can hold.

    Examples
    --------
    >>> one_line("one\ntwo")
    'one two'
    """
    return legible(re.sub(r"[\t\n\r\v\f]+", " ", text))


def shortened(text: str, most: int = 30) -> str:
    """Cut a text that a drawing has no room for.

    Parameters
    ----------
    text
        Any text.
    most
        How many characters there may be.

    Returns
    -------
    text
        The same, with an ellipsis for the missing part.

    Examples
    --------
    >>> shortened("international", 6)
    'inter…'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def wrap(text: str, width: float) -> list[str]:
    """Break text into lines, between words.

    Parameters
    ----------
    text
        The text.
    width
        How wide a line may be, in pixels. A longer word stays whole.

    Returns
    -------
    lines
        At least one line.

    Examples
    --------
    >>> wrap("one two three", 60)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


@cache
def _width(text: str, bold: bool, folder: str) -> float:
    import matplotlib as mpl
    from matplotlib.ft2font import FT2Font, LoadFlags

    weight = "600" if bold else "400-normal"
    own = sorted(Path(folder).glob(f"*{weight}*.ttf")) if folder else []
    bundled = Path(mpl.get_data_path(), "fonts", "ttf")
    other = bundled / ("DejaVuSerif-Bold.ttf" if bold else "DejaVuSerif.ttf")
    font = FT2Font(str(own[0] if own else other))
    font.set_size(SIZE, 72)
    with warnings.catch_warnings():
        # The page's face has what this one lacks, or a box of that width.
        warnings.filterwarnings("ignore", "Glyph")
        font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64
