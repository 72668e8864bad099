"""The step without options, in both backends."""

import numpy as np
import pytest
import torch

from seqcourse import numpy as reference
from seqcourse.numpy.recurrent.rnn_step import rnn_step
from seqcourse.torch import RNN
from seqcourse.torch.recurrent.rnn_step import rnn_step as twin

pytestmark = pytest.mark.torch


def test_the_step_without_options_is_the_twins():
    rng = np.random.default_rng(0)
    params = reference.RNN(3, 5).init(rng, np.float64)
    arrays = [rng.normal(size=(2, n)) for n in (3, 5)]
    tensors = {name: torch.from_numpy(w) for name, w in params.items()}
    found = twin(tensors, *map(torch.from_numpy, arrays))
    here = rnn_step(params, *arrays)
    np.testing.assert_allclose(found.numpy(), here, rtol=1e-12)


def test_the_step_without_options_is_the_layers_step():
    torch.manual_seed(0)
    layer = RNN(3, 5)
    x, h = torch.randn(2, 3), torch.randn(2, 5)
    _, (state,) = layer.step(x, (h,))
    torch.testing.assert_close(twin(layer.state_dict(), x, h), state)
