"""leaky-integrator: a state by hand, which fades and takes in the new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Carry a hidden state through a sequence, with the simplest rule there is: at
each step, multiply the state by `keep`, a number between 0 and 1, and add the
new piece.

Write `carry`. `x` has shape (T, D): T pieces, one per row, of D numbers each.
`state`, of shape (D,), is the state before the first piece. Return the state
after the last piece, also (D,).

Take pieces of one number each, `[8]`, `[0]` and `[1]`. With `keep` at one
half and a first state of `[0]`, the state becomes 8, then 4, then 3.
"""

STARTER = '''\
def carry(x, keep, state):
    """x is (T, D), state is (D,); return the state after the last step."""
    for piece in x:
        state = piece
    return state
'''

SOLUTION = '''\
def carry(x, keep, state):
    """x is (T, D), state is (D,); return the state after the last step."""
    for piece in x:
        state = keep * state + piece
    return state
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sequences of several lengths, and states that are not zero."""
    for _ in range(8):
        T, D = 2 + rng.permutation(8)[:2]
        keep = float(rng.uniform(0.3, 0.9))
        yield rng.normal(size=(T, D)), keep, rng.normal(size=D)


def _forgets(
    answer: Callable[..., Any], x: Any, keep: float, state: Any
) -> bool:
    """Tell whether all but the last piece is without effect."""
    other = x.copy()
    other[:-1] += 1.0
    return np.array_equal(
        answer(x, keep, state), answer(other, keep, state + 1.0)
    )


def _stops(
    answer: Callable[..., Any], x: Any, keep: float, state: Any
) -> bool:
    """Tell whether the first piece alone has an effect."""
    other = x.copy()
    other[1:] += 1.0
    same = answer(x, keep, state)
    return np.array_equal(
        same, answer(other, keep, state)
    ) and not np.array_equal(same, answer(x + 1.0, keep, state))


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
        ("Do the example above on paper. How do you get from 8 to 4, and "
         "from 4 to 3?"),
        ("The new state depends on two things: the state that the last "
         "step left, and the piece. The starter uses only one of them."),
        "Only one of the two is multiplied by `keep`: the one that fades.",
    ),
    mistakes=(
        Mistake(
            "each piece overwrites the state",
            "Whatever came earlier, your state is the same in the end: "
            "only the last piece is in it. How much of the old state should "
            "go into the new one?",
            [("keep * state + piece", "piece")],
            shows=_forgets,
        ),
        Mistake(
            "the state that came in is dropped",
            "Your answer is the same whatever the first state is. Where "
            "does the first step get its old state from?",
            [("    for piece", "    state = 0 * state\n    for piece")],
            shows=lambda answer, x, keep, state: np.array_equal(
                answer(x, keep, state), answer(x, keep, state + 1.0)
            ),
        ),
        Mistake(
            "the reading stops after one piece",
            "Change all the later pieces, and your result stays the same. "
            "Is the loop finished when you return the state? Check how far "
            "that line is indented.",
            [("    return state", "        return state")],
            shows=_stops,
        ),
        Mistake(
            "the pieces have no effect",
            "Your result is the same whatever the pieces are. What is "
            "added to the state at each step?",
            [("keep * state + piece", "keep * state")],
            shows=lambda answer, x, keep, state: np.array_equal(
                answer(x, keep, state), answer(x + 1.0, keep, state)
            ),
        ),
        Mistake(
            "the first state is changed in place",
            "You change the array that you were given, as `*=`, `+=` and "
            "`state[...] =` do, so the caller's array changes too. Which "
            "line would make a new array instead?",
            [("state = keep * state + piece",
              "state *= keep\n        state += piece")],
        ),
        Mistake(
            "the pieces are read from the last to the first",
            "You begin with the last piece. It should come last, so that it "
            "has had no time to fade.",
            [("for piece in x:", "for piece in x[::-1]:")],
        ),
        Mistake(
            "the first piece is never read",
            "The first piece is missing from your state. The state you are "
            "given is from before that piece, so you must still add it.",
            [("for piece in x:", "for piece in x[1:]:")],
        ),
        Mistake(
            "the last piece is never read",
            "Your result is the state before the last piece. How often does "
            "your loop go round, and how many pieces are there?",
            [("for piece in x:", "for piece in x[:-1]:")],
        ),
        Mistake(
            "`keep` is added",
            "You add `keep` to the state. Half of 8 is not 8 plus a half: "
            "how do you compute it?",
            [("keep * state + piece", "keep + state + piece")],
        ),
        Mistake(
            "state and piece are multiplied",
            "After a piece of zeros your state is all zeros. In the example, "
            "reading a 0 turns the 8 into 4, not into 0.",
            [("keep * state + piece", "keep * state * piece")],
        ),
        Mistake(
            "nothing fades",
            "You have a plain sum: the first piece counts as much as the "
            "last, in any order. That is a bag again. Where should `keep` "
            "come in?",
            [("keep * state + piece", "state + piece")],
        ),
        Mistake(
            "what is new fades, and what is old does not",
            "You multiply the wrong one of the two by `keep`. Which should "
            "get smaller at each step, the old state or the new piece?",
            [("keep * state + piece", "state + keep * piece")],
        ),
        Mistake(
            "a piece fades in the step in which it arrives",
            "You make everything smaller, the new piece too. Add the piece "
            "in full; it starts to fade at the next step.",
            [("keep * state + piece", "keep * (state + piece)")],
        ),
        Mistake(
            "the piece is multiplied by 1 − keep",
            "You multiply the state by `keep` and the piece by `1 - keep`. "
            "That is a good rule too, a moving average. But here the piece "
            "is added in full.",
            [("keep * state + piece", "keep * state + (1 - keep) * piece")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
