"""leaky-integrator: a memory by hand, which fades and takes in the new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Carry a memory through a sequence, with the simplest rule there is. At each
step the memory keeps a share of itself, and the new piece is added to it, in
full.

Write `carry`. `x` is (T, D), one piece a row; `keep` is the share, between 0
and 1; `memory` is (D,), what was remembered before the first piece. Give back
what is remembered after the last one, (D,).

With pieces of one number each, `[8]`, `[0]` and `[1]`, half of it kept and a
memory of `[0]`, it goes 8, then 4, then 3.
"""

STARTER = '''\
def carry(x, keep, memory):
    """x is (T, D), memory is (D,); return the memory after the last step."""
    for piece in x:
        memory = piece
    return memory
'''

SOLUTION = '''\
def carry(x, keep, memory):
    """x is (T, D), memory is (D,); return the memory after the last step."""
    for piece in x:
        memory = keep * memory + piece
    return memory
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sequences of several lengths, and memories that are not empty."""
    for _ in range(8):
        T, D = 2 + rng.permutation(8)[:2]
        keep = float(rng.uniform(0.3, 0.9))
        yield rng.normal(size=(T, D)), keep, rng.normal(size=D)


def _forgets(
    answer: Callable[..., Any], x: Any, keep: float, memory: Any
) -> bool:
    """Tell whether all but the last piece is without effect."""
    other = x.copy()
    other[:-1] += 1.0
    return np.array_equal(
        answer(x, keep, memory), answer(other, keep, memory + 1.0)
    )


def _stops(
    answer: Callable[..., Any], x: Any, keep: float, memory: Any
) -> bool:
    """Tell whether the first piece alone has an effect."""
    other = x.copy()
    other[1:] += 1.0
    same = answer(x, keep, memory)
    return np.array_equal(
        same, answer(other, keep, memory)
    ) and not np.array_equal(same, answer(x + 1.0, keep, memory))


EXERCISE = Exercise(
    id="leaky-integrator",
    title="Carry a summary",
    grade=1,
    minutes=5,
    function="carry",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Do the example of the prompt on paper. How do you get from 8 to "
         "4, and from 4 to 3?"),
        ("The new memory is made of two things: of the memory that the "
         "step before has left, and of the piece. The starter uses one of "
         "them."),
        "Only one of the two is multiplied by `keep`: the one that fades.",
    ),
    mistakes=(
        Mistake(
            "each piece writes over the memory",
            "Whatever came earlier, your memory is the same in the end: "
            "only the last piece is in it. What of the old memory goes into "
            "the new one?",
            [("keep * memory + piece", "piece")],
            shows=_forgets,
        ),
        Mistake(
            "the memory that came in is dropped",
            "Your answer is the same whatever was remembered before the "
            "first piece. Where does the first step get its old memory from?",
            [("    for piece", "    memory = 0 * memory\n    for piece")],
            shows=lambda answer, x, keep, memory: np.array_equal(
                answer(x, keep, memory), answer(x, keep, memory + 1.0)
            ),
        ),
        Mistake(
            "the reading stops after one piece",
            "Change all the later pieces, and your memory stays as it is. "
            "Has the loop gone round as often as it should when you give "
            "the memory back? Look at how far that line is indented.",
            [("    return memory", "        return memory")],
            shows=_stops,
        ),
        Mistake(
            "nothing is taken in",
            "Your memory comes out the same whatever the pieces are. What "
            "is added to it at each step?",
            [("keep * memory + piece", "keep * memory")],
            shows=lambda answer, x, keep, memory: np.array_equal(
                answer(x, keep, memory), answer(x + 1.0, keep, memory)
            ),
        ),
        Mistake(
            "the memory that came in is written to",
            "You change the very array that you were given, as `*=`, `+=` "
            "and `memory[...] =` do, and the caller finds it changed. What "
            "makes a new array, and leaves the old one alone?",
            [("memory = keep * memory + piece",
              "memory *= keep\n        memory += piece")],
        ),
        Mistake(
            "the pieces are read from the last to the first",
            "You begin with the last piece. The memory is to end with it, "
            "so that the last piece has had no time to fade.",
            [("for piece in x:", "for piece in x[::-1]:")],
        ),
        Mistake(
            "the first piece is never read",
            "Your memory misses the first piece. The memory that comes in "
            "is from before that piece, so the piece must still be added.",
            [("for piece in x:", "for piece in x[1:]:")],
        ),
        Mistake(
            "the last piece is never read",
            "Your memory is the one from before the last piece. How often "
            "does your loop go round, and how many pieces are there?",
            [("for piece in x:", "for piece in x[:-1]:")],
        ),
        Mistake(
            "the share is added",
            "You add `keep` itself to the memory. Half of a thing is not "
            "the thing plus a half: how do you take a share of it?",
            [("keep * memory + piece", "keep + memory + piece")],
        ),
        Mistake(
            "memory and piece are multiplied",
            "With a piece of zeros your memory is all zeros. In the "
            "prompt's example the 8 becomes 4 when a 0 is read, not 0.",
            [("keep * memory + piece", "keep * memory * piece")],
        ),
        Mistake(
            "nothing fades",
            "You have a plain sum: the first piece weighs as much as the "
            "last, in whatever order they come. That is a bag again. Where "
            "should the share come in?",
            [("keep * memory + piece", "memory + piece")],
        ),
        Mistake(
            "what is new fades, and what is old does not",
            "The share is on the wrong one of the two. Which is to get "
            "smaller at each step, what is remembered or what arrives?",
            [("keep * memory + piece", "memory + keep * piece")],
        ),
        Mistake(
            "a piece fades in the step in which it arrives",
            "You let everything fade, the new piece with it. It is to be "
            "added in full, and to fade from the next step on.",
            [("keep * memory + piece", "keep * (memory + piece)")],
        ),
        Mistake(
            "the piece is made smaller",
            "You keep one share of the memory and take in the other share "
            "of the piece. That is a fair rule, an average that moves "
            "along, and another one: here the piece is added in full.",
            [("keep * memory + piece", "keep * memory + (1 - keep) * piece")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
