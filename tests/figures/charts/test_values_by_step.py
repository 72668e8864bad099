"""Values by step: what is said of them, and what is refused."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import values_by_step


def root(figure):
    return ET.fromstring(figure.html)


def test_values_by_step_says_where_it_turns():
    figure = values_by_step(
        {"one": ([0.0, -3.0, 2.5, 1.0], "lstm"), "gru": [0.0, 0.0, 0.0, 1.0]},
        {1: "a", 3: "b"},
        "cell",
    )
    assert "cell at each of 4 steps" in figure.alt
    assert (
        "one: from 0 at step 1 to 1 at step 4, highest at step 3 with 2.5, "
        "lowest at step 2 with −3. GRU: from 0 at step 1 to 1 at step 4."
    ) in figure.alt
    texts = ["".join(t.itertext()) for t in root(figure).iter("text")]
    assert {"a", "b", "−4", "what is read"} <= set(texts)


@pytest.mark.parametrize(
    ("rows", "places", "sentence"),
    [
        ({"lstm": [1.0]}, {1: "a"}, "2 steps at least"),
        ({"lstm": [1.0, np.nan]}, {1: "a"}, "expected finite numbers"),
        ({"lstm": [1.0, 2.0], "gru": [1.0] * 3}, {1: "a"}, "of one length"),
        ({"lstm": [1.0, 2.0]}, {3: "a"}, r"from 1 to 2, got \[3\]"),
        ({"lstm": [1.0, 2.0]}, {}, "tick_labels: expected steps"),
    ],
)
def test_values_by_step_refuses(rows, places, sentence):
    with pytest.raises(ValueError, match=sentence):
        values_by_step(rows, places, "cell")
