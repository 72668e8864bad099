"""decay-time-by-width: does a wider memory keep a word for longer?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Does a memory of twice the width keep a word for twice as long? Make a guess,
then measure it. You need not train anything: read the same thing twice, with
another first piece the second time, and watch how far apart the two memories
are after each step.

Write `decay_time`, which does this with networks that are drawn at random.
`x` is (1, T, D), what is read; `first` is (D,), the first piece of the second
reading; `widths` and `seeds` are lists. The starter draws a network for each
width and each seed, and reads `x` once. How far apart the two memories are
after a step, `np.linalg.norm` says of their difference, (H,). Count the steps
*after the first one* until that is at most a hundredth of what it was after
the first. Give back, for each width, the mean of this count over all seeds.

Then try it: `decay_time([4, 16, 64], range(20), x, first)`, with an `x` of
(1, 40, 5) and a `first` of (5,), both drawn at random.
"""

STARTER = '''\
import numpy as np
from seqcourse.numpy import RNN

def decay_time(widths, seeds, x, first):
    """Return the mean steps until a hundredth is left, one per width."""
    means = np.zeros(len(widths))
    for i, H in enumerate(widths):
        core = RNN(x.shape[2], H)
        for seed in seeds:
            params = core.init(np.random.default_rng(seed), np.float64)
            one, _, _ = core.forward(params, x)  # (1, T, H)
            means[i] += x.shape[1] / len(seeds)
    return means
'''

SOLUTION = '''\
import numpy as np
from seqcourse.numpy import RNN

def decay_time(widths, seeds, x, first):
    """Return the mean steps until a hundredth is left, one per width."""
    two = x.copy()
    two[:, 0] = first
    means = np.zeros(len(widths))
    for i, H in enumerate(widths):
        core = RNN(x.shape[2], H)
        for seed in seeds:
            params = core.init(np.random.default_rng(seed), np.float64)
            apart = core.forward(params, x)[0] - core.forward(params, two)[0]
            size = np.linalg.norm(apart[0], axis=1)  # (T,)
            means[i] += np.argmax(size <= size[0] / 100) / len(seeds)
    return means
'''

SIZE = "np.linalg.norm(apart[0], axis=1)"
THRESHOLD = "size <= size[0] / 100"
COMPARED = "apart = core.forward(params, x)[0] - core.forward(params, two)[0]"
REDRAWN = """\
one = core.forward(params, x)[0]
            params = core.init(np.random.default_rng(seed + 1), np.float64)
            apart = one - core.forward(params, two)[0]"""


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw things to read, and widths and seeds to read them with."""
    for many in 2 + rng.permutation(3):
        T, D = rng.integers(30, 40), rng.integers(3, 6)
        x, first = rng.normal(size=(1, T, D)), rng.normal(size=D)
        widths = [int(H) for H in rng.choice([6, 7, 9, 12, 15], many, False)]
        seeds = [int(s) for s in rng.integers(999, size=7 - many)]
        yield widths, seeds, x, first


EXERCISE = Exercise(
    id="decay-time-by-width",
    title="Wider, or longer?",
    grade=3,
    minutes=20,
    function="decay_time",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The second reading is `x` with its first piece exchanged, and "
         "nothing else. `x` itself cannot be written to: work on "
         "`x.copy()`."),
        ("Read both with the same `params`. The difference of the two "
         "results is (1, T, H), and `np.linalg.norm(difference[0, t])` is "
         "how far apart they are at step t."),
        ("At t = 0 the first piece has just been read. So the first t at "
         "which a hundredth or less is left is also the count of steps "
         "after it."),
        ("When it passes, compare the widest network with the narrowest: "
         "how many times as wide is it, and for how much longer does it "
         "remember?"),
    ),
    mistakes=(
        Mistake(
            "differences above and below zero cancel",
            "Some numbers of the two memories differ upwards and some "
            "downwards, and in a plain sum or mean of them one hides the "
            "other. How long is the difference, as an arrow?",
            [(SIZE, "np.abs(apart[0].mean(axis=1))")],
        ),
        Mistake(
            "all the steps are counted",
            "You find as many steps as there are, whatever the width. Count "
            "only those until a hundredth is left. If you do that already, "
            "your two readings never come together: do both of them go "
            "through the same weights?",
            [("np.argmax(" + THRESHOLD + ")", "len(size)")],
        ),
        Mistake(
            "no steps are counted",
            "All your counts are 0, which argmax also says of a condition "
            "that is true nowhere. Do your two readings ever come together? "
            "They do if both go through the same weights and only the first "
            "piece differs.",
            [(COMPARED, REDRAWN)],
        ),
        Mistake(
            "the first reading is changed with the second",
            "If you write two = x, that is one array with two names, and "
            "what is written to one of them is in the other. The second "
            "reading needs an array of its own.",
            [("two = x.copy()", "two = x")],
        ),
        Mistake(
            "the first step is counted too",
            "Each of your counts is one too many. When the first piece has "
            "just been read, how many steps has it had to survive?",
            [("np.argmax(" + THRESHOLD + ")",
              "(1 + np.argmax(" + THRESHOLD + "))")],
        ),
        Mistake(
            "a hundredth of one is taken, and not of the beginning",
            "You wait until the two are less than 0.01 apart. How far apart "
            "they are at the beginning is different for each width, so wide "
            "and narrow would be held to different measures.",
            [(THRESHOLD, "size <= 0.01")],
        ),
        Mistake(
            "only the last seed is left",
            "Each seed writes over what the seeds before had found. Should "
            "your mean not have a part of each?",
            [("means[i] +=", "means[i] =")],
        ),
        Mistake(
            "only the first seed is tried",
            "Your mean has the first seed's steps alone, divided by the "
            "number of all seeds. Where does the inner loop end?",
            [("for seed in seeds:", "for seed in seeds[:1]:")],
        ),
        Mistake(
            "each seed's part is cut to a whole number",
            "Your means are whole numbers. Is there a `//`, or an array "
            "that can only hold whole numbers?",
            [("/ len(seeds)", "// len(seeds)")],
        ),
        Mistake(
            "the seeds are shared among the widths",
            "You divide by the number of widths. Over how many networks of "
            "one width do you take a mean?",
            [("/ len(seeds)", "/ len(widths)")],
        ),
        Mistake(
            "a hundredth of the second difference is waited for",
            "You compare with what was left one step later. Python counts "
            "from 0: at which place is the difference after the first piece?",
            [(THRESHOLD, "size <= size[1] / 100")],
        ),
        Mistake(
            "the seeds are added up, and not averaged",
            "You have the steps of all seeds together, so the number grows "
            "with each seed you try. What does one network do on average?",
            [(" / len(seeds)", "")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
