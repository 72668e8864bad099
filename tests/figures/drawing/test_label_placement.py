"""Where the names of lines stand: on top of nothing."""

import numpy as np
import pytest

from seqcourse.figures.drawing.label_placement import (
    ABOVE,
    BELOW,
    place_labels,
)


@pytest.mark.parametrize("seed", range(20))
def test_names_touch_no_line_and_no_other_name(seed):
    rng = np.random.default_rng(seed)
    x = np.linspace(30, 600, 12)
    lines = [
        np.stack([x, rng.uniform(40, 290, 12)], axis=1)
        for _ in range(rng.integers(1, 6))
    ]
    widths = [float(rng.uniform(20, 120)) for _ in lines]
    frame = (30.0, 0.0, 608.0, 296.0)
    title = (0.0, 0.0, 120.0, 16.0)
    places = place_labels(lines, widths, frame, [title])
    boxes = [title]
    for place, width in zip(places, widths, strict=True):
        if place is None:
            continue
        box = (place.x, place.y - ABOVE, place.x + width, place.y + BELOW)
        assert box[0] >= frame[0]
        assert box[2] <= frame[2]
        for line in lines:
            at = np.linspace(line[0, 0], line[-1, 0], 4000)
            y = np.interp(at, line[:, 0], line[:, 1])
            across = (at > box[0]) & (at < box[2])
            assert not ((y > box[1]) & (y < box[3]) & across).any()
        for other in boxes:
            apart = box[2] < other[0] or box[0] > other[2]
            assert apart or box[3] < other[1] or box[1] > other[3]
        boxes.append(box)
    assert sum(place is not None for place in places) >= 1
