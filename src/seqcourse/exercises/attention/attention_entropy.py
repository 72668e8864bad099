"""attention-entropy: over how many positions the weights are spread."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Over how many positions does a query spread its attention? Measure it by the
exponential of the entropy of its attention weights. If a row gives a third
to each of three positions, that is exactly 3; if it gives all to one
position, it is 1.

`weights` is (T, S): each row sums to 1, and some weights are exactly 0.
`effective_positions` returns one number per row, (T,).

When it passes, apply it to the alignment of a date of your own. At which
characters of the answer is the attention widest? What is decided there?
"""

STARTER = '''\
import numpy as np

def effective_positions(weights):
    """weights is (T, S), rows sum to 1; return (T,)."""
    return (weights > 0).sum(-1)
'''

SOLUTION = '''\
import numpy as np

def effective_positions(weights):
    """weights is (T, S), rows sum to 1; return (T,)."""
    logs = np.log(np.where(weights > 0, weights, 1))
    return np.exp(-(weights * logs).sum(-1))
'''
_LOGS = "np.log(np.where(weights > 0, weights, 1))"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw alignments, sharp and wide, with weights that are 0."""
    for sharp in (0.3, 1.0, 3.0, 0.3, 1.0, 3.0):
        T, S = 2 + rng.permutation(6)[:2]
        weights = rng.dirichlet(np.full(S, sharp), size=T)
        weights = np.concatenate((weights, np.zeros((T, 2))), axis=1)
        yield (weights[:, rng.permutation(S + 2)],)


def _of_one_and_three(answer: Answer) -> tuple[float, float]:
    """Ask for the positions of a single weight, and of three equal ones."""
    one, three = answer(np.eye(3))[0], answer(np.full((2, 3), 1 / 3))[0]
    return float(one), float(three)


def _misses_one(answer: Answer, *_: Array) -> bool:
    """Tell whether a row that looks at one position gets another number."""
    one, three = _of_one_and_three(answer)
    # A factor that is always the same has a sentence of its own.
    factor = np.isclose(three, 3 * one) and one
    return bool(np.isfinite(one)) and not factor and not np.isclose(one, 1)


def _misses_three(answer: Answer, *_: Array) -> bool:
    """Tell whether only several equal weights get the wrong number."""
    one, three = _of_one_and_three(answer)
    return bool(np.isclose(one, 1)) and abs(three - 3) > 1e-6


EXERCISE = Exercise(
    id="attention-entropy",
    title="How wide is the attention?",
    grade=2,
    minutes=10,
    function="effective_positions",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The entropy of a row is minus the sum of each weight times its "
         "logarithm."),
        ("A weight of 0 adds nothing, but its logarithm is minus infinity. "
         "Replace it before you take the logarithm. Which number has the "
         "logarithm 0?"),
        "`np.where(weights > 0, weights, 1)` does that.",
    ),
    mistakes=(
        Mistake(
            "positions are counted, whatever their weight",
            "You count every position with any weight at all. A weight of a "
            "thousandth should hardly count.",
            [("np.exp(-(weights * logs).sum(-1))", "(weights > 0).sum(-1)")],
        ),
        Mistake(
            "the logarithm of 0 is taken",
            "Where a weight is exactly 0 your answer is NaN: 0 times minus "
            "infinity is not 0 to a computer.",
            [(_LOGS, "np.log(weights)")],
            shows=lambda answer, weights: bool(
                np.isnan(answer(weights)).all()
            ),
        ),
        Mistake(
            "it is the entropy, not its exponential",
            "A row with a single weight gives 0 and should give 1. Yours is "
            "the entropy in nats; the exercise asks for its exponential.",
            [("np.exp(-(weights * logs).sum(-1))",
              "-(weights * logs).sum(-1)")],
        ),
        Mistake(
            "the minus is missing",
            "Your numbers are below 1, and the wider the weights are "
            "spread, the smaller. The logarithms of weights are negative.",
            [("np.exp(-(", "np.exp((")],
        ),
        Mistake(
            "a mean is taken instead of a sum",
            "You take a mean where the entropy has a sum. The weights "
            "already make it an average.",
            [(".sum(-1))", ".mean(-1))")],
        ),
        Mistake(
            "two bases are mixed",
            "Your logarithm has one base and your power another. Either base "
            "works if both have the same.",
            [(_LOGS, "np.log2(np.where(weights > 0, weights, 1))")],
        ),
        Mistake(
            "a row with a single weight does not give 1",
            "A row that puts all its weight on one position should give 1, "
            "and yours gives another number. Its entropy is 0: which part "
            "of yours is not?",
            [("(weights * logs)", "(weights + logs)")],
            shows=_misses_one,
        ),
        Mistake(
            "three equal weights do not give 3",
            "A single weight gives 1, as it should, and three equal ones do "
            "not give 3. Do the logarithm and the power have the same base, "
            "and are all the weights summed?",
            [("return np.exp(", "return np.exp2(")],
            shows=_misses_three,
        ),
        Mistake(
            "it is the inverse sum of squares",
            "You sum the squares of the weights. That also gives 3 for three "
            "equal weights, but the exercise asks for the entropy.",
            [("np.exp(-(weights * logs).sum(-1))",
              "1 / (weights * weights).sum(-1)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
