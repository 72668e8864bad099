"""state-bound: how high an interpolation can climb in so many steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
How high can a GRU's state climb? At each step it becomes
`(1 - z) * n + z * h`, with any candidate n below 1 and any gate z from `low`
to `high`. Write `state_bound`:

- `h` is (H,), the state at the start; `low` and `high` are numbers between 0
  and 1; `steps` is the number of steps.
- Return for each unit the highest value that it can approach after these
  steps, (H,), over all choices of n and z.

Some entries of h are above 1, since an initial state can be anything. Such a
unit can only fall: say how high it can stay. You need no loop.
"""

STARTER = '''\
import numpy as np

def state_bound(h, low, high, steps):
    """h is (H,); return the upper bound of each unit, (H,)."""
    return np.ones_like(h)
'''

SOLUTION = '''\
import numpy as np

def state_bound(h, low, high, steps):
    """h is (H,); return the upper bound of each unit, (H,)."""
    keep = np.where(h < 1, low, high)
    return 1 + keep**steps * (h - 1)
'''
_KEEP = "np.where(h < 1, low, high)"
_BOUND = "1 + keep**steps * (h - 1)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw states on both sides of 1, and ranges of the gate."""
    for _ in range(6):
        h = rng.permutation([*rng.uniform(-1, 0.9, 3), *(1 + rng.random(2))])
        low, high = rng.uniform(0.5, 0.7), rng.uniform(0.8, 0.95)
        yield h, float(low), float(high), int(rng.integers(3, 9))


def _does_not_begin_at_h(
    answer: Any, h: Any, low: float, high: float, _: int
) -> bool:
    """Show that a thousand steps lead to 1, but not from h."""
    begin, end = (answer(h, low, high, steps) for steps in (0, 1000))
    return np.allclose(end, 1) and not np.allclose(np.sort(begin), np.sort(h))


EXERCISE = Exercise(
    id="state-bound",
    title="How high can it climb?",
    grade=2,
    minutes=12,
    function="state_bound",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Take one step with n = 1, and look at the distance of h from 1. "
         "What does z do to that distance?"),
        ("A state below 1 climbs fastest if it keeps as little as possible. "
         "What about one that is above 1 already?"),
        ("If each step multiplies the distance by z, then `steps` steps "
         "multiply it by `z**steps`."),
    ),
    mistakes=(
        Mistake(
            "it is the bound for any number of steps",
            "The state never exceeds yours, but in so few steps it does not "
            "come close either. How much of its distance from 1 remains?",
            [(_BOUND, "np.maximum(h, 1)")],
            shows=lambda answer, h, low, high, steps: bool(
                np.array_equal(
                    answer(h, low, high, steps),
                    answer(h, low, high, steps + 5),
                )
                and np.all(answer(h, low, high, steps) >= 1)
            ),
        ),
        Mistake(
            "it adds up like a counter",
            "Yours passes 1 and goes on. Each step covers a fraction of the "
            "remaining distance, so it is smaller than the one before.",
            [(_BOUND, "h + steps * (1 - keep) * (1 - h)")],
        ),
        Mistake(
            "only one step is taken",
            "Yours is right for a single step. What does the next step do to "
            "the distance from 1?",
            [("keep**steps", "keep")],
        ),
        Mistake(
            "the gate is held low everywhere",
            "If the state is above 1, every candidate lies below it. It "
            "stays highest by keeping as much as it can.",
            [(_KEEP, "low")],
        ),
        Mistake(
            "the gate is held high everywhere",
            "A state below 1 climbs by taking the candidate in. You let it "
            "keep as much as it can of its old value.",
            [(_KEEP, "high")],
        ),
        Mistake(
            "the two ends of the gate are exchanged",
            "That is the slowest climb and the fastest fall. Which way does "
            "a state move when it keeps little?",
            [(_KEEP, "np.where(h < 1, high, low)")],
        ),
        Mistake(
            "the state decays towards 0",
            "What decays is the distance from the candidate, and the "
            "candidate may be close to 1.",
            [(_BOUND, "keep**steps * h")],
        ),
        Mistake(
            "the distance has the wrong sign",
            "In yours a state that begins below 1 ends above it, and the "
            "other way round. On which side of 1 does it stay?",
            [("(h - 1)", "(1 - h)")],
        ),
        Mistake(
            "the turning point is 0 and not 1",
            "Between 0 and 1 a state can still climb. Below which number "
            "does taking in more of the candidate raise it?",
            [("h < 1", "h < 0")],
        ),
        Mistake(
            "the gate is multiplied by the number of steps",
            "Each step multiplies what the last one left. That gives a power "
            "of the gate, not a multiple.",
            [("keep**steps", "keep * steps")],
        ),
        Mistake(
            "the distance is measured from 0",
            "What the gate shrinks at each step is the distance from the "
            "candidate. You shrink h itself and then add 1.",
            [("(h - 1)", "h")],
        ),
        Mistake(
            "every state begins at 0",
            "Yours is right for a state that begins at 0. How far from 1 "
            "does this one begin?",
            [(_BOUND, "1 - keep**steps")],
        ),
        Mistake(
            "what is kept and what is taken in are exchanged",
            "z is the weight of the old state. You multiply the distance by "
            "the weight of the candidate.",
            [("keep**steps", "(1 - keep)**steps")],
        ),
        Mistake(
            "one step too few is taken",
            "Your exponent is one too low: for a single step, yours does not "
            "move at all.",
            [("keep**steps", "keep**(steps - 1)")],
        ),
        Mistake(
            "the brackets are in the wrong place",
            "You multiply the 1 as well. Only the distance from 1 shrinks; "
            "the 1 is added afterwards.",
            [("1 + keep**steps", "(1 + keep**steps)")],
        ),
        Mistake(
            "it does not begin at h",
            "Try 0 steps: the bound is then h itself, and yours gives "
            "something else.",
            [("(h - 1)", "(h + 1)")],
            shows=_does_not_begin_at_h,
        ),
    ),
    cases=_cases,
)  # fmt: skip
