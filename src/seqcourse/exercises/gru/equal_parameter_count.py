"""equal-parameter-count: the widest GRU for an LSTM's parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A fair comparison gives both models the same number of parameters. Write
`widest`:

- `D` is the size of the input, `H` the width of an LSTM.
- Return the width of the widest GRU that has no more parameters than it.

Both are made of blocks. A block of width H has a matrix for the input, one
for the hidden state and two biases; it computes H sums. The LSTM has four
blocks. How many has the GRU?
"""

STARTER = '''\
def widest(D, H):
    """Return the width of the widest GRU with no more parameters."""
    def block(width):
        return width * D
    width = H
    return width
'''

SOLUTION = '''\
def widest(D, H):
    """Return the width of the widest GRU with no more parameters."""
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
    """Draw small inputs and wide layers, and the other way round.

    In the first three a GRU has exactly as many parameters as the LSTM, one
    that counts fewer biases is another, and one that counts more is another.
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
    """Count the LSTM's parameters that a GRU of that width leaves."""
    width: int = answer(D, H) + more
    return 4 * H * (D + H + 2) - 3 * width * (D + width + 2)


EXERCISE = Exercise(
    id="equal-parameter-count",
    title="Equal parameters, another width",
    grade=2,
    minutes=10,
    function="widest",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`GRU(3, 4).parameter_shapes()` shows what a GRU is made of. How "
         "many blocks are stacked in each array?"),
        ("A block twice as wide has more than twice the parameters: the "
         "matrix for the hidden state is square."),
        ("You need not solve for the width. Begin with H, which certainly "
         "fits, and add one while it still does."),
    ),
    mistakes=(
        Mistake(
            "the same width is returned",
            "That fits, but a quarter of the parameters is left. How much "
            "wider can the GRU be?",
            [("        width += 1\n", "        break\n")],
            shows=lambda answer, D, H: answer(D, H) == H,
        ),
        Mistake(
            "the width is taken to grow like the parameters",
            "Yours has too many parameters. The matrix for the hidden state "
            "grows with the square of the width.",
            [(_SEARCH,
              "    return 4 * H // 3\n")],
        ),
        Mistake(
            "all parameters are taken to grow with the square",
            "For large inputs yours is too narrow. The matrix for the input "
            "does not grow with the square of the width.",
            [("width * D + width * width", "width * width")],
        ),
        Mistake(
            "it is one unit too wide",
            "You return the first width that no longer fits. Return the "
            "last that does.",
            [("    return width\n", "    return width + 1\n")],
        ),
        Mistake(
            "it is widened once",
            "Yours is one unit wider than the LSTM. There is room for more: "
            "how often does your loop run?",
            [("        width += 1\n", "        width += 1\n        break\n")],
            shows=lambda answer, D, H: answer(D, H) == H + 1,
        ),
        Mistake(
            "equal counts are refused",
            "Where a GRU has exactly as many parameters as the LSTM, yours "
            "is one unit too narrow. Equal counts are allowed.",
            [("<=", "<")],
        ),
        Mistake(
            "not all biases are counted",
            "Each sum has two biases, one in `bias_ih` and one in `bias_hh`. "
            "You count fewer.",
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
            "Two gates are two blocks. The candidate is a third.",
            [("3 * block(width + 1)", "2 * block(width + 1)")],
        ),
        Mistake(
            "it has more parameters than the LSTM",
            "A GRU as wide as yours has more parameters than the LSTM. Count "
            "the blocks, and what one block has, again.",
            [("4 * block(H)", "5 * block(H)")],
            shows=lambda answer, D, H: _spare(answer, D, H, 0) < 0,
        ),
        Mistake(
            "a wider one would still fit",
            "A GRU one unit wider than yours has no more parameters than the "
            "LSTM either. Count the blocks, and what one block has, again.",
            [("block(width + 1)", "block(width + 2)")],
            shows=lambda answer, D, H: _spare(answer, D, H, 1) >= 0,
        ),
    ),
    cases=_cases,
)  # fmt: skip
