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
        T = int(rng.integers(4, 12))
        yield T, int(rng.integers(2, max(3, T - 2)))


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
            "Your steps attend to later steps, not earlier ones. Which of "
            "the two axes is that of the query?",
            [("(j <= i) & (i - j < window)", "(i <= j) & (j - i < window)")],
        ),
        Mistake(
            "True and False are exchanged",
            "Yours is right, but the wrong way round: it is True where step "
            "i may not look.",
            [("(j <= i) & (i - j < window)",
              "~((j <= i) & (i - j < window))")],
        ),
        Mistake(
            "the window stands still",
            "You cut the text into pieces, and each piece sees itself. A "
            "sliding window moves along with the step.",
            [("(i - j < window)", "(i // window == j // window)")],
        ),
        Mistake(
            "the sign of the distance is wrong",
            "Your step sees the future and not the past. j is the step that "
            "is looked at: must it be larger or smaller than i?",
            [("j <= i", "j >= i")],
        ),
        Mistake(
            "what lies beyond the window is seen",
            "You have kept what is too far away, and hidden what is near. "
            "Which distances lie within the window?",
            [("i - j < window", "i - j >= window")],
        ),
        Mistake(
            "a step does not see itself",
            "Your diagonal is False. A step may look at itself, and is one "
            "of the window's steps.",
            [("j <= i", "j < i")],
        ),
        Mistake(
            "the rows run backwards",
            "Your first row is the last step's. Row i belongs to step i, "
            "counted from 0.",
            [("& (i - j < window)", "& (i - j < window))[::-1]"),
             ("return (", "return ((")],
        ),
        Mistake(
            "the future is seen, without end",
            "[0, T - 1] is True in yours: the first step sees the last one. "
            "Where does a row have to stop?",
            [("(j <= i) & ", "")],
        ),
        Mistake(
            "only the oldest step of the window is seen",
            "Each row of yours has one True. All the steps from the oldest "
            "in the window to the step itself may be seen.",
            [("(j <= i) & (i - j < window)", "i - j == window - 1")],
        ),
        Mistake(
            "the first rows are empty",
            "Near the beginning the window reaches back beyond step 0, and a "
            "negative index counts from the end. Where should a row begin "
            "there?",
            [("return (j <= i) & (i - j < window)",
              "return (j <= i) & (i - j < window) & (i >= window - 1)")],
        ),
        Mistake(
            "the step itself is not among those seen",
            "You count the window from the step before. The step itself is "
            "the first of the window's steps.",
            [("(j <= i) & (i - j < window)", "(j < i) & (i - j <= window)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
