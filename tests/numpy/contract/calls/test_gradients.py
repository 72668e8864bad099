"""The gradients that `backward` is given."""

import re

import numpy as np
import pytest

from seqcourse.numpy.contract.calls import gradients
from seqcourse.numpy.contract.calls.kept_cache import kept

ENDS = (((2, 3), np.dtype(np.float32)), ((2,), np.dtype(np.int64)))


def test_gradients_of_a_state_get_its_type():
    dh, none = gradients.check_end_gradients((np.ones((2, 3)), None), ENDS)
    assert dh.dtype == np.float32
    assert none is None
    assert gradients.check_end_gradients(None, ENDS) is None


@pytest.mark.parametrize(
    ("dstate", "sentence"),
    [
        ((), "dstate: expected a tuple of 2 arrays, got 0"),
        (3, "dstate: expected a tuple or None, got 3"),
        (
            (np.ones((1, 3)), None),
            "dstate[0]: expected shape (2, 3), got (1,",
        ),
        ((np.ones((2, 3), int), None), "dstate[0]: expected floating-point"),
        ((np.full((2, 3), np.inf), None), "dstate[0]: expected finite numbe"),
        ((None, np.ones(2)), "dstate[1]: expected None, since state[1] cou"),
    ],
)
def test_what_is_no_gradient_is_refused(dstate, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        gradients.check_end_gradients(dstate, ENDS)


def test_a_gradient_is_finite_where_a_sequence_is():
    y = np.ones((2, 3, 4), np.float32)
    cache = kept("a layer", y, (), ())
    dy = np.ones((2, 3, 4))
    dy[1, 2, 0] = np.nan
    with pytest.raises(ValueError, match=r"^dy: .* got nan at \[1, 2, 0\]$"):
        gradients.check_output_gradient(dy, cache)
    cache.lengths = np.array([3, 2])
    assert gradients.check_output_gradient(dy, cache).dtype == np.float32
