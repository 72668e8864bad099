"""What a wiring refuses, and in which order its parts come."""

import itertools

import pytest

from seqcourse.figures.diagrams.description import describe
from seqcourse.figures.diagrams.diagram import diagram
from seqcourse.figures.diagrams.layout import lay_out
from seqcourse.figures.diagrams.names import spoken_name, write_name
from seqcourse.figures.diagrams.routes import routes
from seqcourse.figures.diagrams.wiring import Part, Wire, Wiring, turned

PARTS = {
    "y": Part("output", "y_t"),
    "gate": Part("gate", "σ", "a sigmoid", "i_t"),
    "x": Part("input", "x_t"),
}


def wiring(routes="x -> gate -> y", grid="x gate y", **parts):
    return Wiring("A gate.", PARTS | parts, routes, grid)


def test_parts_come_after_what_leads_to_them():
    assert wiring().order() == ["x", "gate", "y"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"routes": "x -> gat -> y"},
            "routes: expected wires between y, gate, x, got 'gat'",
        ),
        (
            {"routes": "x -> y"},
            "a way from the inputs to every part, got none to gate",
        ),
        ({"routes": "x to gate"}, "routes: expected one of ->, =>, ~>, ..>"),
        ({"routes": "x -> gate -> y\ny -> gate"}, "got none to y, gate"),
        ({"grid": "x gate"}, "grid: expected 'y' in one cell, or in several"),
        ({"grid": "x gate y x"}, "grid: expected 'x' in one cell"),
        (
            {"grid": "x gate+y ."},
            "got 'gate\\+y' in row 1; a cell holds one part",
        ),
        ({"grid": "x gate y\n. ."}, "grid: expected 3 cells in each row"),
        ({"gate": Part("gait", "σ")}, "parts\\['gate'\\]: expected one of"),
    ],
)
def test_wiring_refuses(changed, said):
    with pytest.raises(ValueError, match=said):
        wiring(**changed)


def test_a_part_may_span_cells_side_by_side():
    spans = wiring(grid="x . .\n. gate gate\n. . y")
    layout = lay_out(spans, spans.grid, 358)
    left, _, right, _ = layout.boxes["gate"]
    assert left <= layout.boxes["y"][0] < layout.boxes["y"][2] <= right


def test_turned_twice_is_upside_down():
    assert turned(turned("a b\n. c")).split() == ["c", ".", "b", "a"]


def test_a_wire_goes_around_what_stands_between():
    cells = {"a": [(0, 0)], "b": [(1, 0)], "c": [(2, 0)]}
    wire = Wire("a", "c")
    path = routes([wire], cells, (3, 1))[wire]
    assert (3, 1) not in path
    assert path[0], path[-1] == ((1, 1), (5, 1))


def test_wires_of_different_parts_share_no_stretch():
    cells = {
        name: [(i % 3, i // 3)]
        for i, name in enumerate("abcdefghi")
        if name != "e"
    }
    wires = [Wire("a", "i"), Wire("c", "g"), Wire("b", "h"), Wire("d", "f")]
    found = routes(wires, cells, (3, 3))
    edges = [
        frozenset(pair)
        for path in found.values()
        for pair in itertools.pairwise(path)
    ]
    assert len(edges) == len(set(edges))


def test_no_room_for_a_wire_is_said():
    walled = {"a": [(0, 0)], "b": [(1, 0)], "c": [(2, 0)]}
    wires = [Wire("a", "b"), *(Wire(s, "b") for s in "c")]
    assert routes(wires, walled, (3, 1))
    many = [Wire(source, "z") for source in "abcde"]
    cells = {name: [(i, 0)] for i, name in enumerate("abcdez")}
    with pytest.raises(ValueError, match="expected room for a wire from"):
        routes(many, cells, (6, 1))


def test_a_gradient_answers_a_wire():
    lost = wiring("x -> gate -> y\ny ~> x")
    with pytest.raises(ValueError, match="got none from x to y"):
        lay_out(lost, lost.grid, 608)


def test_a_grid_too_wide_is_refused():
    wide = wiring(gate=Part("gate", "a very long name " * 5))
    with pytest.raises(ValueError, match="expected columns that fit 358 pix"):
        lay_out(wide, wide.grid, 358)


def test_a_label_without_room_is_refused():
    noted = wiring(x=Part("input", "x_t", note="word" * 200))
    with pytest.raises(ValueError, match=r"parts\['x'\]: expected room for"):
        diagram(noted, "rnn", caption=None, alt=None)


def test_what_is_optional_is_said():
    assert "x t optionally enters a sigmoid" in describe(
        wiring("x ..> gate -> y")
    )


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("h_{t−1}", "h t minus 1"),
        ("W_{hh}^⊤", "W hh transpose"),
        ("tanh", "tanh"),
    ],
)
def test_names_are_spoken_without_marks(name, spoken):
    assert spoken_name(name) == spoken


def test_names_return_to_their_line():
    text = write_name((0, 0), "c_t + h_{t−1}")
    assert text.count('dy="4"') == 2
    assert text.count('dy="-4"') == 1
    assert 'font-style="italic">c<' in text
