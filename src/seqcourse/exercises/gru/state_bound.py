"""state-bound: how high a mixture can climb, and why it cannot count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
How high can a GRU's memory climb? At each step it becomes
`(1 - z) * n + z * h`, with any proposal n below 1 and any gate z from `low`
to `high`. Write `state_bound`, which takes the memory `h` (H,) at the start,
`low`, `high`, and a number of `steps`, and gives for each number of the
memory the limit that it cannot pass in so many steps, however n and z are
chosen; a limit that can be come as close to as you like.

Some numbers of h are above 1: a memory may have been handed over from
anywhere. You need no loop.
"""

STARTER = '''\
import numpy as np

def state_bound(h, low, high, steps):
    """h is (H,); return the limit of each number, (H,)."""
    return np.ones_like(h)
'''

SOLUTION = '''\
import numpy as np

def state_bound(h, low, high, steps):
    """h is (H,); return the limit of each number, (H,)."""
    keep = np.where(h < 1, low, high)
    return 1 + keep**steps * (h - 1)
'''
_KEEP = "np.where(h < 1, low, high)"
_LIMIT = "1 + keep**steps * (h - 1)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw memories on both sides of 1, and ranges of the gate."""
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
        ("Take one step with n at 1, and write the mixture as a distance "
         "from 1. What does z do to that distance?"),
        ("A memory below 1 climbs fastest when it keeps as little as "
         "possible. What should one do that is above 1 already?"),
        ("A distance that is multiplied by z at each step is multiplied by "
         "z to the power of the steps."),
    ),
    mistakes=(
        Mistake(
            "it is the ceiling of all times",
            "No memory is ever above yours, but none comes close to it "
            "either in so few steps. What is left of its distance from 1?",
            [(_LIMIT, "np.maximum(h, 1)")],
            shows=lambda answer, h, low, high, steps: bool(
                np.array_equal(
                    answer(h, low, high, steps),
                    answer(h, low, high, steps + 5),
                )
                and np.all(answer(h, low, high, steps) >= 1)
            ),
        ),
        Mistake(
            "it adds up as a counter does",
            "Yours passes 1 and goes on. Each step covers a share of the "
            "distance that is left, and so less than the one before.",
            [(_LIMIT, "h + steps * (1 - keep) * (1 - h)")],
        ),
        Mistake(
            "only one step is taken",
            "Yours is right for a single step. What happens to the distance "
            "from 1 in the next?",
            [("keep**steps", "keep")],
        ),
        Mistake(
            "the gate is held low everywhere",
            "For a memory that is above 1 already, every proposal lies "
            "below. It stays highest if it takes in as little as it can.",
            [(_KEEP, "low")],
        ),
        Mistake(
            "the gate is held high everywhere",
            "A memory below 1 climbs when it takes the proposal in. You let "
            "it keep as much as possible of where it was.",
            [(_KEEP, "high")],
        ),
        Mistake(
            "the two ends of the gate are exchanged",
            "That is the slowest climb and the fastest fall. Which way does "
            "the memory go when it keeps little?",
            [(_KEEP, "np.where(h < 1, high, low)")],
        ),
        Mistake(
            "the memory fades toward 0",
            "What fades is the distance from the proposal, and the proposal "
            "may be as high as 1.",
            [(_LIMIT, "keep**steps * h")],
        ),
        Mistake(
            "the distance has the wrong sign",
            "Yours puts a memory that begins below 1 above it, and the other "
            "way round. On which side of 1 does it stay?",
            [("(h - 1)", "(1 - h)")],
        ),
        Mistake(
            "the turning point is 0 and not 1",
            "Between 0 and 1 a memory can still climb. Below which number "
            "does taking in more of the proposal raise it?",
            [("h < 1", "h < 0")],
        ),
        Mistake(
            "the gate is multiplied by the number of steps",
            "Each step multiplies what the step before has left. That makes "
            "a power of the gate and not a multiple.",
            [("keep**steps", "keep * steps")],
        ),
        Mistake(
            "the distance is measured from 0",
            "What the gate shrinks at each step is the distance from the "
            "proposal. You shrink h itself and then add 1.",
            [("(h - 1)", "h")],
        ),
        Mistake(
            "every memory begins at 0",
            "Yours would be right for a memory of 0. How far from 1 does "
            "this one begin?",
            [(_LIMIT, "1 - keep**steps")],
        ),
        Mistake(
            "what is kept and what is taken in are exchanged",
            "z is the share that is kept. You multiply the distance by what "
            "is taken in.",
            [("keep**steps", "(1 - keep)**steps")],
        ),
        Mistake(
            "one step too few is taken",
            "Your power is one too low: with a single step yours would not "
            "have moved at all.",
            [("keep**steps", "keep**(steps - 1)")],
        ),
        Mistake(
            "the brackets are in the wrong place",
            "Your 1 is multiplied, too. It is the distance from 1 that "
            "shrinks, and it is then added to 1.",
            [("1 + keep**steps", "(1 + keep**steps)")],
        ),
        Mistake(
            "it does not begin at h",
            "Ask yours for 0 steps: the limit is then h itself, and yours "
            "says something else.",
            [("(h - 1)", "(h + 1)")],
            shows=_does_not_begin_at_h,
        ),
    ),
    cases=_cases,
)  # fmt: skip
