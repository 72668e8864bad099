"""All exercises, found where they lie: nobody lists them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from seqcourse.exercises.exercise import Exercise
from seqcourse.numpy.contract.annotations import checked


def _collect() -> dict[str, Exercise]:
    found: dict[str, Exercise] = {}
    here = str(Path(__file__).parent)
    for lesson in iter_modules([here], "seqcourse.exercises."):
        if not lesson.ispkg:
            continue
        folder = import_module(lesson.name).__path__
        for module in iter_modules(folder, f"{lesson.name}."):
            exercise: Exercise = import_module(module.name).EXERCISE
            found[exercise.id] = exercise
    return found


#: Every exercise of the book, by its id.
EXERCISES = _collect()


@checked
def find(id: str) -> Exercise:  # noqa: A002
    """Find an exercise.

    Parameters
    ----------
    id
        Its name, such as ``"rnn-step"``.

    Returns
    -------
    exercise
        Prompt, starter, checks, hints, known mistakes and solution.

    Raises
    ------
    ValueError
        If no exercise has that name.

    Examples
    --------
    >>> find("rnn-step").function
    'rnn_step'
    """
    if id not in EXERCISES:
        known = ", ".join(sorted(EXERCISES))
        raise ValueError(f"id: expected one of {known}; got {id!r}")
    return EXERCISES[id]
