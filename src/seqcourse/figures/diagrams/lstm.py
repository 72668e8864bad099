"""One step of an LSTM."""

from __future__ import annotations

from dataclasses import replace

from seqcourse.figures.diagrams.diagram import diagram
from seqcourse.figures.diagrams.wiring import Part, Wiring
from seqcourse.figures.drawing.figure import Figure
from seqcourse.numpy.contract.annotations import checked

_PARTS = {
    "c_before": Part("input", "c_{t−1}", "the cell c_{t−1}"),
    "h_before": Part("input", "h_{t−1}", "the hidden state h_{t−1}"),
    "x": Part("input", "x_t", "x_t"),
    "join": Part("join", "", "their concatenation"),
    "forget": Part("gate", "σ", "the forget gate, a sigmoid", "f_t"),
    "input": Part("gate", "σ", "the input gate, a sigmoid", "i_t"),
    "candidate": Part("gate", "tanh", "the candidate, a tanh", "g_t"),
    "output": Part("gate", "σ", "the output gate, a sigmoid", "o_t"),
    "keep": Part(
        "operator",
        "×",
        "a multiplication (keep)",
        note="keep",
        result="the kept cell",
    ),
    "choose": Part(
        "operator", "×", "a multiplication", result="the new content"
    ),
    "write": Part(
        "operator", "+", "an addition (write)", note="write", result="the sum"
    ),
    "c": Part("output", "c_t", "the cell c_t"),
    "tanh": Part("layer", "tanh", "a tanh"),
    "show": Part(
        "operator",
        "×",
        "a multiplication (show)",
        note="show",
        result="the product",
    ),
    "h": Part("output", "h_t", "the hidden state h_t"),
}
_ROUTES = """
    c_before => keep => write => c
    write -> tanh -> show -> h
    h_before -> join
    x -> join
    join -> forget -> keep
    join -> input -> choose
    join -> candidate -> choose
    join -> output -> show
    choose -> write
"""
_GRID = """
    c_before . keep   .     write     .      .    c
    .        . .      .     .         .      tanh .
    .        . .      .     choose    .      .    .
    .        . .      .     .         .      show h
    .        . forget input candidate output .    .
    h_before join . . . . . .
    .        x . . . . . .
"""


@checked
def lstm_diagram(
    *,
    carousel: bool = False,
    model: str = "lstm",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw the wiring of one step of an LSTM.

    Parameters
    ----------
    carousel
        Whether the cell path is labelled as the constant error carousel.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; read off the wiring if None.

    Returns
    -------
    figure
        The cell path as the thick line, three gates and the candidate.

    Examples
    --------
    >>> lstm_diagram().alt.split(". ")[4]
    'The cell c t minus 1 and f t enter a multiplication (keep)'
    """
    note = "constant error carousel" * carousel
    parts = _PARTS | {"c": replace(_PARTS["c"], note=note)}
    title = "Wiring of one step of an LSTM."
    if carousel:
        title += " The cell path is labelled as the constant error carousel."
    wiring = Wiring(title, parts, _ROUTES, _GRID)
    return diagram(wiring, model, caption=caption, alt=alt)
