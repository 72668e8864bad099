"""bias-for-half-life: which forget bias keeps half for so many steps?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Turn the slider of this lesson round. You know for how many steps a cell
should keep half of what it holds; which forget bias does that take? Write
`forget_bias`:

- `steps` is (N,): N half-lives, each above 0.
- Return the N biases, (N,). The gate is σ(bias) at every step, and after so
  many steps exactly half is left.

Check yourself with what the slider says: a half-life of one step needs a bias
of 0. Then ask for a thousand steps, and for ten thousand. How does the bias
grow?
"""

STARTER = '''\
import numpy as np

def forget_bias(steps):
    """steps is (N,), half-lives; return the forget biases, (N,)."""
    gate = 1.0 / steps
    return gate
'''

SOLUTION = '''\
import numpy as np

def forget_bias(steps):
    """steps is (N,), half-lives; return the forget biases, (N,)."""
    gate = 0.5 ** (1 / steps)
    return np.log(gate / (1 - gate))
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw half-lives, from less than a step to hundreds."""
    for _ in range(5):
        N = int(rng.integers(3, 8))
        yield (np.exp(rng.uniform(-0.5, 6.0, size=N)),)


EXERCISE = Exercise(
    id="bias-for-half-life",
    title="Which bias keeps it that long?",
    grade=2,
    minutes=10,
    function="forget_bias",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("First the gate, then the bias. Which number, multiplied with "
         "itself so many times, gives one half?"),
        ("A root: the gate is one half to the power of one over the "
         "steps."),
        ("The sigmoid turned round: if f = 1/(1 + exp(−b)), what is "
         "f/(1 − f)?"),
    ),
    mistakes=(
        Mistake(
            "that is the gate",
            "Your numbers are the right gates. The bias is what goes into "
            "the sigmoid, and a gate is what comes out.",
            [("np.log(gate / (1 - gate))", "gate")],
        ),
        Mistake(
            "the sign is turned round",
            "With your biases long half-lives get gates that are nearly "
            "shut. A gate that keeps much stands open.",
            [("gate / (1 - gate)", "(1 - gate) / gate")],
        ),
        Mistake(
            "it leaks by equal amounts",
            "Your gate takes the same amount at each step until half is "
            "gone. A gate takes a share of what is left.",
            [("0.5 ** (1 / steps)", "1 - 0.5 / steps")],
        ),
        Mistake(
            "more than half is gone by then",
            "After so many steps 37 % is left with your biases: one part in "
            "e. Half was asked for.",
            [("0.5 ** (1 / steps)", "np.exp(-1 / steps)")],
        ),
        Mistake(
            "the sigmoid is not turned round",
            "You take the logarithm of the gate, and the sigmoid of that is "
            "another gate. What is missing is how far it stands from 1.",
            [("np.log(gate / (1 - gate))", "np.log(gate)")],
        ),
        Mistake(
            "the steps are taken as they are and not as a root",
            "Your gate is one half to the power of the steps, the smaller "
            "the longer it should keep. What is one half after n steps is "
            "the n-th power of the gate.",
            [("(1 / steps)", "steps")],
        ),
        Mistake(
            "half is divided by the steps",
            "A gate of one half over n would leave almost nothing of a long "
            "half-life. Which number, multiplied n times by itself, is one "
            "half?",
            [("0.5 ** (1 / steps)", "0.5 / steps")],
        ),
        Mistake(
            "a quarter is left",
            "After half of the steps half is left with your biases, and a "
            "quarter after all of them.",
            [("0.5 ** (1 / steps)", "0.25 ** (1 / steps)")],
        ),
        Mistake(
            "only what is let go goes into the logarithm",
            "You take the logarithm of 1 minus the gate. The sigmoid turned "
            "round needs what is kept as well.",
            [("gate / (1 - gate)", "1 - gate")],
        ),
        Mistake(
            "the two shares are multiplied",
            "The sigmoid turned round compares what is kept with what is let "
            "go. To compare them, divide.",
            [("gate / (1 - gate)", "gate * (1 - gate)")],
        ),
        Mistake(
            "the sigmoid is applied once more",
            "You put the gate into a sigmoid. The gate came out of one: you "
            "have to go the other way.",
            [("np.log(gate / (1 - gate))", "1 / (1 + np.exp(-gate))")],
        ),
        Mistake(
            "the sigmoid is turned round with the wrong sign",
            "If f is 1/(1 + exp(−b)), then 1/f is 1 + exp(−b). You have a "
            "sum where a difference comes of that.",
            [("(1 - gate)", "(1 + gate)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
