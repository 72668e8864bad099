"""soft-lookup: a softmax of scores weights the average of the values."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
`scores[t, s]` says how well key s matches query t. Turn the scores of each
query into attention weights with a softmax, and average the values with these
weights. `soft_lookup` returns the weights and the attention outputs, in that
order.

Before you run it: what are the weights of a query whose scores are all equal?
"""

STARTER = '''\
import numpy as np

def soft_lookup(scores, values):
    """scores is (T, S), values is (S, D); return (T, S) and (T, D)."""
    weights = scores
    return weights, weights @ values
'''

SOLUTION = '''\
import numpy as np

def soft_lookup(scores, values):
    """scores is (T, S), values is (S, D); return (T, S) and (T, D)."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    weights = powers / powers.sum(-1, keepdims=True)
    return weights, weights @ values
'''
_WEIGHTS = "powers / powers.sum(-1, keepdims=True)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw scores of several sizes, a row of the last too large for exp."""
    for size, high in ((1, 0), (2, 0), (1.5, 0), (1, 0), (2, 0), (2, 5000)):
        T, S, D = 2 + rng.permutation(5)[:3]
        scores = size * rng.normal(size=(T, S))
        scores[0] += high
        yield scores, rng.normal(size=(S, D))


def _sums(answer: Answer, scores: Array, values: Array) -> list[bool]:
    """Tell whether rows, columns and the whole sum to one, and nothing else.

    No score is so large that its exponential is infinite.
    """
    weights = answer(np.minimum(scores, 9), values)[0]
    sums = weights.sum(-1), weights.sum(0), weights.sum()
    return [np.allclose(each, 1) for each in sums]


def _is_no_softmax(answer: Answer, scores: Array, values: Array) -> bool:
    """Tell whether rows sum to one, and what all have in common matters."""
    small = np.minimum(scores, 9)
    lower = small - np.arange(len(small))[:, None]
    one, other = (answer(each, values)[0] for each in (small, lower))
    sums = _sums(answer, scores, values)[0]
    return sums and not np.allclose(one, other)


EXERCISE = Exercise(
    id="soft-lookup",
    title="A soft look-up",
    grade=1,
    minutes=5,
    function="soft_lookup",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        "The weights are positive, and those of one query sum to one.",
        ("`np.exp` makes any score positive. Then divide each row by its own "
         "sum; `keepdims=True` lets the shapes fit."),
        ("The exponential of a large score overflows. Subtracting the same "
         "number from all scores of a row changes no weight."),
    ),
    mistakes=(
        Mistake(
            "scores are taken for weights",
            "Your weights can be negative, and a row need not sum to one. "
            "What turns scores into weights?",
            [(_WEIGHTS, "scores")],
        ),
        Mistake(
            "the softmax runs over the queries",
            "Your columns sum to one. The weights of each query should, so "
            "along which axis do you divide?",
            [("scores.max(-1, keepdims=True)", "scores.max(0)"),
             (_WEIGHTS, "powers / powers.sum(0)")],
            shows=lambda *case: _sums(*case)[:2] == [False, True],
        ),
        Mistake(
            "the softmax runs over everything",
            "You divide by the sum of all the numbers. The weights of each "
            "query should sum to one by themselves.",
            [(_WEIGHTS, "powers / powers.sum()")],
            shows=lambda *case: _sums(*case) == [False, False, True],
        ),
        Mistake(
            "only the best key gets a weight",
            "Each of your queries takes one value and ignores the others. "
            "That is a hard choice, which has no gradient.",
            [(_WEIGHTS, "1.0 * (powers == 1)")],
        ),
        Mistake(
            "the division is missing",
            "Your weights are positive, but they do not sum to one. What "
            "comes after the exponential?",
            [(_WEIGHTS, "np.exp(scores)")],
            shows=lambda answer, scores, values: np.allclose(
                answer(0 * scores, values)[0], 1.0
            ),
        ),
        Mistake(
            "large scores overflow",
            "It is right for small scores and breaks for large ones. What "
            "may be subtracted from all scores of a row?",
            [("np.exp(scores - scores.max(-1, keepdims=True))",
              "np.exp(scores)")],
            shows=lambda answer, scores, values: (
                not np.isfinite(answer(0 * scores + 1e3, values)[0]).any()
                and np.allclose(answer(0 * scores, values)[0].sum(-1), 1)
            ),
        ),
        Mistake(
            "one number is subtracted from all rows",
            "If one query has much larger scores than another, all the "
            "exponentials of the other are 0. Subtract from each row its own "
            "maximum.",
            [("scores.max(-1, keepdims=True)", "scores.max()")],
            shows=lambda answer, scores, values: not np.isfinite(
                answer(0 * scores - [[1e5 * s] for s in range(len(scores))],
                       values)[0]
            ).all(),
        ),
        Mistake(
            "the exponential is missing",
            "You divide differences of scores by their sum, and the best key "
            "gets no weight at all. What belongs between the two steps?",
            [("np.exp(scores - scores.max(-1, keepdims=True))",
              "scores - scores.max(-1, keepdims=True)")],
        ),
        Mistake(
            "scores are divided by their sum",
            "Your rows sum to one, but a negative score gets a negative "
            "weight. What turns any number into a positive one?",
            [(_WEIGHTS, "scores / scores.sum(-1, keepdims=True)")],
        ),
        Mistake(
            "the context is made of scores",
            "Your weights are right and not used: the values are averaged "
            "with the scores.",
            [("weights, weights @ values", "weights, scores @ values")],
        ),
        Mistake(
            "the smallest score gets the largest weight",
            "The better a key matches, the less weight it gets. A sign "
            "is wrong before the exponential.",
            [("np.exp(scores - scores.max(-1, keepdims=True))",
              "np.exp(scores.min(-1, keepdims=True) - scores)")],
        ),
        Mistake(
            "the powers are those of 2",
            "Your weights are a little too even: a softmax takes powers of "
            "e, the base of the exponential.",
            [("np.exp(", "np.exp2(")],
        ),
        Mistake(
            "what the scores of a row have in common matters",
            "Your rows sum to one, but adding one number to all scores of a "
            "row changes its weights. In a softmax it does not. Is there an "
            "exponential, and what do you subtract before it?",
            [(_WEIGHTS,
              "abs(scores) / abs(scores).sum(-1, keepdims=True)")],
            shows=_is_no_softmax,
        ),
    ),
    cases=_cases,
    parts=("weights", "outputs"),
)  # fmt: skip
