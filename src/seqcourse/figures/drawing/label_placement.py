"""Where a line's name can stand: beside the line, on top of nothing.

A name beside its line is read at once; a key must be looked up. So a drawing
with room for them carries the names, and one without leaves them to the key.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqcourse.figures.drawing.thinning import cells_of_ink

Points = NDArray[np.float64]

#: How far text reaches above and below its baseline, in pixels.
ABOVE, BELOW = 11.0, 4.0
#: Free space around a name, in pixels.
AIR = 4.0
#: Boxes are compared with a line so many at a time, whose distances fit in
#: memory; and tried at so many points of a line.
_AT_ONCE, _PLACES = 64, 300


@dataclass(frozen=True)
class LabelPosition:
    """Where a name stands.

    Parameters
    ----------
    x, y
        The left end of its baseline, in pixels.

    Examples
    --------
    >>> LabelPosition(30.0, 40.0).x
    30.0
    """

    x: float
    y: float


def place_labels(
    lines: list[Points],
    widths: list[float],
    frame: tuple[float, float, float, float],
    taken: list[tuple[float, float, float, float]],
) -> list[LabelPosition | None]:
    """Find a position for the name of each line.

    Every position beside a line is tried; the best is near the line's end and
    nearer to its own line than to any other. The line with the fewest free
    positions chooses first.

    Parameters
    ----------
    lines
        For each line its points (N, 2) in pixels, y downwards.
    widths
        The width of each name, in pixels.
    frame
        Left, top, right and bottom of the space that names may use.
    taken
        Boxes that are not free: left, top, right, bottom.

    Returns
    -------
    positions
        For each line a position, or None where there is no free one.

    Examples
    --------
    >>> line = np.array([[0.0, 50.0], [200.0, 50.0]])
    >>> place_labels([line], [40.0], (0.0, 0.0, 200.0, 100.0), [])
    [LabelPosition(x=158.0, y=40.0)]
    """
    ink = [cells_of_ink(_dense(points)) for points in lines]
    boxes, costs = [], []
    for own, width in enumerate(widths):
        candidates, cost = _candidates(ink[own], width, frame)
        boxes.append(candidates)
        costs.append(cost + _crossings(candidates, ink, own))
    positions: list[LabelPosition | None] = [None] * len(lines)
    order = sorted(
        range(len(lines)), key=lambda i: np.isfinite(costs[i]).sum()
    )
    for own in order:
        free = costs[own] + _overlaps(boxes[own], taken)
        if not np.isfinite(free).any():
            continue
        left, top, right, bottom = boxes[own][int(np.argmin(free))]
        taken = [*taken, (left, top, right, bottom)]
        positions[own] = LabelPosition(float(left), float(top + ABOVE))
    return positions


def _dense(points: Points, step: float = 4.0) -> Points:
    """Put a point every few pixels along a line."""
    lengths = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    at = np.linspace(0.0, along[-1], int(along[-1] / step) + 2)
    return np.stack(
        [np.interp(at, along, points[:, i]) for i in (0, 1)], axis=1
    )


def _candidates(
    points: Points, width: float, frame: tuple[float, float, float, float]
) -> tuple[Points, Points]:
    """Offer boxes (M, 4) around each third point, with their costs."""
    at = points[:: -max(3, len(points) // _PLACES)]
    x, y = at[:, 0], at[:, 1]
    height = ABOVE + BELOW
    gap = AIR + 2
    corners = [
        (x + 2 * gap, y - height / 2, 0.0),
        (x - 2 * gap - width, y - height / 2, 6.0),
        (x - width - 2, y - gap - height, 0.0),
        (x - width - 2, y + gap + 2, 8.0),
    ]
    late = np.linspace(0.0, 60.0, len(at))
    boxes = [
        np.stack([left, top, left + width, top + height], axis=1)
        for left, top, _ in corners
    ]
    costs = [late + extra for _, _, extra in corners]
    box, cost = np.concatenate(boxes), np.concatenate(costs)
    outside = (box[:, :2] < frame[:2]).any(axis=1)
    outside |= (box[:, 2:] > frame[2:]).any(axis=1)
    cost[outside] = np.inf
    return box, cost


def _crossings(boxes: Points, ink: list[Points], own: int) -> Points:
    """Forbid boxes on a line, or nearer to another than to their own."""
    near = [_distance(boxes, points) for points in ink]
    cost = np.zeros(len(boxes))
    cost[near[own] < AIR + 1] = np.inf
    for other, distance in enumerate(near):
        if other != own:
            cost[distance < AIR] = np.inf
            cost += (45.0 - distance).clip(0.0)
            cost[distance < near[own]] = np.inf
    return cost


def _distance(boxes: Points, points: Points) -> Points:
    """Measure from each box to the nearest of the points; 0 when inside."""
    nearest = np.empty(len(boxes))
    for start in range(0, len(boxes), _AT_ONCE):
        some = boxes[start : start + _AT_ONCE, None]
        beyond = np.maximum(some[..., :2] - points, points - some[..., 2:])
        x, y = np.moveaxis(beyond.clip(0.0), -1, 0)
        nearest[start : start + _AT_ONCE] = np.hypot(x, y).min(axis=1)
    return nearest


def _overlaps(
    boxes: Points, taken: list[tuple[float, float, float, float]]
) -> Points:
    cost = np.zeros(len(boxes))
    for left, top, right, bottom in taken:
        apart = boxes[:, 2] + 3 * AIR < left
        apart |= boxes[:, 0] - 3 * AIR > right
        apart |= (boxes[:, 3] + 1 < top) | (boxes[:, 1] - 1 > bottom)
        cost[~apart] = np.inf
    return cost
