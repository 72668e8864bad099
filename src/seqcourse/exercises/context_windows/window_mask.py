"""window-mask: who may look where, through a sliding window."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write `window_mask`: a table (T, T), True at [i, j] where step i may look at
step j. It may look at itself and at the steps before it, `window` steps in
all. Never at a later one.
"""

STARTER = '''\
import numpy as np

def window_mask(T, window):
    """Return (T, T), True where step i may look at step j."""
    i, j = np.arange(T)[:, None], np.arange(T)
    return i == j
'''

SOLUTION = '''\
import numpy as np

def window_mask(T, window):
    """Return (T, T), True where step i may look at step j."""
    i, j = np.arange(T)[:, None], np.arange(T)
    return (j <= i) & (i - j < window)
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw lengths, and windows that are shorter."""
    for _ in range(5):
        T = int(rng.integers(6, 12))
        yield T, int(rng.integers(2, T - 2))


EXERCISE = Exercise(
    id="window-mask",
    title="The sliding window",
    grade=1,
    minutes=6,
    function="window_mask",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("How far back is j from i? Write that as a number, then say which "
         "numbers are allowed."),
        ("`&` joins two tables of True and False. Put each comparison in "
         "brackets."),
    ),
    mistakes=(
        Mistake(
            "the window is one step too wide",
            "With a window of 1 a step should see itself alone. Yours sees "
            "the one before, too.",
            [("i - j < window", "i - j <= window")],
        ),
        Mistake(
            "the window is one step too narrow",
            "The step itself is one of the window's steps. Have you counted "
            "it on top?",
            [("i - j < window", "i - j < window - 1")],
        ),
        Mistake(
            "the future is seen",
            "A step that is yet to come is near as well, but it must not be "
            "seen. A model that has learned to copy from there has nothing "
            "to say when it writes.",
            [("(j <= i) & (i - j < window)", "abs(i - j) < window")],
        ),
        Mistake(
            "the past has no end",
            "That is the mask without a window: all that came before is "
            "seen. Where does the window let go?",
            [("(j <= i) & (i - j < window)", "j <= i")],
        ),
        Mistake(
            "rows and columns are exchanged",
            "Your steps look ahead and not back. Which of the two axes is "
            "the one that looks?",
            [("(j <= i) & (i - j < window)", "(i <= j) & (j - i < window)")],
        ),
        Mistake(
            "True where it is hidden",
            "Right, and the wrong way round: yours is True where step i may "
            "not look.",
            [("(j <= i) & (i - j < window)",
              "~((j <= i) & (i - j < window))")],
        ),
        Mistake(
            "the window stands still",
            "You cut the text into pieces, and each piece sees itself. A "
            "sliding window moves along with the step.",
            [("(i - j < window)", "(i // window == j // window)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
