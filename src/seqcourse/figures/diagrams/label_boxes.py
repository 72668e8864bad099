"""Where names and notes stand: beside what they name, on top of nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

from seqcourse.figures.diagrams.layout import ALONE, Box, Layout
from seqcourse.figures.diagrams.names import name_width
from seqcourse.figures.diagrams.wiring import Wiring
from seqcourse.figures.drawing.shapes import Point
from seqcourse.figures.drawing.text import wrap

_AIR, _LINE = 5.0, 17.0
_NO_ROOM = "parts[{!r}]: expected room for {!r} beside it, got none"


@dataclass(frozen=True)
class Label:
    """A text beside a part or a wire.

    Parameters
    ----------
    part
        The part that it belongs to.
    lines
        What is written.
    box
        Where: left, top, right, bottom.
    note
        Whether it is a note, and not the name of a value.

    Examples
    --------
    >>> Label("keep", ("keep",), (0.0, 0.0, 30.0, 17.0), True).note
    True
    """

    part: str
    lines: tuple[str, ...]
    box: Box
    note: bool


def place_all(wiring: Wiring, layout: Layout) -> list[Label]:
    """Find a place for each name beside a wire and each note beside a part.

    Parameters
    ----------
    wiring
        The wiring.
    layout
        Where its parts and wires are.

    Returns
    -------
    labels
        All of them; what was placed before is in the way of what follows.

    Raises
    ------
    ValueError
        If there is no free place for one.

    Examples
    --------
    >>> from seqcourse.figures.diagrams.layout import lay_out
    >>> from seqcourse.figures.diagrams.wiring import Part
    >>> parts = {"x": Part("input", "x_t", note="a word"),
    ...          "y": Part("output", "y_t")}
    >>> wiring = Wiring("A wire.", parts, "x -> y", "x y")
    >>> [one.lines for one in place_all(wiring, lay_out(wiring, "x y", 358))]
    [('a word',)]
    """
    taken = [*layout.boxes.values()]
    for wire, line in layout.lines.items():
        thick = 3.0 + 3 * (wire.kind == "memory")
        taken += [_around(*ends, thick) for ends in pairwise(line)]
    labels: list[Label] = []
    for name, part in wiring.parts.items():
        if part.gives:
            size = name_width(part.gives, ALONE), 19.0
            leaving = _lines(layout, name, leaving=True)
            label = name, (part.gives,), False
            if not _put(labels, taken, layout, label, _along(leaving, size)):
                raise ValueError(_NO_ROOM.format(name, part.gives))
    for name, part in wiring.parts.items():
        if not part.note:
            continue
        for lines in ((part.note,), tuple(wrap(part.note, 96))):
            size = max(map(name_width, lines)), _LINE * len(lines)
            places = _near(layout.boxes[name], size)
            if part.kind == "output":  # its note is about what leads there
                arriving = _lines(layout, name, leaving=False)
                places = chain(_along(arriving, size), places)
            if _put(labels, taken, layout, (name, lines, True), places):
                break
        else:
            raise ValueError(_NO_ROOM.format(name, part.note))
    return labels


def _put(
    labels: list[Label],
    taken: list[Box],
    layout: Layout,
    label: tuple[str, tuple[str, ...], bool],
    places: Iterable[Box],
) -> bool:
    name, lines, note = label
    for box in places:
        if box[0] >= 0 and box[2] <= layout.width and not any(
            apart(box, other) < 0 for other in taken
        ):  # fmt: skip
            taken.append(box)
            labels.append(Label(name, lines, box, note))
            return True
    return False


def apart(a: Box, b: Box) -> float:
    """Measure how far two boxes are apart; below 0 where they overlap.

    Parameters
    ----------
    a, b
        The boxes.

    Returns
    -------
    distance
        The larger of the distances across and down.

    Examples
    --------
    >>> apart((0, 0, 4, 4), (6, 1, 9, 3)), apart((0, 0, 4, 4), (1, 1, 9, 3))
    (2, -3)
    """
    across = max(a[0] - b[2], b[0] - a[2])
    return max(across, a[1] - b[3], b[1] - a[3])


def _around(start: Point, end: Point, air: float) -> Box:
    (x, y), (u, v) = start, end
    return min(x, u) - air, min(y, v) - air, max(x, u) + air, max(y, v) + air


def _lines(
    layout: Layout, name: str, *, leaving: bool
) -> list[tuple[Point, Point]]:
    """List the stretches of the wires of a part."""
    return [
        ends
        for wire, line in layout.lines.items()
        if name == (wire.source if leaving else wire.target)
        and wire.kind != "gradient"
        for ends in pairwise(line)
    ]


def _along(
    stretches: list[tuple[Point, Point]], size: tuple[float, float]
) -> Iterator[Box]:
    """Offer boxes beside wires, the longest stretch first."""
    w, h = size
    stretches.sort(
        key=lambda ends: -sum(abs(a - b) for a, b in zip(*ends, strict=True))
    )
    for (x, y), (u, v) in stretches:
        for share in (0.5, 0.35, 0.65, 0.2, 0.8):
            at = x + share * (u - x), y + share * (v - y)
            for air in (_AIR, 1.5 * _AIR, 3.5 * _AIR):
                for near in (-air - (w if x == u else h), air):
                    left, top = (
                        (at[0] + near, at[1] - h / 2) if x == u
                        else (at[0] - w / 2, at[1] + near)
                    )  # fmt: skip
                    yield left, top, left + w, top + h


def _near(box: Box, size: tuple[float, float]) -> Iterator[Box]:
    """Offer boxes around a part."""
    w, h = size
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    for air in (_AIR, 2 * _AIR, 4 * _AIR):
        for a, b in (
            (x - w / 2, top - air - h),
            (x - w / 2, bottom + air),
            (right + air, y - h / 2),
            (left - air - w, y - h / 2),
            (right + air - 4, top - air - h + 4),
            (right + air - 4, bottom + air - 4),
            (left - air - w + 4, top - air - h + 4),
            (left - air - w + 4, bottom + air - 4),
            (left, top - air - h), (right - w, top - air - h),
            (left, bottom + air), (right - w, bottom + air),
        ):  # fmt: skip
            yield a, b, a + w, b + h
