"""The gates of a cell, how long it keeps, and what it holds over time."""

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import gate_activations, memory_decay, values_by_step
from seqcourse.probes import MemoryDecay

WORDS = ["I", "grew", "up", ","]
FORGET = [0.25, 1.0, 0.5, 0.0]
INPUT = [0.1, 0.9, 0.004, 1.0]
CELL = [0.5, -2.0, 1.0, 0.0]


def root(figure):
    return ET.fromstring(figure.html)


def squares(figure):
    return [
        (rect.get("class"), float(rect.get("width")))
        for rect in root(figure).iter("rect")
        if rect.get("class") in ("pos", "neg")
    ]


def test_a_film_has_a_frame_for_every_word():
    figure = gate_activations(WORDS, {"forget": FORGET, "input": INPUT}, CELL)
    page = root(figure)
    (slider,) = page.iter("input")
    assert (slider.get("min"), slider.get("max")) == ("1", "4")
    says = json.loads(page.get("data-says"))
    assert says[1] == (
        "After “I grew” the gates stand at forget 100 %, input 90 %, and the "
        "cell holds −2.00."
    )
    assert says[3].startswith("After “I grew up,” the gates stand at forget")
    (bars,) = page.iter("ol")
    percents = json.loads(bars.get("data-percents"))
    assert percents == [[25, 10], [100, 90], [50, 0], [0, 100]]
    steps = [g.get("data-step") for g in page.iter("g") if g.get("data-step")]
    assert steps == ["1", "2", "3", "4"]


def test_a_film_calls_what_is_held_by_its_name():
    film = gate_activations(
        ["3", "1"], {"update": [0.2, 0.9]}, [0.5, -0.5], "gru",
        cell_name="memory",
    )  # fmt: skip
    assert film.alt.startswith("One memory and its gate at each of 2 steps")
    assert film.alt.endswith("and the memory holds −0.50.")
    assert "One memory, step by step" in film.html
    assert ">memory</text>" in film.html
    assert not re.search(r"\bcell\b(?!\")", film.html)


def test_squares_are_as_large_as_the_gate_is_open():
    figure = gate_activations(WORDS, {"forget": FORGET}, CELL)
    kinds, sides = zip(*squares(figure), strict=True)
    most = max(sides)
    # A column for each word: its gate, then its cell.
    expected = np.ravel([FORGET, np.abs(CELL) / 2], order="F")
    np.testing.assert_allclose(np.array(sides) / most, expected, atol=0.01)
    assert kinds[3] == "neg"
    assert kinds.count("neg") == 1


@pytest.mark.parametrize("steps", [1, 5, 18, 30])
def test_a_film_stays_within_a_phone(steps):
    words = ["abroad"] * steps
    figure = gate_activations(
        words, {"forget": np.ones(steps)}, np.ones(steps)
    )
    (svg,) = root(figure).iter("svg")
    width, height = (float(part) for part in svg.get("viewBox").split()[2:])
    assert width == 358
    for rect in svg.iter("rect"):
        assert float(rect.get("x")) + float(rect.get("width")) <= width
        assert float(rect.get("y")) + float(rect.get("height")) <= height


@pytest.mark.parametrize(
    ("gates", "cell", "sentence"),
    [
        ({}, CELL, "gates: expected at least one"),
        ({"forget": FORGET[:3]}, CELL, r"forget: expected one .* 4 words"),
        ({"forget": FORGET}, CELL[:2], r"cell: expected one .* \(2,\)"),
        ({"i": [0, 0, 0, 1.5]}, CELL, r"gates\['i'\]: .* 0\.0 to 1\.5"),
        ({"i": [0, 0, 0, np.nan]}, CELL, "expected numbers from 0 to 1"),
        ({"i": INPUT}, [0, 0, np.inf, 0], "cell: expected finite"),
    ],
)
def test_a_film_refuses(gates, cell, sentence):
    with pytest.raises(ValueError, match=sentence):
        gate_activations(WORDS, gates, cell)


def kept(**shares):
    steps = np.arange(21.0)
    return {name: MemoryDecay(share**steps) for name, share in shares.items()}


def test_decay_puts_one_curve_in_ink_and_says_its_half_life():
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
        ([], "at least one curve"),
        ([[1.0, 0.5], [1.0, 0.5, 0.2]], "of the same length"),
        ([[1.0]], "2 steps at least"),
        ([[1.0, 1.5]], "shares from 0 to 1, got"),
        ([[1.0, np.nan]], "shares from 0 to 1, got"),
    ],
)
def test_decay_refuses(curves, sentence):
    results = {str(n): MemoryDecay(np.array(c)) for n, c in enumerate(curves)}
    with pytest.raises(ValueError, match=sentence):
        memory_decay(results, "bias")


def test_over_time_says_where_it_is_highest():
    figure = values_by_step(
        {"one": ([0.0, -3.0, 2.5, 1.0], "lstm"), "gru": [0.0, 0.0, 0.0, 1.0]},
        {1: "a", 3: "b"},
        "cell",
    )
    assert "cell at each of 4 steps" in figure.alt
    assert (
        "one: from 0 at step 1 to 1 at step 4, highest at step 3 with 2.5"
        in (figure.alt)
    )
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
def test_over_time_refuses(rows, places, sentence):
    with pytest.raises(ValueError, match=sentence):
        values_by_step(rows, places, "cell")
