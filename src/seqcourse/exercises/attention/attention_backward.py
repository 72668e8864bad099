"""attention-backward: the gradient of attention, through its softmax."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
The forward pass was `weights = softmax(scores)`, row by row, then
`context = weights @ values`. Write its backward pass: from `dcontext`, the
gradient with respect to the context, `attention_backward` returns `dscores`,
(T, S), and `dvalues`, (S, D).

If you are not sure of your formula, check it with a finite difference: add a
little to one score and see how much `(dcontext * context).sum()` changes.

When it passes, do some research with it. Take random values and a random
`dcontext`, multiply random scores by 1, 2, 4 … 64, and print the mean size of
`dscores`. How much gradient is left for a query that has nearly decided? And
what do the rows of `dscores` sum to, whatever you do? Why must they?
"""

STARTER = '''\
import numpy as np

def attention_backward(dcontext, weights, values):
    """dcontext is (T, D), weights (T, S), values (S, D)."""
    dweights = dcontext @ values.T
    dscores = dweights
    dvalues = np.zeros_like(values)
    return dscores, dvalues
'''

SOLUTION = '''\
import numpy as np

def attention_backward(dcontext, weights, values):
    """dcontext is (T, D), weights (T, S), values (S, D)."""
    dweights = dcontext @ values.T
    mean = (dweights * weights).sum(-1, keepdims=True)
    dscores = weights * (dweights - mean)
    dvalues = weights.T @ dcontext
    return dscores, dvalues
'''
_MEAN = "(dweights * weights).sum(-1, keepdims=True)"
_SCORES = "weights * (dweights - mean)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw cases of several sizes, with as many queries as positions."""
    for _ in range(6):
        S, D = 3 + rng.permutation(4)[:2]
        powers = np.exp(1.5 * rng.normal(size=(S, S)))
        weights = powers / powers.sum(-1, keepdims=True)
        yield rng.normal(size=(S, D)), weights, rng.normal(size=(S, D))


def _moves_the_whole_row(answer: Answer, *case: Array) -> bool:
    """Tell whether a row of dscores does not sum to zero."""
    dscores = answer(*case)[0]
    sums = dscores.sum(-1)
    return bool(np.isfinite(sums).all()) and not np.allclose(
        sums, 0, atol=1e-9 * np.abs(dscores).max()
    )


def _values_are_wrong(
    answer: Answer, dcontext: Array, weights: Array, values: Array
) -> bool:
    """Tell whether dvalues is wrong, in more than its sign."""
    got = answer(dcontext, weights, values)[1]
    return not np.allclose(np.abs(got), np.abs(weights.T @ dcontext))


EXERCISE = Exercise(
    id="attention-backward",
    title="The backward pass of attention",
    grade=3,
    minutes=25,
    function="attention_backward",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Each value went into the context of every query, times a weight. "
         "So its gradient is a sum over the queries."),
        ("If one score rises, its weight rises and all the others of the row "
         "fall. The derivative of weight i with respect to score j is "
         "`weights[i] * ((i == j) - weights[j])`."),
        ("Sum that over i: the gradient of a score is its weight times the "
         "difference between its own `dweights` and the weighted mean of "
         "the row."),
    ),
    mistakes=(
        Mistake(
            "nothing goes back through the softmax",
            "You return the gradient with respect to the weights. The scores "
            "come before them: go back through the softmax as well.",
            [(_SCORES, "dweights")],
            shows=lambda answer, dcontext, weights, values: np.allclose(
                answer(dcontext, weights, values)[0], dcontext @ values.T
            ),
        ),
        Mistake(
            "the other weights of the row are forgotten",
            "You treat the sum in the softmax as a constant. When one score "
            "rises, what happens to the weights of the others?",
            [(_SCORES, "weights * dweights")],
        ),
        Mistake(
            "only a weight's own score is followed",
            "You use the derivative of each weight with respect to its own "
            "score alone. Each score moves all the weights of its row.",
            [(_SCORES, "weights * (1 - weights) * dweights")],
        ),
        Mistake(
            "the mean is not weighted",
            "Your mean counts all positions equally. One with hardly any "
            "weight should hardly matter in it.",
            [(_MEAN, "dweights.mean(-1, keepdims=True)")],
        ),
        Mistake(
            "the mean is over the queries",
            "The shapes fit because there are as many queries as positions. "
            "Which axis was the softmax over?",
            [(_MEAN, "(dweights * weights).sum(0, keepdims=True)")],
        ),
        Mistake(
            "the weight before the bracket is missing",
            "You subtract the mean and stop there. A score whose weight is "
            "nearly 0 can change hardly anything.",
            [(_SCORES, "dweights - mean")],
        ),
        Mistake(
            "the weights are not transposed",
            "In dvalues you sum over the positions. Each value gets a "
            "gradient from every query that attended to it.",
            [("weights.T @", "weights @")],
        ),
        Mistake(
            "the values get no gradient",
            "Your dvalues is all zeros. Each value went into every context, "
            "and gets a gradient from there.",
            [("weights.T @ dcontext", "np.zeros_like(values)")],
        ),
        Mistake(
            "each mean is subtracted from a column",
            "You subtract the mean of row j from column j. With "
            "`keepdims=True` each mean is subtracted from its own row.",
            [(_MEAN, "(dweights * weights).sum(-1)")],
        ),
        Mistake(
            "dvalues is wrong",
            "Your dvalues is wrong. A value went into each context times a "
            "weight, and the gradient of that context comes back times the "
            "same weight.",
            [("weights.T @ dcontext", "weights.T @ values")],
            shows=_values_are_wrong,
        ),
        Mistake(
            "the rows of dscores do not sum to zero",
            "Adding one number to all scores of a row changes none of its "
            "weights. So each row of dscores must sum to 0, and yours do "
            "not.",
            [(_MEAN, "dweights.sum(-1, keepdims=True)")],
            shows=_moves_the_whole_row,
        ),
    ),
    cases=_cases,
    parts=("dscores", "dvalues"),
)  # fmt: skip
