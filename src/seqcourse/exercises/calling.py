"""Call an answer on random cases, whatever comes of it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise

Answer = Callable[..., Any]


@dataclass(frozen=True)
class Failure:
    """What a call ended with, where it did not end well.

    Parameters
    ----------
    kind
        The error's name.
    message
        What the error says.
    line
        Where in the caller's own code it was raised, if it was there.

    Examples
    --------
    >>> print(Failure("ValueError", "no such thing", 3))
    ValueError in line 3 of your code: no such thing
    """

    kind: str
    message: str
    line: int | None

    def __str__(self) -> str:
        where = f" in line {self.line} of your code" if self.line else ""
        return f"{self.kind}{where}: {self.message}"


def draw(exercise: Exercise, seed: int) -> list[Arguments]:
    """Draw the cases of a check.

    Parameters
    ----------
    exercise
        The exercise.
    seed
        Fixes them.

    Returns
    -------
    cases
        The arguments of each call, which nobody can write to.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> len(draw(find("rnn-step"), seed=0)) >= 3
    True
    """
    rng = np.random.default_rng(seed)
    return [_frozen(case) for case in exercise.cases(rng)]


def define(exercise: Exercise, code: str) -> Answer:
    """Run some code and give the function that the exercise asks for.

    Parameters
    ----------
    exercise
        The exercise.
    code
        A starter, a solution, or a solution with a mistake in it.

    Returns
    -------
    function
        What the code has defined under the exercise's name.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> exercise = find("rnn-step")
    >>> define(exercise, exercise.solution).__name__
    'rnn_step'
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(code, f"<{exercise.id}>", "exec"), names)
    function: Answer = names[exercise.function]
    return function


def outcome(answer: Answer, case: Arguments) -> Any:
    """Call a function and give what it returns, or how it failed.

    Parameters
    ----------
    answer
        The function.
    case
        Its arguments.

    Returns
    -------
    outcome
        Its value, or an object that says which error ended it.

    Examples
    --------
    >>> str(outcome(lambda x: 1 // x, (0,))).split(" in ")[0]
    'ZeroDivisionError'
    """
    try:
        with np.errstate(all="ignore"):
            return answer(*case)
    except Exception as error:
        code = getattr(answer, "__code__", None)
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if code is not None and frame.filename == code.co_filename
        ]
        line = lines[-1] if lines else None
        return Failure(type(error).__name__, str(error), line)


def _frozen(value: Any) -> Any:
    """Make every array in a value read-only."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, dict):
        for part in value.values():
            _frozen(part)
    elif isinstance(value, tuple | list):
        for part in value:
            _frozen(part)
    return value
