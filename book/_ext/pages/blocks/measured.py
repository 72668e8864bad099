"""What was measured, drawn so that a guess can be laid over it.

The page's script only moves what is hidden here: the reader's mark on the
scale, the reader's line on the chart. Each drawing says in `data-x` and
`data-y` where values lie. All of it is also in the text beside it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from seqcourse.figures.drawing.marks import mark
from seqcourse.figures.drawing.markup import Safe, join, number, tag
from seqcourse.figures.drawing.shapes import svg, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seqcourse.figures.drawing.palette import Look

WIDE, NARROW = 608, 344
LETTER = 7.5  # how wide one is, on average


def twice(draw: Callable[..., Safe], *what: object) -> Safe:
    """Draw something for a wide page and for a narrow one."""
    return join(*(draw(width, *what) for width in (WIDE, NARROW)))


def scale(
    width: int,
    look: Look,
    ends: tuple[float, float],
    value: float,
    words: tuple[str, str, str],
) -> Safe:
    """Draw a number on a line; `words` are its ends and the number."""
    low, high, measured = words
    y = 34.0
    left = 14 + LETTER * len(low)
    right = width - 14 - LETTER * len(high)
    x = left + (value - ends[0]) / (ends[1] - ends[0]) * (right - left)
    half = LETTER * len(f"measured {measured}") / 2
    axis = {"class_": "axis", "y1": y - 5, "y2": y + 5}
    yours = tag(
        "g",
        tag("line", class_="gap m-neutral", x1=x, x2=x, y1=y, y2=y),
        tag("circle", class_="mark open m-neutral", cx=x, cy=y, r=8),
        write((x, y + 28), "", anchor="middle"),
        class_="yours",
        hidden=True,
        data_x=f"{number(left)} {number(right)}",
    )
    return svg(
        width,
        68,
        tag("line", class_="axis", x1=left, x2=right, y1=y, y2=y),
        tag("line", x1=left, x2=left, **axis),
        tag("line", x1=right, x2=right, **axis),
        write((left - 10, y + 5), low, anchor="end"),
        write((right + 10, y + 5), high),
        yours,
        _mark(look, x, y, 6),
        write(
            (min(max(x, half), width - half), y - 18),
            f"measured {measured}",
            anchor="middle",
            kind="name",
        ),
    )


def chart(
    width: int,
    look: Look,
    ends: tuple[float, float],
    values: Sequence[float],
    at: Sequence[str],
    unit: str,
) -> Safe:
    """Draw numbers as a line, with room for another."""
    middle = (ends[0] + ends[1]) / 2
    levels = [f"{level:g}" for level in (ends[0], middle, ends[1])]
    levels[-1] = f"{levels[-1]} {unit}".strip()
    left = 14 + LETTER * max(map(len, levels))
    top, bottom, right = 12.0, 158.0, width - 12.0
    x = [left + 12 + part * (right - left - 24) for part in _places(at)]
    y = [
        bottom - (value - ends[0]) / (ends[1] - ends[0]) * (bottom - top)
        for value in values
    ]
    heights = (bottom, (top + bottom) / 2, top)
    grid = [
        join(
            tag("line", class_=kind, x1=left, x2=right, y1=high, y2=high),
            write((left - 10, high + 5), level, anchor="end"),
        )
        for high, level, kind in zip(
            heights, levels, ("axis", "grid", "grid"), strict=True
        )
    ]
    labels = [
        write((place, bottom + 20), label, anchor="middle")
        for place, label in zip(x, at, strict=True)
    ]
    hollow = {"class_": "mark open", "cy": bottom, "r": 4.2}
    yours = tag(
        "g",
        tag("polyline", class_="line", points=""),
        *(tag("circle", cx=place, **hollow) for place in x),
        class_="yours m-neutral",
        hidden=True,
        data_x=" ".join(map(number, x)),
        data_y=f"{number(bottom)} {number(top)}",
    )
    points = list(zip(x, y, strict=True))
    line = " ".join(f"{number(a)},{number(b)}" for a, b in points)
    measured = [
        tag("polyline", class_="line", points=line),
        *(_mark(look, *point, 4.2) for point in points),
    ]
    return svg(width, 184, *grid, *labels, yours, *measured)


def key(look: Look, name: str) -> Safe:
    """Say which line is whose."""
    line = tag("line", class_="line", x1=0, x2=44, y1=7, y2=7)
    size = {"width": 44, "height": 14, "viewBox": "0 0 44 14"}
    ring = tag("circle", class_="mark open", cx=22, cy=7, r=4.2)
    return tag(
        "ul",
        tag(
            "li",
            tag("svg", line, _mark(look, 22, 7, 4.2), **size),
            name,
            class_=look.css_class,
        ),
        tag(
            "li",
            tag("svg", line, ring, **size),
            "what you said",
            class_="yours m-neutral",
            hidden=True,
        ),
        class_="key",
    )


def _mark(look: Look, x: float, y: float, radius: float) -> Safe:
    disc = {"class_": "mark", "cx": x, "cy": y, "r": radius}
    return mark(look, x, y, radius) or tag("circle", **disc)


def _places(at: Sequence[str]) -> list[float]:
    """Place labels as numbers where they are numbers that rise."""
    steps = [float(i) for i in range(len(at))]
    try:
        given = [float(label) for label in at]
        if all(a < b for a, b in pairwise(given)):
            steps = given
    except ValueError:
        pass  # words, evenly
    first, last = steps[0], steps[-1]
    return [(step - first) / (last - first) for step in steps]
