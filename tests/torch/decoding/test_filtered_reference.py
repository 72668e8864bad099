"""Temperature and filters of one distribution, in both backends."""

import numpy as np
import pytest
import torch

from seqcourse.numpy.decoding.filtered_reference import filtered_reference
from seqcourse.torch.decoding.filtered_reference import (
    filtered_reference as twin,
)

pytestmark = pytest.mark.torch


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"temperature": 0.4, "top_k": 5},
        {"temperature": 2.5, "top_p": 0.7},
        {"top_k": 7, "top_p": 0.9, "min_p": 0.2},
    ],
)
def test_the_twin_gives_the_same(how):
    for scores in np.random.default_rng(4).normal(0, 3, (9, 13)):
        expected = filtered_reference(scores, **how)
        found = twin(torch.from_numpy(scores), **how).numpy()
        np.testing.assert_allclose(found, expected, atol=1e-14)


def test_a_top_p_of_1_keeps_what_rounding_would_lose():
    scores = torch.tensor([40.0, 0.0, 1.0], dtype=torch.float64)
    assert (twin(scores, top_p=1.0) > 0).all()
