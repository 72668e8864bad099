"""Memory by checkpoint: what is kept, and what is refused."""

import json
import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures import gradient_checkpointing

KEPT = {1: (1600, 110), 4: (400, 410), 16: (100, 1610)}


def says(figure):
    return json.loads(ET.fromstring(figure.html).get("data-says"))


def test_what_is_kept_is_filled_and_what_is_recomputed_outlined():
    figure = gradient_checkpointing(16, KEPT, 1700)
    for k, frame in zip(KEPT, frames(figure), strict=True):
        for svg in frame.iter("svg"):
            cells = [r for r in svg.iter("rect") if r.get("height") == "11"]
            filled = [r.get("fill") != "none" for r in cells]
            assert filled == [step % k == 0 for step in range(16)]
            again = [r.get("stroke-width") == "1.5" for r in cells[1 - k :]]
            assert all(again)
            bars = [r for r in svg.iter("rect") if r.get("height") != "11"]
            kept, piece, whole = (float(bar.get("width")) for bar in bars)
            states, read = KEPT[k]
            assert kept / whole == pytest.approx(states / 1700, abs=0.01)
            assert piece / whole == pytest.approx(read / 1700, abs=0.02)


def frames(figure):
    root = ET.fromstring(figure.html)
    return [part for part in root.iter("div") if part.get("data-frame")]


def test_there_is_a_sentence_for_each_k():
    figure = gradient_checkpointing(16, KEPT, 1700)
    assert says(figure)[1] == (
        "k = 4: 4 states kept (0.4 KB) and 4 steps recomputed at a time "
        "(0.4 KB); keeping all steps takes 1.7 KB."
    )


def test_it_opens_where_it_takes_the_least():
    figure = gradient_checkpointing(16, KEPT, 1700)
    hidden = [frame.get("hidden") is not None for frame in frames(figure)]
    assert hidden == [True, False, True]
    root = ET.fromstring(figure.html)
    (slider,), (output,) = (
        list(root.iter(name)) for name in ("input", "output")
    )
    assert (slider.get("value"), output.text) == ("2", "4 steps")
    (spoken,) = (part for part in root.iter("p") if part.get("aria-live"))
    assert spoken.text == says(figure)[1]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ((1, KEPT, 1700), "2 to 128, got 1"),
        ((16, {}, 1700), "kept: expected 1 to 16 lengths k, got 0"),
        ((8, KEPT, 1700), "some k from 1 to 8"),
        ((16, {4: (0, 4)}, 1700), r"kept\[4\]\[0\]: expected 1 to"),
    ],
)
def test_gradient_checkpointing_refuses(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        gradient_checkpointing(*given)
