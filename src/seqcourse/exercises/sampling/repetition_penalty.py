"""repetition-penalty: lower the scores of what was said, of either sign."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `penalised`, the repetition penalty with the sign that it needs.

- `scores` (V,) are a model's logits for the next token.
- `written` is the list of the tokens so far. One may come several times.
- `penalty` is a number above 1.

Every token that was written gets a lower score, *once*, however often it was
written: a positive score is divided by `penalty`, a negative one is
multiplied by it. The others stay. Do not change `scores` itself.

Return the new scores (V,).

The paper that proposed the penalty (CTRL, 2019) divides negative scores,
too. When yours works, try that on a score of −2 with a penalty of 2: what
happens to the token?
"""

STARTER = '''\
import numpy as np

def penalised(scores, written, penalty):
    """Return the scores after the repetition penalty, (V,)."""
    scores = scores.copy()
    for token in written:
        scores[token] /= penalty
    return scores
'''

SOLUTION = '''\
import numpy as np

def penalised(scores, written, penalty):
    """Return the scores after the repetition penalty, (V,)."""
    scores = scores.copy()
    for token in set(written):
        if scores[token] > 0:
            scores[token] /= penalty
        else:
            scores[token] *= penalty
    return scores
'''
_SIGNS = """\
        if scores[token] > 0:
            scores[token] /= penalty
        else:
            scores[token] *= penalty
"""


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw texts in which some tokens come again, of both signs."""
    count = 0
    while count < 6:
        V = int(rng.integers(7, 11))
        scores = rng.normal(size=V) * 2
        drawn = rng.permutation(V)[: int(rng.integers(4, 6))]
        written = [int(t) for t in [*drawn, *drawn[:2]]]
        seen = scores[drawn]
        # Both signs among those that come once, and those that come twice.
        if (
            all(
                (part > 0).any() and (part < 0).any()
                for part in (seen[:2], seen[2:])
            )
            and np.abs(scores).min() > 0.05
            and scores[written[-1]] > 0
        ):
            count += 1
            order = rng.permutation(len(written) - 1)
            written = [*(written[i] for i in order), written[-1]]
            yield scores, written, float(rng.uniform(1.2, 2.0))  # fmt: skip


def _raises_a_score(
    answer: Answer, scores: Array, written: list[int], penalty: float
) -> bool:
    """Tell whether a token that was written gets a higher score."""
    got = np.asarray(answer(scores, written, penalty))
    return bool((got[written] > scores[written]).any())


def _changes_the_others(
    answer: Answer, scores: Array, written: list[int], penalty: float
) -> bool:
    """Tell whether a token that was not written gets another score."""
    got = np.asarray(answer(scores, written, penalty))
    others = np.setdiff1d(np.arange(len(scores)), written)
    return not np.allclose(got[others], scores[others])


EXERCISE = Exercise(
    id="repetition-penalty",
    title="A penalty with the right sign",
    grade=2,
    minutes=8,
    function="penalised",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("What is −2 divided by 2, and is it lower or higher than −2?"),
        ("`set(written)` has each token once. Ask for the sign of its score "
         "before you change it."),
    ),
    mistakes=(
        Mistake(
            "negative scores rise, and repeated tokens are penalised twice",
            "You divide every score, once for each time that its token was "
            "written. Divide a negative number: does it go down? And how "
            "often should a token be penalised?",
            code=STARTER,
        ),
        Mistake(
            "negative scores rise",
            "You divide negative scores, too, which brings them nearer to 0. "
            "Those tokens become more likely.",
            [(_SIGNS, "        scores[token] /= penalty\n")],
        ),
        Mistake(
            "a repeated token is penalised each time",
            "A token that was written twice is penalised twice. Its score "
            "should fall once, however often it came.",
            [("set(written)", "written")],
        ),
        Mistake(
            "positive scores rise",
            "You multiply positive scores, too. Those tokens become more "
            "likely than before.",
            [(_SIGNS, "        scores[token] *= penalty\n")],
        ),
        Mistake(
            "the signs are confused",
            "You have both rules, but each for the other sign. All scores of "
            "written tokens rise.",
            [("scores[token] > 0", "scores[token] < 0")],
        ),
        Mistake(
            "negative scores are left alone",
            "You penalise positive scores only. A negative one can fall, "
            "too.",
            [("        else:\n            scores[token] *= penalty\n", "")],
        ),
        Mistake(
            "positive scores are left alone",
            "You penalise negative scores only. A positive one has further "
            "to fall.",
            [("scores[token] /= penalty", "pass")],
        ),
        Mistake(
            "the penalty is subtracted",
            "You subtract the penalty. That is a rule, too, but not this "
            "one: here a score is scaled.",
            [(_SIGNS, "        scores[token] -= penalty\n")],
        ),
        Mistake(
            "all tokens are penalised",
            "You penalise every token, whether it was written or not.",
            [("set(written)", "range(len(scores))")],
        ),
        Mistake(
            "the unwritten are penalised",
            "You penalise the tokens that were not written.",
            [("set(written)", "set(range(len(scores))) - set(written)")],
        ),
        Mistake(
            "only the last token is penalised",
            "You penalise the last token only. All that were written count.",
            [("set(written)", "written[-1:]")],
        ),
        Mistake(
            "the last token is left out",
            "The last token that was written keeps its score. It counts "
            "like the others.",
            [("set(written)", "set(written[:-1]) - set(written[-1:])")],
        ),
        Mistake(
            "only tokens written again are penalised",
            "You wait until a token has come twice. Once is enough.",
            [("set(written)",
              "{t for t in written if written.count(t) > 1}")],
        ),
        Mistake(
            "a sign is changed",
            "A score of yours changes its sign. The penalty scales it.",
            [("/= penalty", "/= -penalty")],
        ),
        Mistake(
            "a written token becomes more likely",
            "A token that was written gets a higher score than before. It "
            "should always fall.",
            [("scores[token] *= penalty", "scores[token] += penalty")],
            shows=_raises_a_score,
        ),
        Mistake(
            "a token that was not written changes",
            "A token that was not written gets another score. Which ones do "
            "you go through?",
            [("set(written)", "{t - 1 for t in written}")],
            shows=_changes_the_others,
        ),
    ),
    cases=_cases,
)  # fmt: skip
