"""Weights by name: which are refused."""

import re

import numpy as np
import pytest

from seqcourse.numpy.contract import parameters

SHAPES = {"weight": (2, 3), "bias": (2,)}


def weights(**changes):
    return {"weight": np.ones((2, 3)), "bias": np.ones(2)} | changes


def test_the_weights_type_is_told():
    assert parameters.check_weights(weights(), SHAPES) == np.float64
    assert parameters.check_weights({}, {}) is None


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ([1], "params: expected a dictionary of arrays, got [1]"),
        ({}, "params: expected bias, weight, got none"),
        (
            weights() | {3: 0},
            "params: expected bias, weight, got 3, bias, we",
        ),
        (weights(bias=None), "params['bias']: expected an array, got None"),
        (
            weights(bias=np.ones(1)),
            "params['bias']: expected shape (2,), got",
        ),
        (
            weights(bias=np.ones(2, int)),
            "params['bias']: expected floating-p",
        ),
        (
            weights(bias=np.ones(2, np.float32)),
            "params['bias']: expected float64, as params['weight'] is, got",
        ),
    ],
)
def test_what_are_no_weights_is_refused(params, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        parameters.check_weights(params, SHAPES)
