"""The real files, from the folder that SEQCOURSE_DATA names."""

import numpy as np
import pytest

from seqcourse.tasks import shakespeare, sunspots

pytestmark = pytest.mark.realdata


def test_shakespeare():
    text = shakespeare()
    assert len(text) == 1_115_394
    assert text.startswith("First Citizen:\nBefore we proceed")
    assert len(set(text)) == 65


def test_sunspots():
    years, values = sunspots()
    np.testing.assert_array_equal(years, np.arange(1700, 2009))
    assert years.dtype == np.int64
    assert values.dtype == np.float64
    assert values.shape == (309,)
    assert values[:3].tolist() == [5, 11, 16]
    assert values.min() == 0
    # The record: the summit of the cycle of 1957.
    assert years[values.argmax()] == 1957
