"""The softmax of wide vectors: what each frame shows, and what is refused."""

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import softmax_sharpness

RNG = np.random.default_rng(4)
WEIGHTS = RNG.dirichlet(np.full(9, 0.5), size=(3, 20))


def heights(figure, frame):
    root = ET.fromstring(figure.html)
    (shown,) = [
        part for part in root.iter() if part.get("data-frame") == str(frame)
    ]
    path = next(
        part for part in shown.iter() if part.get("class") == "bars-of"
    )
    return [float(high) for high in re.findall(r"v-([\d.]+)", path.get("d"))]


def test_bars_are_the_mean_of_sorted_draws():
    figure = softmax_sharpness([1, 16, 64], {"with the root": WEIGHTS})
    for frame in range(3):
        expected = np.sort(WEIGHTS[frame], -1)[:, ::-1].mean(0)
        found = np.array(heights(figure, frame + 1))
        assert np.allclose(found, 72 * expected[expected >= 5e-4], atol=0.06)


def test_each_frame_says_entropy_and_largest_weight():
    figure = softmax_sharpness([1, 2, 64], {"a": WEIGHTS, "b": WEIGHTS[::-1]})
    says = json.loads(ET.fromstring(figure.html).get("data-says"))
    entropy = -(WEIGHTS * np.log(WEIGHTS)).sum(-1).mean(-1)
    largest = WEIGHTS.max(-1).mean(-1)
    for frame, (K, words) in enumerate(zip([1, 2, 64], says, strict=True)):
        other = 2 - frame
        assert words == (
            f"K = {K}: a, largest weight {largest[frame]:.2f}, entropy "
            f"{entropy[frame]:.2f} nats; b, largest weight "
            f"{largest[other]:.2f}, entropy {entropy[other]:.2f} nats."
        )


def test_a_weight_of_zero_has_no_entropy():
    figure = softmax_sharpness([1], {"one": [[[1.0, 0.0]]]})
    assert "entropy 0.00 nats" in figure.alt
    assert "nan" not in figure.html


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({}, "weights: expected 1 to 4 panels, got 0"),
        ({"a": WEIGHTS[:2]}, r"3 widths, got shape \(2, 20, 9\)"),
        ({"a": WEIGHTS[0]}, r"got shape \(20, 9\)"),
        ({"a": 0.5 * WEIGHTS}, "expected rows that sum to 1"),
        ({"a": np.nan * WEIGHTS}, "expected finite numbers, got nan"),
    ],
)
def test_refuses(weights, sentence):
    with pytest.raises(ValueError, match=sentence):
        softmax_sharpness([1, 16, 64], weights)
