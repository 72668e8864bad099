"""Check an answer: on random cases, and against the mistakes people make."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from functools import cache, partial
from io import StringIO
from typing import Any
from warnings import catch_warnings

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
from seqcourse.exercises.comparing import OTHER, apart, difference
from seqcourse.exercises.example import Example, example
from seqcourse.exercises.exercise import Arguments, Exercise
from seqcourse.exercises.known_mistakes import known_mistake
from seqcourse.exercises.plain_values import Strange, safely
from seqcourse.exercises.registry import find
from seqcourse.exercises.smallest_case import small_cases
from seqcourse.exercises.time_limit import LIMIT, TimeIsUpError, time_limit
from seqcourse.exercises.verdict import Verdict
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked

NOT_YET = "Not yet."
#: Draws of further cases, and for how long they are tried, in seconds.
DRAWS, PATIENCE = 20, 1.0


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
    # It has printed and warned once for each case.
    with redirect_stdout(StringIO()), catch_warnings(action="ignore"):
        return _wrong(exercise, solution, given, trials, small, seed)


def _wrong(
    exercise: Exercise,
    solution: Answer,
    given: Answer,
    trials: Sequence[Trial],
    small: Sequence[Arguments],
    seed: int,
) -> Verdict:
    """Say what is wrong with an answer, and show a small case."""
    shown = [*_tried(exercise, solution, given, small), *trials]
    further = cache(partial(_further, exercise, solution, given, seed))
    known = known_mistake(exercise, given, trials, further)
    if known is not None:
        head, words, kind = f"Not yet: {known.name}.", known.says, "mistake"
        seen = _seen(exercise, shown, known.part)
    else:
        head = NOT_YET
        kind, words, seen = _reply(exercise, solution, given, shown, further)
    return Verdict(exercise.id, False, head, words, kind, seen)


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


def _further(
    exercise: Exercise, solution: Answer, answer: Answer, seed: int
) -> list[Trial]:
    """Try both on the cases of other seeds; none where that takes long."""
    found: list[Trial] = []
    begun = time.monotonic()
    for more in range(1, DRAWS + 1):
        found += _tried(
            exercise, solution, answer, draw(exercise, seed + more)
        )
        if time.monotonic() - begun > PATIENCE:
            return []
    return found


def _seen(
    exercise: Exercise, trials: Sequence[Trial], part: str = ""
) -> Example | None:
    """Lay out the first case that fails, or that fails in some part."""
    failing = [trial for trial in trials if not trial.right]
    wrong = (t for t in failing if _goes_wrong(exercise, t, part))
    trial = next(wrong, failing[0])
    # An error without a kind, such as a changed input, has nothing to see.
    if isinstance(trial.got, Failure) and not trial.got.kind:
        return None
    tolerance = 0.0 if exercise.agree else exercise.tolerance
    seen: Example | None = safely(
        lambda: example(
            trial.case,
            trial.expected,
            trial.got,
            exercise.parts,
            tolerance,
            part,
        ),
        None,
    )
    return seen


def _goes_wrong(exercise: Exercise, trial: Trial, part: str) -> bool:
    """Tell whether a part of the result is wrong, or anything if none."""
    if part not in exercise.parts:
        return True
    number = exercise.parts.index(part)
    if not isinstance(trial.got, tuple | list) or len(trial.got) <= number:
        return False
    right, got = trial.expected[number], trial.got[number]
    return difference(right, got, exercise.tolerance) is not None


def _reply(
    exercise: Exercise,
    solution: Answer,
    answer: Answer,
    trials: Sequence[Trial],
    further: Callable[[], Sequence[Trial]],
) -> tuple[str, str, Example | None]:
    """Say what can be said of an answer that makes no known mistake."""
    failing = [trial for trial in trials if not trial.right]
    seen = _seen(exercise, trials)
    for trial in failing:
        if isinstance(trial.got, Failure):
            where = right_where(trials, further) if trial.got.kind else None
            return "error", f"{trial.got} {where or ''}".rstrip(), seen
    first = failing[0]
    if not any(isinstance(t.got, Strange | None) for t in failing):
        # A reply that fails would be worse than one that says less.
        found = safely(
            lambda: diagnose(
                trials,
                exercise.parts,
                partial(_value, answer),
                partial(_value, solution),
                further,
            ),
            None,
        )
        if found is not None:
            seen = _seen(exercise, trials, found.part)
            return "relation", found.sentence, seen
    words = apart(exercise, first.expected, first.got) or ""
    if words.endswith(OTHER):
        return "case", _one_case(seen), seen
    return "form", words, seen


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
