"""Backpropagation through time without options, in both backends."""

import numpy as np
import pytest
import torch

from seqcourse.numpy.recurrent.bptt import bptt_reference
from seqcourse.torch import RNN
from seqcourse.torch.recurrent.bptt import bptt_reference as twin

pytestmark = pytest.mark.torch


def test_both_backends_find_the_same_gradients():
    torch.manual_seed(0)
    params = dict(RNN(3, 5, dtype=torch.float64).named_parameters())
    arrays = {name: w.detach().numpy() for name, w in params.items()}
    rng = np.random.default_rng(0)
    given = [rng.normal(size=s) for s in ((2, 7, 3), (2, 5), (2, 7, 5))]
    there = twin(params, *map(torch.from_numpy, given))
    for here, found in zip(
        bptt_reference(arrays, *given), there, strict=True
    ):
        np.testing.assert_allclose(found.numpy(), here, rtol=1e-10)
