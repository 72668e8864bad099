"""Hostile calls by the group: drawn from a seed, judged, counted, kept."""

from __future__ import annotations

import dataclasses
import os
import re
from collections import Counter, defaultdict
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.hostile.base_calls import Call, base_calls
from tests.hostile.catalogue import entries
from tests.hostile.change import Change
from tests.hostile.changes import changes_of
from tests.hostile.outcomes import OUTCOMES, Outcome, outcome_of, short

#: Where the draws begin, how many cases there are, and of which entries.
SEED = int(os.environ.get("HOSTILE_SEED", "0"))
CASES = int(os.environ.get("HOSTILE_CASES", "4000"))
ONLY = re.compile(os.environ.get("HOSTILE_ONLY", ""))


@dataclasses.dataclass(frozen=True)
class Failure:
    """A case that came to what nobody may see.

    Parameters
    ----------
    call
        What was called.
    changes
        What was replaced, and by what.
    outcome
        What it came to.
    """

    call: Call
    changes: tuple[tuple[Change, Any], ...]
    outcome: Outcome

    @property
    def key(self) -> tuple[str, ...]:
        """What two cases of one fault have in common."""
        kinds = [(c.place, c.kind) for c, _ in self.changes]
        name, what = self.call.entry.name, self.outcome
        return (name, str(kinds), what.what, what.error)

    def __str__(self) -> str:
        told = "; ".join(str(change) for change, _ in self.changes)
        words = self.outcome.words
        if self.outcome.error:
            words = f"{self.outcome.error}: {words}"
        return (
            f"{self.call.entry.name}: {told}\n"
            f"    {self.outcome.what}: {' '.join(words.split())[:200]}\n"
            f"    {self.written}"
        )

    @property
    def written(self) -> str:
        """The call as a reader could type it."""
        replaced = {c.argument: value for c, value in self.changes}
        given = {**self.call.arguments, **replaced}
        inside = ", ".join(f"{k}={short(v)}" for k, v in given.items())
        entry = self.call.entry
        name = entry.name.rpartition(".")[2]
        if self.call.receiver is None:
            name = entry.name
        elif name == "__call__":
            name = f"({short(self.call.receiver)})"
        else:
            name = f"{short(self.call.receiver)}.{name}"
        return f"{name}({inside})"[:500]


@dataclasses.dataclass
class Tally:
    """What the cases of a group came to.

    Parameters
    ----------
    group
        Its name.
    counts
        How many cases came to what.
    failures
        One case of each fault.
    """

    group: str
    counts: Counter[str] = dataclasses.field(default_factory=Counter)
    failures: dict[tuple[str, ...], Failure] = dataclasses.field(
        default_factory=dict
    )

    def add(
        self, call: Call, changes: list[tuple[Change, Any]], what: Outcome
    ) -> None:
        self.counts[what.what] += 1
        if what.is_failure:
            failure = Failure(call, tuple(changes), what)
            self.failures.setdefault(failure.key, failure)

    def shown(self) -> list[Failure]:
        """Give what failed, without pairs of which one fails alone."""
        alone = {
            (f.call.entry.name, f.changes[0][0].place, f.changes[0][0].kind)
            for f in self.failures.values()
            if len(f.changes) == 1
        }
        return [
            f
            for f in self.failures.values()
            if len(f.changes) == 1
            or not any(
                (f.call.entry.name, c.place, c.kind) in alone
                for c, _ in f.changes
            )
        ]


@cache
def groups() -> dict[str, dict[str, list[Call]]]:
    """Give the entries of every group that have something to change."""
    found: dict[str, dict[str, list[Call]]] = defaultdict(dict)
    for name, calls in base_calls().items():
        if entries()[name].parameters and ONLY.search(name):
            found[entries()[name].group][name] = calls
    return dict(found)


@cache
def _changes(number: int, name: str) -> list[Change]:
    return changes_of(base_calls()[name][number])


def cases_of(group: str) -> int:
    """Share the cases out: a group of more entries has more of them."""
    weights = {g: len(names) ** 0.5 for g, names in groups().items()}
    return max(20, int(CASES * weights[group] / sum(weights.values())))


def run(group: str) -> Tally:
    """Make a group's hostile calls."""
    tally = Tally(group)
    names = sorted(groups()[group])

    @st.composite
    def cases(draw: st.DrawFn) -> tuple[Call, list[tuple[Change, Any]]]:
        name = draw(st.sampled_from(names))
        calls = groups()[group][name]
        number = draw(st.integers(0, len(calls) - 1))
        possible = _changes(number, name)
        first = draw(st.sampled_from(possible))
        chosen = [(first, draw(first.values))]
        others = [c for c in possible if c.argument != first.argument]
        if others and draw(st.integers(0, 4)) == 0:
            second = draw(st.sampled_from(others))
            chosen.append((second, draw(second.values)))
        return calls[number], chosen

    @seed(SEED)
    @settings(
        max_examples=cases_of(group),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def test(case: tuple[Call, list[tuple[Change, Any]]]) -> None:
        call, changes = case
        tally.add(call, changes, outcome_of(call, changes))

    test()
    return tally


def table(tallies: list[tuple[str, dict[str, int]]]) -> str:
    """Write the counts of all groups, a line each."""
    lines = [("group", "cases", *OUTCOMES)]
    rows = [
        (group, sum(counts.values()), *(counts.get(o, 0) for o in OUTCOMES))
        for group, counts in tallies
    ]
    total = ("all", *map(sum, zip(*(row[1:] for row in rows), strict=True)))
    lines += [tuple(map(str, row)) for row in (*rows, total)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
