"""A transformer block with pre-norm: the residual stream and two branches."""

from __future__ import annotations

from seqcourse.figures.diagrams.diagram import diagram
from seqcourse.figures.diagrams.wiring import Part, Wiring
from seqcourse.figures.drawing.figure import Figure
from seqcourse.numpy.contract.annotations import checked


def _stream(norm: str) -> dict[str, Part]:
    """Give the parts of the residual stream, and what opens a branch."""
    return {
        "x": Part("input", "x"),
        "norm1": Part("layer", norm, f"{norm} 1", result="the normalised x"),
        "add1": Part("operator", "+", "the first addition", "y"),
        "norm2": Part("layer", norm, f"{norm} 2", result="the normalised y"),
        "add2": Part("operator", "+", "the second addition",
                     result="the second sum"),
        "z": Part("output", "z", "z"),
    }  # fmt: skip


_PLAIN = Wiring(
    "Wiring of a transformer block with pre-norm.",
    _stream("norm")
    | {
        "attention": Part("gate", "attention", "multi-head self-attention",
                          note="all positions together"),
        "up": Part("layer", "feed-forward", "the feed-forward network",
                   note="each position alone"),
    },
    """
    x => add1 => add2 => z
    x -> norm1 -> attention -> add1
    add1 -> norm2 -> up -> add2
    """,
    """
    x . .     .         add1 . .     .  add2 z
    . . norm1 attention .    . norm2 up .    .
    """,
    """
    x    .         . .
    .    norm1     . .
    .    attention . .
    add1 .         . .
    .    norm2     . .
    .    up        . .
    add2 .         . .
    z    .         . .
    """,
)  # fmt: skip
_MODERN = Wiring(
    "Wiring of a modern transformer block: RMSNorm before each branch, RoPE "
    "and grouped-query attention in the first, SwiGLU in the second.",
    _stream("RMSNorm")
    | {
        "q": Part("matrix", "W_q", "the query matrix W_q", result="q"),
        "k": Part("matrix", "W_k", "the key matrix W_k", result="k"),
        "v": Part("matrix", "W_v", "the value matrix W_v", result="v"),
        "rope1": Part("layer", "RoPE", "the rotation of queries (RoPE)"),
        "rope2": Part("layer", "RoPE", "the rotation of keys (RoPE)"),
        "attention": Part("gate", "attention",
                          "grouped-query attention (GQA)", note="GQA"),
        "mix": Part("matrix", "W_o", "the output matrix W_o",
                    result="the output of the attention"),
        "gate": Part("matrix", "W_1", "the gate matrix W_1"),
        "silu": Part("gate", "SiLU", "the gate's activation function, SiLU"),
        "up": Part("matrix", "W_3", "the matrix W_3"),
        "times": Part("operator", "×", "a multiplication", note="SwiGLU"),
        "down": Part("matrix", "W_2", "the matrix W_2",
                     result="the output of the SwiGLU"),
    },
    """
    x => add1 => add2 => z
    x -> norm1
    norm1 -> q -> rope1 -> attention
    norm1 -> k -> rope2 -> attention
    norm1 -> v -> attention -> mix -> add1
    add1 -> norm2
    norm2 -> gate -> silu -> times
    norm2 -> up -> times
    times -> down -> add2
    """,
    """
    x    .     .    .     .
    .    norm1 q    rope1 attention
    .    .     k    rope2 attention
    .    .     v    .     attention
    add1 .     .    .     mix
    .    norm2 up   .     .
    .    .     gate silu  times
    add2 .     .    .     down
    z    .     .    .     .
    """,
    """
    x    .         .         .
    .    norm1     norm1     norm1
    .    q         k         v
    .    rope1     rope2     .
    .    attention attention attention
    add1 .         mix       .
    .    norm2     norm2     norm2
    .    gate      .         up
    .    silu      times     .
    add2 .         down      .
    z    .         .         .
    """,
)  # fmt: skip


@checked
def transformer_diagram(
    *,
    modern: bool = False,
    model: str = "attention",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw the wiring of a transformer block.

    Parameters
    ----------
    modern
        Whether it is the modern form: RMSNorm, RoPE, grouped-query attention
        and SwiGLU.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; read off the wiring if None.

    Returns
    -------
    figure
        The residual stream as the thick line, and two branches that add to
        it.

    Examples
    --------
    >>> transformer_diagram().alt.split(". ")[2]
    'x enters norm 1'
    """
    wiring = _MODERN if modern else _PLAIN
    return diagram(wiring, model, caption=caption, alt=alt)
