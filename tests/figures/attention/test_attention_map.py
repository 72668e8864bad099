"""Attention maps: what a square says, what is read out, what is refused."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqcourse.figures import attention_map

KEYS = ["I", "grew", "up", "in", "France"]
QUERIES = ["ich", "wuchs", "auf"]


def table(T=3, S=5, seed=0):
    return np.random.default_rng(seed).dirichlet(np.full(S, 0.4), size=T)


def parts(figure, kind):
    root = ET.fromstring(figure.html)
    return [part for part in root.iter() if kind in (part.get("class") or "")]


def test_the_areas_of_the_squares_are_the_weights():
    weights = table()
    root = ET.fromstring(attention_map(KEYS, QUERIES, weights).html)
    for svg in root.iter("svg"):
        rows = [g for g in svg.iter("g") if "row" in g.get("class")]
        assert len(rows) == 3
        for row, expected in zip(rows, weights, strict=True):
            squares = [r for r in row.iter("rect") if not r.get("class")]
            sides = [float(square.get("width")) for square in squares]
            shown = expected[expected >= 0.004]
            biggest = max(sides) / np.sqrt(shown.max())
            assert np.allclose(sides, biggest * np.sqrt(shown), atol=0.11)


def test_rows_are_queries_and_columns_are_keys():
    weights = np.zeros((3, 5))
    weights[[0, 1, 2], [4, 0, 2]] = 1
    figure = attention_map(KEYS, QUERIES, weights)
    says = json.loads(ET.fromstring(figure.html).get("data-says"))
    assert says == [
        "“ich” attends most to “France” (100 %).",
        "“wuchs” attends most to “I” (100 %).",
        "“auf” attends most to “up” (100 %).",
    ]
    svg = next(iter(ET.fromstring(figure.html).iter("svg")))
    squares = [
        next(r for r in g.iter("rect") if not r.get("class"))
        for g in svg.iter("g")
    ]
    across = [float(square.get("x")) for square in squares]
    down = [float(square.get("y")) for square in squares]
    assert across[1] < across[2] < across[0]
    assert down == sorted(down)


def test_what_is_hidden_gets_no_cell():
    visible = np.tri(4, dtype=bool)
    weights = visible / visible.sum(1, keepdims=True)
    figure = attention_map(
        list("abcd"), list("abcd"), weights, visible=visible
    )
    for paper in parts(figure, "cells-of"):
        assert paper.get("d").count("M") == 10


def test_heads_are_panels_and_read_out_by_name():
    heads = {"head 1": table(seed=1), "head 2": table(seed=2)}
    figure = attention_map(KEYS, QUERIES, heads)
    root = ET.fromstring(figure.html)
    assert len(list(root.iter("svg"))) == 2
    for says in json.loads(root.get("data-says")):
        assert says.startswith("head 1: ")
        assert " head 2: " in says


def test_the_same_word_twice_is_told_apart():
    figure = attention_map(["a", "a"], ["b", "c"], np.eye(2))
    assert "“b” attends most to “a” (number 1) (100 %)." in figure.alt
    assert "“c” attends most to “a” (number 2) (100 %)." in figure.alt


@pytest.mark.parametrize(("T", "S"), [(10, 24), (32, 32), (40, 3)])
def test_everything_stays_on_the_sheet(T, S):
    words_in = [f"word{i}" for i in range(S)]
    figure = attention_map(words_in, words_in[:1] * T, table(T, S))
    for svg in ET.fromstring(figure.html).iter("svg"):
        width, height = float(svg.get("width")), float(svg.get("height"))
        for rect in svg.iter("rect"):
            right = float(rect.get("x")) + float(rect.get("width"))
            low = float(rect.get("y")) + float(rect.get("height"))
            assert min(float(rect.get(side)) for side in "xy") >= 0
            assert right <= width + 0.2
            assert low <= height + 0.2


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (np.zeros((5, 3)), r"a row for each of 3 words.*got shape \(5, 3\)"),
        (
            np.full((3, 5), 1.5),
            "weights: expected shares between 0 and 1, got 1.5 at",
        ),
        (
            np.full((3, 5), np.nan),
            "weights: expected finite numbers, got nan",
        ),
        ({}, "one to four tables, got 0"),
        ({"one": np.zeros((3, 4))}, r"weights\['one'\]: expected a row"),
    ],
)
def test_refuses(weights, sentence):
    with pytest.raises(ValueError, match=sentence):
        attention_map(KEYS, QUERIES, weights)


def test_refuses_a_mask_of_another_shape():
    with pytest.raises(ValueError, match=r"visible: expected shape \(3, 5\)"):
        attention_map(KEYS, QUERIES, table(), visible=np.ones((5, 3)))


def test_several_tables_are_shown_at_any_width():
    heads = {"one": table(seed=1), "two": table(seed=2)}
    root = ET.fromstring(attention_map(KEYS, QUERIES, heads).html)
    for svg in root.iter("svg"):
        assert svg.get("class") is None
        assert svg.get("display") is None
