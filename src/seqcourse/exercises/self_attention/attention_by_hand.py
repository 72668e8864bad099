"""attention-by-hand: one query, a few keys, and its attention output."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
One word attends to S words, as in the lesson. `q` is its query, with K
numbers. `k` and `v` hold the keys and the values, one row per word. Let
`single_query_attention` return the attention weights and the attention
output, in that order.

Try a query of zeros first. What should the weights be then, and what the
output? Work it out before you run it.
"""

STARTER = '''\
import numpy as np

def single_query_attention(q, k, v):
    """q is (K,), k is (S, K), v is (S, K_v); return weights, output."""
    scores = k @ q
    weights = scores
    return weights, weights @ v
'''

SOLUTION = '''\
import numpy as np

def single_query_attention(q, k, v):
    """q is (K,), k is (S, K), v is (S, K_v); return weights, output."""
    scores = k @ q / np.sqrt(len(q))
    powers = np.exp(scores - scores.max())
    weights = powers / powers.sum()
    return weights, weights @ v
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw queries, keys and values of several sizes."""
    for S in rng.permutation([2, 3, 5, 7]):
        K, other = rng.permutation([n for n in range(2, 6) if n != S])[:2]
        q = 1.5 * rng.normal(size=K)
        yield q, rng.normal(size=(S, K)), rng.normal(size=(S, other))


EXERCISE = Exercise(
    id="attention-by-hand",
    title="One query",
    grade=1,
    minutes=5,
    function="single_query_attention",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        "Three things turn dot products into weights. The starter does none.",
        ("Divide by the root of the width of a query, take `np.exp`, and "
         "divide by the sum."),
        "`scores / np.sqrt(len(q))` is the first of the three.",
    ),
    mistakes=(
        Mistake(
            "the scores are returned as weights",
            "Your weights can be negative, and they do not sum to one. What "
            "turns scores into weights?",
            [("powers / powers.sum()", "k @ q")],
        ),
        Mistake(
            "the root of the width is missing",
            "Your weights are a softmax, but too sharp. What divides the dot "
            "products first?",
            [(" / np.sqrt(len(q))", "")],
        ),
        Mistake(
            "the scores are divided by the width and not its root",
            "Your weights are too even: you divide the scores by the width "
            "itself. How does the variance of a score grow with the width, "
            "and how its standard deviation?",
            [("np.sqrt(len(q))", "len(q)")],
        ),
        Mistake(
            "the root is taken of the number of words",
            "How sharp your softmax is depends on the number of words. A "
            "score is a sum of K products, so K is what counts.",
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
            "You give all the weight to one word. Attention is soft: the "
            "others get some of it, too.",
            [("powers / powers.sum()",
              "(scores == scores.max()).astype(float)")],
        ),
        Mistake(
            "the output is divided by the number of words",
            "Your output is divided by the number of words once more. The "
            "weights sum to one already.",
            [("weights, weights @ v", "weights, weights @ v / len(v)")],
        ),
        Mistake(
            "the exponential is missing",
            "You divide the scores themselves by their sum, so weights may "
            "be negative. A softmax takes exponentials first.",
            [("np.exp(scores - scores.max())", "scores - scores.max()")],
        ),
        Mistake(
            "the values are averaged with the scores",
            "Your weights are right, but you average the values with the "
            "scores instead.",
            [("weights, weights @ v", "weights, scores @ v")],
        ),
        Mistake(
            "scores are multiplied by the root",
            "Your weights are much too sharp. The root of the width should "
            "make the scores smaller; yours makes them larger.",
            [(" / np.sqrt(len(q))", " * np.sqrt(len(q))")],
        ),
        Mistake(
            "the smallest score gets the largest weight",
            "The better a key matches the query, the less weight it gets. A "
            "sign is wrong before the exponential.",
            [("= k @ q", "= -k @ q")],
        ),
    ),
    cases=_cases,
    parts=("weights", "output"),
)  # fmt: skip
