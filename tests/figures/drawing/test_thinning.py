"""A thinned line is drawn where the whole one is."""

import numpy as np

from seqcourse.figures.drawing.thinning import (
    MANY,
    cells_of_ink,
    visible_points,
)


def test_each_column_keeps_its_ends_and_its_extremes(rng):
    across, up = np.linspace(0, 1, 5001), rng.normal(size=5001)
    chosen = visible_points(across, up, columns=10)
    assert len(chosen) <= 40
    assert (np.diff(chosen) > 0).all()
    column = np.minimum((10 * across).astype(int), 9)
    for each in range(10):
        whole, kept = up[column == each], up[chosen][column[chosen] == each]
        assert (kept[0], kept[-1]) == (whole[0], whole[-1])
        assert (kept.min(), kept.max()) == (whole.min(), whole.max())


def test_few_points_are_all_kept(rng):
    chosen = visible_points(np.linspace(0, 1, 40), rng.normal(size=40), 10)
    np.testing.assert_array_equal(chosen, np.arange(40))


def test_ink_is_one_point_a_cell(rng):
    points = rng.uniform(0, 100, size=(MANY + 1, 2))
    kept = cells_of_ink(points, apart=10.0)
    assert len(kept) == 100
    assert len(np.unique(kept // 10, axis=0)) == 100
    assert cells_of_ink(points[:MANY]) is not kept
    np.testing.assert_array_equal(cells_of_ink(points[:MANY]), points[:MANY])
