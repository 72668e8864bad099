"""temperature: from scores to probabilities, surer or less sure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `next_token`, the softmax with a temperature.

- `scores` (V,) are a model's logits, one for each token. They may be as large
  as 2,000.
- `temperature` is a number of at least 0. Divide the scores by it before the
  softmax.

A temperature of 0 cannot be divided by. Return what the probabilities
approach as the temperature goes to 0: all of it on the token with the largest
score. (No two scores are equal.)

Return the probabilities (V,).

When it works, try `temperature = 0.01`, `1` and `100` on the scores 0, 1 and
2. What do the probabilities approach at the hot end?
"""

STARTER = '''\
import numpy as np

def next_token(scores, temperature):
    """Return the probabilities of the next token, (V,)."""
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()
'''

SOLUTION = '''\
import numpy as np

def next_token(scores, temperature):
    """Return the probabilities of the next token, (V,)."""
    if temperature == 0:
        return np.eye(len(scores))[scores.argmax()]
    weights = np.exp((scores - scores.max()) / temperature)
    return weights / weights.sum()
'''
_ZERO = """\
    if temperature == 0:
        return np.eye(len(scores))[scores.argmax()]
"""
_POWER = "np.exp((scores - scores.max()) / temperature)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw scores, small and large, and temperatures, one of them 0."""
    for temperature in rng.permutation([0, 0.25, 0.6, 1.7, 3.0]):
        V = 2 * int(rng.integers(2, 5))  # no token is in the middle
        yield rng.normal(size=V) + 2, float(temperature)
    V = int(rng.integers(4, 8))
    yield rng.permutation(2000 - np.arange(V) / 2), float(rng.uniform(0.3, 2))


def _is_no_distribution(
    answer: Answer, scores: Array, temperature: float
) -> bool:
    """Tell whether something is negative, or the sum is not 1."""
    p = answer(scores, temperature)
    return bool((p < 0).any() or not np.isclose(p.sum(), 1))


def _ranks_otherwise(
    answer: Answer, scores: Array, temperature: float
) -> bool:
    """Tell whether a larger score does not mean a larger probability."""
    p = answer(scores, temperature + (temperature == 0))
    sums = np.isclose(p.sum(), 1)
    return bool(sums and (np.diff(p[scores.argsort()]) <= 0).any())


def _fails_at_zero(answer: Answer, scores: Array, temperature: float) -> bool:
    """Tell whether nothing but a temperature of 0 makes no numbers."""
    finite = np.isfinite(answer(scores, temperature)).all()
    return bool(finite == (temperature > 0))


def _overflows(answer: Answer, scores: Array, temperature: float) -> bool:
    """Tell whether large scores alone make no numbers."""
    given = temperature or 1.0
    large, small = (answer(scores + by, given) for by in (4000.0, -2000.0))
    here = np.isfinite(small).all() or scores.max() < 1000
    return bool(here and not np.isfinite(large).all())


EXERCISE = Exercise(
    id="temperature",
    title="Surer, or less sure",
    grade=1,
    minutes=7,
    function="next_token",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Divide inside the exponential. The largest score may be taken off "
         "first or last, but before the exponential."),
        ("At temperature 0 return early: zeros, and a one at "
         "`scores.argmax()`."),
    ),
    mistakes=(
        Mistake(
            "the temperature is left out",
            "Your probabilities are the same at every temperature above 0. "
            "It has to divide the scores: what all weights share, a factor "
            "or a shift, cancels when they are normalised.",
            [(_POWER, "np.exp(scores - scores.max())")],
        ),
        Mistake(
            "the scores are multiplied",
            "A high temperature makes yours surer. It should make all tokens "
            "more alike.",
            [(_POWER, "np.exp((scores - scores.max()) * temperature)")],
        ),
        Mistake(
            "the result is divided by the temperature",
            "Yours add up to 1 only at temperature 1. Change the scores "
            "first, and normalise last.",
            [(_POWER, "np.exp(scores - scores.max())"),
             ("weights / weights.sum()",
              "weights / weights.sum() / temperature")],
        ),
        Mistake(
            "the plain softmax is left as it was",
            "The temperature changes nothing yet, at 0 or anywhere else. "
            "Where does it come in?",
            code=STARTER,
        ),
        Mistake(
            "a temperature of 0 divides by zero",
            "At temperature 0 yours are not numbers. What do the "
            "probabilities approach on the way there?",
            [(_ZERO, "")],
            shows=_fails_at_zero,
        ),
        Mistake(
            "a temperature of 0 gives even odds",
            "At temperature 0 all your tokens are equally likely. That is "
            "the other end of the scale, the hottest.",
            [("np.eye(len(scores))[scores.argmax()]",
              "np.full(len(scores), 1 / len(scores))")],
        ),
        Mistake(
            "a temperature of 0 is taken for 1",
            "At temperature 0 yours is the plain softmax. Go down slowly, "
            "0.1 and then 0.01: where do the probabilities go?",
            [("return np.eye(len(scores))[scores.argmax()]",
              "temperature = 1")],
        ),
        Mistake(
            "a temperature of 0 takes the smallest score",
            "At temperature 0 yours gives everything to the least likely "
            "token.",
            [("scores.argmax()", "scores.argmin()")],
        ),
        Mistake(
            "large scores overflow",
            "Scores of 2,000 are too large for the exponential. Take the "
            "largest score off all of them first: a softmax is the same "
            "wherever its scores begin.",
            [("(scores - scores.max()) / temperature",
              "scores / temperature")],
            shows=_overflows,
        ),
        Mistake(
            "the weights are not normalised",
            "What you return does not add up to 1. One more division makes "
            "probabilities of the weights.",
            [("weights / weights.sum()", "weights")],
        ),
        Mistake(
            "the least likely is the likeliest",
            "Yours gives a larger score a smaller probability. Is a sign the "
            "wrong way round?",
            [(_POWER, "np.exp((scores.min() - scores) / temperature)")],
            shows=_ranks_otherwise,
        ),
        Mistake(
            "those are no probabilities",
            "What you return is negative somewhere, or does not add up to "
            "1. Which sum did you divide by?",
            [("weights.sum()", "weights.sum() / 2")],
            shows=_is_no_distribution,
        ),
    ),
    cases=_cases,
)  # fmt: skip
