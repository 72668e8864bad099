"""shift-right: the decoder's inputs, one step behind its targets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
With teacher forcing, the decoder reads at each step the correct token of the
step before. Write `shift_right`, which makes these inputs from the targets.
`targets` is (B, T), and each row ends with `<eos>`; `start` is the start
token. The result is (B, T), too.
"""

STARTER = '''\
import numpy as np

def shift_right(targets, start):
    """targets is (B, T), start one token; return the inputs (B, T)."""
    inputs = np.full_like(targets, start)
    # Which token comes before each step?
    return inputs
'''

SOLUTION = '''\
import numpy as np

def shift_right(targets, start):
    """targets is (B, T), start one token; return the inputs (B, T)."""
    inputs = np.full_like(targets, start)
    inputs[:, 1:] = targets[:, :-1]
    return inputs
'''
_SHIFT = "inputs[:, 1:] = targets[:, :-1]"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw targets of several sizes, and a start token not in them."""
    for _ in range(6):
        B, T = 3 + rng.permutation(6)[:2]
        targets = rng.integers(5, 30, size=(B, T))
        targets[:, -1] = 2
        yield targets, int(rng.choice([0, 1, 3, 4]))


EXERCISE = Exercise(
    id="shift-right",
    title="One step behind",
    grade=1,
    minutes=5,
    function="shift_right",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Write the target of one date on paper, `<eos>` last, and below "
         "each token the one before it. What stands below the first?"),
        ("One token of each target is never an input, since nothing comes "
         "after it. Which one?"),
        "Fill `inputs[:, 1:]` with all columns of `targets` but one.",
    ),
    mistakes=(
        Mistake(
            "every input is the start token",
            "Every step reads `start`, so the decoder never sees the token "
            "before. Only the first step has none.",
            [(_SHIFT, "pass")],
        ),
        Mistake(
            "nothing is shifted",
            "Every step reads the very token that it should predict. Such a "
            "decoder learns to copy, and has nothing to copy when it "
            "generates.",
            [(_SHIFT, "inputs[:] = targets")],
        ),
        Mistake(
            "the targets are shifted the wrong way",
            "Every step reads the token after the one that it should "
            "predict. That is one step ahead instead of one behind.",
            [(_SHIFT, "inputs[:, :-1] = targets[:, 1:]")],
        ),
        Mistake(
            "the first input is the end-of-sequence token",
            "Your first input is `<eos>`, which `np.roll` carries round from "
            "the last column. The first step reads `start`.",
            [(_SHIFT, "inputs = np.roll(targets, 1, axis=1)")],
        ),
        Mistake(
            "there is one input too many",
            "You put `start` in front and keep all targets, `<eos>` "
            "included. Nothing comes after `<eos>`, so no step reads it.",
            [(_SHIFT, "inputs = np.hstack([inputs[:, :1], targets])")],
        ),
        Mistake(
            "the rows are shifted instead of the steps",
            "Each sequence reads the target of another one of the batch. "
            "Time runs along axis 1.",
            [(_SHIFT, "inputs[1:] = targets[:-1]")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
