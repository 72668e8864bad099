"""Where wires run: at right angles, around parts, never upon each other."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Sequence

from seqcourse.figures.diagrams.wiring import Cells, Wire

#: A place where wires can bend: the middles of columns and rows have odd
#: numbers, the lanes between them even ones.
Node = tuple[int, int]

_TURN, _CROSS, _UPON, _OUTSIDE = 2.5, 9.0, 80.0, 2.0
_WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1))


def part_nodes(cells: Sequence[tuple[int, int]]) -> set[Node]:
    """Give the nodes that a part covers.

    Parameters
    ----------
    cells
        Its cells (column, row).

    Returns
    -------
    nodes
        Their middles, and the lanes between them.

    Examples
    --------
    >>> sorted(part_nodes([(0, 0), (1, 0)]))
    [(1, 1), (2, 1), (3, 1)]
    """
    columns, rows = ([*side] for side in zip(*cells, strict=True))
    return {
        (x, y)
        for x in range(2 * min(columns) + 1, 2 * max(columns) + 2)
        for y in range(2 * min(rows) + 1, 2 * max(rows) + 2)
    }


def routes(
    wires: Sequence[Wire], cells: Cells, size: tuple[int, int]
) -> dict[Wire, list[Node]]:
    """Find a way for each wire that carries something forward.

    The memory chooses first. Wires that leave the same part may share their
    beginning, so the longest of them goes before the others; those of
    different parts keep apart, and rather cross than run upon each other.

    Parameters
    ----------
    wires
        The wires.
    cells
        Where the parts stand.
    size
        How many columns and rows there are.

    Returns
    -------
    routes
        For each wire that is no gradient its nodes, from part to part.

    Raises
    ------
    ValueError
        If a wire cannot but run upon another.

    Examples
    --------
    >>> wire = Wire("a", "b")
    >>> routes([wire], {"a": [(0, 0)], "b": [(1, 0)]}, (2, 1))[wire]
    [(1, 1), (2, 1), (3, 1)]
    """
    nodes = {name: part_nodes(own) for name, own in cells.items()}
    blocked = set[Node]().union(*nodes.values())
    used: dict[frozenset[Node], str] = {}
    passed: dict[Node, set[tuple[str, bool]]] = defaultdict(set)
    found: dict[Wire, list[Node]] = {}

    order = [*cells]

    def turn_of(wire: Wire) -> tuple[bool, int, int]:
        (x, y), (u, v) = (
            min(nodes[name]) for name in (wire.source, wire.target)
        )
        far = abs(x - u) + abs(y - v)
        return wire.kind != "memory", order.index(wire.source), -far

    def cost(wire: Wire, a: Node, b: Node, way: int, turn: bool) -> float:
        edge, upright = frozenset((a, b)), way > 1
        owner = used.get(edge)
        if owner == wire.source:
            return 0.3
        price = 1.0 + _UPON * (owner is not None)
        price += _TURN * turn
        # At a crossing nothing may turn: it would look like a joint.
        others = {
            lies for name, lies in passed[a] if name != wire.source
        }  # fmt: skip
        if others and a not in blocked:
            price += _UPON if turn or upright in others else _CROSS
        for at, most in zip(b, size, strict=True):
            price += _OUTSIDE * (at in (0, 2 * most))
        return price

    for wire in sorted(
        (wire for wire in wires if wire.kind != "gradient"), key=turn_of
    ):
        goal = nodes[wire.target]
        heap = [(0.0, (node,), -1) for node in sorted(nodes[wire.source])]
        best: dict[tuple[Node, int], float] = {}
        while heap:
            spent, path, came = heapq.heappop(heap)
            here = path[-1]
            if here in goal:
                break
            if best.get((here, came), 1e9) <= spent:
                continue
            best[here, came] = spent
            for way, (dx, dy) in enumerate(_WAYS):
                there = here[0] + dx, here[1] + dy
                inside = all(
                    0 <= at <= 2 * most
                    for at, most in zip(there, size, strict=True)
                )
                if not inside or (there in blocked and there not in goal):
                    continue
                turn = came not in (-1, way)
                price = cost(wire, here, there, way, turn)
                heapq.heappush(heap, (spent + price, (*path, there), way))
        else:
            spent, path = 1e9, ()
        if spent >= _UPON:
            raise ValueError(
                f"grid: expected room for a wire from {wire.source} to "
                f"{wire.target}, got none"
            )
        found[wire] = [*path]
        for a, b in itertools.pairwise(path):
            used[frozenset((a, b))] = wire.source
            for node in (a, b):
                passed[node].add((wire.source, a[0] == b[0]))
    return found


def joints(found: dict[Wire, list[Node]], blocked: set[Node]) -> dict[
    Node, str
]:  # fmt: skip
    """Find where wires that leave the same part go different ways.

    Parameters
    ----------
    found
        The routes.
    blocked
        The nodes of all parts.

    Returns
    -------
    joints
        The part that the wires come from, by the node.

    Examples
    --------
    >>> up, on = Wire("a", "b"), Wire("a", "c")
    >>> joints({up: [(1, 3), (2, 3), (2, 2)],
    ...         on: [(1, 3), (2, 3), (3, 3)]}, {(1, 3)})
    {(2, 3): 'a'}
    """
    near: dict[tuple[str, Node], set[Node]] = defaultdict(set)
    for wire, path in found.items():
        for a, b in itertools.pairwise(path):
            near[wire.source, a].add(b)
            near[wire.source, b].add(a)
    return {
        node: name
        for (name, node), others in near.items()
        if len(others) > 2 and node not in blocked
    }
