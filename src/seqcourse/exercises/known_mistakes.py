"""Find a mistake that people make in an answer, or two of them at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from seqcourse.diagnosis.trial import Trial, numbers
from seqcourse.exercises.calling import Answer, Failure, define, outcome
from seqcourse.exercises.comparing import alike, apart, difference
from seqcourse.exercises.exercise import Exercise, Mistake
from seqcourse.exercises.plain_values import Strange
from seqcourse.exercises.registry import find

#: For how long two mistakes are looked for, in seconds.
PATIENCE = 1.0


@dataclass(frozen=True)
class Found:
    """What an answer does wrong.

    Parameters
    ----------
    name
        In a few words.
    says
        What to tell the learner.
    part
        The part of the result that goes wrong first, where it has several.

    Examples
    --------
    >>> Found("forgot h", "Where is h?").part
    ''
    """

    name: str
    says: str
    part: str = ""


def known_mistake(
    exercise: Exercise,
    answer: Answer,
    trials: Sequence[Trial],
    further: Callable[[], Sequence[Trial]],
) -> Found | None:
    """Find what is wrong with an answer, if that is known.

    An answer makes a mistake if it gives what the mistake gives. Else it
    makes two at once if it gives what both give together, in many further
    cases too. Else it makes the first that has `shows` if it fails where
    the mistake fails and there alone, and shows it.

    Parameters
    ----------
    exercise
        The exercise.
    answer
        The wrong answer.
    trials
        What came of it, and what is right.
    further
        Gives many more trials, of other cases.

    Returns
    -------
    found
        None where it makes no known mistake.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import draw
    >>> exercise = find("rnn-step")
    >>> case = draw(exercise, 0)[0]
    >>> mistake = exercise.mistakes[0]
    >>> wrong = define(exercise, mistake.made_in(exercise.solution))
    >>> right = define(exercise, exercise.solution)
    >>> named = dict(zip(("x", "h", "params"), case))
    >>> both = outcome(right, case), outcome(wrong, case)
    >>> trial = Trial(named, *both, False)
    >>> known_mistake(exercise, wrong, [trial], lambda: []).name
    'the old hidden state is ignored'
    """
    shown = None
    for mistake in exercise.mistakes:
        code = mistake.made_in(exercise.solution)
        made = _results(define(exercise, code), trials)
        if _gives(exercise, made, trials):
            return _found(exercise, mistake, made, trials)
        if (
            shown is None
            and mistake.shows
            and _shows(mistake, exercise, answer, made, trials)
        ):
            shown = _found(exercise, mistake, made, trials)
    # What two mistakes give says more than what one shows.
    return _two_at_once(exercise, trials, further) or shown


def _results(function: Answer, trials: Sequence[Trial]) -> list[Any]:
    return [outcome(function, tuple(t.case.values())) for t in trials]


def _gives(
    exercise: Exercise, made: Sequence[Any], trials: Sequence[Trial]
) -> bool:
    """Tell whether an answer gives what a mistake gives."""
    return all(
        alike(value, trial.got, exercise.tolerance)
        for value, trial in zip(made, trials, strict=True)
    )


def _found(
    exercise: Exercise,
    mistake: Mistake,
    made: Sequence[Any],
    trials: Sequence[Trial],
) -> Found:
    part = _first_wrong(exercise, made, trials)
    return Found(mistake.name, mistake.says, part)


def _first_wrong(
    exercise: Exercise, made: Sequence[Any], trials: Sequence[Trial]
) -> str:
    """Name the first part of the result that a mistake gets wrong."""
    for number, part in enumerate(exercise.parts):
        for value, trial in zip(made, trials, strict=True):
            if not isinstance(value, tuple) or len(value) <= number:
                return ""
            right = trial.expected[number]
            if difference(right, value[number], exercise.tolerance):
                return part
    return ""


def _shows(
    mistake: Mistake,
    exercise: Exercise,
    answer: Answer,
    made: Sequence[Any],
    trials: Sequence[Trial],
) -> bool:
    """Tell whether an answer fails where a mistake does, and shows it."""
    for value, trial in zip(made, trials, strict=True):
        # Of what has not even the right form `shows` can say nothing.
        if not _of_one_form(trial.expected, trial.got):
            return False
        if (apart(exercise, trial.expected, value) is None) != trial.right:
            return False
    shows = mistake.shows
    try:
        with np.errstate(all="ignore"):
            return shows is not None and all(
                shows(_careful(answer), *trial.case.values())
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


def _two_at_once(
    exercise: Exercise,
    trials: Sequence[Trial],
    further: Callable[[], Sequence[Trial]],
) -> Found | None:
    """Find two mistakes that give together what an answer gives."""
    failing = [trial for trial in trials if not trial.right]
    if any(isinstance(t.got, Failure | Strange | None) for t in failing):
        return None
    if all(_is_empty(trial.got) for trial in failing):
        return None  # many pairs leave nothing but zeros
    stages: tuple[Callable[[], Sequence[Trial]], ...] = (
        lambda: failing[:1],
        lambda: trials,
        further,
    )
    begun = time.monotonic()
    for one, other, code in pairs(exercise):
        if time.monotonic() - begun > PATIENCE:
            return None
        both = _defined(exercise.id, code)
        # Most pairs are ruled out by a single case.
        for more in stages:
            tried = more()
            made = _results(both, tried)
            if not tried or not _gives(exercise, made, tried):
                break
        else:
            return Found(
                "two mistakes at once",
                f"Yours gives what two mistakes give together: {one.name}, "
                f"and {other.name}. Mend one, and check again.",
            )
    return None


def _is_empty(got: Any) -> bool:
    """Tell whether a result holds nothing but zeros."""
    if isinstance(got, tuple):
        return all(map(_is_empty, got))
    array = numbers(got)
    return array is not None and not array.any()


@cache
def _defined(id_: str, code: str) -> Answer:
    """Keep what takes long to compile for the learner's next answer."""
    return define(find(id_), code)


def pairs(exercise: Exercise) -> Iterator[tuple[Mistake, Mistake, str]]:
    """Give each two mistakes that can be made together.

    Parameters
    ----------
    exercise
        The exercise.

    Yields
    ------
    one
        A mistake that is made by edits.
    other
        Another one, made in other places.
    code
        The solution with both in it.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> one, other, code = next(pairs(find("bptt-rnn")))
    >>> print(one.name, other.name, sep="; ")
    only the last step has a backward pass; nothing comes from the step after
    """
    edited = [mistake for mistake in exercise.mistakes if mistake.edits]
    for one, other in combinations(edited, 2):
        try:
            code = other.made_in(one.made_in(exercise.solution))
        except ValueError:  # both change the same place
            continue
        yield one, other, code
