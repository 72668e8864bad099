"""Call an answer on random cases, whatever comes of it."""

from __future__ import annotations

import inspect
import linecache
import traceback
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seqcourse.diagnosis import explained
from seqcourse.exercises.exercise import Arguments, Exercise
from seqcourse.exercises.plain_values import name_of, plain, safely
from seqcourse.exercises.time_limit import TimeIsUpError

Answer = Callable[..., Any]

#: Characters of an error's words.
LONGEST = 300


@dataclass(frozen=True)
class Failure:
    """What a call ended with, where it did not end well.

    Parameters
    ----------
    kind
        The error's name; empty where there was none.
    message
        What the error says, or what was wrong.
    line
        Where in the caller's own code it was raised, if it was there.
    code
        That line, as it was written.

    Examples
    --------
    >>> print(Failure("ZeroDivisionError", "division by zero", 3))
    ZeroDivisionError in line 3 of your code: Something is divided by 0.
    """

    kind: str
    message: str
    line: int | None
    code: str = ""

    def __str__(self) -> str:
        if not self.kind:
            return self.message
        where = f" in line {self.line} of your code" if self.line else ""
        if self.code:
            where += f", `{self.code}`"
        words = explained(self.kind, self.message) or self.message
        return f"{self.kind}{where}: {words}" if words else self.kind + where


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
    return [frozen(case) for case in exercise.cases(rng)]


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
    # Each code has a name of its own, by which an error finds its line.
    place = f"<{exercise.id} {zlib.crc32(code.encode()):08x}>"
    lines = code.splitlines(keepends=True)
    linecache.cache[place] = (len(code), None, lines, place)
    exec(compile(code, place, "exec"), names)
    function: Answer = names[exercise.function]
    return function


def outcome(answer: Answer, case: Arguments) -> Any:
    """Call a function and give what it returns, or how it failed.

    Parameters
    ----------
    answer
        The function. It gets copies, to which it may write.
    case
        Its arguments.

    Returns
    -------
    outcome
        Its value, as `plain` copies it, or an object that says which error
        ended it. The keyboard's interrupt and the end of the time pass.

    Examples
    --------
    >>> outcome(lambda x: 1 // x, (0,)).kind
    'ZeroDivisionError'
    >>> print(outcome(lambda x: x.sort(), (np.array([2, 1]),)))
    It changes its input `x`. Change a copy instead.
    """
    given = _copied(case)
    try:
        with np.errstate(all="ignore"):
            found = plain(answer(*given))
    except (KeyboardInterrupt, TimeIsUpError):
        raise
    except BaseException as error:  # whatever a learner's code may raise
        return _failure(answer, error)
    for number, (before, after) in enumerate(zip(case, given, strict=True)):
        if not _same(before, after):
            words = f"It changes its input `{_name(answer, number)}`."
            return Failure("", f"{words} Change a copy instead.", None)
    return found


def _failure(answer: Answer, error: BaseException) -> Failure:
    message: str = safely(lambda: f"{error}", "")
    if len(message) > LONGEST:
        message = f"{message[:LONGEST]} …"
    line, code = safely(lambda: _line(answer, error), (None, ""))
    return Failure(name_of(type(error)), message, line, code)


def _line(answer: Answer, error: BaseException) -> tuple[int | None, str]:
    """Give the number and the text of the last line that is the caller's."""
    lines = [
        (frame.lineno, (frame.line or "").strip())
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == answer.__code__.co_filename
    ]
    return lines[-1] if lines else (None, "")


def arguments_of(answer: Answer) -> list[str]:
    """Name the arguments of a function.

    Parameters
    ----------
    answer
        The function.

    Returns
    -------
    names
        As it calls them; none where it does not say.

    Examples
    --------
    >>> arguments_of(lambda x, h: None)
    ['x', 'h']
    """
    names: list[str] = safely(
        lambda: [*inspect.signature(answer).parameters], []
    )
    return names


def _name(answer: Answer, number: int) -> str:
    """Give the name of an argument, as the answer calls it."""
    names = arguments_of(answer)
    return names[number] if number < len(names) else f"number {number + 1}"


def _copied(value: Any) -> Any:
    """Copy tuples, lists and dictionaries with the arrays in them."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: _copied(part) for key, part in value.items()}
    if type(value) in (tuple, list):
        return type(value)(map(_copied, value))
    return value


def _same(before: Any, after: Any) -> bool:
    """Tell whether a copy is still what it was, to the bit."""
    if type(before) is not type(after):
        return False
    if isinstance(before, np.ndarray):
        same_form = (before.shape, before.dtype) == (after.shape, after.dtype)
        return bool(same_form and before.tobytes() == after.tobytes())
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(
            _same(before[key], after[key]) for key in before
        )
    if type(before) in (tuple, list):
        return len(before) == len(after) and all(map(_same, before, after))
    return True


def frozen(value: Any) -> Any:
    """Make every array in a value read-only.

    Parameters
    ----------
    value
        Arguments.

    Returns
    -------
    value
        The same.

    Examples
    --------
    >>> frozen(np.ones(2)).flags.writeable
    False
    """
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, dict):
        for part in value.values():
            frozen(part)
    elif isinstance(value, tuple | list):
        for part in value:
            frozen(part)
    return value
