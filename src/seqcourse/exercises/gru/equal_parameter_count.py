"""equal-parameter-count: the widest GRU for the weights of an LSTM."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
To compare two models, give them as many weights. Write `widest`, which takes
`D`, how many numbers a word is made of, and `H`, the width of an LSTM, and
returns the width of the widest GRU that has no more weights than that LSTM.

In each block of both, H sums are made of the word and of the memory, with two
biases for each. The LSTM has four such blocks.
"""

STARTER = '''\
def widest(D, H):
    """Return the width of the widest GRU with no more weights."""
    def block(width):
        return width * D
    width = H
    return width
'''

SOLUTION = '''\
def widest(D, H):
    """Return the width of the widest GRU with no more weights."""
    def block(width):
        return width * D + width * width + 2 * width
    width = H
    while 3 * block(width + 1) <= 4 * block(H):
        width += 1
    return width
'''

_SEARCH = """\
    width = H
    while 3 * block(width + 1) <= 4 * block(H):
        width += 1
    return width
"""


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw narrow words and wide memories, and the other way round."""
    for D, H in ((3, 60), (90, 20), (4, 75), (120, 30), (50, 50), (7, 90)):
        moved = rng.integers(3, size=2)
        yield int(D + moved[0]), int(H + moved[1])


EXERCISE = Exercise(
    id="equal-parameter-count",
    title="As many weights, another width",
    grade=2,
    minutes=10,
    function="widest",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`GRU(3, 4).parameter_shapes()` shows what a GRU is made of. How "
         "many blocks are stacked in each array?"),
        ("A block that is twice as wide has more than twice the weights, "
         "since the memory meets itself."),
        ("There is no need to solve for the width. Begin with H, which "
         "certainly fits, and widen by one while it still does."),
    ),
    mistakes=(
        Mistake(
            "the same width is returned",
            "That one fits, and there is room left: a quarter of the "
            "weights is not spent yet.",
            [("        width += 1\n", "        break\n")],
            shows=lambda answer, D, H: answer(D, H) == H,
        ),
        Mistake(
            "a third more weights is taken for a third more width",
            "Yours would be too dear: there is a table in which the memory "
            "meets itself, and it grows with the square of the width.",
            [(_SEARCH,
              "    return 4 * H // 3\n")],
        ),
        Mistake(
            "all weights are taken to grow with the square",
            "For wide words yours is too narrow. The weights that meet the "
            "word do not grow with the square of the width.",
            [(_SEARCH,
              "    return int((4 / 3) ** 0.5 * H)\n")],
        ),
        Mistake(
            "it is one unit too wide",
            "You stop at the first that no longer fits. The last that does "
            "was asked for.",
            [("    return width\n", "    return width + 1\n")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
