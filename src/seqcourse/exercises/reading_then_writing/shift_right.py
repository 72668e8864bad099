"""shift-right: what the decoder is told, one step behind its targets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
In training the decoder is told, at each step, what it should have written the
step before. Write `shift_right`, which makes those inputs from the targets.
`targets` is (B, T), and each row ends with `<eos>`; `start` is the token of
`<start>`. The result is (B, T), too.
"""

STARTER = '''\
import numpy as np

def shift_right(targets, start):
    """targets is (B, T), start one token; return the inputs (B, T)."""
    inputs = np.full_like(targets, start)
    # What has been written before each step?
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
        ("Write the targets of one date on paper, `<eos>` last, and under "
         "each the token that was written before it. What stands under the "
         "first?"),
        ("One token of the targets is never fed in, since nothing is written "
         "after it. Which one?"),
        "Fill `inputs[:, 1:]` with all columns of `targets` but one.",
    ),
    mistakes=(
        Mistake(
            "nothing has been written yet, at any step",
            "Each step is told `start`, so the decoder never learns what "
            "stands before. Only the first step has nothing before it.",
            [(_SHIFT, "pass")],
        ),
        Mistake(
            "nothing is shifted",
            "You tell each step the very token that it should write. Such a "
            "decoder learns to copy, and has nobody to copy from when it "
            "writes.",
            [(_SHIFT, "inputs[:] = targets")],
        ),
        Mistake(
            "it is shifted the wrong way",
            "You tell each step what comes after the token that it should "
            "write. That is one step ahead, and not behind.",
            [(_SHIFT, "inputs[:, :-1] = targets[:, 1:]")],
        ),
        Mistake(
            "the end is fed in as a beginning",
            "Your first input is the `<eos>` of the targets, come round from "
            "the other side. Nothing has ended when writing begins.",
            [(_SHIFT, "inputs = np.roll(targets, 1, axis=1)")],
        ),
        Mistake(
            "there is one input too many",
            "You put `start` in front and keep all targets, `<eos>` among "
            "them. Nothing is written after the end, so nobody needs to hear "
            "it.",
            [(_SHIFT, "inputs = np.hstack([inputs[:, :1], targets])")],
        ),
        Mistake(
            "the rows are shifted",
            "You tell each sequence what another one of the batch should "
            "write. Time runs along axis 1.",
            [(_SHIFT, "inputs[1:] = targets[:-1]")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
