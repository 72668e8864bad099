"""How long a memory lasts: one curve in ink, and what is refused."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import memory_decay
from seqcourse.probes import MemoryDecay


def root(figure):
    return ET.fromstring(figure.html)


def kept(**shares):
    steps = np.arange(21.0)
    return {name: MemoryDecay(share**steps) for name, share in shares.items()}


def test_memory_decay_puts_one_curve_in_ink_and_says_its_half_life():
    figure = memory_decay(kept(low=0.5, high=0.9, all=1.0), "bias")
    page = root(figure)
    says = json.loads(page.get("data-says"))
    never = "after 20 steps more than half is left"
    named = "With a bias of"
    kept_then = "is kept at each step;"
    assert says == [
        f"{named} low, 50 % {kept_then} half is left after 1.0 steps.",
        f"{named} high, 90 % {kept_then} half is left after 6.6 steps.",
        f"{named} all, 100 % {kept_then} {never}.",
    ]
    assert json.loads(page.get("data-stops")) == ["low", "high", "all"]
    (output,) = page.iter("output")
    assert output.text == "all"
    frames = [g for g in page.iter("g") if g.get("data-step")]
    assert [g.get("visibility") for g in frames] == ["hidden", "hidden", None]
    # The last never reaches half, so there is nothing to mark.
    assert [len(list(g.iter("circle"))) for g in frames] == [1, 1, 0]
    (dot, _) = page.iter("circle")
    assert float(dot.get("cx")) == pytest.approx(34 + 316 / 20, abs=0.06)
    assert float(dot.get("cy")) == pytest.approx(108, abs=0.06)


@pytest.mark.parametrize(
    ("curves", "sentence"),
    [
        ([], "results: expected 1 to 24 curves, got 0"),
        ([[1.0, 0.5], [1.0, 0.5, 0.2]], "of the same length"),
        ([[1.0]], "2 steps at least"),
        ([[1.0, 1.5]], r"results\['0'\].left: expected shares .* got 1.5"),
        ([[1.0, np.nan]], "left: expected finite numbers, got nan"),
    ],
)
def test_memory_decay_refuses(curves, sentence):
    results = {str(n): MemoryDecay(np.array(c)) for n, c in enumerate(curves)}
    with pytest.raises(ValueError, match=sentence):
        memory_decay(results, "bias")
