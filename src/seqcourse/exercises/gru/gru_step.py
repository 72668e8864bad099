"""gru-step: the equations of the GRU, for a batch of words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import GRU

PROMPT = """\
Write one step of the GRU of this lesson. The reset gate is there; the update
gate, the proposal and the mixture are missing. In `gru_step`, `x` is (B, D),
one word of each sentence; `h` is (B, H), what the network remembers of each.
The reset gate comes after the product.
"""

STARTER = '''\
import numpy as np

def sigmoid(a):
    return (np.tanh(a / 2) + 1) / 2

def gru_step(x, h, params):
    """x is (B, D), h is (B, H); return the new h, also (B, H)."""
    W_ir, W_iz, W_in = np.split(params["weight_ih"], 3)
    W_hr, W_hz, W_hn = np.split(params["weight_hh"], 3)
    b_ir, b_iz, b_in = np.split(params["bias_ih"], 3)
    b_hr, b_hz, b_hn = np.split(params["bias_hh"], 3)
    r = sigmoid(x @ W_ir.T + b_ir + h @ W_hr.T + b_hr)
    return r * h
'''

SOLUTION = STARTER.replace(
    "    return r * h\n",
    """\
    z = sigmoid(x @ W_iz.T + b_iz + h @ W_hz.T + b_hz)
    n = np.tanh(x @ W_in.T + b_in + r * (h @ W_hn.T + b_hn))
    return (1 - z) * n + z * h
""",
)
_HEARD = "r * (h @ W_hn.T + b_hn)"
_MIXED = "(1 - z) * n + z * h"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw words, memories and weights of several sizes."""
    for _ in range(6):
        B, D, H = 2 + rng.permutation(6)[:3]
        x, h = rng.normal(size=(B, D)), rng.normal(size=(B, H))
        yield x, h, GRU(int(D), int(H)).init(rng, np.float64)


def _heeded(
    answer: Any, x: Any, h: Any, params: Any, block: int
) -> dict[str, bool]:
    """Tell which arrays the result depends on through r, z or n's rows."""
    before, heeded = answer(x, h, params), {}
    for name, rows in params.items():
        moved = rows.copy()
        np.split(moved, 3)[block][...] += 0.5
        after = answer(x, h, params | {name: moved})
        heeded[name] = not np.array_equal(before, after)
    return heeded


def _lacks(block: int, kind: str) -> Callable[..., bool]:
    """Show that some weights or biases of a sum are not heeded."""

    def shows(answer: Any, x: Any, h: Any, params: Any) -> bool:
        heeded = _heeded(answer, x, h, params, block)
        lacking = [name for name, heard in heeded.items() if not heard]
        some = any(name.startswith(kind) for name in lacking)
        return some and len(lacking) < len(heeded)

    return shows


def _ignores(block: int) -> Callable[..., bool]:
    """Show that a block of rows makes no difference at all."""
    return lambda answer, *case: (
        not any(_heeded(answer, *case, block).values())
    )


def _ignores_the_state(answer: Any, *case: Any) -> bool:
    """Show that the candidate's sum is made of x alone."""
    heeded = _heeded(answer, *case, 2)
    return [n for n, heard in heeded.items() if heard] == [
        "weight_ih",
        "bias_ih",
    ]


def _one_cell(
    answer: Any, h: float, r: float, z: float, n: float, m: float
) -> float:
    """Take a step with a single cell whose sums are given.

    The candidate's are n of x, and m of the state, which r multiplies.
    """
    params = {
        "weight_ih": np.array([[r], [z], [n]]),
        "weight_hh": np.zeros((3, 1)),
        "bias_ih": np.zeros(3),
        "bias_hh": np.array([0.0, 0.0, m]),
    }
    new = answer(np.ones((1, 1)), np.full((1, 1), h), params)
    return float(new.item())


def _nothing_kept(answer: Any, *_: Any) -> bool:
    """Show that the old state is heard through the weights alone."""
    one, other = (
        _one_cell(answer, h, 0.2, 2.0, 0.3, 0.4) for h in (0.2, 0.7)
    )
    return one == other


def _ends_right(answer: Any) -> tuple[bool, bool]:
    """Tell whether the result is right where z is 1, and where it is 0."""
    old, new = (
        _one_cell(answer, 0.4, 0.0, z, 0.7, 0.0) for z in (40.0, -40.0)
    )
    right = np.isclose((old, new), (0.4, np.tanh(0.7)))
    return bool(right[0]), bool(right[1])


def _update_gate(answer: Any, z: float) -> float:
    """Find the share of the old state that is kept."""
    return _one_cell(answer, 1.0, 0.0, z, 0.0, 0.0)


def _reset_gate(answer: Any, r: float) -> float:
    """Find the share of m that gets into a small candidate."""
    low, high = (_one_cell(answer, 0.0, r, 1.0, 0.0, m) for m in (0.0, 1e-4))
    other = _one_cell(answer, 0.0, 0.0, 1.0, 1e-4, 0.0)
    return (high - low) / other


def _negative(gate: Callable[[Any, float], float]) -> Callable[..., bool]:
    """Show that a gate has the sign of its sum."""
    return lambda answer, *_: gate(answer, -2.0) < 0 < gate(answer, 2.0)


def _no_sigmoid(answer: Any, *_: Any) -> bool:
    """Show that both gates are another function of their sums."""
    a = [-40.0, -1.0, 0.0, 1.0, 40.0]
    z = [_update_gate(answer, each) for each in a]
    r = [_reset_gate(answer, each) for each in a]
    right = 1 / (1 + np.exp(np.negative(a)))
    return np.allclose(z, r, 1e-4, 1e-4) and not np.allclose(z, right)


EXERCISE = Exercise(
    id="gru-step",
    title="Write the step",
    grade=2,
    minutes=10,
    function="gru_step",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        "The update gate looks as the reset gate does, with rows of its own.",
        ("The proposal is the step of a plain network, in which one term is "
         "multiplied by r. Which one, and is its bias inside?"),
        ("The new memory is the mixture of the first exercise, with n for "
         "the new and h for the old."),
    ),
    mistakes=(
        Mistake(
            "the shares of old and new are exchanged",
            "Where z is near 1 yours forgets, and this one should keep. Some "
            "texts have it your way; these weights were not made for it.",
            [(_MIXED, "(1 - z) * h + z * n")],
        ),
        Mistake(
            "the reset gate comes before the product",
            "You reset the memory and then multiply. That is the other GRU: "
            "here r chooses among sums, after the product is made.",
            [(_HEARD, "((r * h) @ W_hn.T + b_hn)")],
        ),
        Mistake(
            "a bias stands outside the reset",
            "Close, and not the same. What r may silence is all that the "
            "memory says, and that has a bias of its own.",
            [(_HEARD, "r * (h @ W_hn.T) + b_hn")],
        ),
        Mistake(
            "the reset gate is worked out and not used",
            "Your proposal hears the memory in full. Whatever r is, your "
            "result stays the same.",
            [(_HEARD, "(h @ W_hn.T + b_hn)")],
        ),
        Mistake(
            "the two gates have changed places",
            "The update gate resets and the reset gate updates. In which "
            "order do the rows of the weights come?",
            [(_HEARD, "z * (h @ W_hn.T + b_hn)"),
             (_MIXED, "(1 - r) * n + r * h")],
        ),
        Mistake(
            "the proposal is squashed as a gate is",
            "Your proposal is never negative. A gate is a share, from 0 to "
            "1; a memory may point both ways.",
            [("np.tanh(x @", "sigmoid(x @")],
        ),
        Mistake(
            "the proposal is not squashed",
            "Your proposal can be of any size, so nothing keeps the memory "
            "between −1 and 1.",
            [("np.tanh(x @", "(x @")],
        ),
        Mistake(
            "nothing of the old memory is kept as it is",
            "The old memory gets in by way of the proposal alone. What does "
            "the other share of the mixture hold?",
            [(" + z * h", "")],
            shows=_nothing_kept,
        ),
        Mistake(
            "the proposal comes in whole",
            "The two shares of yours add up to more than 1, so the memory "
            "can outgrow both of what it is mixed from.",
            [("(1 - z) * n", "n")],
        ),
        Mistake(
            "the old memory stays whole",
            "Something is taken in and nothing is let go of. How much of the "
            "old state does the update gate keep?",
            [("z * h\n", "h\n")],
        ),
        Mistake(
            "both shares are z",
            "What is kept of the old memory and what is taken of the "
            "proposal add up to 1. With z at 0 yours is 0.",
            [("(1 - z) * n", "z * n")],
        ),
        Mistake(
            "1 − z lacks its brackets",
            "Multiplication comes before subtraction: you subtract a product "
            "from 1 where a share was meant.",
            [("(1 - z) * n", "1 - z * n")],
        ),
        Mistake(
            "each sum goes through tanh by itself",
            "What comes of x and what comes of the memory are added first, "
            "and then go through tanh once.",
            [("b_in + r * (", "b_in) + np.tanh(r * (")],
        ),
        Mistake(
            "what the memory contributes is taken away",
            "In the proposal, what comes of x and what comes of the memory "
            "are added.",
            [("b_in + r *", "b_in - r *")],
        ),
        Mistake(
            "the update gate resets",
            "Your update gate does two things, and the reset gate none. "
            "Which of them multiplies what the memory contributes?",
            [(_HEARD, "z * (h @ W_hn.T + b_hn)")],
        ),
        Mistake(
            "the proposal makes no difference",
            "Your result stays the same whatever the proposal's rows of the "
            "weights are. What does the memory take in?",
            [(_MIXED, "z * h")],
            shows=_ignores(2),
        ),
        Mistake(
            "the update gate's weights are not transposed",
            "Rows and columns are exchanged where the update gate hears the "
            "state. The matrix is square, so NumPy cannot tell.",
            [("h @ W_hz.T", "h @ W_hz")],
        ),
        Mistake(
            "the proposal's weights are not transposed",
            "Rows and columns are exchanged where the proposal hears the "
            "state. The matrix is square, so NumPy cannot tell.",
            [("h @ W_hn.T", "h @ W_hn")],
        ),
        Mistake(
            "the proposal does not hear the memory",
            "Your proposal is made of x alone. The reset gate decides how "
            "much of what the memory contributes joins it.",
            [(" + " + _HEARD, "")],
            shows=_ignores_the_state,
        ),
        Mistake(
            "the reset gate makes no difference",
            "Your result stays the same whatever the reset gate's rows of "
            "the weights are. What does it multiply?",
            [("b_in + r *", "b_in + 0.5 *")],
            shows=_ignores(0),
        ),
        Mistake(
            "the update gate makes no difference",
            "Your result stays the same whatever the update gate's rows of "
            "the weights are. What does z decide?",
            [(_MIXED, "(n + h) / 2")],
            shows=_ignores(1),
        ),
        Mistake(
            "the update gate's sum lacks some of its weights",
            "At least one of the update gate's own blocks of weights makes "
            "no difference to your result. Its sum is made of x and of h, "
            "each with rows of its own.",
            [("h @ W_hz.T", "h @ W_hr.T")],
            shows=_lacks(1, "weight"),
        ),
        Mistake(
            "the update gate's sum lacks a bias",
            "At least one of the update gate's own biases makes no "
            "difference to your result. What does the reset gate's sum have "
            "that this one lacks?",
            [(" + b_hz", "")],
            shows=_lacks(1, "bias"),
        ),
        Mistake(
            "the proposal's sum lacks some of its weights",
            "At least one of the proposal's own blocks of weights makes no "
            "difference to your result. Its sum is made of x and of h, each "
            "with rows of its own.",
            [("h @ W_hn.T", "h @ W_hr.T")],
            shows=_lacks(2, "weight"),
        ),
        Mistake(
            "the proposal's sum lacks a bias",
            "At least one of the proposal's own biases makes no difference "
            "to your result. Each product with weights has a bias beside it.",
            [("b_in + r", "r")],
            shows=_lacks(2, "bias"),
        ),
        Mistake(
            "the reset gate lacks a part of its sum",
            "At least one of the reset gate's own arrays makes no "
            "difference to your result. The starter's sum had all four.",
            [(" + b_hr", "")],
            shows=_lacks(0, ""),
        ),
        Mistake(
            "the update gate can be negative",
            "Where its sum is negative, so is your update gate. A gate is a "
            "fraction, from 0 to 1: which function makes one of any sum?",
            [("z = sigmoid(", "z = np.tanh(")],
            shows=_negative(_update_gate),
        ),
        Mistake(
            "the reset gate can be negative",
            "Where its sum is negative, so is your reset gate. A gate is a "
            "fraction, from 0 to 1, as the starter's was.",
            [("r = sigmoid(", "r = np.tanh(")],
            shows=_negative(_reset_gate),
        ),
        Mistake(
            "the gates are not sigmoids of their sums",
            "A gate is near 0 for a very negative sum, one half for 0 and "
            "near 1 for a large one. The starter's `sigmoid` does that.",
            [("(np.tanh(a / 2) + 1) / 2", "np.tanh(a / 2) + 1")],
            shows=_no_sigmoid,
        ),
        Mistake(
            "what should be kept is changed",
            "Where the update gate's sum is very large, the old memory "
            "should come back as it was. Yours does not.",
            [(_MIXED, "(1 - z) * n + z * h * h")],
            shows=lambda answer, *_: _ends_right(answer) == (False, True),
        ),
        Mistake(
            "what is new is not the proposal",
            "Where the update gate's sum is very negative, the result should "
            "be the proposal alone, the tanh of its sum. Yours is not.",
            [("(1 - z) * n", "(z - 1) * n")],
            shows=lambda answer, *_: _ends_right(answer) == (True, False),
        ),
    ),
    cases=_cases,
)  # fmt: skip
