"""min-p: a bar that moves with the likeliest token."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `min_p_filter`, for several positions of a text at once.

- `p` (T, V): row t holds the probabilities of the token at position t.
- `min_p` is a number between 0 and 1.

In each row, keep the tokens that are at least `min_p` times as probable as
the most probable one *of that row*. Set all others to 0, and renormalise each
row.

Return the new probabilities (T, V).

When it works, compare a row that is sure with one that is not, at
`min_p = 0.1`. How many tokens does each of them keep? Then try the same with
top-k.
"""

STARTER = '''\
import numpy as np

def min_p_filter(p, min_p):
    """Return the probabilities after min-p, (T, V)."""
    kept = np.where(p >= min_p, p, 0)
    return kept
'''

SOLUTION = '''\
import numpy as np

def min_p_filter(p, min_p):
    """Return the probabilities after min-p, (T, V)."""
    largest = p.max(axis=1, keepdims=True)
    kept = np.where(p >= min_p * largest, p, 0)
    return kept / kept.sum(axis=1, keepdims=True)
'''
_KEPT = "p >= min_p * largest"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw rows that differ in how sure they are."""
    count = 0
    while count < 5:
        T, V = int(rng.integers(2, 5)), int(rng.integers(5, 9))
        sure = np.where(np.arange(T) % 2, 0.5, 4.0)
        p = np.stack([rng.dirichlet(np.full(V, a)) for a in sure])
        min_p = float(rng.uniform(0.1, 0.4))
        if _tells(p, min_p):
            count += 1
            yield p, min_p


def _tells(p: Array, min_p: float) -> bool:
    """Tell whether rows keep several, but differ; none is near its bar."""
    bar = min_p * p.max(1, keepdims=True)
    counts = (p >= bar).sum(1)
    clear = np.abs(p / bar - 1).min() > 0.01 and p.min() > 1e-5
    # Nor may a wrong bar leave a row empty: nobody could tell which it was.
    full = p.max(1).min() > 1.02 * min_p
    apart = 1 < counts.max() < p.shape[1] and counts.min() < counts.max()
    return bool(clear and full and apart)


def _rows_do_not_sum(answer: Answer, p: Array, min_p: float) -> bool:
    """Tell whether the rows of an answer do not add up to 1."""
    rows = np.asarray(answer(p, min_p)).sum(1)
    return rows.shape == (len(p),) and not np.allclose(rows, 1)


EXERCISE = Exercise(
    id="min-p",
    title="A bar that moves",
    grade=1,
    minutes=8,
    function="min_p_filter",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter has one bar for all rows. Here each row has its own: "
         "`min_p` times its largest probability."),
        ("`p.max(axis=1, keepdims=True)` is (T, 1), so it lines up with the "
         "rows."),
    ),
    mistakes=(
        Mistake(
            "the bar is the same for all",
            "You compare with `min_p` itself. The bar should move with the "
            "row: low where the model hesitates, high where it is sure.",
            [(_KEPT, "p >= min_p")],
        ),
        Mistake(
            "the bar is the same for all, and nothing is renormalised",
            "You compare with `min_p` itself, and the rows do not add up to "
            "1. First let the bar move with the largest of the row.",
            code=STARTER,
        ),
        Mistake(
            "the largest of all rows sets the bar",
            "Your bar depends on the other rows. A sure row would silence "
            "one that hesitates.",
            [("p.max(axis=1, keepdims=True)", "p.max()")],
        ),
        Mistake(
            "the largest of a column sets the bar",
            "You take the largest along the wrong axis: the same token at "
            "other positions has no say.",
            [("p.max(axis=1", "p.max(axis=0")],
        ),
        Mistake(
            "the rows are not renormalised",
            "Your rows no longer add up to 1. What was dropped has to be "
            "shared among those that stay.",
            [("kept / kept.sum(axis=1, keepdims=True)", "kept")],
        ),
        Mistake(
            "all rows are normalised together",
            "You divide by the sum of all rows. Each row is a distribution "
            "of its own.",
            [("kept.sum(axis=1, keepdims=True)", "kept.sum()")],
        ),
        Mistake(
            "the columns are normalised",
            "You normalise along the wrong axis: your columns add up to 1.",
            [("kept.sum(axis=1, keepdims=True)",
              "np.maximum(kept.sum(axis=0, keepdims=True), 1e-12)")],
        ),
        Mistake(
            "the wrong side is kept",
            "You keep the tokens below the bar, and drop the most probable.",
            [(_KEPT, "p < min_p * largest")],
        ),
        Mistake(
            "the bar is that much below the largest",
            "You subtract `min_p` from the largest. It is a fraction of it.",
            [(_KEPT, "p >= largest - min_p")],
        ),
        Mistake(
            "the bar is turned round",
            "Yours keeps more where `min_p` is larger. A higher bar should "
            "let fewer tokens pass.",
            [(_KEPT, "p >= (1 - min_p) * largest")],
        ),
        Mistake(
            "the mean sets the bar",
            "You compare with the mean of the row, which is 1/V whatever the "
            "model thinks. What says how sure it is?",
            [("p.max(axis=1", "p.mean(axis=1")],
        ),
        Mistake(
            "only the most probable is kept",
            "You keep a single token in each row, as greedy decoding does.",
            [(_KEPT, "p >= largest")],
        ),
        Mistake(
            "the kept ones are all equally likely",
            "You give every kept token the same probability. Their ratios "
            "should stay as they were.",
            [("largest, p, 0)", "largest, 1, 0)")],
        ),
        Mistake(
            "nothing is dropped",
            "All tokens are still there. Which ones are below the bar of "
            "their row?",
            [("largest, p, 0)", "largest, p, p)")],
        ),
        Mistake(
            "the dropped tokens get something else than 0",
            "A token below the bar must not be drawn at all. What is its "
            "probability then?",
            [("largest, p, 0)", "largest, p, 1)")],
        ),
        Mistake(
            "the rows do not add up to 1",
            "Your rows do not add up to 1. Which sum did you divide by, and "
            "along which axis?",
            [("kept.sum(axis=1, keepdims=True)",
              "(kept.sum(axis=1, keepdims=True) / 2)")],
            shows=_rows_do_not_sum,
        ),
    ),
    cases=_cases,
)  # fmt: skip
