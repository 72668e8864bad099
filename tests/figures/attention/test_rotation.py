"""Query and key turn together: their angle and dot product stay."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import rotation
from seqcourse.numpy import RotaryPositionEmbedding


def arrows(figure, form):
    root = ET.fromstring(figure.html)
    (svg,) = (s for s in root.iter("svg") if s.get("class") == form)
    for group in svg.iter("g"):
        yield [
            complex(
                float(line.get("x2")) - float(line.get("x1")),
                float(line.get("y1")) - float(line.get("y2")),
            )
            for line in group.iter("line")
        ]


@pytest.mark.parametrize("form", ["wide", "narrow"])
def test_both_turn_and_the_angle_between_stays(form):
    drawn = [*arrows(rotation((1, 0), (0, 1), degrees=25, steps=5), form)]
    assert len(drawn) == 6
    for t, (q, k) in enumerate(drawn):
        assert np.angle(q / drawn[0][0], deg=True) == pytest.approx(
            (25 * t + 180) % 360 - 180, abs=0.3
        )
        assert np.angle(q / k, deg=True) == pytest.approx(-15, abs=0.3)


def test_it_is_the_rotation_of_the_package(rng):
    """One pair of a head of width 2 is turned by one radian a position."""
    q, k = rng.normal(size=(2, 2))
    rotary = RotaryPositionEmbedding()
    angle = float(np.degrees(1.0))
    figure = rotation(q, k, degrees=angle, distance=2, steps=4)
    sentences = json.loads(ET.fromstring(figure.html).get("data-says"))
    for t, sentence in enumerate(sentences):
        turned = [
            rotary.rotated(x[None, None, None], np.array([[at]]))
            for x, at in ((q, t + 2), (k, t))
        ]
        score = float(np.vdot(*turned))
        assert f"{score:.2f}".replace("-", "−") in sentence


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"query": (0, 0)}, "query: expected a vector other than 0"),
        ({"key": (1, 2, 3)}, r"key: expected shape \(2,\)"),
        ({"degrees": 200.0}, "degrees: expected -180 to 180, got 200.0"),
        ({"distance": 17}, "distance: expected 0 to 16, got 17"),
        ({"steps": 0}, "steps: expected 1 to 16, got 0"),
    ],
)
def test_rotation_refuses(changed, said):
    with pytest.raises(ValueError, match=said):
        rotation(**changed)
