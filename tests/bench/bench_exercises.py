"""How long a check keeps a learner waiting: under a second."""

import time
from typing import Any

import pytest

from seqcourse.exercises import EXERCISES, Exercise, check
from seqcourse.exercises.calling import define

SECONDS = 1.0


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES.keys())
def test_a_check_is_quick(
    exercise: Exercise, measured: dict[str, list[dict[str, Any]]]
) -> None:
    answers = {"the solution": exercise.solution}
    for mistake in exercise.mistakes:
        answers[mistake.name] = mistake.made_in(exercise.solution)
    seconds = {}
    for name, code in answers.items():
        answer = define(exercise, code)
        start = time.perf_counter()
        check(exercise.id, answer)
        seconds[name] = time.perf_counter() - start
    slowest = max(seconds, key=seconds.__getitem__)
    row = {
        "exercise": exercise.id,
        "slowest, s": round(seconds[slowest], 3),
        "with": slowest,
    }
    measured.setdefault("slowest check of each exercise", []).append(row)
    assert seconds[slowest] < SECONDS, row
