"""window-mask: who may attend to what, through a sliding window."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write `window_mask`. It returns a matrix (T, T) that is True at [i, j] where
position i may attend to position j: to itself and to the positions before
it, `window` positions in all, and never to a later one.
"""

STARTER = '''\
import numpy as np

def window_mask(T, window):
    """Return (T, T), True where i may attend to j."""
    i, j = np.arange(T)[:, None], np.arange(T)
    return i == j
'''

SOLUTION = '''\
import numpy as np

def window_mask(T, window):
    """Return (T, T), True where i may attend to j."""
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
        ("`&` combines two Boolean arrays. Put each comparison in brackets."),
    ),
    mistakes=(
        Mistake(
            "the window is one step too wide",
            "With a window of 1 a position attends only to itself. Yours "
            "also attends to the one before.",
            [("i - j < window", "i - j <= window")],
        ),
        Mistake(
            "the window is one step too narrow",
            "The position itself belongs to the window. Have you counted it "
            "twice?",
            [("i - j < window", "i - j < window - 1")],
        ),
        Mistake(
            "the future is seen",
            "A later position may be close, but it must stay hidden. A model "
            "that has learned to copy from there has nothing to copy when it "
            "generates.",
            [("(j <= i) & (i - j < window)", "abs(i - j) < window")],
        ),
        Mistake(
            "the past has no end",
            "That is the causal mask without a window: every earlier "
            "position is visible. Where does the window end?",
            [("(j <= i) & (i - j < window)", "j <= i")],
        ),
        Mistake(
            "rows and columns are exchanged",
            "Your positions attend to later ones, not earlier ones. Which of "
            "the two axes belongs to the query?",
            [("(j <= i) & (i - j < window)", "(i <= j) & (j - i < window)")],
        ),
        Mistake(
            "True and False are exchanged",
            "Yours is the right mask with True and False exchanged: it is "
            "True where position i may not attend.",
            [("(j <= i) & (i - j < window)",
              "~((j <= i) & (i - j < window))")],
        ),
        Mistake(
            "the window stands still",
            "You cut the text into pieces, and each piece attends only to "
            "itself. A sliding window moves along with the position.",
            [("(i - j < window)", "(i // window == j // window)")],
        ),
        Mistake(
            "the sign of the distance is wrong",
            "Your positions attend to the future instead of the past. j is "
            "the position of the key: must it be larger or smaller than i?",
            [("j <= i", "j >= i")],
        ),
        Mistake(
            "what lies beyond the window is seen",
            "You hide what is near and show what is too far away. Which "
            "distances lie within the window?",
            [("i - j < window", "i - j >= window")],
        ),
        Mistake(
            "a step does not see itself",
            "Your diagonal is False. A position attends to itself too, and "
            "counts as part of the window.",
            [("j <= i", "j < i")],
        ),
        Mistake(
            "the rows run backwards",
            "Your first row belongs to the last position. Row i belongs to "
            "position i, counted from 0.",
            [("& (i - j < window)", "& (i - j < window))[::-1]"),
             ("return (", "return ((")],
        ),
        Mistake(
            "the future is seen, without end",
            "[0, T - 1] is True in yours: the first position attends to the "
            "last. Where does a row have to end?",
            [("(j <= i) & ", "")],
        ),
        Mistake(
            "only the oldest step of the window is seen",
            "Each row of yours has a single True. Every position from the "
            "oldest in the window to the position itself is visible.",
            [("(j <= i) & (i - j < window)", "i - j == window - 1")],
        ),
        Mistake(
            "the first rows are empty",
            "Near the beginning the window reaches back beyond position 0. "
            "Where should a row begin there?",
            [("return (j <= i) & (i - j < window)",
              "return (j <= i) & (i - j < window) & (i >= window - 1)")],
        ),
        Mistake(
            "the step itself is not among those seen",
            "You count the window from the position before. The position "
            "itself is the first in the window.",
            [("(j <= i) & (i - j < window)", "(j < i) & (i - j <= window)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
