"""A diagram in words: a sentence for each part, along the wires."""

from __future__ import annotations

import re
from itertools import groupby

from seqcourse.figures.diagrams.names import spoken_name
from seqcourse.figures.diagrams.wiring import Part, Wiring


def describe(wiring: Wiring) -> str:
    """Write the text alternative of a wiring.

    Parameters
    ----------
    wiring
        The wiring.

    Returns
    -------
    text
        Its title, its inputs, and every other part after all that lead to
        it; then the memory's way and the gradient's.

    Examples
    --------
    >>> parts = {
    ...     "x": Part("input", "x_t"),
    ...     "gate": Part("gate", "σ", "a sigmoid", "i_t"),
    ...     "y": Part("output", "y_t"),
    ... }
    >>> wiring = Wiring("A gate.", parts, "x -> gate -> y", "x gate y")
    >>> print(describe(wiring))
    A gate. The input is x t. x t enters a sigmoid, which gives i t. i t
    leaves as y t.
    """
    parts, order = wiring.parts, wiring.order()
    inputs = [
        parts[name].says or parts[name].label
        for name in order
        if parts[name].kind == "input"
    ]
    plural = len(inputs) > 1
    are = "s are" if plural else " is"
    said = [wiring.title, f"The input{are} {listed(inputs)}."]

    def sources(name: str) -> tuple[tuple[str, str], ...]:
        return tuple(
            (wire.source, wire.kind)
            for wire in wiring.wires
            if wire.target == name and wire.kind != "gradient"
        )

    rest = [name for name in order if parts[name].kind != "input"]
    for into, names in groupby(rest, sources):
        who = listed([parts[source].outcome for source, _ in into])
        several = len(into) > 1 or re.search("^the .*[^s]s$", who)
        kinds = {kind for _, kind in into}
        maybe = "optionally " if kinds == {"optional"} else ""
        group = [parts[name] for name in names]
        for leaves, some in groupby(
            group, lambda part: part.kind == "output"
        ):
            verb = "leave" if leaves else "enter"
            verb += "" if several else "s"
            way = " as" if leaves else ""
            said.append(
                f"{who} {maybe}{verb}{way} {listed([*map(_phrase, some)])}."
            )
    for kind, line in (
        ("memory", "The thick line, the memory, leads from"),
        ("gradient", "In the backward pass the gradient flows from"),
    ):
        for chain in _chains(wiring, kind):
            first, *others, last = [
                (parts[name].says or parts[name].label).split(",")[0]
                for name in chain
            ]
            through = f" through {listed(others)}" if others else ""
            said.append(f"{line} {first}{through} to {last}.")
    return spoken_name(" ".join(_capital(words) for words in said))


def listed(words: list[str]) -> str:
    """Join words to an enumeration.

    Parameters
    ----------
    words
        One or more.

    Returns
    -------
    text
        With commas, or semicolons if a word has a comma, and an "and".

    Examples
    --------
    >>> listed(["f", "i", "o"]), listed(["a, b", "c"])
    ('f, i and o', 'a, b; and c')
    """
    if len(words) == 1:
        return words[0]
    commas = any("," in word for word in words)
    mark = ";" if commas else ","
    last = f"{';' * commas} and {words[-1]}"
    return f"{f'{mark} '.join(words[:-1])}{last}"


def _phrase(part: Part) -> str:
    gives = f", which gives {part.gives}" if part.gives else ""
    return (part.says or part.label) + gives


def _capital(words: str) -> str:
    """Begin with a capital, unless it begins with a symbol."""
    first = words.split()[0]
    plain = first.replace("-", "").isalpha() and (
        len(first) > 1 or first == "a"
    )
    return words[:1].upper() + words[1:] if plain else words


def _chains(wiring: Wiring, kind: str) -> list[list[str]]:
    """Join the wires of a kind, end to end."""
    chains: list[list[str]] = []
    for wire in wiring.wires:
        if wire.kind == kind:
            if chains and chains[-1][-1] == wire.source:
                chains[-1].append(wire.target)
            else:
                chains.append([wire.source, wire.target])
    return chains
