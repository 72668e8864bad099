"""transformer-parameter-count: to the last one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

#: What a learner writes, or what asks it.
Count = Callable[..., Any]

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


def _shares(count: Count, d: int) -> tuple[float, ...]:
    """Ask for the weights of no model, one block, one word, one position."""
    rest = count(d, 0, 0, 0)
    ones = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    return rest, *(count(d, *one) - rest for one in ones)


def _adds_up(count: Count, d: int, L: int, V: int, T: int) -> bool:
    """Tell whether each block, word and position adds the same."""
    rest, block, word, position = _shares(count, d)
    whole = rest + L * block + V * word + T * position
    return bool(np.isclose(count(d, L, V, T), whole))


def _wrong(count: Count, d: int, L: int, V: int, T: int) -> dict[str, float]:
    """Say which parts of a count are wrong, and by how much."""
    rest, block, word, position = _shares(count, d)
    if not _adds_up(count, d, L, V, T):
        return {}
    wrong = {
        "block": block - 12 * d * d - 13 * d,
        "word": word - d,
        "position": position - d,
        "rest": rest - 2 * d,
    }
    return {part: by for part, by in wrong.items() if by}


def _only(part: str) -> Count:
    """Tell whether this part is wrong, and nothing else."""
    return lambda count, *sizes: [*_wrong(count, *sizes)] == [part]


def _in_a_block(power: int) -> Count:
    """Tell whether what is wrong in a block goes with a power of d."""

    def shows(count: Count, _: int, *sizes: int) -> bool:
        found = [_wrong(count, n, *sizes) for n in (1, 2, 3, 5)]
        if any([*each] != ["block"] for each in found):
            return False
        shares = [
            each["block"] / n**power
            for each, n in zip(found, (1, 2, 3, 5), strict=True)
        ]
        return len(set(shares)) == 1

    return shows


def _counts_norms_wrong(count: Count, *sizes: int) -> bool:
    """Tell whether the norms of the blocks and the last one are wrong."""
    wrong = _wrong(count, *sizes)
    parts = [*wrong] == ["block", "rest"]
    return parts and wrong["block"] == 2 * wrong["rest"]


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
            "only the matrices of the blocks are counted",
            "You have 12d² for each block. Biases and norms are parameters "
            "too, and so are the embeddings of words and positions.",
            [("attention = 4 * (d * d + d)", "attention = 4 * d * d"),
             ("4 * d * d + 4 * d + 4 * d * d + d", "8 * d * d"),
             ("block = attention + feed_forward + 2 * norm",
              "block = attention + feed_forward"),
             ("V * d + T * d + L * block + norm", "L * block")],
        ),
        Mistake(
            "the word embeddings are counted twice",
            "The model is tied: the matrix that reads words in also scores "
            "the next one.",
            [("V * d + T", "2 * V * d + T")],
        ),
        Mistake(
            "the positions are forgotten",
            "You are short of one vector of d numbers for each position.",
            [("V * d + T * d", "V * d")],
        ),
        Mistake(
            "the last norm is forgotten",
            "You are 2d short, however many blocks there are. What comes "
            "after the last block?",
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
        Mistake(
            "the blocks are counted as one",
            "You have the weights of a single block. The model has L of "
            "them, each with weights of its own.",
            [("L * block + norm", "block + norm")],
        ),
        Mistake(
            "the last norm stands in every block",
            "The norm after the last block is there once, however many "
            "blocks there are. You count it for each of them.",
            [("L * block + norm", "L * (block + norm)")],
        ),
        Mistake(
            "the norms are miscounted",
            "Each norm is wrong by the same amount, in the blocks and at "
            "the end. How many vectors of d numbers does a norm learn?",
            [("norm = 2 * d", "norm = 3 * d")],
            shows=_counts_norms_wrong,
        ),
        Mistake(
            "the vectors of a block are miscounted",
            "Everything outside of the blocks is right, and so are their "
            "matrices. Go through the biases and the norms of one block: "
            "what is wrong is a multiple of d.",
            [("2 * norm", "3 * norm")],
            shows=_in_a_block(1),
        ),
        Mistake(
            "the matrices of a block are miscounted",
            "Everything outside of the blocks is right, and so are their "
            "biases and norms. Go through the matrices of one block: what "
            "is wrong is a multiple of d².",
            [("feed_forward = 4 * d * d +", "feed_forward = d * d +")],
            shows=_in_a_block(2),
        ),
        Mistake(
            "a block is miscounted",
            "The embeddings and the last norm are right, and a block has "
            "the wrong number. Take L = 1 and d = 1, and go through its "
            "parts one by one.",
            [("4 * (d * d + d)", "d * d + d")],
            shows=_only("block"),
        ),
        Mistake(
            "the word embeddings are miscounted",
            "Everything is right but what the vocabulary adds. Each word "
            "has a row of its own: how many numbers are in it?",
            [("V * d + T", "V + T")],
            shows=_only("word"),
        ),
        Mistake(
            "the positions are miscounted",
            "Everything is right but what the positions add. Each has a "
            "vector of its own, as wide as that of a word.",
            [("T * d", "T")],
            shows=_only("position"),
        ),
        Mistake(
            "the end is miscounted",
            "Embeddings and blocks are right. After the last block stands "
            "one norm; with no blocks, words and positions at all, yours "
            "is another number than that norm has.",
            [("block + norm", "block - norm")],
            shows=_only("rest"),
        ),
        Mistake(
            "blocks, words and positions are not counted apart",
            "What one more word, position or block adds should not depend "
            "on how many there are already. In yours it does: count each by "
            "itself and add the counts up.",
            [("V * d + T * d + L * block", "L * (V * d + T * d + block)")],
            shows=lambda count, *sizes: not _adds_up(count, *sizes),
        ),
        Mistake(
            "more than one part is wrong",
            "Take yours apart: with L, V and T at 0 the last norm is left. "
            "Then set one of them to 1 at a time, and see what it adds.",
            [("V * d + T * d + L * block + norm", "V * d + L * block + d")],
            shows=lambda count, *sizes: 1 < len(_wrong(count, *sizes)) < 4,
        ),
    ),
    cases=_cases,
)  # fmt: skip
