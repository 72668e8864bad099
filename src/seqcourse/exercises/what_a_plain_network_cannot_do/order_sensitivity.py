"""order-sensitivity: how many orders of words a network tells apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN, BagOfWords, FixedWindow, Layer

PROMPT = """\
Three words can stand in six orders. How many of them does a network tell
apart? Write `distinct_orders`, which tries all of them and counts the
*different* answers. `core` is a network and `params` are its weights; `x` is
(T, D), one word a row.

`core.forward(params, x[None])` reads one sentence. The first thing it gives
is (1, T, H), an answer at each step; use the one that has read everything.
Take two answers for the same if they agree to six decimals.

When it works, try it on weights drawn at random:
`distinct_orders(core, core.init(np.random.default_rng(0), np.float64), x)`,
with `BagOfWords(5, 7)`, with `FixedWindow(5, 7, 4)` and with `RNN(5, 7)`, for
an `x` of (4, 5). Then let two of the four words be the same.
"""

STARTER = '''\
from itertools import permutations
import numpy as np

def distinct_orders(core, params, x):
    """x is (T, D); return how many orders get an answer of their own."""
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
    """x is (T, D); return how many orders get an answer of their own."""
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
         "read each time? And what does it count in the end?"),
        ("`order` is a tuple such as `(2, 0, 1)`. `x[list(order)]` is the "
         "sentence in that order."),
        ("`np.unique(answers, axis=0)` keeps each row once, and rows that "
         "differ in the last digit are two to it. `np.round` helps."),
    ),
    mistakes=(
        Mistake(
            "orders are counted, and not answers",
            "You find the same number for every network: that of the orders "
            "there are. How many of the answers in your list are different? "
            "If you ask `np.unique`, tell it along which axis they lie.",
            [(DIFFERENT, "len(answers)")],
        ),
        Mistake(
            "the order never reaches the network",
            "Whatever reads, you find one answer. Does the network get "
            "another sentence in each round, and do you keep an answer from "
            "each?",
            [("x[None, list(order)]", "x[None]")],
        ),
        Mistake(
            "the answers on the way are looked at too",
            "Half way through a sentence even an average tells orders "
            "apart: it has read other words so far. Which step has read "
            "them all?",
            [("y[0, -1]", "y[0].ravel()")],
        ),
        Mistake(
            "no answer is kept",
            "You find no answer at all, so your list is empty when you "
            "count. Does every round put one answer into it, before the "
            "count?",
            [("answers.append(y[0, -1])", "y[0, -1]")],
            shows=lambda answer, *case: answer(*case) == 0,
        ),
        Mistake(
            "the answer to a single word is taken",
            "You find as many answers as there are different words, so "
            "yours have read one word each. Which step has read them all, "
            "and on which axis of y are the steps?",
            [("y[0, -1]", "y[0, 0]")],
        ),
        Mistake(
            "the answer from before the last word is taken",
            "Even of a bag you find several answers, since each of yours "
            "has yet to read its last word. Which step has read them all?",
            [("y[0, -1]", "y[0, -2]")],
        ),
        Mistake(
            "single numbers are counted",
            "An answer is H numbers, and you count how many numbers are "
            "different in all answers together. What makes `np.unique` "
            "compare whole rows?",
            [(DIFFERENT, "len(np.unique(np.round(answers, 6)))")],
        ),
        Mistake(
            "answers are rounded to whole numbers",
            "You round until answers that differ look the same. How many "
            "decimals should two of them share?",
            [("np.round(answers, 6)", "np.round(answers)")],
        ),
        Mistake(
            "one of the orders is left out",
            "You try one order too few. The one in which the words stand "
            "is an order too, and so is its reverse.",
            [(ORDERS, "list(permutations(range(len(x))))[1:]")],
        ),
        Mistake(
            "the first word is never read",
            "Your sentences have one word too few: the first word of x is "
            "in none of them. Python counts places from 0.",
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
            "A sum in another order may come out with another last digit. "
            "So you find several answers where a bag has one. How close "
            "must two of them be to be the same?",
            [("np.round(answers, 6)", "answers")],
        ),
        Mistake(
            "the order is taken for one place",
            "To NumPy a tuple in square brackets is one place along several "
            "axes, and a list is several places along one axis. Which of "
            "them is an order of words?",
            [("x[None, list(order)]", "x[order][None]")],
        ),
        Mistake(
            "only forwards and backwards are tried",
            "You read the sentence in two orders. They may show that a "
            "network sees some order, and there are more to try.",
            [(ORDERS, "(range(len(x)), range(len(x))[::-1])")],
        ),
        Mistake(
            "the numbers inside a word are shuffled",
            "You change the order along the wrong axis: each word is torn "
            "apart, and all of them stay in their places. Which axis of x "
            "is that of the steps?",
            [(ORDERS, "permutations(range(x.shape[1]))"),
             ("x[None, list(order)]", "x[None][:, :, list(order)]")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
