"""What a check says to a mutant, and whether an accepted one is right."""

from __future__ import annotations

import dataclasses
import os
import random
import re
import time
import warnings
from collections import Counter
from functools import cache, partial
from unittest.mock import patch

import numpy as np

from seqcourse.exercises import EXERCISES, Exercise, check, find
from seqcourse.exercises.calling import define, draw, outcome
from seqcourse.exercises.comparing import apart
from seqcourse.exercises.time_limit import TimeIsUpError, time_limit
from tests.mistakes.equivalents import reason
from tests.mistakes.mutants import Mutant, mutants_of

#: Which mutants are drawn, and how many of all exercises; 0 takes all.
SEED = int(os.environ.get("MISTAKES_SEED", "0"))
CASES = int(os.environ.get("MISTAKES_CASES", "1000"))
#: Seeds on which an accepted mutant must still be the solution's equal.
MORE_SEEDS = range(1, 41)

EQUAL, WRONG, RAISED = "equivalent", "accepted though wrong", "raised"
#: The kinds of a reply that tell what is wrong, and the one that does not.
NAMED, CASE = ("mistake", "relation", "form", "error"), "case"
OUTCOMES = (EQUAL, *NAMED, CASE, WRONG, RAISED)
FAILURES = (WRONG, RAISED)
_UNDEFINED = re.compile(r"NameError|UnboundLocalError")


@dataclasses.dataclass(frozen=True)
class Judged:
    """A mutant, and what became of it.

    Parameters
    ----------
    id
        The exercise.
    mutant
        The wrong answer.
    what
        One of `OUTCOMES`.
    words
        What the check said, or which seed told the difference.
    """

    id: str
    mutant: Mutant
    what: str
    words: str

    def __str__(self) -> str:
        return (
            f"{self.id}: {self.mutant.change}\n    {self.what}: {self.words}"
        )


def sample(id_: str) -> list[Mutant]:
    """Draw an exercise's share of the mutants, in their order."""
    mutants = list(mutants_of(id_))
    share = -(-CASES // len(EXERCISES)) if CASES else len(mutants)
    if share >= len(mutants):
        return mutants
    chosen = random.Random(f"{SEED}: {id_}").sample(
        range(len(mutants)), share
    )
    return [mutants[number] for number in sorted(chosen)]


def judge(id_: str, mutant: Mutant) -> Judged:
    """Check a mutant and, where it is accepted, look for a difference."""
    exercise = find(id_)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = define(exercise, mutant.code)
            soon = partial(time_limit, _patience(id_))
            with patch("seqcourse.exercises.checking.time_limit", soon):
                verdict = check(id_, answer)
            if not verdict.passed:
                words = f"{verdict.head} {verdict.words}"
                return Judged(id_, mutant, verdict.kind, words)
            differs = difference(exercise, mutant)
    except Exception as error:
        return Judged(id_, mutant, RAISED, repr(error))
    if differs is None and reason(id_, mutant) is None:
        differs = f"equal on {len(MORE_SEEDS)} seeds, but not listed as equal"
    if differs is None:
        return Judged(id_, mutant, EQUAL, verdict.words)
    return Judged(id_, mutant, WRONG, differs)


def difference(exercise: Exercise, mutant: Mutant) -> str | None:
    """Find a seed on whose cases a mutant is not the solution's equal."""
    solution = define(exercise, exercise.solution)
    answer = define(exercise, mutant.code)
    for seed in MORE_SEEDS:
        cases = draw(exercise, seed)
        expected = [outcome(solution, case) for case in cases]
        try:
            with time_limit(_patience(exercise.id)):
                got = [outcome(answer, case) for case in cases]
        except TimeIsUpError:
            return f"seed {seed}: no end"
        for right, given in zip(expected, got, strict=True):
            words = apart(exercise, right, given)
            if words is not None:
                return f"seed {seed}: {words}"
    return None


@cache
def _patience(id_: str) -> float:
    """Give the seconds after which a mutant has no end."""
    exercise = find(id_)
    begun = time.monotonic()
    check(id_, define(exercise, exercise.solution))
    return 2.0 + 20 * (time.monotonic() - begun)


def judge_all(id_: str) -> list[Judged]:
    """Judge an exercise's share of the mutants.

    Python itself tells a person of a name that is nowhere defined, and so
    those mutants are not counted.
    """
    judged = [judge(id_, mutant) for mutant in sample(id_)]
    return [each for each in judged if not _UNDEFINED.search(each.words)]


def table(judged: list[tuple[str, dict[str, int]]]) -> str:
    """Write how many mutants got which reply, a line for each exercise."""
    total: Counter[str] = Counter()
    for _, counts in judged:
        total.update(counts)
    lines = [("exercise", "mutants", *OUTCOMES, "named")]
    for id_, counts in (*judged, ("all", total)):
        refused = sum(n for what, n in counts.items() if what != EQUAL)
        named = sum(counts.get(what, 0) for what in NAMED)
        lines.append(
            (
                id_,
                str(sum(counts.values())),
                *(str(counts.get(what, 0)) for what in OUTCOMES),
                f"{named / max(refused, 1):.0%}",
            )
        )
    widths = np.max([[len(cell) for cell in line] for line in lines], axis=0)
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(
                zip(line, widths, strict=True)
            )
        )
        for line in lines
    )
