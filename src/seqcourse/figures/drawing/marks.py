"""The models' marks as SVG: the same shape wherever a model is shown."""

from __future__ import annotations

import math

from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, ink

# The corners of marks of radius 1, chosen to look equally large.
_CORNERS = {
    "triangle": ((0.0, -1.14), (1.1, 0.86), (-1.1, 0.86)),
    "triangle-down": ((0.0, 1.14), (1.1, -0.86), (-1.1, -0.86)),
    "diamond": ((0.0, -1.24), (1.14, 0.0), (0.0, 1.24), (-1.14, 0.0)),
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "cross": (
        (-0.4, -1.19), (0.4, -1.19), (0.4, -0.4), (1.19, -0.4),
        (1.19, 0.4), (0.4, 0.4), (0.4, 1.19), (-0.4, 1.19),
        (-0.4, 0.4), (-1.19, 0.4), (-1.19, -0.4), (-0.4, -0.4),
    ),
}  # fmt: skip


def mark(
    look: Look,
    x: float,
    y: float,
    radius: float = 4.2,
    *,
    second: bool = False,
) -> Safe:
    """Draw a model's mark as SVG.

    Parameters
    ----------
    look
        Whose mark.
    x, y
        Its middle, in pixels.
    radius
        Its size.
    second
        Whether it marks a second line of the same model: then full marks
        are hollow, and hollow ones full.

    Returns
    -------
    markup
        One shape; nothing for a look without a mark.

    Raises
    ------
    ValueError
        If the place is not finite.

    Examples
    --------
    >>> from seqcourse.figures.drawing.palette import PALETTE
    >>> print(mark(PALETTE["neutral"], 0, 0))
    <BLANKLINE>
    >>> mark(PALETTE["rnn"], 10, 20).split(" fill")[0]
    '<circle class="mark m-rnn" cx="10" cy="20" r="4.2"'
    """
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError(f"mark: expected a finite place, got ({x}, {y})")
    if not look.mark:
        return Safe()
    open_ = look.hollow != second
    paint = {
        "fill": ink("paper") if open_ else look.colour,
        "stroke": look.colour,
        "stroke_width": "1.5",
    }
    kind = f"mark{' open' * open_} {look.css_class}"
    if look.mark == "disc":
        return tag("circle", class_=kind, cx=x, cy=y, r=radius, **paint)
    corners = " ".join(
        f"{x + radius * dx:.1f},{y + radius * dy:.1f}"
        for dx, dy in _CORNERS[look.mark]
    )
    return tag("polygon", class_=kind, points=corners, **paint)
