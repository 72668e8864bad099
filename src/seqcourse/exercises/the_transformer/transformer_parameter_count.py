"""transformer-parameter-count: to the last one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
How many weights has a tied language model? Write `weights`. It has `L` blocks
on a road of `d` numbers, `V` words, and learned positions for `T` places.
Count everything: in each block the four tables of the attention with a bias
each, the feed-forward to 4d and back with its two biases, two norms with
weight and bias; at the end of the road one more norm; and once the table of
words.

When it passes: for which d do the blocks of a 12-block model outweigh a
vocabulary of 50,000?
"""

STARTER = '''\
def weights(d, L, V, T):
    """Return the number of weights of the whole model."""
    block = 12 * d * d
    return L * block
'''

SOLUTION = '''\
def weights(d, L, V, T):
    """Return the number of weights of the whole model."""
    attention = 4 * (d * d + d)
    feed_forward = 4 * d * d + 4 * d + 4 * d * d + d
    norm = 2 * d
    block = attention + feed_forward + 2 * norm
    return V * d + T * d + L * block + norm
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sizes, odd ones among them."""
    for d, L, V, T in ((3, 1, 7, 5), (8, 2, 100, 16), (64, 6, 50, 128)):
        more = rng.integers(1, 4, size=4)
        yield tuple(int(n) for n in np.array([d, L, V, T]) + more)


EXERCISE = Exercise(
    id="transformer-parameter-count",
    title="Count them all",
    grade=2,
    minutes=10,
    function="weights",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter counts the tables of the blocks. What is left are "
         "biases, norms, and two tables outside of the blocks."),
        ("A table from d numbers to 4d has 4d² weights and 4d biases; the "
         "way back has 4d² weights and only d biases."),
        "The biases and norms of a block come to 13 d.",
    ),
    mistakes=(
        Mistake(
            "only the tables of the blocks are counted",
            "You have 12d² for each block. Biases and norms are weights too, "
            "and so are the words and the places.",
            [("attention = 4 * (d * d + d)", "attention = 4 * d * d"),
             ("4 * d * d + 4 * d + 4 * d * d + d", "8 * d * d"),
             ("block = attention + feed_forward + 2 * norm",
              "block = attention + feed_forward"),
             ("V * d + T * d + L * block + norm", "L * block")],
        ),
        Mistake(
            "the table of words is counted twice",
            "The model is tied: the table that reads words in also scores "
            "the next one.",
            [("V * d + T", "2 * V * d + T")],
        ),
        Mistake(
            "the places are forgotten",
            "You are short of one list of d numbers for each place.",
            [("V * d + T * d", "V * d")],
        ),
        Mistake(
            "the last norm is forgotten",
            "You are 2d short, however many blocks there are. What stands at "
            "the end of the road?",
            [("L * block + norm", "L * block")],
        ),
        Mistake(
            "a norm is taken to have no bias",
            "You are d short for each norm: it has a weight and a bias.",
            [("norm = 2 * d", "norm = d")],
        ),
        Mistake(
            "a block is taken to have one norm",
            "You are 2d short for each block. How many branches are there?",
            [("2 * norm", "norm")],
        ),
        Mistake(
            "both biases of the feed-forward are taken to be 4d",
            "You have 3d too many for each block: on the way back there are "
            "only d sums to add a bias to.",
            [("4 * d * d + d\n", "4 * d * d + 4 * d\n")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
