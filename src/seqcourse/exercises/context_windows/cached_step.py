"""cached-step: one query against the whole cache."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
One new token, one row of attention scores. Write `cached_step`: append the
new key and value to the cache, and let the new query attend to all of it.

`q`, `k` and `v` are the query, key and value of the new token, (K,) each.
`keys` and `values` are the cache, (S, K) each. Return the attention output,
(K,), then the updated keys and values, (S + 1, K) each. Scores are divided by
the square root of K.
"""

STARTER = '''\
import numpy as np

def cached_step(q, k, v, keys, values):
    """Return the output (K,), keys and values (S + 1, K)."""
    # 1. Append the new key and value.
    # 2. Take a softmax over the scores of all keys.
    # 3. Average all values with these weights.
    return q, keys, values
'''

SOLUTION = '''\
import numpy as np

def cached_step(q, k, v, keys, values):
    """Return the output (K,), keys and values (S + 1, K)."""
    keys = np.concatenate([keys, k[None]])
    values = np.concatenate([values, v[None]])
    scores = keys @ q / np.sqrt(len(q))
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    return weights @ values, keys, values
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw caches of several lengths."""
    for S in rng.permutation([2, 3, 4, 6, 7]):
        K = int(rng.integers(3, 7))
        q, k, v = rng.normal(size=(3, K))
        keys, values = rng.normal(size=(2, S, K))
        yield q, k, v, keys, values


def _does_not_average(answer: Answer, *case: Array) -> bool:
    """Tell whether values that are all 1 come back as something else."""
    q, k, v, keys, values = case
    context, _, kept = answer(q, k, 0 * v + 1, keys, 0 * values + 1)
    alike = np.allclose(context, context[0]) and (kept == 1).all()
    return bool(alike) and not np.allclose(np.abs(context), 1)


EXERCISE = Exercise(
    id="cached-step",
    title="One row of scores",
    grade=2,
    minutes=10,
    function="cached_step",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        "`np.concatenate([keys, k[None]])` appends one more row.",
        ("`keys @ q` gives one score for each key. A softmax turns them into "
         "weights, and `weights @ values` is the weighted average."),
    ),
    mistakes=(
        Mistake(
            "the old keys are not kept",
            "You return only the new key and value. The next token would "
            "find nothing of what was read before.",
            [("weights @ values, keys, values",
              "weights @ values, k[None], v[None]")],
        ),
        Mistake(
            "the new token does not attend to itself",
            "The query attends only to what was kept before. A token "
            "attends to itself too: its key joins the cache first.",
            code=SOLUTION.replace(
                "    keys = np.concatenate([keys, k[None]])\n"
                "    values = np.concatenate([values, v[None]])\n", ""
            ).replace(
                "    return weights @ values, keys, values",
                "    y = weights @ values\n"
                "    keys = np.concatenate([keys, k[None]])\n"
                "    values = np.concatenate([values, v[None]])\n"
                "    return y, keys, values",
            ),
        ),
        Mistake(
            "the new row is put in front",
            "The output is right, but the new row comes first. It belongs at "
            "the end: a sliding window drops rows from the front.",
            [("[keys, k[None]]", "[k[None], keys]"),
             ("[values, v[None]]", "[v[None], values]")],
        ),
        Mistake(
            "keys and values do not line up",
            "The new key is the last row and its value the first. Then each "
            "weight falls on another token's value.",
            [("[values, v[None]]", "[v[None], values]")],
        ),
        Mistake(
            "the scores are not divided",
            "The weights are too sharp. What keeps the scores from growing "
            "with the head width?",
            [(" / np.sqrt(len(q))", "")],
        ),
        Mistake(
            "the scores are divided by the width",
            "The weights are too even: you divide by K instead of its square "
            "root.",
            [("np.sqrt(len(q))", "len(q)")],
        ),
        Mistake(
            "the keys are averaged, not the values",
            "You average the keys. They decide the weights; the values are "
            "what is averaged.",
            [("return weights @ values", "return weights @ keys")],
        ),
        Mistake(
            "the exponential is missing",
            "You divide the scores themselves by their sum, so weights can "
            "be negative. A softmax takes exponentials first.",
            [("np.exp(scores - scores.max())", "scores - scores.max()")],
        ),
        Mistake(
            "scores are taken for weights",
            "You average the values with the raw scores. They can be "
            "negative and do not add up to one. What makes them weights?",
            [("weights @ values, keys", "scores @ values, keys")],
        ),
        Mistake(
            "the root is that of the number of keys",
            "Your weights get flatter as the cache gets longer. A score is a "
            "sum over the K features of the query, so K is what counts.",
            [("np.sqrt(len(q))", "np.sqrt(len(keys))")],
        ),
        Mistake(
            "the new key stands in front of the old ones",
            "The new key is the first row and its value the last. Then each "
            "weight falls on another token's value.",
            [("[keys, k[None]]", "[k[None], keys]")],
        ),
        Mistake(
            "the values are handed on as keys",
            "Your output is right. But the first array of the cache holds "
            "values where the keys should be.",
            [("weights @ values, keys, values",
              "weights @ values, values, values")],
        ),
        Mistake(
            "the keys are handed on as values",
            "Your output is right. But the second array of the cache holds "
            "keys where the values should be.",
            [("weights @ values, keys, values",
              "weights @ values, keys, keys")],
        ),
        Mistake(
            "the weights do not add up to one",
            "If all values are the same, the output should be that value. "
            "Yours is not: your weights do not add up to one. What does a "
            "softmax divide by?",
            [("    weights /= weights.sum()\n", "")],
            shows=_does_not_average,
        ),
        Mistake(
            "scores are multiplied by the root",
            "Your weights are much too sharp. Dividing by the square root of "
            "K makes the scores smaller; yours makes them larger.",
            [(" / np.sqrt(len(q))", " * np.sqrt(len(q))")],
        ),
        Mistake(
            "the smallest score gets the largest weight",
            "The better a key matches the query, the less weight it gets in "
            "yours. Check the sign before the exponential.",
            [("= keys @ q", "= -keys @ q")],
        ),
    ),
    cases=_cases,
    parts=("output", "keys", "values"),
)  # fmt: skip
