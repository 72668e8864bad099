"""attention-backward: the gradient of a soft look-up, through its softmax."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
A look-up was `weights = softmax(scores)`, each row by itself, and then
`context = weights @ values`. `attention_backward` carries the gradient
`dcontext` of the context back: return `dscores`, (S, T), and
`dvalues`, (T, D).

If you are not sure of your formula, test it as in *Learning through time*:
move one score by a little and see how far `(dcontext * context).sum()` moves.

When it passes, do some research with it. Take random values and a random
`dcontext`, multiply random scores by 1, 2, 4 … 64, and print the mean size of
`dscores`. What has a look that has nearly decided still to learn from? And
what do the rows of `dscores` sum to, whatever you do? Why must they?
"""

STARTER = '''\
import numpy as np

def attention_backward(dcontext, weights, values):
    """dcontext is (S, D), weights (S, T), values (T, D)."""
    dweights = dcontext @ values.T
    dscores = dweights
    dvalues = np.zeros_like(values)
    return dscores, dvalues
'''

SOLUTION = '''\
import numpy as np

def attention_backward(dcontext, weights, values):
    """dcontext is (S, D), weights (S, T), values (T, D)."""
    dweights = dcontext @ values.T
    mean = (dweights * weights).sum(-1, keepdims=True)
    dscores = weights * (dweights - mean)
    dvalues = weights.T @ dcontext
    return dscores, dvalues
'''
_MEAN = "(dweights * weights).sum(-1, keepdims=True)"
_SCORES = "weights * (dweights - mean)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw look-ups of several sizes, with as many queries as places."""
    for _ in range(6):
        T, D = 3 + rng.permutation(4)[:2]
        powers = np.exp(1.5 * rng.normal(size=(T, T)))
        weights = powers / powers.sum(-1, keepdims=True)
        yield rng.normal(size=(T, D)), weights, rng.normal(size=(T, D))


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
    title="Blame the scores",
    grade=3,
    minutes=25,
    function="attention_backward",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Each value was taken along by all queries, each by its weight. So "
         "its gradient is a sum over the queries."),
        ("If one score rises, its weight rises and all the others of the row "
         "fall. The slope of weight i for score j is "
         "`weights[i] * ((i == j) - weights[j])`."),
        ("Sum that over i: each score gets its weight times how far its own "
         "`dweights` lies above the weighted mean of its row."),
    ),
    mistakes=(
        Mistake(
            "nothing goes back through the softmax",
            "You give the gradient for the weights and call it one for the "
            "scores. The softmax lies between them.",
            [(_SCORES, "dweights")],
            shows=lambda answer, dcontext, weights, values: np.allclose(
                answer(dcontext, weights, values)[0], dcontext @ values.T
            ),
        ),
        Mistake(
            "the other weights of the row are forgotten",
            "You treat the sum in the softmax as if it were fixed. When one "
            "score rises, what happens to the weights of the others?",
            [(_SCORES, "weights * dweights")],
        ),
        Mistake(
            "only a weight's own score is followed",
            "You take the slope of each weight for its own score and no "
            "other. Each score moves all the weights of its row.",
            [(_SCORES, "weights * (1 - weights) * dweights")],
        ),
        Mistake(
            "the mean is not weighted",
            "Your mean counts every position alike. One with hardly any "
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
            "You take the mean away and stop there. A score whose weight is "
            "nearly 0 can change nearly nothing.",
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
            "the means do not stand beside their rows",
            "You take the mean of row j away from column j: the means lie in "
            "a row. `keepdims=True` leaves each beside the row it is of.",
            [(_MEAN, "(dweights * weights).sum(-1)")],
        ),
        Mistake(
            "dvalues is wrong",
            "Look at dvalues. A value went into each context with a weight, "
            "and that context's gradient comes back to it with the same "
            "weight.",
            [("weights.T @ dcontext", "weights.T @ values")],
            shows=_values_are_wrong,
        ),
        Mistake(
            "the rows of dscores do not sum to zero",
            "The same number added to all scores of a row changes none of "
            "its weights. So each row of dscores has to sum to 0, and yours "
            "do not.",
            [(_MEAN, "dweights.sum(-1, keepdims=True)")],
            shows=_moves_the_whole_row,
        ),
    ),
    cases=_cases,
    parts=("dscores", "dvalues"),
)  # fmt: skip
