"""Scaled dot-product attention: queries, keys and values."""

from __future__ import annotations

from seqcourse.figures.diagrams.diagram import diagram
from seqcourse.figures.diagrams.wiring import Part, Wiring
from seqcourse.figures.drawing.figure import Figure
from seqcourse.numpy.contract.annotations import checked


@checked
def attention_diagram(
    *,
    cross: bool = False,
    causal: bool = False,
    model: str = "attention",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw the wiring of scaled dot-product attention.

    Parameters
    ----------
    cross
        Whether keys and values come from another sequence than the queries.
    causal
        Whether a causal mask hides later positions.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; read off the wiring if None.

    Returns
    -------
    figure
        Three matrices, the scores, a softmax and the weighted average.

    Examples
    --------
    >>> attention_diagram().alt.split(". ")[2]
    'x enters the query matrix W q, which gives q; the key matrix W k, which
    gives k; and the value matrix W v, which gives v'
    """
    parts = {
        "x": Part("input", "x", "the sequence x" * cross),
        "query": Part("matrix", "W_q", "the query matrix W_q", "q"),
        "key": Part("matrix", "W_k", "the key matrix W_k", "k"),
        "value": Part("matrix", "W_v", "the value matrix W_v", "v"),
        "scores": Part("gate", "q k^⊤", "the dot products q k^⊤",
                       note="scores", result="the scores"),
        "scale": Part("layer", "÷ √K", "a division by √K",
                      result="the scaled scores"),
        "softmax": Part("gate", "softmax", "a softmax",
                        result="the attention weights"),
        "average": Part("operator", "×", "a multiplication, each row a "
                        "weighted average of the values",
                        note="weighted average",
                        result="the weighted average"),
        "out": Part("output", "context", "the context"),
    }  # fmt: skip
    if cross:
        parts["h"] = Part("input", "h", "the other sequence h")
    if causal:
        parts["mask"] = Part("layer", "mask", "a causal mask",
                             result="the masked scores")  # fmt: skip
    other = "h" if cross else "x"
    masked = "-> mask " * causal
    hidden = "mask" if causal else ""
    kind = "cross-attention" if cross else "self-attention"
    wiring = Wiring(
        f"Wiring of scaled dot-product attention: {kind}"
        f"{', causal' * causal}.",
        parts,
        f"""
        x -> query -> scores -> scale {masked}-> softmax -> average -> out
        {other} -> key -> scores
        {other} -> value -> average
        """,
        f"""
        {"x" if cross else "."} query scores scale {hidden} softmax .
        {other} key . . {"." * causal} . .
        . value . . {"." * causal} average out
        """,
    )
    return diagram(wiring, model, caption=caption, alt=alt)
