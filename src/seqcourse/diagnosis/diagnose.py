"""Look for the relation between an answer and the right one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seqcourse.diagnosis import (
    argument_relations,
    axis_relations,
    bound_relations,
    call_relations,
    case_relations,
    form_relations,
    number_relations,
    row_relations,
)
from seqcourse.diagnosis.call_relations import Call
from seqcourse.diagnosis.case_relations import Draw
from seqcourse.diagnosis.relation import Pair, Relation
from seqcourse.diagnosis.trial import Trial, alike, numbers
from seqcourse.numpy.contract.annotations import CheckedArguments, checked

#: What is asked of the first part that differs before and after the calls
#: that try it with other arguments; the most telling first.
FIRST: dict[str, Relation] = {
    "numbers that are none": axis_relations.not_finite,
    "nothing written": axis_relations.never_written,
    "what went in came back": argument_relations.came_back,
}
THEN: dict[str, Relation] = {
    **number_relations.RELATIONS,
    **argument_relations.RELATIONS,
    "nearly": number_relations.nearly,
    **axis_relations.RELATIONS,
    **row_relations.RELATIONS,
}
LAST: dict[str, Relation] = bound_relations.RELATIONS


@dataclass(frozen=True)
class Diagnosis(metaclass=CheckedArguments):
    """A relation that holds in every case that fails.

    Parameters
    ----------
    name
        The relation.
    sentence
        What to tell the learner.
    part
        The part of the result of which it speaks, where it has several.

    Examples
    --------
    >>> Diagnosis("the sign", "It has the opposite sign.").name
    'the sign'
    """

    name: str
    sentence: str
    part: str = ""


@checked
def diagnose(
    trials: Sequence[Trial],
    parts: Sequence[str],
    answer: Call,
    solution: Call,
    further: Draw,
) -> Diagnosis | None:
    """Name the first relation that holds in every trial that fails.

    Parameters
    ----------
    trials
        Right ones and wrong ones, the smallest first; none of them ended
        with an error.
    parts
        The names of the parts of a result; none where it is a single thing.
    answer
        Calls the answer with arguments by name.
    solution
        Calls the solution.
    further
        Gives many more trials, of other cases.

    Returns
    -------
    diagnosis
        None where no relation holds.

    Raises
    ------
    ValueError
        If an argument has another type, or `parts` names other results.

    Examples
    --------
    >>> trials = [Trial({}, x, -x, False) for x in (1.5, 2.5, 4.5)]
    >>> fails = lambda case: None
    >>> diagnose(trials, [], fails, fails, lambda: []).sentence
    'Every number has the right size and the opposite sign.'
    """
    for trial in trials:
        if parts and not _has(trial.expected, len(parts)):
            raise ValueError(
                f"parts: expected the names of what each trial expects, got "
                f"{len(parts)} of them"
            )
    with np.errstate(all="ignore"):
        return next(_all(trials, parts, answer, solution, further), None)


def _all(
    trials: Sequence[Trial],
    parts: Sequence[str],
    answer: Call,
    solution: Call,
    further: Draw,
) -> Iterator[Diagnosis]:
    failing = [trial for trial in trials if not trial.right]
    for name, form in form_relations.RELATIONS.items():
        if sentence := form(failing, parts):
            yield Diagnosis(name, sentence)
    if not all(_readable(trial.got) for trial in failing):
        return
    part, pairs = _first_part(trials, parts)
    if not pairs and not all(isinstance(t.got, list) for t in failing):
        return  # of another shape there is no more to say
    yield from _of_part(FIRST, part, pairs)
    for name, call in call_relations.FIRST.items():
        if sentence := call(trials, answer, solution):
            yield Diagnosis(name, sentence)
    if sentence := case_relations.right_where(trials, further):
        yield Diagnosis("right in some cases", sentence)
    yield from _of_part(THEN, part, pairs)
    if sentence := call_relations.right_with(failing, answer, solution):
        yield Diagnosis("one argument", sentence)
    yield from _of_part(LAST, part, pairs)


def _of_part(
    relations: Mapping[str, Relation], part: str, pairs: Sequence[Pair]
) -> Iterator[Diagnosis]:
    where = f"In `{part}`: " if part else ""
    for name, relation in relations.items():
        if pairs and (sentence := relation(pairs)):
            yield Diagnosis(name, f"{where}{sentence}", part)


def _readable(got: Any) -> bool:
    """Tell whether a result is made of numbers or words."""
    if isinstance(got, Mapping):
        got = tuple(got.values())
    if isinstance(got, tuple):
        return all(map(_readable, got))
    return isinstance(got, str) or numbers(got) is not None


def _first_part(
    trials: Sequence[Trial], parts: Sequence[str]
) -> tuple[str, list[Pair]]:
    """Give the first part that differs anywhere, in all trials."""
    for part, values in _by_part(trials, parts):
        pairs = []
        for trial, (expected, got) in zip(trials, values, strict=True):
            e, g = numbers(expected), numbers(got)
            if e is None or g is None or e.shape != g.shape:
                return part, []
            pairs.append(Pair(trial, e, g, trial.right or alike(g, e)))
        if not all(pair.right for pair in pairs):
            return part, pairs
    return "", []


def _by_part(
    trials: Sequence[Trial], parts: Sequence[str]
) -> Iterator[tuple[str, list[tuple[Any, Any]]]]:
    first = trials[0].expected
    if isinstance(first, Mapping):
        for key in first:
            if all(
                isinstance(t.got, Mapping) and key in t.got for t in trials
            ):
                yield key, [(t.expected[key], t.got[key]) for t in trials]
    elif parts:
        for number, part in enumerate(parts):
            if all(_has(trial.got, len(parts)) for trial in trials):
                yield (
                    part,
                    [(t.expected[number], t.got[number]) for t in trials],
                )
    else:
        yield "", [(trial.expected, trial.got) for trial in trials]


def _has(got: Any, count: int) -> bool:
    return isinstance(got, tuple | list) and len(got) == count
