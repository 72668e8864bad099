"""Check an answer: on random cases, and against the mistakes people make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from seqcourse.exercises.calling import (
    Answer,
    Failure,
    define,
    draw,
    outcome,
)
from seqcourse.exercises.comparing import difference
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.exercises.plain_values import Strange
from seqcourse.exercises.registry import find
from seqcourse.exercises.time_limit import LIMIT, TimeIsUpError, time_limit
from seqcourse.exercises.verdict import Verdict
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked


@checked
def check(
    id: str,  # noqa: A002
    answer: Answer | Mapping[str, Any],
    *,
    seed: int = 0,
) -> Verdict:
    """Say whether an answer to an exercise is right, or what is wrong.

    The answer and the solution are called on the same random cases. An
    answer that differs is held against the mistakes that people make.

    Whatever an answer returns or raises, a verdict comes back, but the
    keyboard interrupts. An endless loop ends after 30 seconds on the main
    thread of Linux and macOS; a page of the book has its own limit.

    Parameters
    ----------
    id
        The exercise, such as ``"rnn-step"``.
    answer
        The function, or the names that the learner's code has defined.
    seed
        Fixes the cases.

    Returns
    -------
    verdict
        Whether it passed, and a sentence or two.

    Raises
    ------
    ValueError
        If there is no such exercise, the answer is neither a function nor
        a dictionary, or the seed is not a whole number of at least 0.

    Examples
    --------
    >>> check("rnn-step", lambda x, h, params: None)
    ✗ rnn-step: Not yet. In case 1 of 8: Nothing comes back: it is None. Is
    there a return?
    """
    exercise = find(id)
    arguments.check_at_least(0, seed=seed)
    try:
        with time_limit():
            return _verdict(exercise, answer, seed)
    except TimeIsUpError:
        words = f"It ran for {LIMIT:g} seconds. Is there an endless loop?"
        return Verdict(id, False, "Not yet.", words)


def _verdict(exercise: Exercise, answer: Any, seed: int) -> Verdict:
    given: Any = answer
    if isinstance(answer, Mapping):
        given = answer.get(exercise.function)
    if not callable(given):
        words = f"A function named {exercise.function} was expected."
        return Verdict(exercise.id, False, "Not yet.", words)
    cases = draw(exercise, seed)
    expected = [
        outcome(define(exercise, exercise.solution), case) for case in cases
    ]
    got = [outcome(given, case) for case in cases]
    wrong = parting(exercise, expected, got)
    if wrong is None:
        tried = f"Right on all {len(cases)} random cases."
        return Verdict(exercise.id, True, "That is it.", tried)
    for mistake in exercise.mistakes:
        if makes(mistake, exercise, given, cases, expected, got):
            head = f"Not yet: {mistake.name}."
            return Verdict(exercise.id, False, head, mistake.says)
    return Verdict(exercise.id, False, "Not yet.", wrong)


def parting(
    exercise: Exercise, expected: list[Any], got: list[Any]
) -> str | None:
    """Find the first case in which an answer parts from the solution.

    Parameters
    ----------
    exercise
        The exercise.
    expected
        What the solution gives in each case.
    got
        What the answer gives.

    Returns
    -------
    words
        A sentence about that case, or None if there is none.

    Examples
    --------
    >>> parting(find("rnn-step"), [np.zeros(2)], [np.ones(2)])
    'In case 1 of 1: It is off by up to 100.0 % of the largest number.'
    """
    for number, (right, given) in enumerate(zip(expected, got, strict=True)):
        words = _apart(exercise, right, given)
        if words is not None:
            return f"In case {number + 1} of {len(got)}: {words}"
    return None


def makes(
    mistake: Mistake,
    exercise: Exercise,
    answer: Answer,
    cases: list[Arguments],
    expected: list[Any],
    got: list[Any],
) -> bool:
    """Tell whether a wrong answer makes a mistake.

    Parameters
    ----------
    mistake
        The mistake.
    exercise
        The exercise.
    answer
        The wrong answer.
    cases
        What it was called with.
    expected
        What the solution gives in each case.
    got
        What the answer gives.

    Returns
    -------
    same
        Whether it shows the mistake, or fails as the mistake does.

    Examples
    --------
    >>> exercise = find("rnn-step")
    >>> cases = draw(exercise, 0)
    >>> mistake = exercise.mistakes[0]
    >>> wrong = define(exercise, mistake.made_in(exercise.solution))
    >>> right = define(exercise, exercise.solution)
    >>> expected = [outcome(right, case) for case in cases]
    >>> got = [outcome(wrong, case) for case in cases]
    >>> makes(mistake, exercise, wrong, cases, expected, got)
    True
    """
    if mistake.shows is not None:
        # Of what has not even the right form nothing else can be said.
        if not all(map(_of_one_form, expected, got)):
            return False
        try:
            with np.errstate(all="ignore"):
                return all(
                    mistake.shows(_careful(answer), *case) for case in cases
                )
        except Exception:  # an answer may fail on what `shows` tries
            return False
    wrong = define(exercise, mistake.made_in(exercise.solution))
    return all(
        _alike(outcome(wrong, case), given, exercise.tolerance)
        for case, given in zip(cases, got, strict=True)
    )


def _careful(answer: Answer) -> Answer:
    """Let an answer give plain values, and fail as any function may."""

    def careful(*case: Any) -> Any:
        found = outcome(answer, case)
        if isinstance(found, Failure | Strange):
            raise ValueError(str(found))
        return found

    return careful


def _apart(exercise: Exercise, expected: Any, got: Any) -> str | None:
    if isinstance(got, Failure):
        return str(got)
    if exercise.agree is not None and not isinstance(got, Strange | None):
        try:
            agreed = exercise.agree(expected, got)
        except Exception:  # whatever a learner may have returned
            agreed = False
        if agreed:
            return None
        return difference(expected, got, 0.0) or "It is not that."
    return difference(expected, got, exercise.tolerance)


def _alike(a: Any, b: Any, tolerance: float) -> bool:
    if isinstance(a, Failure) or isinstance(b, Failure):
        failures = isinstance(a, Failure) and isinstance(b, Failure)
        return failures and (a.kind, a.message) == (b.kind, b.message)
    if a is None or b is None:
        return a is b
    return difference(a, b, tolerance) is None


def _of_one_form(expected: Any, got: Any) -> bool:
    if isinstance(got, Failure | Strange | None):
        return False
    kinds = (dict, tuple | list, str)
    if any(isinstance(expected, k) != isinstance(got, k) for k in kinds):
        return False
    if isinstance(expected, tuple | list):
        same = len(expected) == len(got)
        return same and all(map(_of_one_form, expected, got))
    try:
        return bool(np.shape(expected) == np.shape(got))
    except ValueError:  # rows of several lengths have no shape
        return False
