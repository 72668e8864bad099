"""Who may look where, beside the sentence that says it."""

import numpy as np
import pytest

from seqcourse.numpy.attention import masks


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("window", [None, 1, 2, 5])
@pytest.mark.parametrize("padded", [True, False])
def test_a_mask_is_its_sentence(causal, window, padded):
    queries = np.array([[3, 4, 5], [0, 1, 2]])
    keys = np.array([[1, 2, 3, 4, 5], [9, 9, 0, 1, 2]])
    real = np.array([[0, 1, 1, 1, 1], [0, 0, 1, 1, 0]], bool)
    mask = masks.visible(
        queries,
        keys,
        real if padded else None,
        causal=causal,
        window=window,
    )
    if mask is None:
        assert (causal, window, padded) == (False, None, False)
        return
    whole = np.broadcast_to(mask, (2, 1, 3, 5))
    for b, i, j in np.ndindex(2, 3, 5):
        apart = queries[b, i] - keys[b, j]
        seen = not causal or apart >= 0
        seen = seen and (window is None or abs(apart) < window)
        seen = seen and (not padded or real[b, j])
        assert whole[b, 0, i, j] == seen
