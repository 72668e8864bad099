"""gated-cell: one number, a gate before it and a gate on the way in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write `gated_cell`: one number c that begins at 0 and, at each step, keeps
the share that the forget gate says and takes in the share of the input that
the input gate says.

- `x`, `f` and `i` are all (T,): the input, the forget gate and the
  input gate of each step.
- Return c after each step, (T,).

Then play with it, below your function. With which gates does it remember the
first input alone? With which does it count?
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
    title="A memory that leaks as you say",
    grade=1,
    minutes=5,
    function="gated_cell",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        "The starter has the share that is kept. What is added to it?",
        ("What comes in is a product, too: the input, and the gate that "
         "stands in its way."),
    ),
    mistakes=(
        Mistake(
            "the two gates are exchanged",
            "Your memory is kept by the gate that should guard what comes "
            "in. Which of the two stands before the old c?",
            [("c = f[t] * c + i[t] * x[t]", "c = i[t] * c + f[t] * x[t]")],
        ),
        Mistake(
            "what comes in leaks at once",
            "Your forget gate takes its share of the new input as well. It "
            "should see only what was there before.",
            [("c = f[t] * c + i[t] * x[t]", "c = f[t] * (c + i[t] * x[t])")],
        ),
        Mistake(
            "the input gate stands open",
            "Your memory takes in all of every input, whatever the input "
            "gate says.",
            [(" + i[t] * x[t]", " + x[t]")],
        ),
        Mistake(
            "the input gate closes what the forget gate opens",
            "You let in what the forget gate leaves over. The GRU does it "
            "so; here the way in has a gate of its own.",
            [(" + i[t] * x[t]", " + (1 - f[t]) * x[t]")],
        ),
        Mistake(
            "only the last number comes back",
            "You give one number. What the memory held on the way is asked "
            "for, too: one number for each step.",
            [("np.array(after)", "c")],
        ),
        Mistake(
            "nothing is carried from step to step",
            "Your memory begins anew at each step. What does the old c "
            "contribute?",
            [("c = f[t] * c + i[t] * x[t]", "c = i[t] * x[t]")],
        ),
        Mistake(
            "the forget gate lets go of what it should keep",
            "In spite of its name the forget gate says how much is kept. At "
            "1 yours would lose everything.",
            [("f[t] * c + i", "(1 - f[t]) * c + i")],
        ),
        Mistake(
            "the forget gate is not used",
            "Your memory keeps all that it had at every step. How much of it "
            "does the forget gate leave?",
            [("f[t] * c + i", "c + i")],
        ),
        Mistake(
            "the memory does not begin at 0",
            "Your first number holds something that never came in. What is "
            "in the memory before the first step?",
            [("c, after = 0.0, []", "c, after = 1.0, []")],
        ),
        Mistake(
            "the steps are done backwards",
            "Your loop begins with the last input. The first number holds "
            "the first input alone.",
            [("range(len(x))", "reversed(range(len(x)))")],
        ),
        Mistake(
            "the forget gate is that of the step before",
            "At step t the gates of step t decide. Your forget gate is one "
            "step late.",
            [("f[t] * c + i", "f[t - 1] * c + i")],
        ),
        Mistake(
            "the input gate is that of the step before",
            "At step t the gates of step t decide. Your input gate is one "
            "step late.",
            [("i[t] * x", "i[t - 1] * x")],
        ),
        Mistake(
            "the input is that of the step before",
            "At step t the input of step t comes in. Yours is one step late.",
            [("* x[t]", "* x[t - 1]")],
        ),
        Mistake(
            "gate and input are added",
            "A gate multiplies: at 0 nothing comes in, at 1 all of it. You "
            "add it to the input.",
            [("i[t] * x[t]", "(i[t] + x[t])")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
