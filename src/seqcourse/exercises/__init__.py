"""Every exercise once: the page, a notebook and the tests all use it.

An exercise is one file, named after its id, that defines ``EXERCISE``. It
lies in the folder of its lesson, which has the name of the lesson's page.
`check` says whether an answer is right and, where it is not, what is wrong
with it.
"""

from seqcourse.exercises.checking import check
from seqcourse.exercises.exercise import Exercise, Mistake
from seqcourse.exercises.registry import EXERCISES, find
from seqcourse.exercises.verdict import Verdict

__all__ = [
    "EXERCISES",
    "Exercise",
    "Mistake",
    "Verdict",
    "check",
    "find",
]
