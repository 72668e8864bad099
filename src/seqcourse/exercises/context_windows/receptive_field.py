"""receptive-field: how far back layers with a mask reach together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

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
        layers, window = int(rng.integers(2, 5)), int(rng.integers(2, 5))
        T = int(rng.integers(layers * window + 1, 34))
        i, j = np.arange(T)[:, None], np.arange(T)
        mask = (j <= i) & (i - j < window)
        if kind % 4 == 1:  # a step looks at others alone
            mask = (j < i) & (i - j < window)
        if kind % 4 >= 2:  # each looks at one distance of its own
            back = rng.integers(1, window + 1, size=(T, 1))
            mask = i - j == back
        if kind % 4 == 3:  # and the last step's chain ends after two
            mask[: T - 1 - back[-1, 0]] = False
        yield mask, layers


def _reaches(answer: Answer, *layers: int) -> bool:
    """Tell whether a window of two steps reaches as far as its layers."""
    mask = np.tri(9, dtype=bool) & ~np.tri(9, k=-2, dtype=bool)
    return all(answer(mask, number) == number for number in layers)


def _ignores_layers(answer: Answer, mask: Array, _: int) -> bool:
    """Tell whether it is the same however many layers there are."""
    return len({answer(mask, layers) for layers in (1, 2, 3, 4)}) == 1


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
            "only the last step attends",
            "More layers make no difference to yours. In each layer every "
            "step attends to others, not the last one alone.",
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
            "You return the position of the oldest step. How many steps "
            "before the last does it stand?",
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
            "the last step hears of itself alone",
            "Your answer is 0 whatever the mask is. Either nothing is added "
            "to `heard`, or you read the mask along the wrong axis: a row "
            "says at whom a step looks.",
            [("mask[heard].any(0)", "mask[:, heard].any(1)")],
        ),
        Mistake(
            "what was heard before is forgotten",
            "A layer adds to what a step has, and you replace it. A step "
            "that looks at nothing would lose what it knew.",
            [("heard | mask[heard].any(0)", "mask[heard].any(0)")],
        ),
        Mistake(
            "only what is heard again is kept",
            "You keep a step only if it is seen a second time. What a layer "
            "finds is added to what was there.",
            [("heard | mask", "heard & mask")],
        ),
        Mistake(
            "already the first layer is wrong",
            "Without a layer yours is right, and with one it is not. Take a "
            "window of two steps and one layer: the last step reaches one "
            "step back.",
            [("heard | mask[heard].any(0)",
              "heard | mask[~heard].any(0)")],
            shows=lambda answer, *_: (
                _reaches(answer, 0) and not _reaches(answer, 1)
            ),
        ),
        Mistake(
            "the number of layers makes no difference",
            "Your answer is the same however many layers there are. Each "
            "layer is one more round, in which only the rows of those count "
            "that the last step has heard of.",
            [("range(layers)", "range(T)")],
            shows=_ignores_layers,
        ),
        Mistake(
            "even without layers it is not 0",
            "With no layer at all the last step hears of itself alone, and "
            "reaches 0 steps back. In yours it does not: look at how `heard` "
            "begins, and at what you return.",
            [("np.arange(T) == T - 1", "np.arange(T) < T")],
            shows=lambda answer, mask, _: answer(mask, 0) != 0,
        ),
        Mistake(
            "it is right for one layer only",
            "With one layer yours is right, and with two it is not. Whose "
            "rows of the mask count in the second layer?",
            [("range(layers)", "range(0, layers, 2)")],
            shows=lambda answer, *_: (
                _reaches(answer, 0, 1) and not _reaches(answer, 2)
            ),
        ),
        Mistake(
            "any runs along the wrong axis",
            "You ask whether each row has a True at all. Asked for is each "
            "column: is there a True in it, in any of the rows?",
            [("any(0)", "any(1)")],
        ),
        Mistake(
            "it begins with the last step but one",
            "At first only the last step has been heard. Its index is one "
            "less than their number, and yours is two less.",
            [("np.arange(T) == T - 1", "np.arange(T) == T - 2")],
        ),
        Mistake(
            "the number of layers is fixed",
            "You go through two rounds, whatever `layers` is. One round for "
            "each layer was asked for.",
            [("range(layers)", "range(2)")],
        ),
        Mistake(
            "every step is taken to reach as far as the last",
            "You multiply the reach of the last step by the layers. Each "
            "step has a row of its own in the mask, and a reach of its own.",
            code="""\
def longest_lag(mask, layers):
    return layers * (len(mask) - 1 - int(mask[-1].argmax()))
""",
        ),
    ),
    cases=_cases,
)  # fmt: skip
