"""scaled-dot-product-attention: all queries of a batch at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Now all positions attend at once, in all sequences of a batch. Write
`attend`. `q`, `k` and `v` are (B, T, K), and `mask` is (T, T): True at row i,
column j, where position i may attend to position j. Each row has at least one
True. Return the attention outputs, (B, T, K).

When it passes: how many scores are there for T = 1,000 tokens? And for ten
times as many?
"""

STARTER = '''\
import numpy as np

def attend(q, k, v, mask):
    """q, k, v are (B, T, K), mask is (T, T); return (B, T, K)."""
    scores = q @ k.swapaxes(1, 2)
    weights = np.exp(scores)
    return weights @ v
'''

SOLUTION = '''\
import numpy as np

def attend(q, k, v, mask):
    """q, k, v are (B, T, K), mask is (T, T); return (B, T, K)."""
    scores = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[-1])
    scores = np.where(mask, scores, -np.inf)
    scores = scores - scores.max(-1, keepdims=True)
    weights = np.exp(scores)
    weights = weights / weights.sum(-1, keepdims=True)
    return weights @ v
'''
_SUM = "weights / weights.sum(-1, keepdims=True)"
_MOST = "scores.max(-1, keepdims=True)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw batches, with a causal mask or one of any kind."""
    for case in range(5):
        B, T, K = int(rng.integers(2, 4)), int(rng.integers(3, 7)), 2 + case
        q, k, v = 1.2 * rng.normal(size=(3, B, T, K))
        mask = np.tri(T, dtype=bool)
        if case % 2:
            # Every position attends to itself, so no column is empty.
            mask = (rng.random((T, T)) < 0.6) | np.eye(T, dtype=bool)
            mask[0, 1:] = [True, *[False] * (T - 2)]
        yield q, k, v, mask


def _full(mask: Array) -> Array:
    """Let all attend to all."""
    return np.ones_like(mask)


def _sums_run_down(answer: Answer, *case: Array) -> bool:
    """Tell whether each key's weights sum to one over the queries."""
    q, k, v, mask = case
    first = 0 * v + np.eye(v.shape[1])[:, :1]  # 1 at the first key
    columns = answer(q, k, first, _full(mask)).sum(1)
    rows = answer(q, k, 0 * v + 1, _full(mask))
    return np.allclose(columns, 1) and not np.allclose(rows, 1)


def _does_not_average(answer: Answer, *case: Array) -> bool:
    """Tell whether values that are all 1 come back as something else."""
    q, k, v, mask = case
    context = answer(q, k, 0 * v + 1, _full(mask))
    if not np.allclose(answer(q, k, 0 * v + 2, _full(mask)), 2 * context):
        return False  # it is no average of the values at all
    # A factor that is always the same has a sentence of its own.
    return bool(np.isfinite(context).all()) and not np.allclose(
        context, context.flat[0]
    )


def _sees_what_is_hidden(answer: Answer, *case: Array) -> bool:
    """Tell whether a key that is hidden from all gets all the weight."""
    q, k, v, mask = case
    first = np.arange(v.shape[1]) == 0
    values = 0 * v + first[:, None]
    return np.allclose(answer(q, k, values, _full(mask) & ~first), 1)


EXERCISE = Exercise(
    id="scaled-dot-product-attention",
    title="All queries at once",
    grade=2,
    minutes=10,
    function="attend",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Five steps: the product, the root, the mask, the softmax, the "
         "values. Which of them does the starter have?"),
        ("Where the mask is False, set the score to `-np.inf`, so that its "
         "exponential is 0. `np.where(mask, a, b)` chooses."),
        ("The weights of one query are a row, along the last axis. "
         "`keepdims=True` keeps that axis for the division."),
    ),
    mistakes=(
        Mistake(
            "the root of the width is missing",
            "Your weights are sharper than they should be, and more so the "
            "wider the vectors are.",
            [(" / np.sqrt(q.shape[-1])", "")],
        ),
        Mistake(
            "the scores are divided by the width and not its root",
            "Your weights are too even, and more so the wider the vectors "
            "are. You divide by the width itself, and not by its root.",
            [("np.sqrt(q.shape[-1])", "q.shape[-1]")],
        ),
        Mistake(
            "the root is taken of another axis",
            "How sharp your weights are depends on the length of the "
            "sequence. Which axis is summed over in one score?",
            [("q.shape[-1]", "q.shape[1]")],
        ),
        Mistake(
            "the softmax runs over the queries",
            "In your answer the weights of each key sum to one over the "
            "queries. The weights of each query should.",
            [(_MOST, "scores.max(1, keepdims=True)"),
             (_SUM, "weights / weights.sum(1, keepdims=True)")],
        ),
        Mistake(
            "the mask is forgotten",
            "Your queries attend to keys that the mask hides. Where does the "
            "mask come in, before the softmax or after it?",
            [("np.where(mask, scores, -np.inf)", "scores")],
        ),
        Mistake(
            "the mask comes after the softmax",
            "Masked keys get no weight in your answer, but they were still "
            "in the sum that the others were divided by: your rows do not "
            "sum to one.",
            [("np.where(mask, scores, -np.inf)", "scores"),
             (_SUM, f"mask * {_SUM}")],
        ),
        Mistake(
            "masked scores are set to 0",
            "A score of 0 still gets a weight: its exponential is 1. Which "
            "score has the exponential 0?",
            [("np.where(mask, scores, -np.inf)",
              "np.where(mask, scores, 0.0)")],
        ),
        Mistake(
            "the mask is transposed",
            "Your positions attend to those that may attend to them. Which "
            "axis of the mask is that of the queries?",
            [("np.where(mask, scores", "np.where(mask.T, scores")],
        ),
        Mistake(
            "the division runs over the queries",
            "The weights that one key gets from all queries sum to one. The "
            "weights of each query should instead.",
            [(_SUM, "weights / weights.sum(-2, keepdims=True)")],
            shows=_sums_run_down,
        ),
        Mistake(
            "the largest score is taken over the queries",
            "What you subtract before the exponential differs from key to "
            "key, so it does not cancel in the division. Subtract the same "
            "number from all scores of a query.",
            [(_MOST, "scores.max(1, keepdims=True)")],
        ),
        Mistake(
            "the weights of a query do not sum to one",
            "If all values were the same, that value should come back. "
            "Yours gives another, so the weights of a query do not sum to "
            "one. What are the exponentials divided by?",
            [(_SUM, "weights")],
            shows=_does_not_average,
        ),
        Mistake(
            "scores are multiplied by the root",
            "Your weights are much too sharp. The root of the width should "
            "make the scores smaller; yours makes them larger.",
            [(" / np.sqrt(q", " * np.sqrt(q")],
        ),
        Mistake(
            "the smallest score gets the largest weight",
            "The better a key matches a query, the less weight it gets. A "
            "sign is wrong before the exponential.",
            [("= q @ k.swap", "= -q @ k.swap")],
        ),
        Mistake(
            "the mask is inverted",
            "A masked key gets all the weight in your answer. Where the "
            "mask is True, a query may attend.",
            [("np.where(mask, scores, -np.inf)",
              "np.where(mask, -np.inf, scores)")],
            shows=_sees_what_is_hidden,
        ),
    ),
    cases=_cases,
)  # fmt: skip
