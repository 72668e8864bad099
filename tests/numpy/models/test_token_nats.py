"""What each token costs: by hand, far out, and as torch says it."""

import numpy as np
import pytest

from seqcourse.numpy.models import token_nats


def test_it_is_minus_the_logarithm_of_the_softmax():
    p = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    found = token_nats.token_nats(np.log(p) + 7.0, np.array([1, 2]))
    np.testing.assert_allclose(found, -np.log([0.3, 0.8]), rtol=1e-12)


def test_large_scores_do_not_overflow():
    scores = np.array([[1e4, 0.0, -1e4]])
    found = token_nats.token_nats(np.repeat(scores, 3, 0), np.arange(3))
    np.testing.assert_allclose(found, [0.0, 1e4, 2e4])


def test_axes_before_the_last_stay():
    rng = np.random.default_rng(0)
    scores, targets = rng.normal(size=(3, 5, 7)), rng.integers(7, size=(3, 5))
    found = token_nats.token_nats(scores, targets)
    assert found.shape == (3, 5)
    one = token_nats.token_nats(scores[2, 4:], targets[2, 4:])
    np.testing.assert_allclose(found[2, 4:], one, rtol=1e-12)


@pytest.mark.torch
def test_torch_agrees():
    import torch

    from seqcourse.torch.models.token_nats import token_nats as twin

    rng = np.random.default_rng(1)
    scores, targets = rng.normal(size=(3, 5, 7)), rng.integers(7, size=(3, 5))
    theirs = twin(torch.tensor(30 * scores), torch.tensor(targets)).numpy()
    np.testing.assert_allclose(
        token_nats.token_nats(30 * scores, targets),
        theirs,
        rtol=1e-10,
        atol=1e-12,
    )
