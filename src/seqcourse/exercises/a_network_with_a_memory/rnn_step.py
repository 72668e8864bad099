"""rnn-step: the equation of the Elman network, for a batch of words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN

PROMPT = """\
Complete `rnn_step`: it should return the new hidden state for a batch of B
words. `x` is (B, D), one word of each sentence; `h` is (B, H), the old hidden
state of each. One term of the equation is missing.
"""

STARTER = '''\
import numpy as np

def rnn_step(x, h, params):
    """x is (B, D), h is (B, H); return the new h, also (B, H)."""
    W_ih, W_hh = params["weight_ih"], params["weight_hh"]
    bias = params["bias_ih"] + params["bias_hh"]
    return np.tanh(x @ W_ih.T + bias)
'''

SOLUTION = '''\
import numpy as np

def rnn_step(x, h, params):
    """x is (B, D), h is (B, H); return the new h, also (B, H)."""
    W_ih, W_hh = params["weight_ih"], params["weight_hh"]
    bias = params["bias_ih"] + params["bias_hh"]
    return np.tanh(x @ W_ih.T + h @ W_hh.T + bias)
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw words, hidden states and weights of several sizes."""
    for _ in range(8):
        B, D, H = 2 + rng.permutation(6)[:3]
        x, h = rng.normal(size=(B, D)), rng.normal(size=(B, H))
        yield x, h, RNN(int(D), int(H)).init(rng, np.float64)


def _side_by_side(
    answer: Callable[..., Any], x: Any, h: Any, params: Any
) -> bool:
    """Tell whether what x adds is the same for any h, and tanh is there."""
    none, word = 0 * x, 2 * x
    added = [answer(word, m, params) - answer(none, m, params)
             for m in (h, -h)]  # fmt: skip
    half = answer(x, h, params) - answer(none, h, params)
    return np.allclose(*added) and not np.allclose(added[0], 2 * half)


EXERCISE = Exercise(
    id="rnn-step",
    title="Write the step",
    grade=1,
    minutes=5,
    function="rnn_step",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The equation of this lesson adds two weighted sums, one of the "
         "input and one of the old hidden state. Which is missing?"),
        "The missing one is a product of `h` and `W_hh`.",
        "It must have the shape (B, H), like the other one.",
    ),
    mistakes=(
        Mistake(
            "the old hidden state is ignored",
            "Your new h is the same whatever the old h is. Which term of the "
            "equation brings it in?",
            [(" + h @ W_hh.T", "")],
            shows=lambda answer, x, h, params: np.array_equal(
                answer(x, h, params), answer(x, h + 1.0, params)
            ),
        ),
        Mistake(
            "the recurrent matrix is not transposed",
            "The shape is right and the numbers are wrong. Row i of W_hh "
            "holds the weights of sum number i. Is a transpose "
            "missing?",
            [("h @ W_hh.T", "h @ W_hh")],
        ),
        Mistake(
            "the two sums are multiplied",
            "Where h is zero, your word makes no difference. The two "
            "weighted sums should be added, not multiplied.",
            [("x @ W_ih.T + h @ W_hh.T + bias",
              "(x @ W_ih.T) * (h @ W_hh.T) + bias")],
        ),
        Mistake(
            "the biases are subtracted",
            "With x and h both zero, your new h has the right size and the "
            "opposite sign. Only the biases count there.",
            [("x @ W_ih.T + h @ W_hh.T + bias",
              "x @ W_ih.T + h @ W_hh.T - bias")],
        ),
        Mistake(
            "the activation function is missing",
            "Your numbers can grow without limit, step after step. Which "
            "function keeps a hidden state between −1 and 1?",
            [("np.tanh(x @ W_ih.T + h @ W_hh.T + bias)",
              "x @ W_ih.T + h @ W_hh.T + bias")],
        ),
        Mistake(
            "the old hidden state is added after tanh",
            "The old hidden state should be multiplied by its own weights "
            "and added before tanh, not after it.",
            [("np.tanh(x @ W_ih.T + h @ W_hh.T + bias)",
              "h + np.tanh(x @ W_ih.T + bias)")],
        ),
        Mistake(
            "tanh is taken of each sum",
            "What a word adds to your new h is the same whatever h was, so "
            "you take tanh of each sum. Add the sums first, then apply tanh "
            "once.",
            [("np.tanh(x @ W_ih.T + h @ W_hh.T + bias)",
              "np.tanh(x @ W_ih.T + bias) + np.tanh(h @ W_hh.T)")],
            shows=_side_by_side,
        ),
    ),
    cases=_cases,
)  # fmt: skip
