"""What a solution's names stand for, when it is called once."""

from __future__ import annotations

import dataclasses
import sys
from types import FrameType
from typing import Any

import numpy as np

from seqcourse.exercises import Exercise
from seqcourse.exercises.calling import define, draw, outcome

#: The name under which a scene keeps what a function returned.
RETURNED = "_returned"


@dataclasses.dataclass(frozen=True)
class Scene:
    """The values that the solution's names have in the first case.

    Parameters
    ----------
    values
        For each function of the solution, its names when it first returns.
    strings
        The keys that the solution reads from dictionaries.
    """

    values: dict[str, dict[str, Any]]
    strings: tuple[str, ...] = ()

    def value(self, function: str, expression: str) -> Any:
        """Give what an expression is in the end, and None if nobody knows."""
        try:
            return eval(expression, {}, dict(self.values[function]))
        except Exception:  # a name of the loop, or of another function
            return None

    def size(self, function: str, expression: str) -> int | float | None:
        """Give the number that an expression is, if it is one."""
        value = self.value(function, expression)
        if isinstance(value, bool | np.bool_):
            return None
        if isinstance(value, int | np.integer):
            return int(value)
        return float(value) if isinstance(value, float) else None

    def alike(self, function: str, name: str) -> list[str]:
        """Give other names that a person could take for this one.

        Of the same sort, those of the same shape first; four at most.
        """
        values = self.values.get(function, {})
        if name not in values:
            return []
        mine = values[name]
        others = [
            other
            for other, value in values.items()
            if other != name
            and value is not mine
            and sort(value) == sort(mine)
            and not other.startswith("_")
        ]
        others.sort(key=lambda other: shape(values[other]) != shape(mine))
        return others[:4]


def sort(value: Any) -> str:
    """Say what kind of thing a value is, as a learner sees it."""
    if isinstance(value, np.ndarray) and value.ndim:
        return "array"
    if isinstance(value, int | float | np.number) and np.ndim(value) == 0:
        return "number"
    return "function" if callable(value) else type(value).__name__


def shape(value: Any) -> tuple[int, ...]:
    """Give an array's shape, and none for anything else."""
    return value.shape if isinstance(value, np.ndarray) else ()


def scene_of(exercise: Exercise, strings: tuple[str, ...]) -> Scene:
    """Call the solution on the first case, and note its names."""
    solution = define(exercise, exercise.solution)
    file = solution.__code__.co_filename
    values: dict[str, dict[str, Any]] = {}

    def inside(frame: FrameType, event: str, result: Any) -> Any:
        if event == "return":
            names = {**frame.f_locals, RETURNED: result}
            values.setdefault(frame.f_code.co_name, names)
        return inside

    def enter(frame: FrameType, event: str, _: Any) -> Any:
        return inside if frame.f_code.co_filename == file else None

    case, before = draw(exercise, 0)[0], sys.gettrace()
    sys.settrace(enter)
    try:
        outcome(solution, case)
    finally:
        sys.settrace(before)
    return Scene(values, strings)
