"""mask-padding: nobody looks at what lies beyond the end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
In a batch the shorter sources are filled up. Write `masked_weights`, a
softmax that does not look there. `scores` is (B, S, T): of each of B sources
the scores of S queries for T places. Source b has `lengths[b]` real places,
one at least; the weights beyond are 0, and those of each query sum to 1.

Put a large number into the padding of a case of your own and see whether
anything moves. Nothing may.
"""

STARTER = '''\
import numpy as np

def masked_weights(scores, lengths):
    """scores is (B, S, T), lengths is (B,); return weights (B, S, T)."""
    B, S, T = scores.shape
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)
'''

SOLUTION = '''\
import numpy as np

def masked_weights(scores, lengths):
    """scores is (B, S, T), lengths is (B,); return weights (B, S, T)."""
    B, S, T = scores.shape
    hidden = (np.arange(T) >= lengths[:, None])[:, None]
    scores = np.where(hidden, -np.inf, scores)
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)
'''
_MASKED = "    scores = np.where(hidden, -np.inf, scores)\n"
_RETURN = "return powers / powers.sum(-1, keepdims=True)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw batches, with large scores in the padding of the last ones."""
    for high in (0.0, 0.0, 0.0, 3.0, 900.0):
        B, T = 2 + rng.permutation(4)[:2]
        S = T + 1 if high else T
        lengths = rng.integers(1, T, size=B)
        lengths[0] = T
        scores = rng.normal(size=(B, S, T))
        beyond = np.broadcast_to(
            (np.arange(T) >= lengths[:, None])[:, None], scores.shape
        )
        scores[beyond] += high
        yield scores, lengths


EXERCISE = Exercise(
    id="mask-padding",
    title="Do not look there",
    grade=2,
    minutes=10,
    function="masked_weights",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Which places of source b are padding? `np.arange(T)` and "
         "`lengths[:, None]` tell, as a table (B, T)."),
        ("A score whose exponential is exactly 0 is hidden. Which number is "
         "that, and must it be there before or after the exponential?"),
        ("The table is (B, T), the scores are (B, S, T): `[:, None]` makes "
         "room for the queries."),
    ),
    mistakes=(
        Mistake(
            "the padding is looked at",
            "Places beyond the end have a weight in your answer. They hold "
            "nothing that was ever read.",
            [(_MASKED, "")],
        ),
        Mistake(
            "the weights are cut off after the softmax",
            "The padding has no weight any more, but it was in the sum: what "
            "is left of each query does not sum to one.",
            [(_MASKED, ""), (_RETURN, _RETURN + " * ~hidden")],
        ),
        Mistake(
            "a score of zero is taken for no weight",
            "You hide the padding with a score of zero. The exponential of "
            "zero is one, so it is looked at all the same.",
            [("-np.inf", "0.0")],
        ),
        Mistake(
            "the mask lies on the queries",
            "You hide rows where places were to be hidden. The mask belongs "
            "on the axis that the softmax sums over.",
            [("[:, None])[:, None]", "[:, None])[:, :, None]"),
             ("-np.inf", "-1e9")],
        ),
        Mistake(
            "one place of the padding is left",
            "The first place beyond the end still has a weight. Places are "
            "counted from 0: which is the last real one?",
            [("np.arange(T) >= ", "np.arange(T) > ")],
        ),
        Mistake(
            "one real place too many is hidden",
            "The last real place has no weight in your answer. Places are "
            "counted from 0: which is the first of the padding?",
            [("np.arange(T) >= ", "np.arange(T) + 1 >= "),
             ("-np.inf", "-1e9")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
