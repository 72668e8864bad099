"""From a grid to pixels: the boxes of parts, and the lines wires follow."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from seqcourse.figures.diagrams.names import name_width
from seqcourse.figures.diagrams.routes import Node, joints, part_nodes, routes
from seqcourse.figures.diagrams.wiring import Part, Wire, Wiring, grid_rows
from seqcourse.figures.drawing.shapes import Point

#: Left, top, right and bottom, in pixels.
Box = tuple[float, float, float, float]

#: The size of letters in a box, and of names that stand alone.
IN, ALONE = 15, 17
_HIGH, _SIGN, _DOT = 30.0, 24.0, 3.6
_ROW, _WIDEST, _NARROWEST, _LANE = 34.0, 56.0, 11.0, 14.0
#: How far a gradient runs beside the wire that it answers.
_BESIDE = 12.0


@dataclass(frozen=True)
class Layout:
    """Where everything of a wiring is drawn.

    Parameters
    ----------
    boxes
        The box of each part.
    lines
        The corners of each wire, from the edge of its source to the edge of
        its target.
    dots
        The joints, each with the part that its wires come from.
    width, height
        The size of the whole.

    Examples
    --------
    >>> Layout({}, {}, [], 608.0, 90.0).height
    90.0
    """

    boxes: dict[str, Box]
    lines: dict[Wire, list[Point]]
    dots: list[tuple[Point, str]]
    width: float
    height: float


def part_size(part: Part) -> tuple[float, float]:
    """Give the room that a part takes.

    Parameters
    ----------
    part
        The part.

    Returns
    -------
    size
        Width and height, in pixels.

    Examples
    --------
    >>> part_size(Part("operator", "×"))
    (24.0, 24.0)
    """
    if part.kind == "operator":
        return _SIGN, _SIGN
    if part.kind == "join":
        return 2 * _DOT, 2 * _DOT
    if part.kind in ("input", "output", "value"):
        return name_width(part.label, ALONE) + 8, 22.0
    return max(46.0, name_width(part.label, IN) + 18), _HIGH


def lay_out(
    wiring: Wiring, grid: str, width: float, above: float = 0.0
) -> Layout:
    """Give every part a box and every wire its corners.

    Parameters
    ----------
    wiring
        The wiring.
    grid
        The grid that is drawn.
    width
        The width of the sheet, in pixels.
    above
        Room to leave above the first row, in pixels.

    Returns
    -------
    layout
        Boxes and lines.

    Raises
    ------
    ValueError
        If the grid is too wide for the sheet.

    Examples
    --------
    >>> parts = {"x": Part("input", "x_t"), "y": Part("output", "y_t")}
    >>> wiring = Wiring("A wire.", parts, "x -> y", "x y")
    >>> sorted(lay_out(wiring, "x y", 358).boxes)
    ['x', 'y']
    """
    rows = grid_rows(grid)
    across, down = len(rows[0]), len(rows)
    cells = wiring.cells(grid)
    paths = routes(wiring.wires, cells, (across, down))
    sizes = {name: part_size(part) for name, part in wiring.parts.items()}
    wide, high = [0.0] * across, [0.0] * down
    for name, own in cells.items():
        columns, lines = ({*side} for side in zip(*own, strict=True))
        if len(columns) == 1:
            (at,) = columns
            wide[at] = max(wide[at], sizes[name][0])
        if len(lines) == 1:
            (at,) = lines
            high[at] = max(high[at], sizes[name][1])
    ends = {node for path in paths.values() for node in path}
    outer = [
        _LANE * any(node[axis] == at for node in ends)
        for axis, at in ((0, 0), (0, 2 * across), (1, 0), (1, 2 * down))
    ]
    free = width - 6 - sum(wide) - sum(outer[:2])
    gap = min(_WIDEST, free / max(across - 1, 1))
    if gap < _NARROWEST:
        raise ValueError(
            f"grid: expected columns that fit {width:g} pixels, got "
            f"{sum(wide) + _NARROWEST * across:.0f}"
        )
    left = (width - sum(wide) - gap * (across - 1)) / 2
    left += (outer[0] - outer[1]) / 2
    xs = _places(wide, gap, left, outer[:2])
    ys = _places(high, _ROW, above + outer[2] + 2, outer[2:])
    boxes = {}
    for name, own in cells.items():
        nodes = part_nodes(own)
        (x0, y0), (x1, y1) = min(nodes), max(nodes)
        w, h = sizes[name]
        x, y = (xs[x0] + xs[x1]) / 2, (ys[y0] + ys[y1]) / 2
        box = [x - w / 2, y - h / 2, x + w / 2, y + h / 2]
        # A part over several cells fills them from edge to edge.
        if x0 < x1:
            box[0] = min(box[0], xs[x0] - wide[x0 // 2] / 2)
            box[2] = max(box[2], xs[x1] + wide[x1 // 2] / 2)
        if y0 < y1:
            box[1] = min(box[1], ys[y0] - high[y0 // 2] / 2)
            box[3] = max(box[3], ys[y1] + high[y1 // 2] / 2)
        boxes[name] = (box[0], box[1], box[2], box[3])
    lines = {
        wire: _corners(path, boxes[wire.source], boxes[wire.target], xs, ys)
        for wire, path in paths.items()
    }
    for wire in wiring.wires:
        if wire.kind == "gradient":
            lines[wire] = _beside(wire, lines)
    blocked = set[Node]().union(*map(part_nodes, cells.values()))
    dots = [
        ((xs[x], ys[y]), name)
        for (x, y), name in joints(paths, blocked).items()
    ]
    return Layout(boxes, lines, dots, width, ys[-1] + 2)


def _places(
    sizes: list[float], gap: float, start: float, outer: list[float]
) -> list[float]:
    """Place the lanes and middles along one axis."""
    places, at = [start - outer[0] / 2], start
    for size in sizes:
        places += [at + size / 2, at + size + gap / 2]
        at += size + gap
    places[-1] = at - gap + outer[1] / 2
    return places


def _corners(
    path: list[Node],
    source: Box,
    target: Box,
    xs: list[float],
    ys: list[float],
) -> list[Point]:
    points = [(xs[x], ys[y]) for x, y in path]
    # What lies within the two parts is not seen.
    inside = [_within(point, source) for point in points]
    first = max(i for i, hit in enumerate(inside) if hit)
    last = min(i for i, p in enumerate(points) if _within(p, target))
    points = points[first : last + 1]
    points[0] = _edge(points[0], points[1], source)
    points[-1] = _edge(points[-1], points[-2], target)
    return [
        point
        for before, point, after in zip(
            [None, *points], points, [*points[1:], None], strict=False
        )
        if before is None or after is None or not (
            before[0] == point[0] == after[0]
            or before[1] == point[1] == after[1]
        )
    ]  # fmt: skip


def _within(point: Point, box: Box) -> bool:
    x, y = point
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _edge(inner: Point, outer: Point, box: Box) -> Point:
    x, y = inner
    if outer[0] != x:
        return (box[2] if outer[0] > x else box[0]), y
    return x, (box[3] if outer[1] > y else box[1])


def _beside(wire: Wire, lines: dict[Wire, list[Point]]) -> list[Point]:
    """Run back along a forward wire, at its side."""
    ways = {(wire.source, wire.target): lines[wire] for wire in lines}
    if (wire.target, wire.source) not in ways:
        raise ValueError(
            "routes: expected a wire forward for each gradient, got none "
            f"from {wire.target} to {wire.source}"
        )
    back = ways[wire.target, wire.source][::-1]
    normals = []
    for (x, y), (u, v) in itertools.pairwise(back):
        length = abs(u - x) + abs(v - y)
        normals.append(((y - v) / length, (u - x) / length))
    sides = zip([normals[0], *normals], [*normals, normals[-1]], strict=True)
    return [
        (
            x + _BESIDE * (a[0] if a == b else a[0] + b[0]),
            y + _BESIDE * (a[1] if a == b else a[1] + b[1]),
        )
        for (x, y), (a, b) in zip(back, sides, strict=True)
    ]
