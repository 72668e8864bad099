"""kneser-ney: back off to how many contexts a token has been in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
*Francisco* is frequent in some texts, but only after *San*. So it is a poor
guess after anything else. Write `kneser_ney`, a bigram model that knows this.

- `seen` (T,) is a text as token numbers from 0 to V − 1; `V` is the size of
  the vocabulary, `D` the discount, between 0 and 1.
- c(h, w) is how often token w came right after token h, and
  {math}`c(h) = \\sum_w c(h, w)`.
- The continuation count of w is the number of *different* tokens that came
  right before it. Divide these counts by their sum over the vocabulary, and
  you have {math}`p_\\text{cont}(w)`.
- {math}`p(w \\mid h) = (\\max(c(h, w) - D, 0) + D \\cdot k(h) \\cdot
  p_\\text{cont}(w)) / c(h)`, where k(h) is the number of different tokens
  that came after h.
- Nothing ever came after some tokens h. There
  {math}`p(w \\mid h) = p_\\text{cont}(w)`.

Return the matrix p (V, V): row h, column w.

When it works, put plain frequencies in the place of the continuation counts,
and compare the two on a text of your own, with its words as tokens. Which one
predicts the last tenth better, words left out that only this tenth has?
"""

STARTER = '''\
import numpy as np

def kneser_ney(seen, V, D):
    """Return p (V, V), row h, column w."""
    c = np.zeros((V, V))
    np.add.at(c, (seen[:-1], seen[1:]), 1)
    return c / c.sum()
'''

SOLUTION = '''\
import numpy as np

def kneser_ney(seen, V, D):
    """Return p (V, V), row h, column w."""
    c = np.zeros((V, V))
    np.add.at(c, (seen[:-1], seen[1:]), 1)
    before = (c > 0).sum(0)
    p_cont = before / before.sum()
    k = (c > 0).sum(1, keepdims=True)
    total = c.sum(1, keepdims=True)
    p = (np.maximum(c - D, 0) + D * k * p_cont) / np.maximum(total, 1)
    return np.where(total > 0, p, p_cont)
'''
_P = "(np.maximum(c - D, 0) + D * k * p_cont) / np.maximum(total, 1)"
_BEFORE = "before = (c > 0).sum(0)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw texts in which one token mostly follows one other."""
    for D in (0.75, 0.5, 0.3, 0.9, 0.6):
        V = int(rng.integers(5, 8))
        seen = rng.integers(V - 2, size=int(rng.integers(14, 30)))
        seen[rng.permutation(len(seen) // 3) * 3 + 1] = 0
        seen[:4] = V - 2, 0, V - 2, 0
        yield seen, V, D


def _rows(answer: Callable[..., Any], seen: Array, V: int, D: float) -> Array:
    sums: Array = np.asarray(answer(seen, V, D)).sum(1)
    return sums


def _not_one(
    answer: Callable[..., Any], seen: Array, V: int, D: float
) -> bool:
    """Tell whether a row of a token that was followed is not one in sum."""
    return not np.allclose(_rows(answer, seen, V, D)[seen[:-1]], 1)


def _without_discount(
    answer: Callable[..., Any], seen: Array, V: int, _: float
) -> bool:
    """Tell whether, with nothing taken, it is not the frequencies."""
    c = np.zeros((V, V))
    np.add.at(c, (seen[:-1], seen[1:]), 1)
    there = np.unique(seen[:-1])
    right = c[there] / c[there].sum(1, keepdims=True)
    return not np.allclose(np.asarray(answer(seen, V, 0.0))[there], right)


def _other_backoff(
    answer: Callable[..., Any], seen: Array, V: int, D: float
) -> bool:
    """Tell whether only what is backed off to differs."""
    return not _not_one(answer, seen, V, D) and not _without_discount(
        answer, seen, V, D
    )


EXERCISE = Exercise(
    id="kneser-ney",
    title="A bigram model that asks where a word has been",
    grade=3,
    minutes=25,
    function="kneser_ney",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`c > 0` says which pairs occur. Summed along one axis it gives the "
         "different tokens after h, along the other those before w."),
        ("`(c > 0).sum(0)` are the continuation counts, (V,), and "
         "`(c > 0).sum(1, keepdims=True)` is k, (V, 1)."),
        ("Put D · k · p_cont into the formula for all h at once, and at the "
         "end replace the rows whose c(h) is 0: "
         "`np.where(total > 0, p, p_cont)`."),
    ),
    mistakes=(
        Mistake(
            "how often a token came is counted",
            "You back off to how often a token came. Count the different "
            "tokens before it: *Francisco* is frequent, but always after "
            "*San*.",
            [(_BEFORE, "before = c.sum(0)")],
        ),
        Mistake(
            "the tokens after are counted, not those before",
            "You count the different tokens that come after w. The "
            "continuation count is of those before it: sum along the other "
            "axis.",
            [(_BEFORE, "before = (c > 0).sum(1)")],
        ),
        Mistake(
            "all tokens are equally likely below the bigram",
            "You back off to 1 / V for every token. Use the continuation "
            "counts.",
            [("p_cont = before / before.sum()",
              "p_cont = np.full(V, 1 / V)")],
        ),
        Mistake(
            "the continuation counts are not divided",
            "You back off to whole numbers. Divide the continuation counts "
            "by their sum, to make probabilities of them.",
            [("before / before.sum()", "before")],
        ),
        Mistake(
            "what was taken is not given back",
            "D was subtracted from k different counts, so D · k has to be "
            "handed out again.",
            [("D * k * p_cont", "D * p_cont")],
        ),
        Mistake(
            "nothing is given back",
            "You subtract D and hand nothing out, so a pair that never came "
            "is impossible.",
            [(" + D * k * p_cont", "")],
        ),
        Mistake(
            "the counts are not discounted",
            "You hand out what was never taken. Subtract D from each count "
            "first.",
            [("np.maximum(c - D, 0)", "c")],
        ),
        Mistake(
            "counts of zero are discounted, too",
            "You subtract D from the pairs that never came, too, which makes "
            "counts below 0.",
            [("np.maximum(c - D, 0)", "(c - D)")],
        ),
        Mistake(
            "k is the number of all followers",
            "You take how many tokens came after h, not how many different "
            "ones.",
            [("k = (c > 0).sum(1, keepdims=True)",
              "k = c.sum(1, keepdims=True)")],
        ),
        Mistake(
            "k counts what came before",
            "You take the number of different tokens before h. D was taken "
            "from those after it: sum along the other axis.",
            [("k = (c > 0).sum(1, keepdims=True)",
              "k = (c > 0).sum(0)[:, None]")],
        ),
        Mistake(
            "rows and columns are exchanged",
            "Your rows and columns are exchanged: row h holds what comes "
            "after h.",
            [("np.where(total > 0, p, p_cont)",
              "np.where(total > 0, p, p_cont).T")],
        ),
        Mistake(
            "tokens and those before them are exchanged",
            "You count which token comes before which. c(h, w) counts w "
            "right after h.",
            [("(seen[:-1], seen[1:])", "(seen[1:], seen[:-1])")],
        ),
        Mistake(
            "each pair is counted once",
            "You count each pair at most once. `c[h, w] += 1` with arrays "
            "of indices adds one only, however often a pair comes; "
            "`np.add.at` adds them all.",
            [("np.add.at(c, (seen[:-1], seen[1:]), 1)",
              "c[seen[:-1], seen[1:]] += 1")],
        ),
        Mistake(
            "a token that nothing came after has a row of zeros",
            "After a token that nothing ever came after, all of your "
            "probabilities are 0. Back off completely: its row is p_cont.",
            [("np.where(total > 0, p, p_cont)", "p")],
        ),
        Mistake(
            "the last token is dropped",
            "Your last pair is missing. How many pairs of neighbours has a "
            "text of T tokens?",
            [("(seen[:-1], seen[1:])", "(seen[:-2], seen[1:-1])")],
        ),
        Mistake(
            "the counts go in wrongly",
            "With D = 0 nothing is taken, and p is c(h, w) / c(h). Yours is "
            "something else there. Look at the counts and at what they are "
            "divided by.",
            [("np.maximum(total, 1)", "np.maximum(total, 1) / 2")],
            shows=_without_discount,
        ),
        Mistake(
            "the rows are not one in sum",
            "Add up a row of yours: it does not make 1. Hold each letter of "
            "the formula against your line.",
            [("D * k * p_cont", "D * (k + 1) * p_cont")],
            shows=_not_one,
        ),
        Mistake(
            "what is backed off to is wrong",
            "Your rows make 1, and with D = 0 they are right. So look at "
            "p_cont: how many different tokens came right before w?",
            [(_BEFORE, "before = (c > 0).sum(0) + 1")],
            shows=_other_backoff,
        ),
    ),
    cases=_cases,
)  # fmt: skip
