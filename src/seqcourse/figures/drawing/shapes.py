"""Drawings made by hand: a few shapes, in pixels, in the book's inks."""

from __future__ import annotations

from seqcourse.figures.drawing.figure import checked_alt
from seqcourse.figures.drawing.markup import Safe, number, tag

#: A point of a drawing, in pixels from its top left.
Point = tuple[float, float]


def svg(
    width: float, height: float, *shapes: Safe, alone: bool = False
) -> Safe:
    """Put shapes on a sheet of the wide or of the narrow size.

    Parameters
    ----------
    width, height
        Its size in pixels. Up to 400 pixels count as narrow.
    *shapes
        What is drawn.
    alone
        Whether it is shown at any width, there being no other.

    Returns
    -------
    markup
        ``<svg class="wide">`` or ``<svg class="narrow">``.

    Examples
    --------
    >>> svg(608, 100).split(" viewBox")[0]
    '<svg class="wide"'
    """
    narrow = width <= 400 and not alone
    return tag(
        "svg",
        *shapes,
        class_=None if alone else "narrow" if narrow else "wide",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        aria_hidden="true",
        focusable="false",
        fill="currentColor",
        font_size=14,
        # Where the book's sheet is missing, one of the two is enough.
        display="none" if narrow else None,
    )


def picture(alt: str, *drawings: Safe) -> Safe:
    """Make a picture with words of a wide and a narrow drawing.

    Parameters
    ----------
    alt
        What they show.
    *drawings
        The drawings.

    Returns
    -------
    markup
        ``<div role="img">``.

    Examples
    --------
    >>> picture("A box.", svg(608, 10)).split(">")[0]
    '<div role="img" aria-label="A box."'
    """
    return tag("div", *drawings, role="img", aria_label=checked_alt(alt))


def write(
    at: Point,
    words: str,
    *,
    anchor: str | None = None,
    below: str = "",
    kind: str | None = None,
) -> Safe:
    """Write text with its baseline at a point.

    Parameters
    ----------
    at
        Where.
    words
        The text.
    anchor
        ``"middle"`` or ``"end"``; the start if None.
    below
        An index, set lower and smaller.
    kind
        Its classes.

    Returns
    -------
    markup
        ``<text>``.

    Examples
    --------
    >>> write((3, 4), "a < b")
    '<text x="3" y="4">a &lt; b</text>'
    """
    index = Safe()
    if below:
        index = tag("tspan", below, dy=3, style="font-size:10px")
    x, y = at
    return tag(
        "text", words, index, class_=kind, x=x, y=y, text_anchor=anchor
    )


def arrow(*points: Point, colour: str, kind: str | None = None) -> Safe:
    """Draw a line along points, with a head at the last.

    Parameters
    ----------
    *points
        Two points or more; the last stretch is straight up, down or across.
    colour
        Its CSS colour.
    kind
        Its classes.

    Returns
    -------
    markup
        A line and a triangle.

    Examples
    --------
    >>> arrow((0, 0), (9, 0), colour="currentColor").count("<path")
    2
    """
    (x0, y0), (x, y) = points[-2:]
    dx, dy = (x > x0) - (x < x0), (y > y0) - (y < y0)
    # The head is 8 long and 7 wide; the line ends inside of it.
    base = (x - 8 * dx, y - 8 * dy)
    sides = [
        (base[0] + 3.5 * dy * turn, base[1] + 3.5 * dx * turn)
        for turn in (1, -1)
    ]
    line = tag(
        "path",
        class_=kind,
        d=_path([*points[:-1], base]),
        fill="none",
        stroke=colour,
        stroke_width="1.5",
    )
    head = tag(
        "path", d=f"{_path([(x, y), *sides])}z", style=f"fill:{colour}"
    )
    return Safe(line + head)


def _path(points: list[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
