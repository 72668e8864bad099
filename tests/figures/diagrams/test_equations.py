"""The recurrent wirings compute what their equations say."""

import pytest

from seqcourse import figures
from seqcourse.figures.diagrams import diagram as module


def wired(call, monkeypatch):
    seen = []
    describe = module.describe

    def keep(wiring):
        seen.append(wiring)
        return describe(wiring)

    monkeypatch.setattr(module, "describe", keep)
    call()
    return seen[0]


def computed(wiring, name):
    """Write what comes out of a part; names that were given end it."""
    parts = wiring.parts
    read = [
        parts[wire.source].gives or computed(wiring, wire.source)
        for wire in wiring.wires
        if wire.target == name
    ]
    part = parts[name]
    if part.kind == "input":
        return part.label
    if part.kind == "output":
        return read[0]
    if part.kind == "operator" and len(read) > 1:
        return f"({f' {part.label} '.join(read)})"
    return f"{part.label}[{', '.join(read)}]"


BOTH = "[h_{t−1}, x_t]"


@pytest.mark.parametrize(
    ("call", "part", "equation"),
    [
        ("rnn", "sum", "(W_{hh}[h_{t−1}] + W_{ih}[x_t] + b)"),
        ("rnn", "h", "tanh[a_t]"),
        ("lstm", "c", "((c_{t−1} × f_t) + (i_t × g_t))"),
        ("lstm", "h", "(tanh[((c_{t−1} × f_t) + (i_t × g_t))] × o_t)"),
        ("lstm", "forget", f"σ[{BOTH}]"),
        ("lstm", "input", f"σ[{BOTH}]"),
        ("lstm", "output", f"σ[{BOTH}]"),
        ("lstm", "candidate", f"tanh[{BOTH}]"),
        ("gru", "reset", f"σ[{BOTH}]"),
        ("gru", "update", f"σ[{BOTH}]"),
        ("gru", "candidate", "tanh[(W_{hn}[h_{t−1}] × r_t), x_t]"),
        ("gru", "h", "((h_{t−1} × z_t) + (n_t × 1−[z_t]))"),
    ],
)
def test_a_step_is_its_equation(call, part, equation, monkeypatch):
    wiring = wired(getattr(figures, f"{call}_diagram"), monkeypatch)
    assert computed(wiring, part) == equation


@pytest.mark.parametrize(
    ("call", "way"),
    [
        ("rnn", ["before", "recurrent", "sum", "tanh", "h"]),
        ("lstm", ["c_before", "keep", "write", "c"]),
        ("gru", ["before", "keep", "sum", "h"]),
        ("transformer", ["x", "add1", "add2", "z"]),
    ],
)
def test_what_is_remembered_is_one_thick_line(call, way, monkeypatch):
    wiring = wired(getattr(figures, f"{call}_diagram"), monkeypatch)
    thick = [wire for wire in wiring.wires if wire.kind == "memory"]
    assert [wire.source for wire in thick] == way[:-1]
    assert [wire.target for wire in thick] == way[1:]
