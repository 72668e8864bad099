"""A cell of one's own, with a weight that the frame does not know."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from seqcourse.numpy import RecurrentLayer
from seqcourse.numpy.functional.activations import sigmoid
from seqcourse.testing import contract


@dataclass(frozen=True)
class LeakyIntegrator(RecurrentLayer):
    """h[t] = (1 - l) h[t-1] + l tanh(a[t] + W_hh h[t-1]), with learned l."""

    input_size: int
    hidden_size: int
    bias: bool = True

    num_saved: ClassVar[int] = 1
    saves_dh: ClassVar[bool] = True

    def parameter_shapes(self):
        return {**super().parameter_shapes(), "leak": (self.hidden_size,)}

    def cell(self, params, a, state):
        (h,), (n,), leak = state, a[:1], sigmoid(params["leak"])
        n[...] = np.tanh(n + h @ params["weight_hh"].T)
        return ((1 - leak) * h + leak * n,)

    def cell_backward(self, params, dstate, a, state, da):
        (dh,), n, leak = dstate, a[0], sigmoid(params["leak"])
        da[0] = dh * leak * (1 - n * n)
        return (dh * (1 - leak) + da[0] @ params["weight_hh"],)

    def cell_gradients(self, params, da, a, states, dh):
        leak = sigmoid(params["leak"])
        moved = (dh * (a[:, 0] - states[0][:-1])).sum((0, 1))
        own = {"leak": moved * leak * (1 - leak)}
        return own | super().cell_gradients(params, da, a, states, dh)


def test_a_cell_may_have_weights_of_its_own():
    assert contract(LeakyIntegrator)
    assert contract(LeakyIntegrator(3, 5, bias=False))


def test_without_asking_a_cell_is_spared_the_gradients_for_h():
    @dataclass(frozen=True)
    class Frugal(LeakyIntegrator):
        saves_dh: ClassVar[bool] = False

    assert not contract(Frugal)
