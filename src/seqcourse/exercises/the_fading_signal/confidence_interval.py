"""confidence-interval: how certain is the mean of a few runs?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.probes.confidence import t_quantile

PROMPT = """\
Write `confidence_interval`, which says how certain the mean of a few runs
is. `runs` has one row per run and one column per lag at which recall was
tested. Return two arrays, with one number per lag: the lower and the upper
end of the interval around the mean over the runs. It extends `t` standard
errors to each side.

The standard error of a mean of n runs is their standard deviation divided by
√n. The standard deviation is that of a sample, with n − 1 in place of n. `t`
is given: the quantile of Student's t-distribution for n runs.
"""

STARTER = """\
import numpy as np

def confidence_interval(runs, t):
    \"\"\"Return the lower and the upper end, one per lag each.\"\"\"
    n, lags = runs.shape
    mean = runs.mean(axis=0)
    reach = np.zeros(lags)
    return mean - reach, mean + reach
"""

SOLUTION = STARTER.replace(
    "np.zeros(lags)", "t * runs.std(axis=0, ddof=1) / np.sqrt(n)"
)
REACH = "t * runs.std(axis=0, ddof=1) / np.sqrt(n)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw a few runs, of several numbers of lags."""
    for n in 3 + rng.permutation(5):
        runs = rng.uniform(size=(int(n), int(n) + 2))
        yield runs, t_quantile(int(n) - 1)


def _off_centre(answer: Any, runs: Any, t: float) -> bool:
    """Show that the mean over the runs is not in the middle."""
    lower, upper = answer(runs, t)
    return not np.allclose(lower + upper, 2 * runs.mean(axis=0))


def _other_reach(answer: Any, runs: Any, t: float) -> bool:
    """Show an interval around the mean with a wrong factor on t."""
    mean = runs.mean(axis=0)
    once, twice = (answer(runs, each)[1] - mean for each in (t, 2 * t))
    centred = not _off_centre(answer, runs, t)
    return centred and np.allclose(twice, 2 * once) and bool((once > 0).all())


EXERCISE = Exercise(
    id="confidence-interval",
    title="How certain is a mean?",
    grade=2,
    minutes=8,
    function="confidence_interval",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("With four times as many runs the interval should be half as wide. "
         "Which part of the formula sees to that?"),
        "Look up what `ddof` does in `np.std`.",
    ),
    mistakes=(
        Mistake(
            "the standard deviation is taken for the standard error",
            "Your interval does not narrow with more runs. How far single "
            "runs lie apart is one thing, how certain their mean is another.",
            [(" / np.sqrt(n)", "")],
        ),
        Mistake(
            "the standard deviation is that of a whole population",
            "The mean of the runs lies closer to them than the true mean "
            "does. Your standard deviation is a little too small for a "
            "sample.",
            [("ddof=1", "ddof=0")],
        ),
        Mistake(
            "the standard deviation is divided by n, not by its root",
            "With four times as many runs your interval would be a quarter "
            "as wide; it should be half as wide.",
            [("np.sqrt(n)", "n")],
        ),
        Mistake(
            "one run too few is taken under the root",
            "The correction for a sample is in the standard deviation "
            "already. You have made it twice.",
            [("np.sqrt(n)", "np.sqrt(n - 1)")],
        ),
        Mistake(
            "a fixed number of standard errors is taken",
            "Your interval does not depend on t. With few runs the standard "
            "deviation itself is uncertain, so the interval must be wider.",
            [("t * runs", "1.96 * runs")],
        ),
        Mistake(
            "the whole interval is as wide as half of it should be",
            "t standard errors belong on each side of the mean. You have "
            "divided them between the two.",
            [("np.sqrt(n)", "np.sqrt(n) / 2")],
        ),
        Mistake(
            "the standard deviation is taken over lags and runs together",
            "Your interval is equally wide at every lag. How much the runs "
            "differ is a question for each lag by itself.",
            [("axis=0, ddof", "ddof")],
        ),
        Mistake(
            "the root of the runs is multiplied",
            "More runs make your interval wider. The more runs there are, "
            "the more certain their mean is.",
            [("ddof=1) / np", "ddof=1) * np")],
        ),
        Mistake(
            "the variance is taken for the standard deviation",
            "A variance is in squared units, and an interval around a mean "
            "is not. Which root is missing?",
            [("runs.std", "runs.var")],
        ),
        Mistake(
            "lags are counted instead of runs",
            "You divide by the root of the number of lags. A mean is more "
            "certain the more runs went into it.",
            [("np.sqrt(n)", "np.sqrt(lags)")],
        ),
        Mistake(
            "the root is taken of t",
            "You divide by the root of t. t says how many standard errors "
            "the interval extends; the number of runs is n.",
            [("np.sqrt(n)", "np.sqrt(t)")],
        ),
        Mistake(
            "the standard deviation of the means is taken",
            "You measure how much the means of the lags differ. The question "
            "is how much the runs differ at one lag.",
            [("runs.std(axis=0, ddof=1)", "mean.std(ddof=1)")],
        ),
        Mistake(
            "the lower end is returned twice",
            "Your lower end is right, and you return it twice. The interval "
            "extends as far above the mean as below it.",
            [("mean + reach", "mean - reach")],
        ),
        Mistake(
            "the upper end is returned twice",
            "Your upper end is right, and you return it twice. The interval "
            "extends as far below the mean as above it.",
            [("mean - reach", "mean + reach")],
        ),
        Mistake(
            "the mean is returned as the lower end",
            "Your interval extends upwards from the mean only. It has two "
            "sides.",
            [("mean - reach", "mean")],
        ),
        Mistake(
            "the mean is returned as the upper end",
            "Your interval extends downwards from the mean only. It has two "
            "sides.",
            [("mean + reach", "mean")],
        ),
        Mistake(
            "one mean is taken of all lags",
            "Your interval is centred on the same mean at every lag. Each "
            "lag has a mean of its own, over the runs.",
            [("runs.mean(axis=0)", "runs.mean()")],
        ),
        Mistake(
            "the interval is not centred on the mean",
            "The midpoint of your two ends should be the mean over the runs "
            "at that lag. It is something else.",
            [("runs.mean(axis=0)", "runs.sum(axis=0)")],
            shows=_off_centre,
        ),
        Mistake(
            "the reach is not t standard errors",
            "Your interval is centred on the mean, and each side is t times "
            "something. It should be the standard error: look at how the "
            "prompt defines it.",
            [("ddof=1", "ddof=2")],
            shows=_other_reach,
        ),
    ),
    cases=_cases,
    parts=("lower", "upper"),
)  # fmt: skip
