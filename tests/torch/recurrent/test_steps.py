"""The steps without options, in both backends."""

import numpy as np
import pytest
import torch

from seqcourse import numpy as reference
from seqcourse import torch as modules
from seqcourse.numpy.recurrent.gru_step import gru_step
from seqcourse.numpy.recurrent.lstm_step import lstm_step
from seqcourse.numpy.recurrent.rnn_step import rnn_step
from seqcourse.torch.recurrent.gru_step import gru_step as gru_twin
from seqcourse.torch.recurrent.lstm_step import lstm_step as lstm_twin
from seqcourse.torch.recurrent.rnn_step import rnn_step as rnn_twin

pytestmark = pytest.mark.torch
STEPS = {
    "RNN": (rnn_step, rnn_twin, 1),
    "GRU": (gru_step, gru_twin, 1),
    "LSTM": (lstm_step, lstm_twin, 2),
}


def parts(state):
    """Give a state's arrays or tensors; a step returns one alone as it is."""
    return state if isinstance(state, tuple) else (state,)


@pytest.mark.parametrize("name", STEPS)
def test_the_step_without_options_is_the_twins(name):
    step, twin, states = STEPS[name]
    rng = np.random.default_rng(0)
    params = getattr(reference, name)(3, 5).init(rng, np.float64)
    arrays = [rng.normal(size=(2, n)) for n in (3, *[5] * states)]
    tensors = {key: torch.from_numpy(w) for key, w in params.items()}
    found = parts(twin(tensors, *map(torch.from_numpy, arrays)))
    expected = parts(step(params, *arrays))
    assert len(found) == len(expected) == states
    for here, there in zip(expected, found, strict=True):
        np.testing.assert_allclose(there.numpy(), here, rtol=1e-12)


@pytest.mark.parametrize("name", STEPS)
def test_the_step_without_options_is_the_layers_step(name):
    _, twin, states = STEPS[name]
    torch.manual_seed(0)
    layer = getattr(modules, name)(3, 5)
    x, *state = (torch.randn(2, n) for n in (3, *[5] * states))
    _, after = layer.step(x, tuple(state))
    found = parts(twin(layer.state_dict(), x, *state))
    torch.testing.assert_close(found, after)
