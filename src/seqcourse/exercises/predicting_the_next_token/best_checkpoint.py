"""best-checkpoint: choose on one part of the text, report on another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
A network was trained at R learning rates, with S seeds at each. During each
run it was scored C times, on two held-out parts of the text. Write
`report`, which gives the scores that may be published.

- `validation` (R, S, C) are the cross-entropies on the part that you may
  choose by.
- `test` (R, S, C) are those on the part that you may not.

For each run take the checkpoint with the lowest validation score. A rate is
as good as the mean of these lowest scores over its seeds. Return the test
scores (S,) of the best rate, each seed at its own checkpoint.

When it works, let all scores be random numbers that mean nothing. How low is
the mean of what you report? And how low is it if you choose by the test
scores themselves?
"""

STARTER = '''\
import numpy as np

def report(validation, test):
    """Return the test scores at the best rate, one for each seed."""
    lowest = validation.min(-1)  # (R, S)
    return test[0].min(-1)
'''

SOLUTION = '''\
import numpy as np

def report(validation, test):
    """Return the test scores at the best rate, one for each seed."""
    lowest = validation.min(-1)
    rate = lowest.mean(1).argmin()
    at = validation[rate].argmin(-1)
    return test[rate, np.arange(len(at)), at]
'''
_RETURN = "test[rate, np.arange(len(at)), at]"
_RATE = "lowest.mean(1).argmin()"
_AT = "validation[rate].argmin(-1)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw runs of which the two parts think alike, but not quite."""
    for _ in range(8):
        R, S, C = (int(n) for n in rng.integers((3, 3, 5), (5, 6, 8)))
        runs = rng.uniform(1.5, 2.5, size=(R, S, C))
        yield runs, runs + rng.normal(scale=0.5, size=runs.shape)


def _reads_the_test(
    answer: Callable[..., Any], validation: Array, test: Array
) -> bool:
    """Tell whether other test scores change what is chosen."""
    places = np.arange(test.size, dtype=float).reshape(test.shape)
    first, second = answer(validation, places), answer(validation, -places)
    return not np.allclose(np.asarray(first), -np.asarray(second))


EXERCISE = Exercise(
    id="best-checkpoint",
    title="Choose here, report there",
    grade=2,
    minutes=10,
    function="report",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`lowest.mean(1)` is a score for each rate. `argmin` says where "
         "the smallest is."),
        ("`validation[rate].argmin(-1)` is the checkpoint of each seed. To "
         "take one checkpoint per seed from `test[rate]`, give both indices: "
         "`test[rate, np.arange(S), at]`."),
    ),
    mistakes=(
        Mistake(
            "everything is chosen by the test scores",
            "You choose by the scores that you report. The lowest of many is "
            "low by luck, too. Choose by `validation` alone.",
            [("lowest = validation.min", "lowest = test.min"),
             (_AT, "test[rate].argmin(-1)")],
        ),
        Mistake(
            "the checkpoint is chosen by the test scores",
            "The rate is chosen by the validation scores, as it should be, "
            "but the checkpoint by those that you report.",
            [(_AT, "test[rate].argmin(-1)")],
        ),
        Mistake(
            "the rate is chosen by the test scores",
            "The checkpoint is chosen by the validation scores, but the rate "
            "by those that you report.",
            [("lowest = validation.min", "lowest = test.min")],
        ),
        Mistake(
            "the validation scores are reported",
            "You report what you chose by, which is low by luck, too. "
            "Return the test scores of the same checkpoints.",
            [(_RETURN, "validation[rate].min(-1)")],
        ),
        Mistake(
            "the last checkpoint is taken",
            "You take the last checkpoint of each run. Networks overfit: "
            "take the one with the lowest validation score.",
            [(_AT, "np.full(validation.shape[1], validation.shape[2] - 1)")],
        ),
        Mistake(
            "all seeds share one checkpoint",
            "Each seed has a checkpoint of its own. You take the one with "
            "the lowest mean over the seeds for all of them.",
            [(_AT, ("np.full(validation.shape[1], "
              "validation[rate].mean(0).argmin())"))],
        ),
        Mistake(
            "each seed has its own rate",
            "You take another rate for each seed. That helps a method with "
            "unsteady runs: choose one rate for all.",
            [(_RATE, "lowest.argmin(0)"),
             (_AT, ("validation[rate, np.arange(validation.shape[1])]"
              ".argmin(-1)"))],
        ),
        Mistake(
            "a single lucky seed chooses the rate",
            "A rate is chosen by its luckiest seed. Take the mean over its "
            "seeds.",
            [(_RATE, "lowest.min(1).argmin()")],
        ),
        Mistake(
            "the unluckiest seed chooses the rate",
            "A rate is chosen by its worst seed. Take the mean over its "
            "seeds.",
            [(_RATE, "lowest.max(1).argmin()")],
        ),
        Mistake(
            "the worst is taken",
            "These are cross-entropies: lower is better. You take the rate "
            "with the highest.",
            [(_RATE, "lowest.mean(1).argmax()")],
        ),
        Mistake(
            "the worst checkpoint is taken",
            "These are cross-entropies: lower is better. You take the "
            "checkpoint of each run with the highest.",
            [(_AT, "validation[rate].argmax(-1)")],
        ),
        Mistake(
            "the mean over all checkpoints chooses the rate",
            "You choose the rate by the mean over all checkpoints. Only the "
            "lowest score of each run counts: the others are thrown away.",
            [("validation.min(-1)", "validation.mean(-1)")],
        ),
        Mistake(
            "the worst checkpoints choose the rate",
            "You choose the rate by the highest score of each run. It is "
            "the lowest that will be used.",
            [("validation.min(-1)", "validation.max(-1)")],
        ),
        Mistake(
            "the last checkpoints choose the rate",
            "You choose the rate by the last score of each run. It is the "
            "lowest that will be used.",
            [("validation.min(-1)", "validation[:, :, -1]")],
        ),
        Mistake(
            "the first rate is taken",
            "You report the first rate, whichever is best.",
            [(_RATE, "0 * lowest.mean(1).argmin()")],
        ),
        Mistake(
            "one number for all seeds",
            "You return the mean. Keep the scores of all seeds: how far "
            "they scatter is part of the result.",
            [(_RETURN, f"{_RETURN}.mean() + 0.0 * at")],
        ),
        Mistake(
            "all scores at all checkpoints",
            "You take every seed at every other seed's checkpoint. Give both "
            "indices, `np.arange(S)` and `at`, to get one score per seed.",
            [(_RETURN, "test[rate][:, at]")],
        ),
        Mistake(
            "the test scores have a say",
            "Other test scores change which of them you take. Choose by "
            "`validation` alone.",
            [("lowest = validation.min(-1)",
              "lowest = (validation + test).min(-1)")],
            shows=_reads_the_test,
        ),
    ),
    cases=_cases,
)  # fmt: skip
