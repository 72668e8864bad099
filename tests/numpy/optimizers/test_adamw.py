import numpy as np

from seqcourse.numpy.optimizers import adamw


def test_without_a_gradient_matrices_decay_alone():
    zeros = {"weight": np.zeros((3, 5)), "bias": np.zeros(7)}
    optimizer = adamw.AdamW(0.5, weight_decay=0.1)
    rng = np.random.default_rng(0)
    params = {"weight": rng.normal(size=(3, 5)), "bias": rng.normal(size=7)}
    moved, _ = optimizer.update(zeros, optimizer.init(params), params)
    np.testing.assert_allclose(moved["weight"], 0.95 * params["weight"])
    np.testing.assert_array_equal(moved["bias"], params["bias"])
