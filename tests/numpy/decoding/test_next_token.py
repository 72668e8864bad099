"""The scores of the next token: those after the last real one."""

import numpy as np

from seqcourse.numpy.decoding import next_token


def test_the_scores_are_those_after_the_last_real_token():
    scores = np.arange(24).reshape(2, 3, 4)
    last = next_token.last_of(scores, "a model")
    np.testing.assert_array_equal(last, scores[:, -1])
    last = next_token.last_of(scores, "a model", np.array([1, 3]))
    np.testing.assert_array_equal(last, [[0, 1, 2, 3], [20, 21, 22, 23]])
    assert last.dtype == np.float64
