"""exact-match: the fraction of answers without an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A date with one wrong digit is a wrong date. Write `exact_match`, the fraction
of answers in which every token is right.

`scores` is (B, T, V), `targets` is (B, T), and `lengths` (B,) says how many
tokens of each target are real. At each step the answer is the token with the
highest score. Beyond its length a target is padding, where any answer will
do.
"""

STARTER = '''\
import numpy as np

def exact_match(scores, targets, lengths):
    """scores (B, T, V), targets (B, T), lengths (B,); return a fraction."""
    right = scores.argmax(-1) == targets
    return right.mean()
'''

SOLUTION = '''\
import numpy as np

def exact_match(scores, targets, lengths):
    """scores (B, T, V), targets (B, T), lengths (B,); return a fraction."""
    right = scores.argmax(-1) == targets
    padding = np.arange(targets.shape[1]) >= lengths[:, None]
    return (right | padding).all(1).mean()
'''
_FRACTION = "(right | padding).all(1).mean()"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw answers: some whole, some nearly, some wrong in the padding."""
    for _ in range(5):
        B, T, V = 12, int(rng.integers(5, 9)), int(rng.integers(4, 7))
        targets = rng.integers(V, size=(B, T))
        lengths = rng.permutation(np.r_[T, T, rng.integers(2, T, B - 2)])
        said = targets.copy()
        for row in range(B):
            beyond = rng.integers(V, size=T)
            said[row, lengths[row] :] = beyond[lengths[row] :]
        others = np.flatnonzero(lengths < T)
        for row in rng.permutation(others)[: int(rng.integers(4, 8))]:
            at = int(rng.integers(lengths[row]))
            said[row, at] = (said[row, at] + 1) % V
        # And one that is wrong throughout.
        row = int(lengths.argmin())
        said[row] = (targets[row] + 1) % V
        whole = (said == targets).all(1) & (lengths < T)
        # Or padding that happens to be right hides it.
        said[whole, -1] = (said[whole, -1] + 1) % V
        scores = rng.normal(size=(B, T, V))
        np.put_along_axis(scores, said[..., None], 6.0, axis=2)
        yield scores, targets, lengths


def _ignores_the_answers(
    answer: Any, scores: Any, targets: Any, lengths: Any
) -> bool:
    """Show that the tokens within the lengths make no difference."""
    real = np.arange(targets.shape[1]) < lengths[:, None]
    moved = np.where(real[..., None], -scores, scores)
    now, then = (answer(s, targets, lengths) for s in (scores, moved))
    return bool(now == then)


EXERCISE = Exercise(
    id="exact-match",
    title="Right from end to end",
    grade=1,
    minutes=8,
    function="exact_match",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter gives the fraction of correct tokens. Along which axis "
         "must all be right for a row to count?"),
        ("Make a (B, T) array that is true beyond the lengths. There, any "
         "token is as good as right."),
        "`np.arange(T) >= lengths[:, None]` has that shape.",
    ),
    mistakes=(
        Mistake(
            "tokens are counted instead of answers",
            "An answer with one wrong token still adds most of a point. It "
            "should add none.",
            [(_FRACTION, "right.mean()")],
        ),
        Mistake(
            "real tokens are counted instead of answers",
            "You leave the padding out, as you should, but count tokens. One "
            "wrong token makes the whole answer wrong.",
            [(_FRACTION, "right[~padding].mean()")],
        ),
        Mistake(
            "an answer counts in part",
            "You give each answer its fraction of correct tokens. It counts "
            "as a whole or not at all.",
            [(_FRACTION, "((right & ~padding).sum(1) / lengths).mean()")],
        ),
        Mistake(
            "the padding must be right, too",
            "A correct answer counts as wrong because of what stands in its "
            "padding.",
            [(_FRACTION, "right.all(1).mean()")],
        ),
        Mistake(
            "one correct token is enough",
            "You count an answer as soon as one of its tokens is right. All "
            "of them must be.",
            [(_FRACTION, "(right & ~padding).any(1).mean()")],
        ),
        Mistake(
            "the batch is asked about each step",
            "You ask for each step whether the whole batch was right there. "
            "It is the steps of one row that must all be right.",
            [("all(1)", "all(0)")],
        ),
        Mistake(
            "the last real token may be anything",
            "You take the last token of each answer for padding. A length of "
            "3 means the steps 0, 1 and 2.",
            [(">= lengths[:, None]", ">= lengths[:, None] - 1")],
        ),
        Mistake(
            "wrong answers are counted",
            "Yours is the fraction of answers with an error. The fraction "
            "without one was asked for.",
            [(_FRACTION, "1 - (right | padding).all(1).mean()")],
        ),
        Mistake(
            "padding counts as correct tokens",
            "You count tokens, padding included. An answer counts as a whole "
            "or not at all.",
            [(_FRACTION, "(right | padding).mean()")],
        ),
        Mistake(
            "one step of the padding is asked about",
            "You ask for one token more than the length says. A length of 3 "
            "means the steps 0, 1 and 2.",
            [(">= lengths", "> lengths")],
        ),
        Mistake(
            "different tokens are taken for correct ones",
            "Where your comparison is true, the token is wrong.",
            [("scores.argmax(-1) == targets",
              "scores.argmax(-1) != targets")],
        ),
        *(
            Mistake(
                f"tokens are compared with {sign}",
                "A token is right if it equals the target; yours counts as "
                f"right if its number is {size}, too. Token numbers are "
                "names.",
                [("== targets", f"{sign} targets")],
            )
            for sign, size in ((">=", "larger"), ("<=", "smaller"))
        ),
        Mistake(
            "the token with the lowest score is taken",
            "At each step you take the token with the lowest score. Which "
            "one has the highest probability?",
            [("scores.argmax(-1)", "scores.argmin(-1)")],
        ),
        Mistake(
            "the comparison with the lengths is reversed",
            "You take the real tokens for padding. Step t is real if t is "
            "below the length.",
            [(">= lengths", "<= lengths")],
        ),
        Mistake(
            "the lengths are those of other answers",
            "You compare each answer with the length of another one: the "
            "lengths run backwards through the batch.",
            [("lengths[:, None]", "lengths[::-1, None]")],
        ),
        Mistake(
            "no answer counts as right",
            "Your fraction is 0, but some of these answers have no error. "
            "Print `right` and see where it is true.",
            [("== targets", "== -1")],
            shows=lambda answer, *case: answer(*case) == 0,
        ),
        Mistake(
            "every answer counts as right",
            "Your fraction is 1, but some of these answers are wrong. What "
            "does it take for an answer to count?",
            [("all(1)", "any(1)")],
            shows=lambda answer, *case: answer(*case) == 1,
        ),
        Mistake(
            "the padding is compared instead of the answer",
            "Your fraction is the same whatever the real tokens are. It is "
            "the padding that may be anything.",
            [(">= lengths", "< lengths")],
            shows=_ignores_the_answers,
        ),
        Mistake(
            "the count is not divided",
            "You give the number of correct answers. A fraction is that "
            "number divided by the number of answers.",
            [("mean()", "sum()")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
