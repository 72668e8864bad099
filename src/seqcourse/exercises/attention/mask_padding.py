"""mask-padding: no query attends beyond the end of its source."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
In a batch, padding fills up the shorter sources. Write `masked_weights`, a
softmax that gives padding no weight. `scores` is (B, T, S): for each of B
sources, the scores of T queries for S positions. Source b has `lengths[b]`
real positions, at least one; the weights beyond are 0, and those of each
query sum to 1.

Then put a large score into the padding of a case of your own. Nothing may
change.
"""

STARTER = '''\
import numpy as np

def masked_weights(scores, lengths):
    """scores is (B, T, S), lengths is (B,); return weights (B, T, S)."""
    B, T, S = scores.shape
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)
'''

SOLUTION = '''\
import numpy as np

def masked_weights(scores, lengths):
    """scores is (B, T, S), lengths is (B,); return weights (B, T, S)."""
    B, T, S = scores.shape
    hidden = (np.arange(S) >= lengths[:, None])[:, None]
    scores = np.where(hidden, -np.inf, scores)
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)
'''
_MASKED = "    scores = np.where(hidden, -np.inf, scores)\n"
_RETURN = "return powers / powers.sum(-1, keepdims=True)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw batches, with large scores in the padding of the last ones."""
    for high in (0.0, 0.0, 0.0, 3.0, 900.0):
        B, S = 2 + rng.permutation(4)[:2]
        T = S + 1 if high else S
        lengths = rng.integers(1, S, size=B)
        lengths[0] = S
        scores = rng.normal(size=(B, T, S))
        beyond = np.broadcast_to(
            (np.arange(S) >= lengths[:, None])[:, None], scores.shape
        )
        scores[beyond] += high
        yield scores, lengths


def _sums(answer: Answer, scores: Array, lengths: Array, axis: int) -> Array:
    """Add up the weights of sequences without padding."""
    whole = np.full_like(lengths, scores.shape[-1])
    sums: Array = answer(np.minimum(scores, 9), whole).sum(axis)
    return sums


def _sums_to_one_along(axis: int) -> Answer:
    """Tell whether weights sum to one along this axis alone."""

    def shows(answer: Answer, scores: Array, lengths: Array) -> bool:
        wrong = np.allclose(_sums(answer, scores, lengths, axis), 1)
        right = np.allclose(_sums(answer, scores, lengths, -1), 1)
        return wrong and not right

    return shows


def _does_not_sum_to_one(
    answer: Answer, scores: Array, lengths: Array
) -> bool:
    """Tell whether weights do not sum to one, even without padding."""
    sums = _sums(answer, scores, lengths, -1)
    # A factor that is always the same has a sentence of its own.
    return bool(np.isfinite(sums).all()) and not np.allclose(
        sums, sums.flat[0]
    )


def _hides_what_is_real(
    answer: Answer, scores: Array, lengths: Array
) -> bool:
    """Tell whether real positions have no weight, and padding has it."""
    padded = np.full_like(lengths, 1)
    weights = answer(np.minimum(scores, 9), padded)
    no_weight = bool((weights[..., 0] == 0).all())
    return no_weight and np.allclose(weights.sum(-1), 1)


EXERCISE = Exercise(
    id="mask-padding",
    title="Mask the padding",
    grade=2,
    minutes=10,
    function="masked_weights",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Which positions of source b are padding? Compare `np.arange(S)` "
         "with `lengths[:, None]`: that is a mask (B, S)."),
        ("A position is masked if the exponential of its score is exactly "
         "0. Which score does that, and do you set it before or after the "
         "exponential?"),
        ("The mask is (B, S) and the scores are (B, T, S): `[:, None]` adds "
         "the axis of the queries."),
    ),
    mistakes=(
        Mistake(
            "the padding is not masked",
            "Positions beyond the end have a weight in your answer. They "
            "hold padding, and get none.",
            [(_MASKED, "")],
        ),
        Mistake(
            "the weights are set to 0 after the softmax",
            "The padding has no weight, but it was in the sum that you "
            "divided by, so the weights of a query do not sum to one.",
            [(_MASKED, ""), (_RETURN, _RETURN + " * ~hidden")],
        ),
        Mistake(
            "masked scores are set to 0",
            "You give the padding a score of 0. The exponential of 0 is 1, "
            "so it still gets a weight.",
            [("-np.inf", "0.0")],
        ),
        Mistake(
            "the mask lies on the queries",
            "You mask rows, and the positions are columns. The mask belongs "
            "on the axis that the softmax sums over.",
            [("[:, None])[:, None]", "[:, None])[:, :, None]"),
             ("-np.inf", "-1e9")],
        ),
        Mistake(
            "one position of the padding is left",
            "The first position beyond the end still has a weight. "
            "Positions are counted from 0: which is the last real one?",
            [("np.arange(S) >= ", "np.arange(S) > ")],
        ),
        Mistake(
            "one real position is masked",
            "The last real position has no weight in your answer. Positions "
            "are counted from 0: which is the first of the padding?",
            [("np.arange(S) >= ", "np.arange(S) + 1 >= "),
             ("-np.inf", "-1e9")],
        ),
        Mistake(
            "the mask is inverted",
            "You mask the real positions and leave the padding. A source "
            "without padding then has no position left, and 0/0 is not a "
            "number.",
            [("np.arange(S) >= ", "np.arange(S) < ")],
            shows=_hides_what_is_real,
        ),
        Mistake(
            "the softmax runs over the queries",
            "The weights that one position gets from all queries sum to 1 in "
            "your answer. It is the weights of one query that should.",
            [("max(-1, keepdims=True)", "max(1, keepdims=True)"),
             (_RETURN, "return powers / powers.sum(1, keepdims=True)"),
             ("-np.inf", "-1e9")],
            shows=_sums_to_one_along(1),
        ),
        Mistake(
            "the softmax runs over the batch",
            "Your weights sum to 1 over the sources of the batch, which have "
            "nothing to do with each other. Which axis is that of the "
            "positions?",
            [(_RETURN, "return powers / powers.sum(0, keepdims=True)")],
            shows=_sums_to_one_along(0),
        ),
        Mistake(
            "the lengths are those of other sources",
            "Each source has the padding of another. Length b belongs to "
            "source b.",
            [("lengths[:, None])", "lengths[::-1, None])")],
        ),
        Mistake(
            "the weights do not sum to one",
            "Even without any padding the weights of a query do not sum to "
            "1. What are the exponentials divided by, and along which axis?",
            [(_RETURN, "return powers")],
            shows=_does_not_sum_to_one,
        ),
    ),
    cases=_cases,
)  # fmt: skip
