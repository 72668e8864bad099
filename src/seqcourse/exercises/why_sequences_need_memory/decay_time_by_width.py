"""decay-time-by-width: does a wider hidden state remember for longer?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Does a hidden state of twice as many numbers remember for twice as long? Make
a guess, then measure it. No training is needed: read a sequence twice, with
another first piece the second time, and watch how far apart the two hidden
states are after each step.

Write `decay_time`, which does this with networks that have random weights.
`x` has shape (1, T, D): one sequence of T pieces of D numbers. `first`, of
shape (D,), is the first piece for the second reading. `widths` and `seeds`
are lists. For each width H and each seed, the starter makes a network and
reads `x` once. The distance between two states of H numbers is
`np.linalg.norm` of their difference. Count the steps *after the first one*
until the distance is at most a hundredth of what it was after the first step.
Return, for each width, the mean of this count over all seeds.

Then try it: `decay_time([4, 16, 64], range(20), x, first)`, with a random `x`
of shape (1, 40, 5) and a random `first` of shape (5,).
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
    """Draw sequences, and widths and seeds of the networks."""
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
        ("The second sequence is `x` with another first piece. `x` itself "
         "is read-only: change a copy, `x.copy()`."),
        ("Read both with the same `params`. The difference of the two "
         "results has shape (1, T, H), and `np.linalg.norm(difference[0, "
         "t])` is the distance at step t."),
        ("At t = 0 the first piece has just been read. So the first t at "
         "which a hundredth or less is left is also the number of steps "
         "after it."),
        ("When it passes, compare the widest network with the narrowest: "
         "how many times as wide is it, and for how much longer does it "
         "remember?"),
    ),
    mistakes=(
        Mistake(
            "differences above and below zero cancel",
            "Some of the differences are positive and some negative, so in "
            "a plain sum or mean they cancel. `np.linalg.norm` squares them.",
            [(SIZE, "np.abs(apart[0].mean(axis=1))")],
        ),
        Mistake(
            "all the steps are counted",
            "You count all the steps, whatever the width. Count only those "
            "until a hundredth is left. If you do that already, the two "
            "states never come close: do both sequences go through the same "
            "weights?",
            [("np.argmax(" + THRESHOLD + ")", "len(size)")],
        ),
        Mistake(
            "no steps are counted",
            "All your counts are 0, which is also what argmax returns if a "
            "condition is never true. Do your two states ever come close? "
            "They do if both sequences go through the same weights and only "
            "the first piece differs.",
            [(COMPARED, REDRAWN)],
        ),
        Mistake(
            "the first sequence is changed with the second",
            "`two = x` gives one array two names: a change to one is a "
            "change to the other. The second sequence needs an array of its "
            "own.",
            [("two = x.copy()", "two = x")],
        ),
        Mistake(
            "the first step is counted too",
            "Each of your counts is one too many. When the first piece has "
            "just been read, how many steps have come after it?",
            [("np.argmax(" + THRESHOLD + ")",
              "(1 + np.argmax(" + THRESHOLD + "))")],
        ),
        Mistake(
            "the distance is compared with 0.01",
            "You wait until the distance is at most 0.01. But it starts at "
            "a different value for each width. Compare it with a hundredth "
            "of that value.",
            [(THRESHOLD, "size <= 0.01")],
        ),
        Mistake(
            "only the last seed is left",
            "Each seed overwrites the result of the seeds before it. A mean "
            "needs all of them.",
            [("means[i] +=", "means[i] =")],
        ),
        Mistake(
            "only the first seed is tried",
            "Your mean contains only the first seed's steps, divided by the "
            "number of all seeds. Where does the inner loop end?",
            [("for seed in seeds:", "for seed in seeds[:1]:")],
        ),
        Mistake(
            "each seed's part is rounded down to a whole number",
            "Your means are whole numbers. Is there a `//`, or an array "
            "that can only hold whole numbers?",
            [("/ len(seeds)", "// len(seeds)")],
        ),
        Mistake(
            "the sum is divided by the number of widths",
            "You divide by the number of widths. Over how many networks of "
            "one width do you take the mean?",
            [("/ len(seeds)", "/ len(widths)")],
        ),
        Mistake(
            "the second distance is taken for the first",
            "You compare with the distance one step later. Python counts "
            "from 0: which index has the distance after the first piece?",
            [(THRESHOLD, "size <= size[1] / 100")],
        ),
        Mistake(
            "the seeds are added up instead of averaged",
            "You have the steps of all seeds together, so the number grows "
            "with each seed you try. What is the mean?",
            [(" / len(seeds)", "")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
