"""bptt-rnn: the whole backward pass of a tanh network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `backward`: backpropagation through time for a whole batch.

- `x` is (B, T, D), the inputs. `h` is (T + 1, B, H): `h[0]` is the initial
  state and `h[t + 1]` the state after `x[:, t]`.
- `dy` is (B, T, H): the gradient of the loss read off after each step.
- Return the gradients of `weight_ih` (H, D), `weight_hh` (H, H) and of the
  bias (H,), in this order.

The starter stops after the last step. `delta` is the lesson's
{math}`\\delta_t`. Write it from the equations, without a look at the listing.
"""

STARTER = '''\
import numpy as np

def backward(x, h, dy, weight_ih, weight_hh):
    """Return the gradients of weight_ih, weight_hh and the bias."""
    B, T, D = x.shape
    dweight_ih = np.zeros_like(weight_ih)
    dweight_hh = np.zeros_like(weight_hh)
    dbias = np.zeros(len(weight_hh))
    dh = np.zeros_like(h[0])
    t = T - 1
    delta = (dy[:, t] + dh) * (1 - h[t + 1] ** 2)
    dbias += delta.sum(0)
    return dweight_ih, dweight_hh, dbias
'''

SOLUTION = STARTER.replace(
    """\
    t = T - 1
    delta = (dy[:, t] + dh) * (1 - h[t + 1] ** 2)
    dbias += delta.sum(0)
""",
    """\
    for t in reversed(range(T)):
        delta = (dy[:, t] + dh) * (1 - h[t + 1] ** 2)
        dweight_ih += delta.T @ x[:, t]
        dweight_hh += delta.T @ h[t]
        dbias += delta.sum(0)
        dh = delta @ weight_hh
""",
)


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw batches that were read from a state that is not zero."""
    for _ in range(5):
        B, T, D, H = (int(n) for n in rng.permutation(np.arange(2, 7))[:4])
        rnn = RNN(D, H)
        params = rnn.init(rng, np.float64)
        params["weight_hh"] = params["weight_hh"] * 1.5
        x, h0 = rng.normal(size=(B, T, D)), rng.normal(size=(B, H)) / 2
        y, _, _ = rnn.forward(params, x, (h0,))
        h = np.concatenate([h0[None], y.swapaxes(0, 1)])
        dy = rng.normal(size=y.shape)
        yield x, h, dy, params["weight_ih"], params["weight_hh"]


def _bias_is_off(
    answer: Callable[..., Any], x: Array, h: Array, dy: Array, *weights: Any
) -> bool:
    """Tell whether the bias of one step goes wrong, not by a sign or as 0."""
    right = (dy[:, 0] * (1 - h[1] ** 2)).sum(0)
    got = answer(x[:, :1], h[:2], dy[:, :1], *weights)[2]
    return not any(np.allclose(got, n * right) for n in (0, 1, -1))


def _two_steps(
    answer: Callable[..., Any],
    x: Array,
    h: Array,
    dy: Array,
    weight_ih: Array,
    weight_hh: Array,
) -> str:
    """Say what goes wrong with the second step, where one goes right."""
    weights = weight_ih, weight_hh
    alone = dy[:, 0] * (1 - h[1] ** 2)
    got = answer(x[:, :1], h[:2], dy[:, :1], *weights)
    if not all(map(np.allclose, got, _adds(alone, x[:, 0], h[0]))):
        return ""
    last = dy[:, 1] * (1 - h[2] ** 2)
    first = (dy[:, 0] + last @ weight_hh) * (1 - h[1] ** 2)
    got = answer(x[:, :2], h[:3], dy[:, :2], *weights)
    if any(map(np.allclose, got, _adds(first, x[:, 0], h[0]))):
        return "written over"
    off = not np.allclose(got[2], last.sum(0) + first.sum(0))
    return "delta" if off else ""


def _adds(delta: Array, x: Array, h: Array) -> tuple[Array, ...]:
    """Give what one step adds to each gradient."""
    return delta.T @ x, delta.T @ h, delta.sum(0)


EXERCISE = Exercise(
    id="bptt-rnn",
    title="Backpropagation through time",
    grade=2,
    minutes=15,
    function="backward",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Read the ledger of the lesson from top to bottom: three lines, in "
         "this order, for every step from the last to the first."),
        ("`delta` is (B, H) and `x[:, t]` is (B, D). Which product of the "
         "two has the shape of `weight_ih`, and sums over the batch?"),
        ("At the end of a round, `dh` must be what the step before gets: "
         "(B, H), through `weight_hh`."),
    ),
    mistakes=(
        Mistake(
            "only the last step has a backward pass",
            "Your gradients are those of the last step alone. The earlier "
            "steps contribute as well.",
            [("reversed(range(T))", "[T - 1]")],
        ),
        Mistake(
            "nothing comes from the step after",
            "Each step gets the gradient of its own loss, and nothing from "
            "later ones. What should dh be at the end of a round?",
            [("        dh = delta @ weight_hh\n", "")],
        ),
        Mistake(
            "a step's own loss is forgotten",
            "Before the last step, you follow what comes from later steps "
            "and leave out dy, the gradient of the step's own loss. The two "
            "add up.",
            [("(dy[:, t] + dh)", "(dy[:, t] * (t == T - 1) + dh)")],
        ),
        Mistake(
            "the slope of tanh is forgotten",
            "A state near 1 hardly moves, whatever goes into tanh. Which "
            "factor says so in the backward pass?",
            [("(dy[:, t] + dh) * (1 - h[t + 1] ** 2)", "dy[:, t] + dh")],
        ),
        Mistake(
            "the slope of tanh is taken one step too early",
            "The slope belongs to the state that this step computed. Which "
            "index of h is that?",
            [("(1 - h[t + 1] ** 2)", "(1 - h[t] ** 2)")],
        ),
        Mistake(
            "the recurrent weight is paired with the state after the step",
            "At each step the recurrent weight multiplied the state before "
            "it. Which index of h is that?",
            [("delta.T @ h[t]", "delta.T @ h[t + 1]")],
        ),
        Mistake(
            "the backward pass uses the transposed matrix",
            "In the forward pass, row i of weight_hh held the weights with "
            "which number i of the new state was computed from the old one. "
            "In the backward pass the gradient of number i goes to the old "
            "state. Check the two indices of one entry.",
            [("delta @ weight_hh", "delta @ weight_hh.T")],
        ),
        Mistake(
            "the gradient goes back a step without the slope of tanh",
            "What goes to the step before is multiplied by this step's slope "
            "of tanh first, and then by the weights.",
            [("dh = delta @ weight_hh", "dh = (dy[:, t] + dh) @ weight_hh")],
        ),
        Mistake(
            "what later steps pass back is added up",
            "With two steps yours is right, and with three it is not: your "
            "dh still holds what an earlier round has already passed on. "
            "How many steps does one delta go back in one round?",
            [("dh = delta", "dh = dh + delta")],
        ),
        Mistake(
            "only the first step's contribution is left",
            "In one of your gradients, each round overwrites what the rounds "
            "before had added. All steps share the weights.",
            [("dweight_ih += ", "dweight_ih = "),
             ("dweight_hh += ", "dweight_hh = "), ("dbias += ", "dbias = ")],
            shows=lambda *case: _two_steps(*case) == "written over",
        ),
        Mistake(
            "the steps are taken in forward order",
            "Your loop begins with the first step. What a step gets from "
            "later ones must be known before its own turn: start at the end "
            "of the sequence.",
            [("reversed(range(T))", "range(T)")],
        ),
        Mistake(
            "the first step is left out",
            "Your loop stops before it comes to the first step, which has "
            "index 0. It had an input and a state before it, like the rest.",
            [("reversed(range(T))", "reversed(range(1, T))")],
        ),
        Mistake(
            "the last step is left out",
            "Your loop begins one step too early in the sequence, and leaves "
            "out the last step's gradient. What is its index?",
            [("reversed(range(T))", "reversed(range(T - 1))")],
        ),
        Mistake(
            "the bias takes the batch's average",
            "The other gradients are sums over the batch, because a matrix "
            "product sums. Your bias takes the mean.",
            [("delta.sum(0)", "delta.mean(0)")],
        ),
        Mistake(
            "a single step already goes wrong",
            "Take a sequence of one step: the gradient of your bias is "
            "already off. There, delta is dy times the slope of tanh at the "
            "state that the step computed. What is yours?",
            [("(dy[:, t] + dh) * (1 -", "(dy[:, t] + dh) * (2 -")],
            shows=_bias_is_off,
        ),
        Mistake(
            "a second step goes wrong",
            "For a single step your gradients are right, and for two they "
            "are not. Follow them on paper: first the last step's delta, "
            "then what it passes to the step before.",
            [("dh = delta @ weight_hh", "dh = -delta @ weight_hh")],
            shows=lambda *case: _two_steps(*case) == "delta",
        ),
    ),
    cases=_cases,
    parts=("dweight_ih", "dweight_hh", "dbias"),
)  # fmt: skip
