"""receptive-field: how far back stacked layers with a mask reach."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
A position attends to a position that has attended to another. So two layers
reach further back than one. How far? Write `longest_lag` for any mask.

`mask` is (T, T), True at [i, j] where position i may attend to position j,
the same in every layer; `layers` is the number of layers. Find the oldest
position that can influence the output at the last position, and return how
many positions before the last it is; 0 if the output depends on the last
position alone.

In some masks a position does not attend to itself. But each layer has a
residual connection, so a position always keeps what it has.

When it works, try masks of your own: a window, every second position, a
window with an attention sink (position 0 is always visible).
"""

STARTER = '''\
import numpy as np

def longest_lag(mask, layers):
    """mask is (T, T); return how far back the last step reaches."""
    T = len(mask)
    reached = np.arange(T) == T - 1
    for _ in range(layers):
        # What do the positions attend to that have been reached so far?
        reached = reached | mask[-1]
    return T - 1 - int(reached.argmax())
'''

SOLUTION = STARTER.replace(
    "reached | mask[-1]", "reached | mask[reached].any(0)"
)


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw masks: windows, windows with gaps, and random ones.

    In some of them a position attends to nothing, so the chain breaks off;
    one is for no layers.
    """
    for kind in rng.permutation(9):
        layers, window = int(rng.integers(2, 5)), int(rng.integers(2, 5))
        T = int(rng.integers(layers * window + 1, 34))
        layers = 0 if kind == 8 else layers
        i, j = np.arange(T)[:, None], np.arange(T)
        mask = (j <= i) & (i - j < window)
        if kind % 4 == 1:  # a position attends only to others
            mask = (j < i) & (i - j < window)
        if kind % 4 >= 2:  # each attends at one distance of its own
            back = rng.integers(1, window + 1, size=(T, 1))
            mask = i - j == back
        if kind % 4 == 3:  # and the last one's chain ends after two
            mask[: T - 1 - back[-1, 0]] = False
        yield mask, layers


def _reaches(answer: Answer, *layers: int) -> bool:
    """Tell whether a window of two reaches as far as there are layers."""
    mask = np.tri(9, dtype=bool) & ~np.tri(9, k=-2, dtype=bool)
    return all(answer(mask, number) == number for number in layers)


def _ignores_layers(answer: Answer, mask: Array, _: int) -> bool:
    """Tell whether it is the same however many layers there are."""
    return len({answer(mask, layers) for layers in (1, 2, 3, 4)}) == 1


EXERCISE = Exercise(
    id="receptive-field",
    title="The receptive field",
    grade=2,
    minutes=12,
    function="longest_lag",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`reached` is True where a position can influence the last one, as "
         "far as the layers so far allow. One layer further down, each of "
         "those attends to others in turn."),
        ("`mask[reached]` picks the rows of the reached positions. `.any(0)` "
         "is True where at least one of them attends."),
    ),
    mistakes=(
        Mistake(
            "only the last step attends",
            "More layers make no difference to yours. In each layer every "
            "position attends to others, not just the last one.",
            [("mask[reached].any(0)", "mask[-1]")],
        ),
        Mistake(
            "one layer too few",
            "The last position reaches one layer's worth less than it "
            "should. Does the first layer count?",
            [("range(layers)", "range(layers - 1)")],
        ),
        Mistake(
            "one layer too many",
            "The last position reaches one layer's worth too far.",
            [("range(layers)", "range(layers + 1)")],
        ),
        Mistake(
            "the oldest is counted from the wrong end",
            "You return the oldest position itself. How many positions "
            "before the last is it?",
            [("T - 1 - int(reached.argmax())", "int(reached.argmax())")],
        ),
        Mistake(
            "the last step is counted as well",
            "One too many: an output that depends on the last position alone "
            "reaches 0 back.",
            [("T - 1 - int", "T - int")],
        ),
        Mistake(
            "positions are counted instead of the distance",
            "You count how many positions are reached. With gaps in the mask "
            "the oldest of them is further back.",
            [("T - 1 - int(reached.argmax())", "int(reached.sum()) - 1")],
        ),
        Mistake(
            "only the last position is reached",
            "Your answer is 0 whatever the mask is. Either nothing is added "
            "to `reached`, or you read the mask along the wrong axis: a row "
            "says what a position attends to.",
            [("mask[reached].any(0)", "mask[:, reached].any(1)")],
        ),
        Mistake(
            "what was reached before is forgotten",
            "You replace what a position has, but the residual connection "
            "adds to it. A position that attends to nothing would lose what "
            "it had.",
            [("reached | mask[reached].any(0)", "mask[reached].any(0)")],
        ),
        Mistake(
            "only what is reached again is kept",
            "You keep a position only if it is reached a second time. What a "
            "layer finds is added to what was there.",
            [("reached | mask", "reached & mask")],
        ),
        Mistake(
            "even the first layer is wrong",
            "With no layers yours is right, and with one it is not. Take a "
            "window of two and one layer: the last position reaches one "
            "position back.",
            [("reached | mask[reached].any(0)",
              "reached | mask[T - 2]")],
            shows=lambda answer, *_: (
                _reaches(answer, 0) and not _reaches(answer, 1)
            ),
        ),
        Mistake(
            "the number of layers makes no difference",
            "Your answer is the same however many layers there are. Each "
            "layer is one more round, which follows the rows of the "
            "positions reached so far.",
            [("range(layers)", "range(T)")],
            shows=_ignores_layers,
        ),
        Mistake(
            "even without layers it is not 0",
            "With no layers the output depends on the last position alone, "
            "so the answer is 0. Yours is not: check how `reached` begins, "
            "and what you return.",
            [("np.arange(T) == T - 1", "np.arange(T) < T")],
            shows=lambda answer, mask, _: answer(mask, 0) != 0,
        ),
        Mistake(
            "it is right for one layer only",
            "With one layer yours is right, and with two it is not. Which "
            "rows of the mask count in the second layer?",
            [("range(layers)", "range(0, layers, 2)")],
            shows=lambda answer, *_: (
                _reaches(answer, 0, 1) and not _reaches(answer, 2)
            ),
        ),
        Mistake(
            "any runs along the wrong axis",
            "You ask of each row whether it has a True. Ask it of each "
            "column: is it True in any of the rows?",
            [("any(0)", "any(1)")],
        ),
        Mistake(
            "it begins with the last step but one",
            "At first only the last position is reached. Its index is T - 1, "
            "and yours is T - 2.",
            [("np.arange(T) == T - 1", "np.arange(T) == T - 2")],
        ),
        Mistake(
            "the number of layers is fixed",
            "You go through two rounds, whatever `layers` is. There should "
            "be one for each layer.",
            [("range(layers)", "range(2)")],
        ),
        Mistake(
            "every step is taken to reach as far as the last",
            "You multiply the reach of the last position by the number of "
            "layers. Each position has its own row in the mask, and its own "
            "reach.",
            code="""\
def longest_lag(mask, layers):
    return layers * (len(mask) - 1 - int(mask[-1].argmax()))
""",
        ),
    ),
    cases=_cases,
)  # fmt: skip
