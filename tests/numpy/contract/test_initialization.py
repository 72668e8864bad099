"""What weights are drawn from."""

import numpy as np

from seqcourse.numpy.contract import initialization


def test_rotations_keep_lengths_and_are_drawn_fairly():
    rng = np.random.default_rng(0)
    turns = np.array([initialization.orthogonal(rng, 5) for _ in range(400)])
    unchanged = np.broadcast_to(np.eye(5), turns.shape)
    products = turns @ turns.transpose(0, 2, 1)
    np.testing.assert_allclose(products, unchanged, atol=1e-12)
    # Of all rotations, each as likely: no entry leans to one side.
    assert abs(turns.mean(0)).max() < 4 / np.sqrt(400 * 5)
