"""gated-cell: one cell state, its forget gate and its input gate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write `gated_cell`: a cell state c that starts at 0. At each step it is
multiplied by the forget gate, then the input times the input gate is added.

- `x`, `f` and `i` are all (T,): the input, the forget gate and the
  input gate of each step.
- Return c after each step, (T,).

Then experiment with it, below your function. Which gates make it remember
the first input alone? Which make it count?
"""

STARTER = '''\
import numpy as np

def gated_cell(x, f, i):
    """x, f and i are (T,); return c after each step, (T,)."""
    c, after = 0.0, []
    for t in range(len(x)):
        c = f[t] * c
        after.append(c)
    return np.array(after)
'''

SOLUTION = STARTER.replace("c = f[t] * c", "c = f[t] * c + i[t] * x[t]")


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw inputs and gates of several lengths."""
    for T in 3 + rng.permutation(8)[:6]:
        yield rng.normal(size=T), *rng.uniform(0.1, 0.9, size=(2, T))


EXERCISE = Exercise(
    id="gated-cell",
    title="A cell with two gates",
    grade=1,
    minutes=5,
    function="gated_cell",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        "The starter keeps a fraction of the old cell. What is added to it?",
        ("What is added is a product, too: the input times the gate in "
         "front of it."),
    ),
    mistakes=(
        Mistake(
            "the two gates are exchanged",
            "Your old c is multiplied by the input gate. Which of the two "
            "gates says how much of the old c is kept?",
            [("c = f[t] * c + i[t] * x[t]", "c = i[t] * c + f[t] * x[t]")],
        ),
        Mistake(
            "the new input is multiplied by the forget gate",
            "Your forget gate multiplies the new input as well. It acts only "
            "on what was there before.",
            [("c = f[t] * c + i[t] * x[t]", "c = f[t] * (c + i[t] * x[t])")],
        ),
        Mistake(
            "the input gate is not used",
            "Yours adds all of every input, whatever the input gate is.",
            [(" + i[t] * x[t]", " + x[t]")],
        ),
        Mistake(
            "the input gate is one minus the forget gate",
            "You let in one minus the forget gate. The input has a gate of "
            "its own.",
            [(" + i[t] * x[t]", " + (1 - f[t]) * x[t]")],
        ),
        Mistake(
            "only the last number comes back",
            "You return one number. Return c after every step: one number "
            "per step.",
            [("np.array(after)", "c")],
        ),
        Mistake(
            "nothing is carried from step to step",
            "Your c starts again at each step. What does the old c "
            "contribute?",
            [("c = f[t] * c + i[t] * x[t]", "c = i[t] * x[t]")],
        ),
        Mistake(
            "the forget gate lets go of what it should keep",
            "Despite its name, the forget gate says how much is kept. At 1 "
            "yours would lose everything.",
            [("f[t] * c + i", "(1 - f[t]) * c + i")],
        ),
        Mistake(
            "the forget gate is not used",
            "Your c keeps everything at every step. How much of it does the "
            "forget gate leave?",
            [("f[t] * c + i", "c + i")],
        ),
        Mistake(
            "the cell state does not start at 0",
            "Your first number contains something that was never read. What "
            "is c before the first step?",
            [("c, after = 0.0, []", "c, after = 1.0, []")],
        ),
        Mistake(
            "the steps are taken backwards",
            "Your loop starts with the last input. The first number depends "
            "on the first input alone.",
            [("range(len(x))", "reversed(range(len(x)))")],
        ),
        Mistake(
            "the forget gate is that of the step before",
            "At step t, use the gates of step t. Your forget gate is one "
            "step late.",
            [("f[t] * c + i", "f[t - 1] * c + i")],
        ),
        Mistake(
            "the input gate is that of the step before",
            "At step t, use the gates of step t. Your input gate is one "
            "step late.",
            [("i[t] * x", "i[t - 1] * x")],
        ),
        Mistake(
            "the input is that of the step before",
            "At step t, use the input of step t. Yours is one step late.",
            [("* x[t]", "* x[t - 1]")],
        ),
        Mistake(
            "gate and input are added",
            "A gate multiplies: at 0 nothing gets in, at 1 everything does. "
            "You add it to the input.",
            [("i[t] * x[t]", "(i[t] + x[t])")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
