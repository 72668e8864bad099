"""cell-path: what is left of each step in each later one, gate by gate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
How much of what a cell held after step s is still in it after step t? Along
the cell's own path it is the product of the forget gates that it has passed
since. Write `cell_path`:

- `f` is (T, H): the forget gates of H cells, at each of T steps.
- Return `left`, (T, T, H): `left[t, s]` is the product of `f` at the steps
  s + 1, s + 2, …, t. It is 1 where s is t, since no gate has been passed, and
  0 where s comes after t.

When it passes, do some research. Get the gates of `LSTM(4, 16)` at its first
weights on forty random steps, with `probes.gates(layer, params, x)["f"][0]`,
and look at the last row, averaged over the cells. Then with `forget_bias=1`,
and with `chrono=40`. In which of them is the first step still there? And
how much do the cells of one network differ?
"""

STARTER = '''\
import numpy as np

def cell_path(f):
    """f is (T, H); return left, (T, T, H)."""
    T, H = f.shape
    left = np.zeros((T, T, H))
    for s in range(T):
        left[s, s] = 1.0
        # And what is left of it at every later step?
    return left
'''

SOLUTION = STARTER.replace(
    "        # And what is left of it at every later step?\n",
    """\
        for t in range(s + 1, T):
            left[t, s] = left[t - 1, s] * f[t]
""",
)
_STEP = "left[t, s] = left[t - 1, s] * f[t]"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw gates of several sizes, some nearly shut and some nearly open."""
    for _ in range(5):
        T, H = 4 + rng.permutation(5)[:2]
        yield (rng.beta(2.0, 1.0, size=(T, H)),)


EXERCISE = Exercise(
    id="cell-path",
    title="Follow the cell",
    grade=3,
    minutes=25,
    function="cell_path",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Go from step s to the next one. Which one gate has been passed "
         "more?"),
        ("What is left after step t is what was left after step t − 1, "
         "times the gate of one step. Of which?"),
        ("`np.cumprod` does a whole column at once. Mind where it begins."),
    ),
    mistakes=(
        Mistake(
            "the gate of step s is passed as well",
            "What was in the cell after step s has passed the gate of step "
            "s already, or was laid down behind it. The next gate is the "
            "first that it meets.",
            [("left[s, s] = 1.0", "left[s, s] = f[s]")],
            shows=lambda answer, f: bool(
                np.allclose(np.einsum("ttj->tj", answer(f)), f)
            ),
        ),
        Mistake(
            "the gate is taken one step early",
            "On the way from step t − 1 to step t you multiply with the "
            "gate of step t − 1. The step that is done now decides.",
            [(_STEP, "left[t, s] = left[t - 1, s] * f[t - 1]")],
        ),
        Mistake(
            "only the last gate counts",
            "Each of your numbers has one gate in it. A memory passes one at "
            "every step, and each takes its share of what the others left.",
            [(_STEP, "left[t, s] = f[t]")],
        ),
        Mistake(
            "rows and columns are exchanged",
            "Your table says that early steps hold what came later. The "
            "first index is when we look.",
            [(_STEP, "left[s, t] = left[s, t - 1] * f[t]")],
        ),
        Mistake(
            "the gates are averaged",
            "You multiply with the mean over the cells. Each cell has gates "
            "of its own, and some forget while others keep.",
            [(_STEP, "left[t, s] = left[t - 1, s] * f[t].mean()")],
        ),
        Mistake(
            "what was lost is counted",
            "At each step you keep the share that the gate lets go. A gate "
            "of 1 keeps everything.",
            [(_STEP, "left[t, s] = left[t - 1, s] * (1 - f[t])")],
        ),
        Mistake(
            "the first gate is passed by",
            "On the way to step s + 1 you leave the gate of that step out. "
            "It is the first that the memory meets.",
            [("left[s, s] = 1.0",
              "left[s, s] = 1.0\n        left[s + 1 : s + 2, s] = 1.0"),
             ("range(s + 1, T)", "range(s + 2, T)")],
        ),
        Mistake(
            "what comes after is 1",
            "Where s comes after t yours is 1. At step t nothing of a later "
            "step is in the cell yet.",
            [("np.zeros", "np.ones")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
