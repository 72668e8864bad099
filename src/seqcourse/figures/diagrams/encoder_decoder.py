"""An encoder and a decoder: one state between them, or attention."""

from __future__ import annotations

from seqcourse.figures.diagrams.diagram import diagram
from seqcourse.figures.diagrams.wiring import Part, Wiring
from seqcourse.figures.drawing.figure import Figure
from seqcourse.numpy.contract.annotations import checked

_SAYS = "the probabilities p_{0} of y_{0}, through the output layer"


@checked
def encoder_decoder_diagram(
    source: int = 3,
    target: int = 3,
    *,
    attention: bool = False,
    model: str | None = None,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw the wiring of an encoder and a decoder.

    Parameters
    ----------
    source
        How many steps the encoder takes, 2 or 3.
    target
        How many the decoder takes, 2 or 3; with attention only one of them
        is drawn.
    attention
        Whether the decoder attends to all states of the encoder.
    model
        The model's key, for its colour; the GRU's, or with attention
        attention's, if None.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; read off the wiring if None.

    Returns
    -------
    figure
        The state that is handed over as the thick line; with attention, one
        step of the decoder and its path to the encoder's states.

    Raises
    ------
    ValueError
        If there are fewer than 2 steps, or more than 3.

    Examples
    --------
    >>> encoder_decoder_diagram(2, 2).alt.split(". ")[3]
    'h 1 and x 2 enter the encoder at step 2'
    """
    for name, steps in (("source", source), ("target", target)):
        if not 2 <= steps <= 3:
            raise ValueError(f"{name}: expected 2 or 3 steps, got {steps}")
    parts: dict[str, Part] = {}
    for i in range(1, source + 1):
        parts[f"x{i}"] = Part("input", f"x_{i}")
        says = f"the encoder at step {i}"
        note = "encoder" * (i == 2)
        parts[f"h{i}"] = Part(
            "gate", f"h_{i}", says, note=note, result=f"h_{i}"
        )
    read = [f"h{i}" for i in range(1, source + 1)]
    lines = [f"x{i} -> h{i}" for i in range(1, source + 1)]
    if attention:
        wiring = _attending(parts, read, lines)
        return diagram(wiring, model or "attention", caption=caption, alt=alt)
    for t in range(1, target + 1):
        parts[f"y{t}"] = Part("input", f"y_{t - 1}")
        says = f"the decoder at step {t}"
        note = "decoder" * (t == 2)
        parts[f"s{t}"] = Part(
            "layer", f"s_{t}", says, note=note, result=f"s_{t}"
        )
        parts[f"p{t}"] = Part("output", f"p_{t}", _SAYS.format(t))
        lines += [f"y{t} -> s{t} -> p{t}"]
    write = [f"s{t}" for t in range(1, target + 1)]
    lines.insert(0, " => ".join([*read, *write]))
    rows = (
        ["."] * source + [f"p{t}" for t in range(1, target + 1)],
        [*read, *write],
        [
            *(f"x{i}" for i in range(1, source + 1)),
            *(f"y{t}" for t in range(1, target + 1)),
        ],
    )
    wiring = Wiring(
        "Wiring of an encoder and a decoder, without attention.",
        parts,
        "\n".join(lines),
        "\n".join(map(" ".join, rows)),
    )
    return diagram(wiring, model or "gru", caption=caption, alt=alt)


def _attending(
    parts: dict[str, Part], read: list[str], lines: list[str]
) -> Wiring:
    parts |= {
        "before": Part("input", "s_{t−1}", "the last state s_{t−1}"),
        "y": Part("input", "y_{t−1}", "the last token y_{t−1}"),
        "decoder": Part("layer", "s_t", "the decoder at step t",
                        note="decoder", result="s_t"),
        "states": Part("matrix", "keys, values",
                       "the matrix of keys and values",
                       result="the keys and values"),
        "score": Part("gate", "score", "the score function", "e_t"),
        "softmax": Part("gate", "softmax", "a softmax", "α_t"),
        "average": Part("gate", "average",
                        "a weighted average of the values", "c_t"),
        "combine": Part("layer", "tanh", "a tanh layer"),
        "p": Part("output", "p_t", _SAYS.format("t")),
    }  # fmt: skip
    lines += [
        " => ".join(read),
        *(f"{name} -> states" for name in read),
        "before => decoder -> score",
        "y -> decoder -> combine",
        "states -> score -> softmax -> average",
        "states -> average -> combine -> p",
    ]
    empty = ["."] * len(read)
    rows = (
        [*empty, ".", ".", "p"],
        [*empty, "average", ".", "combine"],
        [*empty, "softmax", ".", "."],
        [*["states"] * len(read), "score", ".", "."],
        [*read, ".", "before", "decoder"],
        [*(f"x{name[1:]}" for name in read), ".", ".", "y"],
    )
    last, few = ["."] * (len(read) - 1), ["states"] * len(read)
    narrow = (
        [*(f"x{name[1:]}" for name in read), ".", "y"],
        [*read, "before", "decoder"],
        [*few, ".", "."],
        [*last, "score", ".", "."],
        [*last, "softmax", ".", "."],
        [*last, "average", ".", "combine"],
        [*empty, ".", "p"],
    )
    return Wiring(
        "Wiring of an encoder and of one step of a decoder with "
        "cross-attention.",
        parts,
        "\n".join(lines),
        "\n".join(map(" ".join, rows)),
        "\n".join(map(" ".join, narrow)),
    )
