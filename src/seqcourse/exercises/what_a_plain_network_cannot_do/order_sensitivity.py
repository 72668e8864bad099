"""order-sensitivity: how many word orders a network tells apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN, BagOfWords, FixedWindow, Layer

PROMPT = """\
Three words can stand in six orders. How many of them does a network tell
apart? Write `distinct_orders`, which tries all of them and counts the
*different* outputs. `core` is a network and `params` are its weights; `x` is
(T, D), one word per row.

`core.forward(params, x[None])` reads one sentence. Its first result is
(1, T, H), an output at each step; use the one that has read everything. Two
outputs count as the same if they agree to six decimals. For a permutation
invariant network the answer is 1.

When it works, try it on random weights:
`distinct_orders(core, core.init(np.random.default_rng(0), np.float64), x)`,
with `BagOfWords(5, 7)`, `FixedWindow(5, 7, 4)` and `RNN(5, 7)`, for an `x` of
shape (4, 5). Then make two of the four words the same.
"""

STARTER = '''\
from itertools import permutations
import numpy as np

def distinct_orders(core, params, x):
    """x is (T, D); return how many orders give different outputs."""
    answers = []
    for order in permutations(range(len(x))):
        y, _, _ = core.forward(params, x[None])
        answers.append(y[0, -1])
    return len(answers)
'''

SOLUTION = '''\
from itertools import permutations
import numpy as np

def distinct_orders(core, params, x):
    """x is (T, D); return how many orders give different outputs."""
    answers = []
    for order in permutations(range(len(x))):
        y, _, _ = core.forward(params, x[None, list(order)])
        answers.append(y[0, -1])
    return len(np.unique(np.round(answers, 6), axis=0))
'''

DIFFERENT = "len(np.unique(np.round(answers, 6), axis=0))"
ORDERS = "permutations(range(len(x)))"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw networks, and sentences in which a word may come twice.

    Where words are small, so is what their order changes.
    """
    for case in rng.permutation(6):
        T = 4 if case % 3 == 0 else int(rng.integers(3, 5))
        D, H = int(rng.integers(4, 6)), int(rng.integers(6, 10))
        window = FixedWindow(D, H, window=T + int(rng.integers(3)))
        core: Layer = (BagOfWords(D, H), window, RNN(D, H))[case % 3]
        x = rng.normal(size=(T, D)) / (1 if case % 2 else 5000)
        if case > 2:
            x[rng.integers(1, T)] = x[0]
        yield core, core.init(rng, np.float64), x


EXERCISE = Exercise(
    id="order-sensitivity",
    title="How many orders does it see?",
    grade=2,
    minutes=10,
    function="distinct_orders",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter goes through all orders, but which sentence does it "
         "read each time? And what does it count at the end?"),
        ("`order` is a tuple such as `(2, 0, 1)`. `x[list(order)]` is the "
         "sentence in that order."),
        ("`np.unique(answers, axis=0)` keeps each row once, and rows that "
         "differ in the last digit are two to it. `np.round` helps."),
    ),
    mistakes=(
        Mistake(
            "orders are counted instead of outputs",
            "You get the same number for every network: the number of "
            "orders. How many of the outputs in your list are different? "
            "`np.unique` needs the axis along which they lie.",
            [(DIFFERENT, "len(answers)")],
        ),
        Mistake(
            "the order never reaches the network",
            "For every network you find one output. Does the network read "
            "another sentence in each round, and do you keep an output "
            "from each?",
            [("x[None, list(order)]", "x[None]")],
        ),
        Mistake(
            "outputs of earlier steps are compared too",
            "Halfway through a sentence even an average tells orders "
            "apart, because it has read different words so far. Which step "
            "has read them all?",
            [("y[0, -1]", "y[0].ravel()")],
        ),
        Mistake(
            "no output is kept",
            "Your list is empty when you count it. Does every round append "
            "one output?",
            [("answers.append(y[0, -1])", "y[0, -1]")],
            shows=lambda answer, *case: answer(*case) == 0,
        ),
        Mistake(
            "the output after one word is taken",
            "You find as many outputs as there are different words, so "
            "each of yours has read one word. Which step has read them all, "
            "and on which axis of y are the steps?",
            [("y[0, -1]", "y[0, 0]")],
        ),
        Mistake(
            "the output before the last word is taken",
            "Even for a bag of words you find several outputs, because "
            "none of yours has read its last word. Which step has read "
            "them all?",
            [("y[0, -1]", "y[0, -2]")],
        ),
        Mistake(
            "single numbers are counted",
            "An output is H numbers, and you count the different numbers "
            "in all outputs together. What makes `np.unique` compare whole "
            "rows?",
            [(DIFFERENT, "len(np.unique(np.round(answers, 6)))")],
        ),
        Mistake(
            "outputs are rounded to whole numbers",
            "You round so much that different outputs look the same. To "
            "how many decimals should they agree?",
            [("np.round(answers, 6)", "np.round(answers)")],
        ),
        Mistake(
            "one of the orders is left out",
            "You try one order too few. The original order counts, and so "
            "does its reverse.",
            [(ORDERS, "list(permutations(range(len(x))))[1:]")],
        ),
        Mistake(
            "the first word is never read",
            "Your sentences have one word too few: the first word of x is "
            "in none of them. Python counts positions from 0.",
            [(ORDERS, "permutations(range(1, len(x)))")],
        ),
        Mistake(
            "the last word is never read",
            "Your sentences have one word too few: the last word of x is "
            "in none of them. Where does your range end?",
            [(ORDERS, "permutations(range(len(x) - 1))")],
        ),
        Mistake(
            "rounding is taken for a difference",
            "A sum in another order may differ in its last digit, so you "
            "find several outputs where a bag of words has one. How close "
            "must two outputs be to count as the same?",
            [("np.round(answers, 6)", "answers")],
        ),
        Mistake(
            "the order is taken for one index",
            "To NumPy, a tuple in square brackets is one index along "
            "several axes, and a list is several indices along one axis. "
            "Which of them is an order of words?",
            [("x[None, list(order)]", "x[order][None]")],
        ),
        Mistake(
            "only forwards and backwards are tried",
            "You read the sentence in two orders only. That may show that "
            "order matters, but not how many orders the network tells apart.",
            [(ORDERS, "(range(len(x)), range(len(x))[::-1])")],
        ),
        Mistake(
            "the numbers inside a word are shuffled",
            "You permute the wrong axis: each word vector is scrambled, and "
            "the words stay where they were. Which axis of x counts the "
            "steps?",
            [(ORDERS, "permutations(range(x.shape[1]))"),
             ("x[None, list(order)]", "x[None][:, :, list(order)]")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
