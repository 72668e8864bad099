"""What a call gives back is finite, or what is not is named."""

import re

import numpy as np
import pytest

from seqcourse.numpy.contract.calls import results
from seqcourse.numpy.contract.divergence import DivergenceError


def test_finite_numbers_and_counts_pass():
    state = np.ones(2), np.array([3, 4])
    results.check_results({}, y=np.ones((2, 3)), state=state, dx=None)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ({"y": np.array([[1, np.inf]])}, "y: became inf at [0, 1]; the numb"),
        ({"state": (np.ones(1), np.array([np.nan]))}, "state[1]: became nan"),
        (
            {"grads": {"bias": np.array([-np.inf])}},
            "grads['bias']: became -inf at [0]; the numbers are too large",
        ),
    ],
)
def test_what_is_not_finite_is_named(found, sentence):
    with pytest.raises(DivergenceError, match=f"^{re.escape(sentence)}"):
        results.check_results({"bias": np.ones(1)}, **found)
    blamed = r"^params\['w'\]: expected finite numbers, got nan at \[0\]$"
    with pytest.raises(DivergenceError, match=blamed):
        results.check_results({"w": np.array([np.nan])}, **found)
