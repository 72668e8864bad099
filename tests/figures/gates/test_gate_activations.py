"""The gates of a cell: a frame a word, and what is refused."""

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import gate_activations

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


def test_there_is_a_frame_for_every_word():
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


def test_the_figure_calls_what_is_held_by_its_name():
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
def test_the_figure_stays_within_a_phone(steps):
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
        ({}, CELL, "gates: expected 1 to 8 gates, got 0"),
        (
            {"forget": FORGET[:3]},
            CELL,
            r"gates\['forget'\]: expected one .* 4 words",
        ),
        ({"forget": FORGET}, CELL[:2], r"cell: expected one .* \(2,\)"),
        (
            {"i": [0, 0, 0, 1.5]},
            CELL,
            r"gates\['i'\]: expected shares between 0 and 1, got 1\.5",
        ),
        ({"i": [0, 0, 0, np.nan]}, CELL, "expected finite numbers, got nan"),
        ({"i": INPUT}, [0, 0, np.inf, 0], "cell: expected finite"),
    ],
)
def test_gate_activations_refuses(gates, cell, sentence):
    with pytest.raises(ValueError, match=sentence):
        gate_activations(WORDS, gates, cell)
