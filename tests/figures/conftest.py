"""What tests of moving figures share."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest


@pytest.fixture
def rng():
    return np.random.default_rng(11)


@pytest.fixture
def check_slider():
    """Give a check that a slider stands at its last frame, and says so."""

    def check(figure, steps):
        root = ET.fromstring(figure.html)
        (slider,), (output,), (label,) = (
            [*root.iter(name)] for name in ("input", "output", "label")
        )
        assert slider.get("type") == "range"
        assert (slider.get("min"), slider.get("max")) == ("1", str(steps))
        assert slider.get("value") == str(steps)
        # Without the script it would do nothing, so it is disabled.
        assert slider.get("disabled") is not None
        assert label.get("for") == output.get("for") == slider.get("id")
        assert output.text == f"{steps} of {steps}"
        (live,) = [p for p in root.iter("p") if p.get("aria-live")]
        sentences = json.loads(root.get("data-says"))
        assert len(sentences) == steps
        assert live.text == sentences[-1]

    return check
