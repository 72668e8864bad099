"""Which models a figure shows: names in, looks out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seqcourse.figures.drawing.palette import Look, look


@dataclass(frozen=True)
class Entry:
    """One model's result, with the name and the look it is shown under.

    Parameters
    ----------
    label
        What the figure calls it.
    look
        Its colour, dash and mark.
    second
        Whether an earlier entry has the same look.
    result
        What was measured.
    argument
        What to call it in an error, as the caller wrote it.

    Examples
    --------
    >>> from seqcourse.figures.drawing.palette import PALETTE
    >>> Entry("RNN", PALETTE["rnn"], False, 0.5).result
    0.5
    """

    label: str
    look: Look
    second: bool
    result: Any
    argument: str = ""


def entries(
    results: Mapping[str, Any], argument: str = "results"
) -> list[Entry]:
    """Give every result its look.

    Parameters
    ----------
    results
        A result by the model's name; or, under a name of your own, a pair of
        the result and the model's key.
    argument
        What to call it in an error.

    Returns
    -------
    entries
        One for each result, in the order given.

    Raises
    ------
    ValueError
        If there is none, if a name is not a model's, or if more than two
        results would look alike.

    Examples
    --------
    >>> [entry.label for entry in entries({"rnn": 1, "Wide RNN": (2, "rnn")})]
    ['RNN', 'Wide RNN']
    """
    if not results:
        raise ValueError(f"{argument}: expected at least one model, got none")
    found: list[Entry] = []
    seen: Counter[str] = Counter()
    for name, value in results.items():
        place = f"{argument}[{name!r}]"
        # A pair that ends in a name is a result with its model; a pair of
        # arrays is a result.
        if isinstance(value, tuple) and isinstance(value[-1], str):
            result, model = value
            own = look(model, place)
            label = name
        else:
            result, own = value, look(name, argument)
            label = own.label if name == own.key else name
        if seen[own.key] == 2:
            raise ValueError(
                f"{argument}: expected at most two results that look like "
                f"{own.label!r}, got a third, {name!r}"
            )
        again = seen[own.key] == 1
        found.append(Entry(label, own, again, result, place))
        seen[own.key] += 1
    return found
