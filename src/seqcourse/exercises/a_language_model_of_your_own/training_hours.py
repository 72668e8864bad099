"""training-hours: how long a training takes, before it begins."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
You plan to train several transformers and must say how long each will take.
Write `training_hours`.

- `weights` (M,) is the number of weights of each model.
- `tokens` (M,) is the number of tokens that each is trained on.
- `devices` is the number of devices that share the work.
- `peak` is the peak speed of one device, in operations per second.
- `used` is the fraction of its peak that a device reaches, between 0 and 1.

Training takes 6 operations per weight and token. Return an array (M,): the
hours that each model takes by itself.

When it works, give a model of 7 billion weights 20 tokens per weight, and 8
devices of 10¹⁵ operations per second, at two fifths of that. Would you wait
for it?
"""

STARTER = '''\
import numpy as np

def training_hours(weights, tokens, devices, peak, used):
    """Return the hours that each training takes, (M,)."""
    return weights * tokens
'''

SOLUTION = '''\
import numpy as np

def training_hours(weights, tokens, devices, peak, used):
    """Return the hours that each training takes, (M,)."""
    operations = 6 * weights * tokens
    speed = devices * peak * used
    return operations / speed / 3600
'''
_HOURS = "operations / speed / 3600"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw small models, so that the numbers can be read."""
    for _ in range(5):
        M = int(rng.integers(2, 5))
        yield (
            rng.permutation(np.arange(10, 100))[:M] * 1.0,
            rng.permutation(np.arange(100, 1000))[:M] * 1.0,
            int(rng.integers(3, 9)),
            float(rng.integers(15, 60)) / 10,
            float(rng.integers(30, 60)) / 100,
        )


EXERCISE = Exercise(
    id="training-hours",
    title="How long will it take?",
    grade=1,
    minutes=6,
    function="training_hours",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("How many operations does a training take, and how many can all "
         "devices together do in a second?"),
        "Operations divided by operations per second are seconds.",
    ),
    mistakes=(
        Mistake(
            "the 6 is left out",
            "You count one operation per weight and token. Forward there are "
            "2, and backward twice as many again.",
            [("6 * weights", "weights")],
        ),
        Mistake(
            "the forward pass alone is counted",
            "You count 2 operations per weight and token: that is the "
            "forward pass. The backward pass takes twice as many again.",
            [("6 *", "2 *")],
        ),
        Mistake(
            "the backward pass alone is counted",
            "You count 4 operations per weight and token: that is the "
            "backward pass. The forward pass takes 2.",
            [("6 *", "4 *")],
        ),
        Mistake(
            "multiplications alone are counted",
            "You count 3 operations per weight and token. Each of these "
            "multiplications goes with an addition.",
            [("6 *", "3 *")],
        ),
        Mistake(
            "the result is in seconds",
            "Those are seconds. An hour has 3,600 of them.",
            [(" / 3600", "")],
        ),
        Mistake(
            "the result is in minutes",
            "Those are minutes. An hour has 60 of them.",
            [("/ 3600", "/ 60")],
        ),
        Mistake(
            "the result is in days",
            "Those are days. A day has 24 hours, and hours were asked for.",
            [("/ 3600", "/ 86400")],
        ),
        Mistake(
            "seconds become hours the wrong way round",
            "You multiply the seconds by 3,600. There are fewer hours than "
            "seconds.",
            [("/ 3600", "* 3600")],
        ),
        Mistake(
            "the devices run at their peak",
            "You count the peak speed. The devices reach only a fraction of "
            "it, which you are given.",
            [("peak * used", "peak")],
        ),
        Mistake(
            "the fraction makes the devices faster",
            "You divide the peak by `used`, which is below 1, so yours are "
            "faster than their peak.",
            [("peak * used", "peak / used")],
        ),
        Mistake(
            "the fraction that is not used is taken",
            "You take the fraction of the peak that is lost. The one that "
            "you are given is reached.",
            [("peak * used", "peak * (1 - used)")],
        ),
        Mistake(
            "the fraction is added",
            "You add `used` to the speed. It is a fraction of the peak: how "
            "much is that fraction of it?",
            [("peak * used", "peak + used")],
        ),
        Mistake(
            "one device does all the work",
            "Yours is the time on a single device. All of them share the "
            "work.",
            [("devices * peak", "peak")],
        ),
        Mistake(
            "more devices take longer",
            "Yours takes longer with more devices. They share the work.",
            [("devices * peak", "peak / devices")],
        ),
        Mistake(
            "the devices are added to the speed",
            "You add the number of devices to the speed of one. Each of them "
            "has that speed: how fast are all together?",
            [("devices * peak", "(devices + peak)")],
        ),
        Mistake(
            "the weights are left out",
            "You leave the weights out. Each token goes through all of them.",
            [("6 * weights * tokens", "6 * tokens")],
        ),
        Mistake(
            "the tokens are left out",
            "You leave the tokens out. Each of them costs 6 operations per "
            "weight.",
            [("6 * weights * tokens", "6 * weights")],
        ),
        Mistake(
            "weights and tokens are added",
            "You add weights and tokens. Every token meets every weight, so "
            "they multiply.",
            [("6 * weights * tokens", "6 * (weights + tokens)")],
        ),
        Mistake(
            "the weights are divided by the tokens",
            "Yours gets shorter with more tokens. Each token costs "
            "something.",
            [("weights * tokens", "weights / tokens")],
        ),
        Mistake(
            "the tokens are divided by the weights",
            "Yours gets shorter with more weights. Each weight costs "
            "something.",
            [("weights * tokens", "tokens / weights")],
        ),
        Mistake(
            "the weights are squared",
            "You multiply the weights by themselves. It is the tokens that "
            "each of them meets.",
            [("weights * tokens", "weights * weights")],
        ),
        Mistake(
            "the tokens are squared",
            "You multiply the tokens by themselves. It is the weights that "
            "each of them meets.",
            [("6 * weights * tokens", "6 * tokens * tokens")],
        ),
        Mistake(
            "the operations per hour are returned",
            "Yours is the speed divided by the operations: trainings per "
            "unit of time. Turn it round.",
            [(_HOURS, "speed / operations * 3600")],
        ),
        Mistake(
            "operations and speed are multiplied",
            "Yours gets longer on faster devices. A faster device needs less "
            "time for the same operations.",
            [("operations / speed", "operations * speed")],
        ),
        Mistake(
            "the models are trained one after the other",
            "You add up the hours of all models. Each of them has a time of "
            "its own.",
            [(_HOURS, f"({_HOURS}).sum() + 0 * weights")],
        ),
        Mistake(
            "hours are rounded down",
            "You round the hours down to whole ones. Keep the fraction.",
            [("speed / 3600", "speed // 3600")],
        ),
        Mistake(
            "the operations are returned",
            "Those are the operations. How long do they take?",
            [(_HOURS, "operations")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
