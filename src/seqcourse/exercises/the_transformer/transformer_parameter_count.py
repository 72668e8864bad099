"""transformer-parameter-count: every weight of a language model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

#: What a learner writes, or what asks it.
Count = Callable[..., Any]

PROMPT = """\
How many weights does a language model with tied embeddings have? Write
`weights`. It has `L` blocks on a residual stream of `H` numbers, `V` tokens,
and learned embeddings for `T` positions. Count everything: in each block the
four matrices of the attention, each with a bias; the two matrices of the
feed-forward network, to 4H and back, each with a bias; and two norms with
weight and bias. After the last block there is one more norm. The embedding is
also the readout, so count it once.

When it passes: from which H on do the blocks of a 12-block model have more
weights than the embedding of 50,000 tokens?
"""

STARTER = '''\
def weights(H, L, V, T):
    """Return the number of weights of the whole model."""
    block = 12 * H * H
    return L * block
'''

SOLUTION = '''\
def weights(H, L, V, T):
    """Return the number of weights of the whole model."""
    attention = 4 * (H * H + H)
    feed_forward = 4 * H * H + 4 * H + 4 * H * H + H
    norm = 2 * H
    block = attention + feed_forward + 2 * norm
    return V * H + T * H + L * block + norm
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sizes, odd ones among them."""
    for H, L, V, T in ((3, 1, 7, 5), (8, 2, 100, 16), (64, 6, 50, 128)):
        more = rng.integers(1, 4, size=4)
        yield tuple(int(n) for n in np.array([H, L, V, T]) + more)


def _shares(count: Count, H: int) -> tuple[float, ...]:
    """Ask for the weights of no model, one block, one token, one position."""
    rest = count(H, 0, 0, 0)
    ones = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    return rest, *(count(H, *one) - rest for one in ones)


def _adds_up(count: Count, H: int, L: int, V: int, T: int) -> bool:
    """Tell whether each block, token and position adds the same."""
    rest, block, token, position = _shares(count, H)
    whole = rest + L * block + V * token + T * position
    return bool(np.isclose(count(H, L, V, T), whole))


def _wrong(count: Count, H: int, L: int, V: int, T: int) -> dict[str, float]:
    """Say which parts of a count are wrong, and by how much."""
    rest, block, token, position = _shares(count, H)
    if not _adds_up(count, H, L, V, T):
        return {}
    wrong = {
        "block": block - 12 * H * H - 13 * H,
        "token": token - H,
        "position": position - H,
        "rest": rest - 2 * H,
    }
    return {part: by for part, by in wrong.items() if by}


def _only(part: str) -> Count:
    """Tell whether this part is wrong, and nothing else."""
    return lambda count, *sizes: [*_wrong(count, *sizes)] == [part]


def _in_a_block(power: int) -> Count:
    """Tell whether the error in a block is proportional to a power of H."""

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
    title="Count the weights of a transformer",
    grade=2,
    minutes=10,
    function="weights",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter counts the matrices of the blocks. What is missing are "
         "biases, norms, and the embeddings of tokens and positions."),
        ("A matrix from H numbers to 4H has 4H² weights, and its bias has "
         "4H. The one back to H has 4H² weights, and its bias only H."),
        "The biases and norms of a block add up to 13H.",
    ),
    mistakes=(
        Mistake(
            "only the matrices of the blocks are counted",
            "You have 12H² for each block. Biases and norms are parameters "
            "too, and so are the embeddings of tokens and positions.",
            [("attention = 4 * (H * H + H)", "attention = 4 * H * H"),
             ("4 * H * H + 4 * H + 4 * H * H + H", "8 * H * H"),
             ("block = attention + feed_forward + 2 * norm",
              "block = attention + feed_forward"),
             ("V * H + T * H + L * block + norm", "L * block")],
        ),
        Mistake(
            "the embedding is counted twice",
            "The embeddings are tied: one matrix is both the embedding and "
            "the readout.",
            [("V * H + T", "2 * V * H + T")],
        ),
        Mistake(
            "the positions are forgotten",
            "You miss one vector of H numbers for each position.",
            [("V * H + T * H", "V * H")],
        ),
        Mistake(
            "the last norm is forgotten",
            "You miss 2H, however many blocks there are. What comes after "
            "the last block?",
            [("L * block + norm", "L * block")],
        ),
        Mistake(
            "a norm is taken to have no bias",
            "You miss H for each norm: it has a weight and a bias.",
            [("norm = 2 * H", "norm = H")],
        ),
        Mistake(
            "a block is taken to have one norm",
            "You miss 2H for each block. How many branches has it?",
            [("2 * norm", "norm")],
        ),
        Mistake(
            "both biases of the feed-forward network are taken to be 4H",
            "You have 3H too many for each block: the second matrix has only "
            "H outputs, so its bias has H.",
            [("4 * H * H + H\n", "4 * H * H + 4 * H\n")],
        ),
        Mistake(
            "the blocks are counted as one",
            "You count a single block. The model has L of them, each with "
            "weights of its own.",
            [("L * block + norm", "block + norm")],
        ),
        Mistake(
            "the last norm stands in every block",
            "There is one norm after the last block, however many blocks "
            "there are. You count it for each of them.",
            [("L * block + norm", "L * (block + norm)")],
        ),
        Mistake(
            "the norms are miscounted",
            "Each norm is wrong by the same amount, in the blocks and at "
            "the end. How many vectors of H numbers does a norm learn?",
            [("norm = 2 * H", "norm = 3 * H")],
            shows=_counts_norms_wrong,
        ),
        Mistake(
            "the vectors of a block are miscounted",
            "Everything outside the blocks is right, and so are their "
            "matrices. Go through the biases and the norms of one block: "
            "you are off by a multiple of H.",
            [("2 * norm", "3 * norm")],
            shows=_in_a_block(1),
        ),
        Mistake(
            "the matrices of a block are miscounted",
            "Everything outside the blocks is right, and so are their "
            "biases and norms. Go through the matrices of one block: you "
            "are off by a multiple of H².",
            [("feed_forward = 4 * H * H +", "feed_forward = H * H +")],
            shows=_in_a_block(2),
        ),
        Mistake(
            "a block is miscounted",
            "The embeddings and the last norm are right, but a block has "
            "the wrong number. Take L = 1 and H = 1, and go through its "
            "parts one by one.",
            [("4 * (H * H + H)", "H * H + H")],
            shows=_only("block"),
        ),
        Mistake(
            "the token embeddings are miscounted",
            "Everything is right but the embedding of the tokens. Each "
            "token has a row of its own: how many numbers does it have?",
            [("V * H + T", "V + T")],
            shows=_only("token"),
        ),
        Mistake(
            "the positions are miscounted",
            "Everything is right but the embedding of the positions. Each "
            "has a vector of its own, as wide as that of a token.",
            [("T * H", "T")],
            shows=_only("position"),
        ),
        Mistake(
            "the end is miscounted",
            "Embeddings and blocks are right. After the last block there is "
            "one norm. With no blocks, tokens and positions at all, you "
            "should have its weights, and you do not.",
            [("block + norm", "block - norm")],
            shows=_only("rest"),
        ),
        Mistake(
            "blocks, tokens and positions are not counted separately",
            "What one more token, position or block adds should not depend "
            "on how many there are already. In yours it does: count each "
            "separately and add the counts up.",
            [("V * H + T * H + L * block", "L * (V * H + T * H + block)")],
            shows=lambda count, *sizes: not _adds_up(count, *sizes),
        ),
        Mistake(
            "more than one part is wrong",
            "Check it part by part: with L, V and T at 0 only the last norm "
            "is left. Then set one of them to 1 at a time, and see what it "
            "adds.",
            [("V * H + T * H + L * block + norm", "V * H + L * block + H")],
            shows=lambda count, *sizes: 1 < len(_wrong(count, *sizes)) < 4,
        ),
    ),
    cases=_cases,
)  # fmt: skip
