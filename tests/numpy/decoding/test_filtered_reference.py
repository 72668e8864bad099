"""The lines of the equations agree with the function that is fast."""

import numpy as np
import pytest

from seqcourse.numpy import next_token_distribution
from seqcourse.numpy.decoding import filtered_reference

SCORES = np.random.default_rng(3).normal(0, 3, (20, 13))


def reference(scores, **how):
    return filtered_reference.filtered_reference(scores, **how)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("top_k", [None, 1, 5, 99])
@pytest.mark.parametrize("top_p", [0.4, 0.9, 1.0])
@pytest.mark.parametrize("min_p", [0.0, 0.2, 1.0])
def test_the_reference_is_the_fast_one(temperature, top_k, top_p, min_p):
    how = {"temperature": temperature, "top_k": top_k}
    how |= {"top_p": top_p, "min_p": min_p}
    fast = next_token_distribution(SCORES, **how)
    slow = [reference(scores, **how) for scores in SCORES]
    np.testing.assert_allclose(slow, fast, atol=1e-13)


def test_a_top_p_of_1_keeps_what_rounding_would_lose():
    scores = np.array([40.0, 0.0, 1.0])  # the first has all but 2e-17
    assert (reference(scores, top_p=1.0) > 0).all()
    assert (next_token_distribution(scores[None], top_p=1.0) > 0).all()


def test_of_equally_likely_tokens_the_first_is_kept():
    p = reference(np.array([0.0, 1.0, 1.0, 0.5]), top_k=1)
    np.testing.assert_array_equal(p, [0, 1, 0, 0])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"scores": np.zeros((2, 3))}, "scores: expected"),
        ({"scores": np.array([0.0, np.nan])}, "scores: expected finite"),
        ({"temperature": 0.0}, "temperature: expected"),
        ({"top_k": 0}, "top_k: expected"),
        ({"top_p": 0.0}, "top_p: expected above 0 to 1"),
        ({"min_p": 1.5}, "min_p: expected 0 to 1"),
    ],
)
def test_what_is_out_of_range_is_refused(wrong, says):
    with pytest.raises(ValueError, match=f"^{says}"):
        reference(**{"scores": np.zeros(3), **wrong})
