"""cached-step: one query against all that was kept."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
One new token, one row of the table. Write `cached_step`: put the new key and
value behind those that are kept, and let the new query look at all of them.

`q`, `k` and `v` are (K,), the query, key and value of the new token. `keys`
and `values` are (S, K), what was kept. Return three things: what the query
takes along, (K,); then the keys and the values to hand on, (S + 1, K) each.
Scores are divided by the square root of K.
"""

STARTER = '''\
import numpy as np

def cached_step(q, k, v, keys, values):
    """Return what is taken along (K,), keys and values (S + 1, K)."""
    # 1. Put the new key and value behind the old ones.
    # 2. A softmax over the scores of all keys.
    # 3. The mixture of all values.
    return q, keys, values
'''

SOLUTION = '''\
import numpy as np

def cached_step(q, k, v, keys, values):
    """Return what is taken along (K,), keys and values (S + 1, K)."""
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
    title="One row of the table",
    grade=2,
    minutes=10,
    function="cached_step",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`np.concatenate([keys, k[None]])` puts one more row below the "
         "others."),
        ("`keys @ q` gives one score for each key. A softmax makes weights "
         "of them, and `weights @ values` mixes."),
    ),
    mistakes=(
        Mistake(
            "the old keys are not kept",
            "You hand on the new key and value alone. The next token would "
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
            "The mixture is right, and the order is not: the newest stands "
            "first. With positions, or a window, the order of the rows "
            "counts.",
            [("[keys, k[None]]", "[k[None], keys]"),
             ("[values, v[None]]", "[v[None], values]")],
        ),
        Mistake(
            "keys and values do not line up",
            "The new key stands last and its value first. Then each weight "
            "falls on another token's value.",
            [("[values, v[None]]", "[v[None], values]")],
        ),
        Mistake(
            "the scores are not divided",
            "The weights are too sharp. What are scores divided by, so that "
            "they do not grow with the width?",
            [(" / np.sqrt(len(q))", "")],
        ),
        Mistake(
            "the scores are divided by the width",
            "The weights are too even: you divide by K, and its square root "
            "is asked for.",
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
            "You divide the scores themselves by their sum, and weights may "
            "then be negative. A softmax takes exponentials first.",
            [("np.exp(scores - scores.max())", "scores - scores.max()")],
        ),
        Mistake(
            "scores are taken for weights",
            "You average the values with the scores. They may be negative "
            "and do not add up to one; what makes weights of them?",
            [("weights @ values, keys", "scores @ values, keys")],
        ),
        Mistake(
            "the root is that of the number of keys",
            "How sharp your weights are depends on how long the cache is. A "
            "score is a sum over the width of the query.",
            [("np.sqrt(len(q))", "np.sqrt(len(keys))")],
        ),
        Mistake(
            "the new key stands in front of the old ones",
            "The new key is the first and its value the last. Then each "
            "weight falls on another token's value.",
            [("[keys, k[None]]", "[k[None], keys]")],
        ),
        Mistake(
            "the values are handed on as keys",
            "Your context is right. Of the two arrays to hand on, the first "
            "holds values where the keys should be.",
            [("weights @ values, keys, values",
              "weights @ values, values, values")],
        ),
        Mistake(
            "the keys are handed on as values",
            "Your context is right. Of the two arrays to hand on, the last "
            "holds keys where the values should be.",
            [("weights @ values, keys, values",
              "weights @ values, keys, keys")],
        ),
        Mistake(
            "the weights do not add up to one",
            "If all values were the same, that value should come back, and "
            "from yours it does not: the weights have to add up to one. "
            "What does a softmax divide by?",
            [("    weights /= weights.sum()\n", "")],
            shows=_does_not_average,
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
            [("= keys @ q", "= -keys @ q")],
        ),
    ),
    cases=_cases,
    parts=("context", "keys", "values"),
)  # fmt: skip
