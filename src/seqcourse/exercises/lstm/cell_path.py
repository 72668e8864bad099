"""cell-path: the gradient along the cell path, between any two steps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
What fraction of the cell state after step s is still there after step t?
Along the cell path it is the product of all forget gates in between, and so
is the gradient. Write `cell_path`:

- `f` is (T, H): the forget gates of H cells, at each of T steps.
- Return `left`, (T, T, H): `left[t, s]` is the product of `f` at the steps
  s + 1, s + 2, …, t. It is 1 where s is t, since there is no gate in between,
  and 0 where s comes after t.

When it passes, do some research. Get the gates of an untrained `LSTM(4, 16)`
on forty random steps, with `probes.gates(layer, params, x)["f"][0]`, and look
at the last row, averaged over the cells. Then try `forget_bias=1` and
`chrono=40`. In which of them is something of the first step left? And how
much do the cells of one network differ?
"""

STARTER = '''\
import numpy as np

def cell_path(f):
    """f is (T, H); return left, (T, T, H)."""
    T, H = f.shape
    left = np.zeros((T, T, H))
    for s in range(T):
        left[s, s] = 1.0
        # And what is left at every later step?
    return left
'''

SOLUTION = STARTER.replace(
    "        # And what is left at every later step?\n",
    """\
        for t in range(s + 1, T):
            left[t, s] = left[t - 1, s] * f[t]
""",
)
_STEP = "left[t, s] = left[t - 1, s] * f[t]"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw gates of several sizes, some nearly closed, some nearly open."""
    for _ in range(5):
        T, H = 4 + rng.permutation(5)[:2]
        yield (rng.beta(2.0, 1.0, size=(T, H)),)


EXERCISE = Exercise(
    id="cell-path",
    title="The gradient along the cell path",
    grade=3,
    minutes=25,
    function="cell_path",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Go from step t − 1 to step t. Which one gate joins the "
         "product?"),
        ("What is left after step t is what was left after step t − 1, "
         "times the gate of one step. Which one?"),
        ("`np.cumprod` does a whole column at once. Mind where it starts."),
    ),
    mistakes=(
        Mistake(
            "the gate of step s is in the product as well",
            "The cell state after step s has passed the gate of step s "
            "already. The first gate in the product is the next one.",
            [("left[s, s] = 1.0", "left[s, s] = f[s]")],
            shows=lambda answer, f: bool(
                np.allclose(np.einsum("ttj->tj", answer(f)), f)
            ),
        ),
        Mistake(
            "the gate is taken one step early",
            "From step t − 1 to step t you multiply by the gate of step "
            "t − 1. It should be the gate of step t.",
            [(_STEP, "left[t, s] = left[t - 1, s] * f[t - 1]")],
        ),
        Mistake(
            "only the last gate counts",
            "Each of your numbers contains a single gate. There is one at "
            "every step in between, and all of them multiply.",
            [(_STEP, "left[t, s] = f[t]")],
        ),
        Mistake(
            "rows and columns are exchanged",
            "In your result, early steps hold what came later. The first "
            "index is the later step.",
            [(_STEP, "left[s, t] = left[s, t - 1] * f[t]")],
        ),
        Mistake(
            "the gates are averaged",
            "You multiply by the mean over the cells. Each cell has gates of "
            "its own: some forget while others keep.",
            [(_STEP, "left[t, s] = left[t - 1, s] * f[t].mean()")],
        ),
        Mistake(
            "what was lost is counted",
            "At each step you multiply by one minus the gate, which is what "
            "is lost. A gate of 1 keeps everything.",
            [(_STEP, "left[t, s] = left[t - 1, s] * (1 - f[t])")],
        ),
        Mistake(
            "the first gate is left out",
            "Going to step s + 1, you leave out the gate of that step. It is "
            "the first in the product.",
            [("left[s, s] = 1.0",
              "left[s, s] = 1.0\n        left[s + 1 : s + 2, s] = 1.0"),
             ("range(s + 1, T)", "range(s + 2, T)")],
        ),
        Mistake(
            "the entries with s after t are 1",
            "Where s comes after t, yours is 1. At step t, the cell state "
            "contains nothing of a later step yet.",
            [("np.zeros", "np.ones")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
