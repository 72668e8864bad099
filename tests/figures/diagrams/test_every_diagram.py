"""What holds for every wiring diagram, read off what is drawn."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest

from seqcourse import figures
from seqcourse.figures.diagrams import diagram as module
from seqcourse.figures.diagrams.names import spoken_name
from seqcourse.figures.drawing.text import text_width

CALLS = {
    "RNN": figures.rnn_diagram,
    "unrolled": figures.unrolled_diagram,
    "unrolled, 2": lambda: figures.unrolled_diagram(2, model="lstm"),
    "unrolled, 5": lambda: figures.unrolled_diagram(5, every_loss=False),
    "unrolled, words": lambda: figures.unrolled_diagram(
        5, inputs=["the", "clouds", "are", "in", "the"], backward=False
    ),
    "LSTM": figures.lstm_diagram,
    "GRU": figures.gru_diagram,
    "encoder-decoder": figures.encoder_decoder_diagram,
    "encoder-decoder, 2": lambda: figures.encoder_decoder_diagram(2, 2),
    "encoder-decoder, attention": lambda: figures.encoder_decoder_diagram(
        attention=True
    ),
    "encoder-decoder, attention, 2": lambda: figures.encoder_decoder_diagram(
        2, attention=True
    ),
    "self-attention": figures.attention_diagram,
    "causal": lambda: figures.attention_diagram(causal=True),
    "cross-attention": lambda: figures.attention_diagram(cross=True),
    "cross, causal": lambda: figures.attention_diagram(
        cross=True, causal=True
    ),
    "transformer": figures.transformer_diagram,
    "transformer, modern": lambda: figures.transformer_diagram(modern=True),
    "LSTM, carousel": lambda: figures.lstm_diagram(carousel=True),
}
every = pytest.mark.parametrize("name", CALLS)
DRAWN = pytest.mark.parametrize("form", ["wide", "narrow"])


def drawing(name, form):
    root = ET.fromstring(CALLS[name]().html)
    (svg,) = (s for s in root.iter("svg") if s.get("class") == form)
    return svg


def texts(svg):
    """Give the boxes of all texts, measured without the layout's help."""
    found = []
    for text in svg.iter("text"):
        x, y = float(text.get("x")), float(text.get("y"))
        spans = [(text.text or "", 14.0)] + [
            (span.text, float(span.get("font-size")))
            for span in text.iter("tspan")
        ]
        width = sum(text_width(words) * size / 14 for words, size in spans)
        left = x - width * {"middle": 0.5, "end": 1.0}.get(
            text.get("text-anchor"), 0.0
        )
        words = "".join(text.itertext())
        found.append((words, (left, y - 10, left + width, y + 3)))
    return found


def boxes(svg):
    for part in svg.iter():
        if part.get("class") == "box":
            if part.tag == "rect":
                x, y, w, h = (
                    float(part.get(key))
                    for key in ("x", "y", "width", "height")
                )
                yield x, y, x + w, y + h
            else:
                x, y, r = (float(part.get(key)) for key in ("cx", "cy", "r"))
                yield x - r, y - r, x + r, y + r


def stretches(svg):
    for part in svg.iter("path"):
        if (part.get("class") or "").startswith("wire"):
            for line in part.get("d").split("M")[1:]:
                points = [
                    tuple(map(float, point.split()))
                    for point in line.split("L")
                ]
                assert len(points) > 1
                for (x, y), (u, v) in pairwise(points):
                    yield min(x, u), min(y, v), max(x, u), max(y, v)


def overlap(a, b, by=0.0):
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    return across > by and down > by


def touch(a, b, by=0.0):
    """Tell whether a line, which has no width, goes into a box."""
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    return across >= 0 and down >= 0 and max(across, down) > by and not (
        (a[0] == a[2] and not b[0] + by < a[0] < b[2] - by)
        or (a[1] == a[3] and not b[1] + by < a[1] < b[3] - by)
    )  # fmt: skip


@every
@DRAWN
def test_wires_run_at_right_angles(name, form):
    for left, top, right, bottom in stretches(drawing(name, form)):
        assert left == right or top == bottom


@every
@DRAWN
def test_no_wire_crosses_a_part(name, form):
    svg = drawing(name, form)
    parts = [*boxes(svg)]
    assert parts
    for line in stretches(svg):
        for box in parts:
            assert not touch(line, box, by=0.2), (line, box)


@every
@DRAWN
def test_no_text_is_on_a_text_a_wire_or_the_edge_of_a_box(name, form):
    svg = drawing(name, form)
    written = texts(svg)
    for (one, a), (other, b) in combinations(written, 2):
        assert not overlap(a, b), (one, other)
    for words, box in written:
        for line in stretches(svg):
            assert not touch(line, box), (words, line)
        for part in boxes(svg):
            inside = part[0] <= box[0] and box[2] <= part[2]
            assert inside or not overlap(box, part), words


@every
@DRAWN
def test_parts_stand_apart_and_nothing_is_cut_off(name, form):
    svg = drawing(name, form)
    width, height = float(svg.get("width")), float(svg.get("height"))
    assert width == {"wide": 608, "narrow": 358}[form]
    parts = [*boxes(svg)]
    for a, b in combinations(parts, 2):
        assert not overlap(a, b)
    everything = [*parts, *stretches(svg), *(box for _, box in texts(svg))]
    for left, top, right, bottom in everything:
        assert left >= 0
        assert right <= width
        assert top >= 0
        assert bottom <= height


@every
def test_every_wire_leads_from_something_to_something(name):
    """No loose ends: each is at a part, at a name or on another wire."""
    for form in ("wide", "narrow"):
        svg = drawing(name, form)
        solid = [*boxes(svg), *(box for _, box in texts(svg))]
        dots = [
            (float(c.get("cx")), float(c.get("cy")))
            for c in svg.iter("circle")
        ]
        for part in svg.iter("path"):
            kind = part.get("class") or ""
            if not kind.startswith("wire"):
                continue
            for line in part.get("d").split("M")[1:]:
                ends = line.split("L")
                for end in (ends[0], ends[-1]):
                    x, y = map(float, end.split())
                    near = any(
                        b[0] - 20 <= x <= b[2] + 20
                        and b[1] - 20 <= y <= b[3] + 20
                        for b in solid
                    )
                    at = any(abs(x - u) + abs(y - v) < 13 for u, v in dots)
                    assert near or at, (form, kind, end)


@every
def test_the_alternative_names_every_part_in_the_wires_order(
    name, monkeypatch
):
    seen = []
    describe = module.describe

    def keep(wiring):
        seen.append(wiring)
        return describe(wiring)

    monkeypatch.setattr(module, "describe", keep)
    alt = CALLS[name]().alt
    (wiring,) = seen
    assert alt.startswith(wiring.title)
    order = wiring.order()
    assert {*order} == {*wiring.parts}
    place = {part: at for at, part in enumerate(order)}
    for wire in wiring.wires:
        if wire.kind != "gradient":
            assert place[wire.source] < place[wire.target]
    inputs = [part for part in order if wiring.parts[part].kind == "input"]
    rest = [part for part in order if part not in inputs]
    low, at = alt.casefold(), len(wiring.title)
    for part in (*inputs, *rest):
        says = wiring.parts[part].says or wiring.parts[part].label
        at = low.index(spoken_name(says).casefold(), at) + 1
    for sentence in re.split(r"(?<=\.) ", alt):
        assert sentence.endswith(".")
    for sign in ("_", "{", "−", "^"):
        assert sign not in alt


@every
def test_one_thick_line_in_the_model_s_colour(name):
    root = ET.fromstring(CALLS[name]().html)
    (look,) = re.findall(r"\bm-(\w+)", root.get("class"))
    for form in ("wide", "narrow"):
        for path in drawing(name, form).iter("path"):
            kind = (path.get("class") or "").split()
            if kind[:1] == ["wire"]:
                coloured = kind[1] in ("memory", "gradient")
                assert (f"--m-{look}," in path.get("stroke")) == coloured
                assert (path.get("stroke-width") == "4.5") == (
                    kind[1] == "memory"
                )


@pytest.mark.parametrize("name", ["source", "target"])
@pytest.mark.parametrize("steps", [1, 4])
def test_encoder_decoder_diagram_refuses(name, steps):
    with pytest.raises(ValueError, match=f"^{name}: expected 2 or 3 steps"):
        figures.encoder_decoder_diagram(**{name: steps})


def test_attention_alone_reads_all_states():
    for attention in (False, True):
        figure = figures.encoder_decoder_diagram(attention=attention)
        handed = "h 3 and y 0 enter the decoder at step 1" in figure.alt
        assert handed == (not attention)
        assert (
            "h 1, h 2 and h 3 enter the matrix" in figure.alt
        ) == attention


def test_cross_attention_queries_another_sequence():
    alt = figures.attention_diagram(cross=True).alt
    assert "The sequence x enters the query matrix W q" in alt
    assert "The other sequence h enters the key matrix W k" in alt


@pytest.mark.parametrize("steps", [1, 6, -1])
def test_unrolled_diagram_refuses(steps):
    with pytest.raises(ValueError, match=r"^steps: expected 2 to 5, got"):
        figures.unrolled_diagram(steps)


@pytest.mark.parametrize("inputs", [[], ["the"], ["the", "sky", "."]])
def test_unrolled_diagram_wants_an_input_for_each_step(inputs):
    with pytest.raises(ValueError, match=r"^inputs: expected one for each"):
        figures.unrolled_diagram(2, inputs=inputs)


def test_without_the_backward_pass_there_are_states_alone(check_slider):
    figure = CALLS["unrolled, words"]()
    check_slider(figure, 5)
    assert "loss" not in figure.alt
    assert "gradient" not in figure.alt
    for form in ("wide", "narrow"):
        svg = drawing("unrolled, words", form)
        assert not [*paths(svg, "gradient")]
        words = ["".join(text.itertext()) for text in svg.iter("text")]
        read = ["the", "clouds", "are", "in", "the"]
        states = [f"h{t}" for t in range(6)]
        assert sorted(words) == sorted([*["RNN"] * 5, *read, *states])


def test_the_backward_pass_goes_back_step_by_step(check_slider):
    figure = figures.unrolled_diagram(3)
    check_slider(figure, 6)
    for svg in ET.fromstring(figure.html).iter("svg"):
        groups = {
            int(group.get("data-step")): group
            for group in svg.iter("g")
            if group.get("data-step")
        }
        assert sorted(groups) == [1, 2, 3, 4, 5, 6]
        for step, group in groups.items():
            kinds = {
                (path.get("class") or "wire none").split()[1]
                for path in group.iter("path")
            } - {"none"}
            gradient = {"gradient"}
            forward = {"memory", "data"}
            assert kinds == (gradient if step > 3 else forward)


def paths(svg, kind):
    """Give the corners of the wires of a kind, in the order they run."""
    for path in svg.iter("path"):
        if path.get("class") == f"wire {kind}":
            for line in path.get("d").split("M")[1:]:
                yield [
                    complex(*map(float, point.split()))
                    for point in line.split("L")
                ]


def test_each_step_back_is_nearer_to_the_beginning():
    for form, part in (("wide", "real"), ("narrow", "imag")):
        svg = drawing("unrolled", form)
        reached = [
            max(
                getattr(point, part)
                for line in paths(group, "gradient")
                for point in line
            )
            for group in svg.iter("g")
            if int(group.get("data-step")) > 4
        ]
        assert len(reached) == 4
        assert reached == sorted(reached, reverse=True)


def test_a_gradient_keeps_to_the_right_of_the_wire_that_it_answers():
    for form in ("wide", "narrow"):
        svg = drawing("unrolled", form)
        wires = [*paths(svg, "memory"), *paths(svg, "data")]
        for start, end in paths(svg, "gradient"):
            along = (end - start) / abs(end - start)
            beside = [
                (begin - start) / along
                for begin, *_, last in wires
                if abs((last - begin) / abs(last - begin) + along) < 0.01
            ]
            # Seen along the gradient, y downwards: left is negative.
            assert any(abs(d.imag + 12) < 0.2 for d in beside), form


def test_a_dot_marks_where_a_wire_divides():
    for form in ("wide", "narrow"):
        dots = [
            c
            for c in drawing("LSTM", form).iter("circle")
            if not c.get("class")
        ]
        # The concatenation, three gates on the way to the last, the cell.
        assert len(dots) == 1 + 3 + 1
