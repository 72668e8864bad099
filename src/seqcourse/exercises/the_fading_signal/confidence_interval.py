"""confidence-interval: how sure is the mean of a few runs?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.probes.confidence import t_quantile

PROMPT = """\
Write `confidence_interval`, which says how sure the mean of a few runs is.
`runs` is (R, N): a row for each run, a column for each lag that it was asked
at. Return two arrays (N,), the lower and the upper end of the band around the
mean over the runs. The band reaches `t` standard errors to each side.

The standard error of a mean of R runs is their standard deviation divided by
the root of R. The deviation is that of a sample, with R − 1 in the place of
R. `t` is given: Student's number for so many runs.
"""

STARTER = """\
import numpy as np

def confidence_interval(runs, t):
    \"\"\"Return the lower and the upper end, (N,) each.\"\"\"
    R, N = runs.shape
    mean = runs.mean(axis=0)
    reach = np.zeros(N)
    return mean - reach, mean + reach
"""

SOLUTION = STARTER.replace(
    "np.zeros(N)", "t * runs.std(axis=0, ddof=1) / np.sqrt(R)"
)
REACH = "t * runs.std(axis=0, ddof=1) / np.sqrt(R)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw a few runs, of several numbers of lags."""
    for R in 3 + rng.permutation(5):
        runs = rng.uniform(size=(int(R), int(R) + 2))
        yield runs, t_quantile(int(R) - 1)


def _off_centre(answer: Any, runs: Any, t: float) -> bool:
    """Show that the mean over the runs is not in the middle."""
    lower, upper = answer(runs, t)
    return not np.allclose(lower + upper, 2 * runs.mean(axis=0))


def _other_reach(answer: Any, runs: Any, t: float) -> bool:
    """Show a band around the mean that grows with t, by a wrong number."""
    mean = runs.mean(axis=0)
    once, twice = (answer(runs, each)[1] - mean for each in (t, 2 * t))
    centred = not _off_centre(answer, runs, t)
    return centred and np.allclose(twice, 2 * once) and bool((once > 0).all())


EXERCISE = Exercise(
    id="confidence-interval",
    title="How sure is a mean?",
    grade=2,
    minutes=8,
    function="confidence_interval",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("With four times as many runs the band should be half as wide. "
         "Which part of the formula sees to that?"),
        "Look up what `ddof` does in `np.std`.",
    ),
    mistakes=(
        Mistake(
            "the spread of the runs is taken for that of their mean",
            "Your band does not get narrower with more runs. How far single "
            "runs lie apart is one thing, how sure their mean is another.",
            [(" / np.sqrt(R)", "")],
        ),
        Mistake(
            "the deviation is that of a whole population",
            "A mean made of the runs themselves lies closer to them than the "
            "true one. Your deviation is a little too small for a sample.",
            [("ddof=1", "ddof=0")],
        ),
        Mistake(
            "the deviation is divided by R and not by its root",
            "Four times as many runs would make your band a quarter as wide, "
            "and they do not know that much.",
            [("np.sqrt(R)", "R")],
        ),
        Mistake(
            "one run too few is taken under the root",
            "The correction for a sample is in the deviation already. You "
            "have made it twice.",
            [("np.sqrt(R)", "np.sqrt(R - 1)")],
        ),
        Mistake(
            "a fixed number of standard errors is taken",
            "Your band takes no notice of t. With few runs the deviation "
            "itself is a guess, so the band must be wider.",
            [("t * runs", "1.96 * runs")],
        ),
        Mistake(
            "the whole band is as wide as half of it should be",
            "The reach goes to each side of the mean. Yours is spread over "
            "both.",
            [("np.sqrt(R)", "np.sqrt(R) / 2")],
        ),
        Mistake(
            "the deviation is taken over lags and runs together",
            "Your band is equally wide at every lag. How much the runs "
            "differ is a question for each lag by itself.",
            [("axis=0, ddof", "ddof")],
        ),
        Mistake(
            "the root of the runs is multiplied",
            "More runs make your band wider. The more runs there are, the "
            "surer their mean is.",
            [("ddof=1) / np", "ddof=1) * np")],
        ),
        Mistake(
            "the variance is taken for the deviation",
            "A variance is in squared units, and a band around a mean is "
            "not. Which root is missing?",
            [("runs.std", "runs.var")],
        ),
        Mistake(
            "lags are counted instead of runs",
            "You divide by the root of N, the number of lags. What makes a "
            "mean surer is how many numbers went into it.",
            [("np.sqrt(R)", "np.sqrt(N)")],
        ),
        Mistake(
            "the root is taken of t",
            "You divide by the root of t. t says how many standard errors "
            "the band reaches; how many runs there are is R.",
            [("np.sqrt(R)", "np.sqrt(t)")],
        ),
        Mistake(
            "the deviation of the means is taken",
            "You ask how much the lags' means differ from one another. The "
            "question is how much the runs differ at one lag.",
            [("runs.std(axis=0, ddof=1)", "mean.std(ddof=1)")],
        ),
        Mistake(
            "the lower end comes back twice",
            "Your lower end is right, and stands in both places. The band "
            "reaches as far above the mean as below it.",
            [("mean + reach", "mean - reach")],
        ),
        Mistake(
            "the upper end comes back twice",
            "Your upper end is right, and stands in both places. The band "
            "reaches as far below the mean as above it.",
            [("mean - reach", "mean + reach")],
        ),
        Mistake(
            "the mean comes back as the lower end",
            "Your band reaches up from the mean and not down. It has two "
            "sides.",
            [("mean - reach", "mean")],
        ),
        Mistake(
            "the mean comes back as the upper end",
            "Your band reaches down from the mean and not up. It has two "
            "sides.",
            [("mean + reach", "mean")],
        ),
        Mistake(
            "one mean is taken of all lags",
            "Your band lies around the same mean at every lag. Each lag has "
            "a mean of its own, over the runs.",
            [("runs.mean(axis=0)", "runs.mean()")],
        ),
        Mistake(
            "the band does not lie around the mean",
            "Half way between your two ends should be the mean over the runs "
            "at that lag. It is something else.",
            [("runs.mean(axis=0)", "runs.sum(axis=0)")],
            shows=_off_centre,
        ),
        Mistake(
            "the reach is not t standard errors",
            "Your band lies around the mean, and each side is t times "
            "something. It should be the standard error: look at how the "
            "prompt makes it.",
            [("ddof=1", "ddof=2")],
            shows=_other_reach,
        ),
    ),
    cases=_cases,
    parts=("lower", "upper"),
)  # fmt: skip
