"""equal-parameter-count: the widest GRU for the weights of an LSTM."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
    """Draw narrow words and wide memories, and the other way round.

    In the first three a GRU has exactly as many weights as the LSTM, one that
    counts fewer biases is another, and one that counts more is another.
    """
    for close in (
        [(5, 42), (21, 55), (34, 45), (50, 36)],
        [(3, 11), (4, 17), (7, 16), (11, 21), (15, 14)],
        [(18, 31), (23, 18), (31, 17), (33, 22), (38, 38)],
    ):
        D, H = rng.permutation(close)[0]
        yield int(D), int(H)
    for D, H in ((3, 60), (90, 20), (4, 75), (120, 30), (50, 50), (7, 90)):
        moved = rng.integers(3, size=2)
        yield int(D + moved[0]), int(H + moved[1])


def _spare(answer: Any, D: int, H: int, more: int) -> int:
    """Count the LSTM's weights that a GRU of that width leaves over."""
    width: int = answer(D, H) + more
    return 4 * H * (D + H + 2) - 3 * width * (D + width + 2)


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
            [("width * D + width * width", "width * width")],
        ),
        Mistake(
            "it is one unit too wide",
            "You stop at the first that no longer fits. The last that does "
            "was asked for.",
            [("    return width\n", "    return width + 1\n")],
        ),
        Mistake(
            "it is widened once",
            "Yours is one unit wider than the LSTM. There is room for more: "
            "how often does your loop turn?",
            [("        width += 1\n", "        width += 1\n        break\n")],
            shows=lambda answer, D, H: answer(D, H) == H + 1,
        ),
        Mistake(
            "exactly as many weights are refused",
            "Where a GRU has just as many weights as the LSTM, yours is one "
            "unit too narrow. No more was asked for, not fewer.",
            [("<=", "<")],
        ),
        Mistake(
            "not all biases are counted",
            "Each sum has two biases, one beside the word's weights and one "
            "beside the memory's. You count fewer.",
            [(" + 2 * width", "")],
        ),
        Mistake(
            "the GRU is counted with one block",
            "You compare one block of the GRU with four of the LSTM. How "
            "many blocks are stacked in a GRU's arrays?",
            [("3 * block(width + 1)", "block(width + 1)")],
        ),
        Mistake(
            "the GRU is counted with two blocks",
            "Two gates are two blocks. There is the proposal, too.",
            [("3 * block(width + 1)", "2 * block(width + 1)")],
        ),
        Mistake(
            "it has more weights than the LSTM",
            "A GRU as wide as yours has more weights than the LSTM. Count "
            "blocks, and the weights and biases of one block, again.",
            [("4 * block(H)", "5 * block(H)")],
            shows=lambda answer, D, H: _spare(answer, D, H, 0) < 0,
        ),
        Mistake(
            "a wider one would still fit",
            "A GRU that is one unit wider than yours has no more weights "
            "than the LSTM either. Count blocks, and the weights and biases "
            "of one block, again.",
            [("block(width + 1)", "block(width + 2)")],
            shows=lambda answer, D, H: _spare(answer, D, H, 1) >= 0,
        ),
    ),
    cases=_cases,
)  # fmt: skip
