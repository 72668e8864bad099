"""What an exercise is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked

#: Everything that a learner's function is called with, once.
Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Mistake(metaclass=CheckedArguments):
    """A mistake that people make, and what to say to it.

    An answer makes the mistake if `shows` says so or, where there is no
    `shows`, if it behaves on every case as the solution with the mistake in
    it.

    Parameters
    ----------
    name
        What was done, in a few words: ``"forgot the memory"``.
    says
        One or two sentences that name the mistake and point to the line of
        thought, not to the answer.
    edits
        Pieces of the solution and what stands there instead, in pairs. Each
        piece must be in the solution exactly once.
    code
        The whole wrong answer, where edits cannot make it.
    shows
        ``shows(answer, *arguments)`` tells from a function's behaviour on one
        case whether it makes this mistake.

    Raises
    ------
    ValueError
        If there is neither `edits` nor `code`, or both.

    Examples
    --------
    >>> Mistake("adds", "Was a product asked for?", [("x * y", "x + y")]).name
    'adds'
    """

    name: str
    says: str
    edits: Iterable[tuple[str, str]] = ()
    code: str = ""
    shows: Callable[..., bool] | None = None

    def __post_init__(self) -> None:
        if bool(tuple(self.edits)) == bool(self.code):
            raise ValueError(
                f"edits: expected edits or code for {self.name!r}, and not "
                f"both, got {'both' if self.code else 'neither'}"
            )

    @checked
    def made_in(self, solution: str) -> str:
        """Write the wrong answer.

        Parameters
        ----------
        solution
            The right one.

        Returns
        -------
        code
            The solution with the mistake in it.

        Raises
        ------
        ValueError
            If a piece to exchange is not in the solution exactly once.

        Examples
        --------
        >>> Mistake("adds", "…", [("x * y", "x + y")]).made_in("z = x * y")
        'z = x + y'
        """
        if self.code:
            return self.code
        for old, new in self.edits:
            if solution.count(old) != 1:
                raise ValueError(
                    f"solution: expected {old!r} in it once, for "
                    f"{self.name!r}, got it {solution.count(old)} times"
                )
            solution = solution.replace(old, new)
        return solution


@dataclass(frozen=True)
class Exercise(metaclass=CheckedArguments):
    """One exercise, whole.

    Parameters
    ----------
    id
        Its name everywhere: ``"rnn-step"`` lies in ``rnn_step.py``, in the
        folder of its lesson.
    title
        What the learner does: ``"Write the step"``.
    grade
        1 for first steps, 2 for a question to think about, 3 for a small
        piece of research.
    minutes
        How long it takes.
    function
        The name of what the learner defines.
    prompt
        What is asked, in MyST.
    starter
        The code to begin with.
    solution
        The code that passes.
    hints
        From a nudge to almost the answer.
    mistakes
        At least three that people make, the most telling first.
    cases
        Draws the arguments of several calls, all different.
    parts
        The names of what comes back, where that is several things.
    tolerance
        How far an answer may be from the solution's, relative to its size.
    agree
        ``agree(expected, got)`` where being close is not the question.

    Raises
    ------
    ValueError
        If an argument has another type, the grade is none, or minutes or
        tolerance are not above zero.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> find("rnn-step").grade
    1
    """

    id: str
    title: str
    grade: int
    minutes: int
    function: str
    prompt: str
    starter: str
    solution: str
    hints: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    cases: Callable[[np.random.Generator], Iterable[Arguments]]
    parts: tuple[str, ...] = ()
    tolerance: float = 1e-6
    agree: Callable[[Any, Any], bool] | None = None

    def __post_init__(self) -> None:
        if self.grade not in (1, 2, 3):
            raise ValueError(f"grade: expected 1, 2 or 3, got {self.grade}")
        arguments.check_positive(minutes=self.minutes)
        arguments.check_above_zero(tolerance=self.tolerance)
