"""tied-embedding-gradient: one table, used twice, blamed twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
One table `E`, (V, D), is used twice. Word `tokens[t]` is read as the row
`x[t] = E[tokens[t]]`; what the blocks make of it, `h`, (T, D), is scored
against all words: `scores = h @ E.T`. To keep it small, the blocks here are
one table: `h = x @ W.T`. Write `table_gradient`: given `dscores`, (T, V), the
gradient of the loss for the scores, return the gradient for `E`.

Words may come several times. When it passes: which rows get a gradient from
reading, and which from scoring?
"""

STARTER = '''\
import numpy as np

def table_gradient(E, W, tokens, dscores):
    """E is (V, D), W is (D, D), dscores (T, V); return dE, (V, D)."""
    h = E[tokens] @ W.T
    return dscores.T @ h
'''

SOLUTION = '''\
import numpy as np

def table_gradient(E, W, tokens, dscores):
    """E is (V, D), W is (D, D), dscores (T, V); return dE, (V, D)."""
    h = E[tokens] @ W.T
    dE = dscores.T @ h
    dh = dscores @ E
    dx = dh @ W
    np.add.at(dE, tokens, dx)
    return dE
'''
_ADD = "np.add.at(dE, tokens, dx)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sentences in which words come again."""
    for _ in range(5):
        V, D = int(rng.integers(4, 7)), int(rng.integers(2, 5))
        tokens = rng.permutation(np.array([0, 0, 0, 1, 1, 2, V - 1]))
        E, W = rng.normal(size=(V, D)), rng.normal(size=(D, D))
        yield E, W, tokens, rng.normal(size=(len(tokens), V))


def _scores_alone_are_wrong(
    answer: Answer, E: Array, W: Array, tokens: Array, dscores: Array
) -> bool:
    """Tell whether words that are not read get the wrong gradient."""
    first = np.zeros_like(tokens)
    got = answer(E, W, first, dscores)
    right = dscores.T @ (E[first] @ W.T)
    right[0] += (dscores @ E @ W).sum(0)
    # A factor that is always the same has a sentence of its own.
    factor = np.allclose(got * right[1, 0], right * got[1, 0])
    return not factor and not np.allclose(got[1:], right[1:])


def _reading_alone_is_wrong(answer: Answer, *case: Array) -> bool:
    """Tell whether only words that are read get the wrong gradient."""
    return not _scores_alone_are_wrong(answer, *case)


EXERCISE = Exercise(
    id="tied-embedding-gradient",
    title="One table, blamed twice",
    grade=3,
    minutes=15,
    function="table_gradient",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter has the gradient of scoring. Where else does the table "
         "come in?"),
        ("Go back one step at a time: from the scores to `h`, from `h` to "
         "`x`. Each product goes back through the same table, not turned."),
        ("`dE[tokens] += dx` keeps only the last of a word that comes "
         "several times. `np.add.at` adds them all."),
    ),
    mistakes=(
        Mistake(
            "the gradient of reading is missing",
            "The embedding matrix was also read from, and what was read had "
            "its effect on every score.",
            [(_ADD, "pass")],
        ),
        Mistake(
            "the gradient of scoring is missing",
            "The embedding matrix was also scored against. Every word's row "
            "is in the scores, even those of words that were not read.",
            [("dE = dscores.T @ h", "dE = np.zeros_like(E)")],
        ),
        Mistake(
            "repeated words count once",
            "A word that was read three times gets one gradient. `+=` with "
            "indices writes each to the same row, one over the other.",
            [(_ADD, "dE[tokens] += dx")],
        ),
        Mistake(
            "reading overwrites scoring",
            "Both gradients are for the same matrix, so they have to be "
            "added.",
            [(_ADD, "dE[tokens] = dx")],
        ),
        Mistake(
            "the backward pass skips the blocks",
            "You hand the gradient of h to the words as they were read. "
            "Between the two stand the blocks.",
            [("dx = dh @ W", "dx = dh")],
        ),
        Mistake(
            "the backward pass transposes W",
            "You go back through W as you went forward. Forwards it was "
            "`W.T`.",
            [("dx = dh @ W", "dx = dh @ W.T")],
        ),
        Mistake(
            "x is scored instead of h",
            "What is scored is h, not x: the gradient of a product contains "
            "its other factor.",
            [("dscores.T @ h", "dscores.T @ E[tokens]")],
        ),
        Mistake(
            "the forward pass does not transpose W",
            "You multiply the words by `W`, and the prompt by its "
            "transpose. So your h is another one.",
            [("E[tokens] @ W.T", "E[tokens] @ W")],
        ),
        Mistake(
            "h is taken for its gradient",
            "You carry h back to the words. What goes back is the gradient "
            "of the loss for h, which comes from the scores.",
            [("dx = dh @ W", "dx = h @ W")],
        ),
        Mistake(
            "scoring gets the wrong gradient",
            "Words that are not read get a gradient from scoring alone, and "
            "in yours it is wrong. Each row of E is multiplied with h at "
            "every step.",
            [("dE = dscores.T @ h", "dE = -dscores.T @ h")],
            shows=_scores_alone_are_wrong,
        ),
        Mistake(
            "reading gets the wrong gradient",
            "Words that are not read get the right gradient, and the others "
            "do not: what reading adds is wrong. Follow it from the scores "
            "to h, and from h to x.",
            [("dh = dscores @ E", "dh = -dscores @ E")],
            shows=_reading_alone_is_wrong,
        ),
    ),
    cases=_cases,
)  # fmt: skip
