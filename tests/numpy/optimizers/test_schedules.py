import numpy as np
import pytest

from seqcourse.numpy.optimizers import schedules


def test_a_schedule_climbs_and_goes_down():
    schedule = schedules.WarmupCosine(peak=0.8, steps=30, warmup=7, floor=0.2)
    rates = np.array([schedule(n) for n in range(40)])
    np.testing.assert_allclose(rates[:8], 0.1 * np.arange(1, 9))
    assert (np.diff(rates[7:31]) < 0).all()
    np.testing.assert_allclose(rates[30:], 0.2)
    # A cosine: two places as far from the middle add up to peak + floor.
    np.testing.assert_allclose(rates[7:31] + rates[7:31][::-1], 1.0)
    quarter = schedules.WarmupCosine(1.0, steps=12)(4)
    assert quarter == pytest.approx(0.75)  # (1 + cos(pi / 3)) / 2


def test_a_schedule_without_a_climb_begins_at_its_peak():
    assert schedules.WarmupCosine(0.3, steps=9)(0) == 0.3
