"""What a diagram is made of: parts, wires, and a grid that parts stand on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

#: How each kind of wire is written.
ARROWS = {"->": "data", "=>": "memory", "~>": "gradient", "..>": "optional"}
#: What a part can be.
KINDS = frozenset(
    (
        "input",
        "output",
        "value",
        "layer",
        "gate",
        "matrix",
        "operator",
        "join",
    )
)

Cells = dict[str, list[tuple[int, int]]]


@dataclass(frozen=True)
class Part:
    """One part of a diagram.

    Parameters
    ----------
    kind
        One of `KINDS`.
    label
        What is written in it; of an operator, its sign.
    says
        What the text alternative calls it, with its article.
    gives
        The name of what leaves it, written beside the wire.
    note
        A word beside it.
    result
        What the text alternative calls that which leaves it, if it has no
        name of its own.
    step
        The frame in which it appears; 0 for all.

    Examples
    --------
    >>> Part("gate", "σ", "the forget gate, a sigmoid", "f_t").outcome
    'f_t'
    >>> Part("operator", "+", "an addition").outcome
    'the addition'
    """

    kind: str
    label: str
    says: str = ""
    gives: str = ""
    note: str = ""
    result: str = ""
    step: int = 0

    @property
    def outcome(self) -> str:
        """What the text alternative calls that which leaves it."""
        name = (self.says or self.label).split(",")[0]
        known = re.sub("^(an?|their) ", "the ", name)
        return self.gives or self.result or known


@dataclass(frozen=True)
class Wire:
    """A wire from part to part.

    Parameters
    ----------
    source, target
        The parts' names.
    kind
        ``"data"``, ``"memory"``, ``"gradient"`` or ``"optional"``.

    Examples
    --------
    >>> Wire("x", "gate").kind
    'data'
    """

    source: str
    target: str
    kind: str = "data"


@dataclass(frozen=True)
class Wiring:
    """A diagram, before anything is drawn: it knows no pixel.

    Parameters
    ----------
    title
        The first sentence of the text alternative.
    parts
        The parts by name.
    routes
        The wires: a line for each chain of names with arrows between them,
        ``->`` for data, ``=>`` for the memory, ``~>`` for a gradient,
        ``..>`` for what is optional.
    grid
        A line for each row, a word for each column: a part's name, or a dot
        for an empty cell. A part that is named in several cells side by side
        spans them.
    narrow
        The same for a phone; if empty, the grid is turned, so that what leads
        to the right leads down.

    Raises
    ------
    ValueError
        If a wire leads to an unknown part, a part stands in no cell or in
        cells that are no rectangle, or no wire reaches a part.

    Examples
    --------
    >>> parts = {"x": Part("input", "x_t"), "y": Part("output", "y_t")}
    >>> Wiring("A wire.", parts, "x -> y", "x y").wires
    (Wire(source='x', target='y', kind='data'),)
    >>> Wiring("A wire.", parts, "x -> z", "x y")
    Traceback (most recent call last):
    ValueError: routes: expected wires between x, y, got 'z'
    """

    title: str
    parts: Mapping[str, Part]
    routes: str
    grid: str
    narrow: str = ""
    wires: tuple[Wire, ...] = field(init=False)

    def __post_init__(self) -> None:
        wires = tuple(_wires(self.routes))
        object.__setattr__(self, "wires", wires)
        for wire in wires:
            for name in (wire.source, wire.target):
                if name not in self.parts:
                    raise ValueError(
                        "routes: expected wires between "
                        f"{', '.join(self.parts)}, got {name!r}"
                    )
        for name, part in self.parts.items():
            if part.kind not in KINDS:
                raise ValueError(
                    f"parts[{name!r}]: expected one of "
                    f"{', '.join(sorted(KINDS))}, got {part.kind!r}"
                )
        missing = [name for name in self.parts if name not in self.order()]
        if missing:
            raise ValueError(
                "routes: expected a way from the inputs to every part, got "
                f"none to {', '.join(missing)}"
            )
        for grid in (self.grid, self.narrow or self.grid):
            self.cells(grid)

    def order(self) -> list[str]:
        """List the parts in the order in which the wires reach them.

        Returns
        -------
        names
            Every part after all that lead to it; those that no wire reaches
            are missing.
        """
        forward = [wire for wire in self.wires if wire.kind != "gradient"]
        before = {
            name: {wire.source for wire in forward if wire.target == name}
            for name in self.parts
        }
        found: list[str] = []
        while True:
            ready = [
                name
                for name, part in self.parts.items()
                if name not in found
                and (before[name] or part.kind == "input")
                and before[name] <= {*found}
            ]
            if not ready:
                return found
            found += ready[:1]

    def cells(self, grid: str) -> Cells:
        """Read where each part stands.

        Parameters
        ----------
        grid
            The wide or the narrow grid.

        Returns
        -------
        cells
            For each part its cells (column, row).

        Raises
        ------
        ValueError
            If the rows differ in length, a word names no part, or a part
            stands in no cell or in cells that are not side by side.
        """
        rows = grid_rows(grid)
        cells: Cells = {name: [] for name in self.parts}
        for row, words in enumerate(rows):
            if len(words) != len(rows[0]):
                raise ValueError(
                    f"grid: expected {len(rows[0])} cells in each row, got "
                    f"{len(words)} in row {row + 1}"
                )
            for column, word in enumerate(words):
                if word == ".":
                    continue
                if word not in cells:
                    raise ValueError(
                        f"grid: expected names of parts, got {word!r} in row "
                        f"{row + 1}; a cell holds one part"
                    )
                cells[word].append((column, row))
        for name, own in cells.items():
            columns, lines = ({*side} for side in zip(*own, strict=True)) if (
                own
            ) else ((), ())  # fmt: skip
            wide, high = (
                max(side) - min(side) + 1 if side else 0
                for side in (columns, lines)
            )
            if not own or wide * high != len(own):
                raise ValueError(
                    f"grid: expected {name!r} in one cell, or in several "
                    f"side by side, got {len(own)}"
                )
        return cells


def grid_rows(grid: str) -> list[list[str]]:
    r"""Split a grid into rows of words.

    Parameters
    ----------
    grid
        As in `Wiring`.

    Returns
    -------
    rows
        A list of words for each line that is not empty.

    Examples
    --------
    >>> grid_rows("a b\n. c")
    [['a', 'b'], ['.', 'c']]
    """
    return [line.split() for line in grid.splitlines() if line.strip()]


def turned(grid: str) -> str:
    r"""Turn a grid, so that what leads to the right leads down.

    Parameters
    ----------
    grid
        As in `Wiring`.

    Returns
    -------
    grid
        Its columns as rows, the last row in the first column.

    Examples
    --------
    >>> print(turned("a b\n. c"))
    . a
    c b
    """
    columns = zip(*grid_rows(grid)[::-1], strict=True)
    return "\n".join(" ".join(column) for column in columns)


def _wires(routes: str) -> list[Wire]:
    wires = []
    for line in routes.splitlines():
        words = line.split()
        for place in range(1, len(words) - 1, 2):
            source, arrow, target = words[place - 1 : place + 2]
            if arrow not in ARROWS:
                raise ValueError(
                    f"routes: expected one of {', '.join(ARROWS)} between "
                    f"two parts, got {arrow!r}"
                )
            wires.append(Wire(source, target, ARROWS[arrow]))
    return wires
