"""Check an answer: on random cases, and against the mistakes people make."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from seqcourse.diagnosis import diagnose
from seqcourse.diagnosis.case_relations import right_where
from seqcourse.diagnosis.trial import Trial
from seqcourse.exercises.calling import (
    Answer,
    Failure,
    arguments_of,
    define,
    draw,
    outcome,
)
from seqcourse.exercises.comparing import OTHER, difference
from seqcourse.exercises.example import Example, example
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.exercises.plain_values import Strange, safely
from seqcourse.exercises.registry import find
from seqcourse.exercises.smallest_case import small_cases
from seqcourse.exercises.time_limit import LIMIT, TimeIsUpError, time_limit
from seqcourse.exercises.verdict import Verdict
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked

NOT_YET = "Not yet."


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
    ✗ rnn-step: Not yet. Nothing comes back: it is None. Is there a return?
    """
    exercise = find(id)
    arguments.check_at_least(0, seed=seed)
    try:
        with time_limit():
            return _verdict(exercise, answer, seed)
    except TimeIsUpError:
        words = f"It ran for {LIMIT:g} seconds. Is there an endless loop?"
        return Verdict(id, False, NOT_YET, words, "error")


def _verdict(exercise: Exercise, answer: Any, seed: int) -> Verdict:
    given: Any = answer
    if isinstance(answer, Mapping):
        given = answer.get(exercise.function)
    if not callable(given):
        words = f"A function named {exercise.function} was expected."
        return Verdict(exercise.id, False, NOT_YET, words, "form")
    solution = define(exercise, exercise.solution)
    begun = time.monotonic()
    trials = _tried(exercise, solution, given, draw(exercise, seed))
    if all(trial.right for trial in trials):
        tried = f"Right on all {len(trials)} random cases."
        return Verdict(exercise.id, True, "That is it.", tried, "right")
    slow = time.monotonic() - begun > LIMIT / 10
    small = [] if slow else small_cases(exercise)
    shown = _tried(exercise, solution, given, small) + trials
    failing = next(trial for trial in shown if not trial.right)
    seen = safely(lambda: _seen(exercise, failing), None)
    for mistake in exercise.mistakes:
        if makes(mistake, exercise, given, trials):
            head = f"Not yet: {mistake.name}."
            words = mistake.says
            return Verdict(exercise.id, False, head, words, "mistake", seen)
    kind, words = _reply(exercise, solution, given, shown, seen)
    return Verdict(exercise.id, False, NOT_YET, words, kind, seen)


def _tried(
    exercise: Exercise,
    solution: Answer,
    answer: Answer,
    cases: Sequence[Arguments],
) -> list[Trial]:
    """Call both on some cases; leave out what the solution cannot take."""
    names = arguments_of(solution)
    trials = []
    for case in cases:
        expected = outcome(solution, case)
        if isinstance(expected, Failure):
            continue
        got = outcome(answer, case)
        named = dict(zip(names, case, strict=True))
        right = apart(exercise, expected, got) is None
        trials.append(Trial(named, expected, got, right))
    return trials


def _seen(exercise: Exercise, trial: Trial) -> Example | None:
    """Lay out a case that fails, unless there is nothing to see."""
    if isinstance(trial.got, Failure) and not trial.got.kind:
        return None
    return example(
        trial.case,
        trial.expected,
        trial.got,
        exercise.parts,
        0.0 if exercise.agree else exercise.tolerance,
    )


def _reply(
    exercise: Exercise,
    solution: Answer,
    answer: Answer,
    trials: Sequence[Trial],
    seen: Example | None,
) -> tuple[str, str]:
    """Say what can be said of an answer that makes no known mistake."""
    failing = [trial for trial in trials if not trial.right]
    for trial in failing:
        if isinstance(trial.got, Failure):
            where = right_where(trials) if trial.got.kind else None
            return "error", f"{trial.got} {where or ''}".rstrip()
    first = failing[0]
    if not any(isinstance(t.got, Strange | None) for t in failing):
        # A reply that fails would be worse than one that says less.
        found = safely(
            lambda: diagnose(
                trials,
                exercise.parts,
                partial(_value, answer),
                partial(_value, solution),
            ),
            None,
        )
        if found is not None:
            return "relation", found.sentence
    words = apart(exercise, first.expected, first.got) or ""
    if words.endswith(OTHER):
        return "case", _one_case(seen)
    return "form", words


def _one_case(seen: Example | None) -> str:
    """Say what the case that is shown says."""
    if seen is None:
        return OTHER
    yours, right = (
        cells[seen.first].strip() for cells in (seen.yours, seen.right)
    )
    which = "The number that is marked" if len(seen.yours) > 1 else "It"
    return (
        f"{which} should be {right}, and yours is {yours}. This is the "
        "smallest case that fails."
    )


def _value(function: Answer, case: Mapping[str, Any]) -> Any:
    """Call a function; give None where it fails."""
    found = outcome(function, tuple(case.values()))
    return None if isinstance(found, Failure | Strange) else found


def makes(
    mistake: Mistake,
    exercise: Exercise,
    answer: Answer,
    trials: Sequence[Trial],
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
    trials
        What came of it, and what is right.

    Returns
    -------
    same
        Whether it fails where the mistake fails and there alone, and shows
        it or, where the mistake has no `shows`, gives what the mistake gives.

    Examples
    --------
    >>> exercise = find("rnn-step")
    >>> case = draw(exercise, 0)[0]
    >>> mistake = exercise.mistakes[0]
    >>> wrong = define(exercise, mistake.made_in(exercise.solution))
    >>> right = define(exercise, exercise.solution)
    >>> named = dict(zip(("x", "h", "params"), case))
    >>> both = outcome(right, case), outcome(wrong, case)
    >>> makes(mistake, exercise, wrong, [Trial(named, *both, False)])
    True
    """
    # Of what has not even the right form `shows` can say nothing.
    if mistake.shows is not None and not all(
        _of_one_form(trial.expected, trial.got) for trial in trials
    ):
        return False
    code = mistake.made_in(exercise.solution)
    wrong = define(exercise, code)
    made = [outcome(wrong, tuple(trial.case.values())) for trial in trials]
    if mistake.shows is None:
        return all(
            _alike(value, trial.got, exercise.tolerance)
            for value, trial in zip(made, trials, strict=True)
        )
    for value, trial in zip(made, trials, strict=True):
        if (apart(exercise, trial.expected, value) is None) != trial.right:
            return False
    try:
        with np.errstate(all="ignore"):
            return all(
                mistake.shows(_careful(answer), *trial.case.values())
                for trial in trials
            )
    except Exception:  # an answer may fail on what `shows` tries
        return False


def _careful(answer: Answer) -> Answer:
    """Let an answer give plain values, and fail as any function may."""

    def careful(*case: Any) -> Any:
        found = outcome(answer, case)
        if isinstance(found, Failure | Strange):
            raise ValueError(str(found))
        return found

    return careful


def apart(exercise: Exercise, expected: Any, got: Any) -> str | None:
    """Say how a result differs from the solution's, if it does.

    Parameters
    ----------
    exercise
        The exercise.
    expected
        What the solution gives.
    got
        What the answer gives.

    Returns
    -------
    words
        A sentence, or None where they agree.

    Examples
    --------
    >>> apart(find("rnn-step"), np.zeros((1, 2)), None)
    'Nothing comes back: it is None. Is there a return?'
    """
    if isinstance(got, Failure):
        return str(got)
    if exercise.agree is not None and not isinstance(got, Strange | None):
        try:
            agreed = exercise.agree(expected, got)
        except Exception:  # whatever a learner may have returned
            agreed = False
        if agreed:
            return None
        return difference(expected, got, 0.0, exercise.parts) or OTHER
    return difference(expected, got, exercise.tolerance, exercise.parts)


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
