"""bias-for-half-life: which forget bias gives a wanted half-life?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
The slider of this lesson turns a forget bias into a half-life. Do the
inverse: given the half-life that you want, which forget bias gives it? Write
`forget_bias`:

- `steps` is (N,): N half-lives in steps, each above 0.
- Return the N biases, (N,). The gate is σ(bias) at every step, and after
  `steps` steps exactly half is left.

Compare with the slider: a half-life of one step needs a bias of 0. Then ask
for a thousand steps, and for ten thousand. How does the bias grow?
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
    title="From half-life to bias",
    grade=2,
    minutes=10,
    function="forget_bias",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("First the gate, then the bias. Which number to the power of "
         "the steps gives one half?"),
        ("A root: the gate is one half to the power of one over the "
         "steps."),
        ("The inverse of the sigmoid: if f = 1/(1 + exp(−b)), what is "
         "f/(1 − f)?"),
    ),
    mistakes=(
        Mistake(
            "that is the gate",
            "Your numbers are the right gates. A gate is the sigmoid's "
            "output; the bias is its input.",
            [("np.log(gate / (1 - gate))", "gate")],
        ),
        Mistake(
            "the sign is wrong",
            "With your biases, long half-lives get gates that are nearly "
            "closed. A gate that keeps much is open.",
            [("gate / (1 - gate)", "(1 - gate) / gate")],
        ),
        Mistake(
            "it leaks by equal amounts",
            "Your gate subtracts the same amount at each step until half is "
            "gone. A gate multiplies what is left.",
            [("0.5 ** (1 / steps)", "1 - 0.5 / steps")],
        ),
        Mistake(
            "more than half is gone by then",
            "With your biases 37 % is left after that many steps: one part "
            "in e. A half-life leaves a half.",
            [("0.5 ** (1 / steps)", "np.exp(-1 / steps)")],
        ),
        Mistake(
            "the sigmoid is not inverted",
            "You take the logarithm of the gate, and the sigmoid of that is "
            "another gate. Divide the gate by one minus the gate first.",
            [("np.log(gate / (1 - gate))", "np.log(gate)")],
        ),
        Mistake(
            "the gate is a power, not a root",
            "Your gate is one half to the power of n, so a longer half-life "
            "gets a smaller gate. It is the n-th power of the gate that "
            "should be one half.",
            [("(1 / steps)", "steps")],
        ),
        Mistake(
            "half is divided by the steps",
            "A gate of one half over n leaves almost nothing after n steps. "
            "Which number to the power of n is one half?",
            [("0.5 ** (1 / steps)", "0.5 / steps")],
        ),
        Mistake(
            "a quarter is left",
            "With your biases half is left after half of the steps, and a "
            "quarter after all of them.",
            [("0.5 ** (1 / steps)", "0.25 ** (1 / steps)")],
        ),
        Mistake(
            "only one minus the gate goes into the logarithm",
            "You take the logarithm of one minus the gate. The inverse of "
            "the sigmoid needs the gate itself as well.",
            [("gate / (1 - gate)", "1 - gate")],
        ),
        Mistake(
            "kept and lost are multiplied",
            "The inverse of the sigmoid compares the fraction kept with the "
            "fraction lost. To compare them, divide.",
            [("gate / (1 - gate)", "gate * (1 - gate)")],
        ),
        Mistake(
            "the sigmoid is applied once more",
            "You put the gate into a sigmoid. The gate is the output of one: "
            "you need its inverse.",
            [("np.log(gate / (1 - gate))", "1 / (1 + np.exp(-gate))")],
        ),
        Mistake(
            "the sigmoid is inverted with the wrong sign",
            "If f is 1/(1 + exp(−b)), then 1/f is 1 + exp(−b). From that "
            "follows a difference; you have a sum.",
            [("(1 - gate)", "(1 + gate)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
