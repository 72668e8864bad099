"""receptive-field: how far back layers with a mask reach together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A step sees a step that has seen another. So two layers reach further than
one. How far? Write `longest_lag` for any mask.

`mask` is (T, T), True at [i, j] where step i may look at step j, the same in
every layer. `layers` says how many there are. Return how many steps before
the last step the oldest step stands that can have a say in its answer; 0
where it hears of itself alone.

A step may not see itself, in some of the masks. But in every layer each step
also keeps what it has: a layer adds to it.

When it works, try masks of your own: a window, every second step, a window
that also sees the first step.
"""

STARTER = '''\
import numpy as np

def longest_lag(mask, layers):
    """mask is (T, T); return how far back the last step reaches."""
    T = len(mask)
    heard = np.arange(T) == T - 1
    for _ in range(layers):
        # Of whom have those heard, of whom I hear?
        heard = heard | mask[-1]
    return T - 1 - int(heard.argmax())
'''

SOLUTION = STARTER.replace("heard | mask[-1]", "heard | mask[heard].any(0)")


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw masks: windows, windows with gaps, and random ones.

    In some of them a step looks at nothing, so the chain breaks off.
    """
    for kind in rng.permutation(8):
        T = int(rng.integers(24, 34))
        i, j = np.arange(T)[:, None], np.arange(T)
        window = int(rng.integers(3, 5))
        mask = (j <= i) & (i - j < window)
        if kind % 4 == 1:  # a step looks at others alone
            mask = (j < i) & (i - j < window + 1)
        if kind % 4 >= 2:  # each looks at one distance of its own
            back = rng.integers(1, 4, size=(T, 1))
            mask = i - j == back
        if kind % 4 == 3:  # and the last step's chain ends after two
            mask[: T - 1 - back[-1, 0]] = False
        yield mask, int(rng.integers(3, 5))


EXERCISE = Exercise(
    id="receptive-field",
    title="Layer upon layer",
    grade=2,
    minutes=12,
    function="longest_lag",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`heard` is True for those whose words arrive at the last step so "
         "far. One layer further down, each of those has looked around too."),
        ("`mask[heard]` picks the rows of those who are heard. `.any(0)` "
         "says of whom at least one of them has heard."),
    ),
    mistakes=(
        Mistake(
            "only the last step looks",
            "More layers make no difference to yours. In each layer every "
            "step looks around, and not the last one alone.",
            [("mask[heard].any(0)", "mask[-1]")],
        ),
        Mistake(
            "one layer too few",
            "The last step reaches one layer's worth less than it should. "
            "Does the first layer count?",
            [("range(layers)", "range(layers - 1)")],
        ),
        Mistake(
            "one layer too many",
            "The last step reaches one layer's worth too far.",
            [("range(layers)", "range(layers + 1)")],
        ),
        Mistake(
            "the oldest is counted from the wrong end",
            "You give the place of the oldest step. How many steps before "
            "the last does it stand?",
            [("T - 1 - int(heard.argmax())", "int(heard.argmax())")],
        ),
        Mistake(
            "the last step is counted as well",
            "One too many: a step that hears of itself alone reaches 0 steps "
            "back.",
            [("T - 1 - int", "T - int")],
        ),
        Mistake(
            "those heard of are counted, and not how far they are",
            "You count how many have a say. With gaps in the mask the oldest "
            "of them stands further back.",
            [("T - 1 - int(heard.argmax())", "int(heard.sum()) - 1")],
        ),
        Mistake(
            "the mask is read along the wrong axis",
            "A row of the mask says at whom a step looks. You ask who looks "
            "at it.",
            [("mask[heard].any(0)", "mask[:, heard].any(1)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
