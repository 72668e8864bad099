"""compute-optimal-size: split a budget between weights and tokens."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
You have a budget of operations, and want as many tokens per weight as the
scaling law recommends. Write `compute_optimal_size`, which says how large the
model should be and how much it should read.

- `operations` (M,) holds M budgets.
- `ratio` is the number of tokens per weight.

Training takes 6 operations per weight and token. Return an array (M, 2): for
each budget the number of weights, then the number of tokens. Both may have a
fraction.

When it works, give it ten times the budget. How much larger does the model
become, and how much more does it read?
"""

STARTER = '''\
import numpy as np

def compute_optimal_size(operations, ratio):
    """Return the weights and the tokens for each budget, (M, 2)."""
    weights = tokens = operations / 6
    return np.stack([weights, tokens], axis=1)
'''

SOLUTION = '''\
import numpy as np

def compute_optimal_size(operations, ratio):
    """Return the weights and the tokens for each budget, (M, 2)."""
    weights = np.sqrt(operations / (6 * ratio))
    tokens = ratio * weights
    return np.stack([weights, tokens], axis=1)
'''
_ROOT = "np.sqrt(operations / (6 * ratio))"
_BOTH = "np.stack([weights, tokens], axis=1)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw small budgets, so that the numbers can be read."""
    for _ in range(5):
        M, ratio = int(rng.integers(3, 6)), int(rng.integers(7, 30))
        budgets = rng.permutation(np.arange(2, 90))[:M] * 1000.0
        yield budgets, ratio


EXERCISE = Exercise(
    id="compute-optimal-size",
    title="Weights or tokens?",
    grade=3,
    minutes=8,
    function="compute_optimal_size",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Write the tokens as `ratio` times the weights in $C = 6ND$. One "
         "unknown is left."),
        "Then $C$ is 6 times the ratio times the square of the weights.",
    ),
    mistakes=(
        Mistake(
            "no root is taken",
            "The weights occur twice in the cost: by themselves and in the "
            "tokens. So the budget grows with their square.",
            [(_ROOT, "operations / (6 * ratio)")],
        ),
        Mistake(
            "a cube root is taken",
            "You take a cube root. The weights occur twice in the cost, not "
            "three times.",
            [("np.sqrt", "np.cbrt")],
        ),
        Mistake(
            "the 6 is left out",
            "You count one operation per weight and token. There are 6 of "
            "them.",
            [("(6 * ratio)", "ratio")],
        ),
        Mistake(
            "the forward pass alone is counted",
            "You count 2 operations per weight and token: that is the "
            "forward pass alone.",
            [("6 *", "2 *")],
        ),
        Mistake(
            "the 6 stands outside the root",
            "You divide by 6 after taking the root. Put into $6ND$, yours "
            "cost a sixth of the budget.",
            [(_ROOT, "np.sqrt(operations / ratio) / 6")],
        ),
        Mistake(
            "the budget is multiplied by 6",
            "Yours get larger with more operations per weight and token. "
            "The same budget then buys less.",
            [("operations / (6 * ratio)", "6 * operations / ratio")],
        ),
        Mistake(
            "the ratio is left out of the weights",
            "Your weights do not depend on the ratio. The more tokens each "
            "weight gets, the fewer weights you can pay for.",
            [("(6 * ratio)", "6")],
        ),
        Mistake(
            "more tokens per weight give more weights",
            "Yours has more weights with a larger ratio. The budget stays "
            "the same, so what pays for the tokens?",
            [("operations / (6 * ratio)", "operations * ratio / 6")],
        ),
        Mistake(
            "the ratio stands outside the root",
            "You divide by the ratio after taking the root. Put into $6ND$, "
            "yours cost less than the budget.",
            [(_ROOT, "np.sqrt(operations / 6) / ratio")],
        ),
        Mistake(
            "as many tokens as weights",
            "Yours has one token per weight. The ratio says how many there "
            "should be.",
            [("ratio * weights", "1 * weights")],
        ),
        Mistake(
            "tokens and weights are exchanged",
            "You return the tokens first. The weights come first, and the "
            "tokens after them.",
            [("[weights, tokens]", "[tokens, weights]")],
        ),
        Mistake(
            "the tokens are divided by the ratio",
            "Yours has fewer tokens than weights. The ratio is the number of "
            "tokens per weight.",
            [("ratio * weights", "weights / ratio")],
        ),
        Mistake(
            "the ratio is added to the weights",
            "You add the ratio to the weights. Each weight gets that many "
            "tokens, so they multiply.",
            [("ratio * weights", "ratio + weights")],
        ),
        Mistake(
            "the tokens are the whole budget",
            "Your tokens are the budget divided by 6, as for a model with a "
            "single weight.",
            [("ratio * weights", "operations / 6")],
        ),
        Mistake(
            "the tokens are the budget over the weights",
            "You forget the 6 in the tokens: weight by token there are that "
            "many operations.",
            [("ratio * weights", "operations / weights")],
        ),
        Mistake(
            "the tokens are returned twice",
            "Your weights are the tokens once more. The first column is for "
            "the weights.",
            [("[weights, tokens]", "[tokens, tokens]")],
        ),
        Mistake(
            "a budget is a column",
            "Yours has a row for the weights and one for the tokens. It is "
            "the budgets that should be the rows.",
            [("axis=1", "axis=0")],
        ),
        Mistake(
            "only the weights are returned",
            "You return the weights alone. The tokens belong beside them, in "
            "a second column.",
            [(_BOTH, "weights")],
        ),
        Mistake(
            "only the tokens are returned",
            "You return the tokens alone. The weights belong beside them, in "
            "the first column.",
            [(_BOTH, "tokens")],
        ),
        Mistake(
            "whole numbers are returned",
            "You round to whole numbers. Both may have a fraction, so keep "
            "it.",
            [(_BOTH, f"np.floor({_BOTH})")],
        ),
        Mistake(
            "all budgets are spent on one model",
            "You add up the budgets. Each of them pays for a model of its "
            "own.",
            [("operations / (6 * ratio)",
              "(0 * operations + operations.sum()) / (6 * ratio)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
