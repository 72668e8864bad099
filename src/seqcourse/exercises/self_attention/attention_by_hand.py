"""attention-by-hand: one query, a few keys, and what it takes along."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
One word looks at the others, as in the lesson. `q` is its query, with K
numbers. `k` and `v` hold the keys and the values, one word a row. Let
`single_query_attention` return the weights and the context, in that order.

Try it with a query of zeros first. What should the weights be then, and what
the context? Work it out before you run it.
"""

STARTER = '''\
import numpy as np

def single_query_attention(q, k, v):
    """q is (K,), k is (T, K), v is (T, K_v); return weights and context."""
    scores = k @ q
    weights = scores
    return weights, weights @ v
'''

SOLUTION = '''\
import numpy as np

def single_query_attention(q, k, v):
    """q is (K,), k is (T, K), v is (T, K_v); return weights and context."""
    scores = k @ q / np.sqrt(len(q))
    powers = np.exp(scores - scores.max())
    weights = powers / powers.sum()
    return weights, weights @ v
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw queries, keys and values of several sizes."""
    for T in rng.permutation([2, 3, 5, 7]):
        K, other = rng.permutation([n for n in range(2, 6) if n != T])[:2]
        q = 1.5 * rng.normal(size=K)
        yield q, rng.normal(size=(T, K)), rng.normal(size=(T, other))


EXERCISE = Exercise(
    id="attention-by-hand",
    title="One look",
    grade=1,
    minutes=5,
    function="single_query_attention",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        "Three things are done to the scores before they are weights.",
        ("Divide by the root of how many numbers a query has; take `np.exp`; "
         "divide by the sum."),
        "`scores / np.sqrt(len(q))` is the first of the three.",
    ),
    mistakes=(
        Mistake(
            "scores are taken for weights",
            "Your weights can be negative, and they do not sum to one. What "
            "turns scores into weights?",
            [("powers / powers.sum()", "k @ q")],
        ),
        Mistake(
            "the root of the width is missing",
            "Your weights are a softmax, but too sharp a one. By what is a "
            "product of wide vectors divided first?",
            [(" / np.sqrt(len(q))", "")],
        ),
        Mistake(
            "the width stands there without its root",
            "Your weights are too even. It is not the width itself that the "
            "scores are divided by.",
            [("np.sqrt(len(q))", "len(q)")],
        ),
        Mistake(
            "the root is that of the number of words",
            "How sharp your softmax is depends on how many words there are. "
            "What grows with the sum inside one score is its own length.",
            [("np.sqrt(len(q))", "np.sqrt(len(k))")],
        ),
        Mistake(
            "the division by the sum is missing",
            "Your weights are all positive, but they do not sum to one. "
            "What comes after the exponential?",
            [("powers / powers.sum()", "np.exp(scores)")],
        ),
        Mistake(
            "only the best word gets a weight",
            "You give all the weight to one word. The look-up is soft: the "
            "others get a little of it, too.",
            [("powers / powers.sum()",
              "(scores == scores.max()).astype(float)")],
        ),
        Mistake(
            "the weights are averaged with the values of a mean",
            "Your context is divided by the number of words once more. The "
            "weights sum to one already.",
            [("weights, weights @ v", "weights, weights @ v / len(v)")],
        ),
        Mistake(
            "the exponential is missing",
            "You divide the scores themselves by their sum, and weights may "
            "then be negative. A softmax takes exponentials first.",
            [("np.exp(scores - scores.max())", "scores - scores.max()")],
        ),
        Mistake(
            "the context is made of scores",
            "Your weights are right and not used: the values are averaged "
            "with the scores.",
            [("weights, weights @ v", "weights, scores @ v")],
        ),
        Mistake(
            "scores are multiplied by the root",
            "Your weights are much too sharp. The root of the width was to "
            "make the scores smaller, and yours makes them larger.",
            [(" / np.sqrt(len(q))", " * np.sqrt(len(q))")],
        ),
        Mistake(
            "the smallest score gets the largest weight",
            "The better a key fits the query, the less weight it gets in "
            "yours. A sign is wrong before the exponential.",
            [("= k @ q", "= -k @ q")],
        ),
    ),
    cases=_cases,
    parts=("weights", "context"),
)  # fmt: skip
