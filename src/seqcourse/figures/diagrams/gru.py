"""One step of a GRU."""

from __future__ import annotations

from seqcourse.figures.diagrams.diagram import diagram
from seqcourse.figures.diagrams.wiring import Part, Wiring
from seqcourse.figures.drawing.figure import Figure
from seqcourse.numpy.contract.annotations import checked

_STEP = Wiring(
    "Wiring of one step of a GRU.",
    {
        "before": Part("input", "h_{t−1}", "the hidden state h_{t−1}"),
        "x": Part("input", "x_t"),
        "join": Part("join", "", "their concatenation"),
        "reset": Part("gate", "σ", "the reset gate, a sigmoid", "r_t"),
        "update": Part("gate", "σ", "the update gate, a sigmoid", "z_t"),
        "matrix": Part("matrix", "W_{hn}", "the matrix W_{hn}"),
        "choose": Part("operator", "×", "a multiplication by the reset gate",
                       result="the product with r_t"),
        "candidate": Part("gate", "tanh", "the candidate, a tanh", "n_t"),
        "flip": Part("operator", "1−", "a subtraction from 1",
                     result="1 − z_t"),
        "mix": Part("operator", "×", "a multiplication (write)", note="write",
                    result="the new content"),
        "keep": Part("operator", "×", "a multiplication (keep)", note="keep",
                     result="the kept state"),
        "sum": Part("operator", "+", "an addition", result="the sum"),
        "h": Part("output", "h_t", "the new hidden state h_t"),
    },
    """
    before => keep => sum => h
    before -> matrix -> choose -> candidate -> mix -> sum
    before -> join
    x -> join
    x -> candidate
    join -> reset -> choose
    join -> update -> keep
    update -> flip -> mix
    """,
    """
    before .    .      .      .         keep   .    sum h
    .      .    matrix choose candidate .      .    mix .
    .      .    .      .      .         .      .    flip .
    .      .    .      reset  .         update .    .   .
    .      join .      .      .         .      .    .   .
    x      .    .      .      .         .      .    .   .
    """,
)  # fmt: skip


@checked
def gru_diagram(
    *, model: str = "gru", caption: str | None = None, alt: str | None = None
) -> Figure:
    """Draw the wiring of one step of a GRU.

    Parameters
    ----------
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; read off the wiring if None.

    Returns
    -------
    figure
        The state as the thick line, two gates and the candidate.

    Examples
    --------
    >>> gru_diagram().alt.split(". ")[0]
    'Wiring of one step of a GRU'
    """
    return diagram(_STEP, model, caption=caption, alt=alt)
