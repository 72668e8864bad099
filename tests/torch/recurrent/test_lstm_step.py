"""The step without options, in both backends."""

import numpy as np
import pytest
import torch

from seqcourse import numpy as reference
from seqcourse.numpy.recurrent.lstm_step import lstm_step
from seqcourse.torch import LSTM
from seqcourse.torch.recurrent.lstm_step import lstm_step as twin

pytestmark = pytest.mark.torch


def test_the_step_without_options_is_the_twins():
    rng = np.random.default_rng(0)
    params = reference.LSTM(3, 5).init(rng, np.float64)
    arrays = [rng.normal(size=(2, n)) for n in (3, 5, 5)]
    tensors = {name: torch.from_numpy(w) for name, w in params.items()}
    found = twin(tensors, *map(torch.from_numpy, arrays))
    for here, there in zip(lstm_step(params, *arrays), found, strict=True):
        np.testing.assert_allclose(there.numpy(), here, rtol=1e-12)


def test_the_step_without_options_is_the_layers_step():
    torch.manual_seed(0)
    layer = LSTM(3, 5)
    x, h, c = (torch.randn(2, n) for n in (3, 5, 5))
    _, state = layer.step(x, (h, c))
    found = twin(layer.state_dict(), x, h, c)
    torch.testing.assert_close(found, state)
