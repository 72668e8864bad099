"""The step of an RNN, and the network unrolled: forward and backward."""

from __future__ import annotations

from collections.abc import Sequence

from seqcourse.figures.diagrams.diagram import diagram
from seqcourse.figures.diagrams.wiring import Part, Wiring
from seqcourse.figures.drawing.figure import Figure
from seqcourse.figures.drawing.palette import look
from seqcourse.numpy.contract.annotations import checked

_CELL = Wiring(
    "Wiring of one step of an RNN.",
    {
        "before": Part("input", "h_{t−1}", "the hidden state h_{t−1}"),
        "x": Part("input", "x_t"),
        "bias": Part("input", "b", "the bias b"),
        "recurrent": Part("matrix", "W_{hh}", "the recurrent matrix W_{hh}"),
        "input": Part("matrix", "W_{ih}", "the input matrix W_{ih}"),
        "sum": Part("operator", "+", "an addition", "a_t"),
        "tanh": Part("gate", "tanh", "the nonlinearity, a tanh"),
        "h": Part("output", "h_t", "the new hidden state h_t"),
    },
    """
    before => recurrent => sum => tanh => h
    x -> input -> sum
    bias -> sum
    """,
    """
    .      .         bias  .    .
    before recurrent sum   tanh h
    .      .         input .    .
    .      .         x     .    .
    """,
)


@checked
def rnn_diagram(
    *, model: str = "rnn", caption: str | None = None, alt: str | None = None
) -> Figure:
    """Draw the wiring of one step of an RNN.

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
        Two matrices, a sum and a tanh; the memory is the thick line.

    Examples
    --------
    >>> print(rnn_diagram().alt.split(". ")[0])
    Wiring of one step of an RNN
    """
    return diagram(_CELL, model, caption=caption, alt=alt)


@checked
def unrolled_diagram(
    steps: int = 4,
    *,
    inputs: Sequence[str] | None = None,
    every_loss: bool = True,
    backward: bool = True,
    model: str = "rnn",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw a network unrolled in time, forward and then backward.

    Parameters
    ----------
    steps
        How many time steps, 2 to 5.
    inputs
        The input at each step, such as words; x_1, x_2, … if None.
    every_loss
        Whether each step has a loss; only the last if False.
    backward
        Whether there are losses and gradients at all; if False, the states
        alone are drawn.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; read off the wiring if None.

    Returns
    -------
    figure
        A slider that goes through the forward pass and back through the
        gradients.

    Raises
    ------
    ValueError
        If there are fewer than 2 steps, or more than 5, or not as many
        inputs.

    Examples
    --------
    >>> print(unrolled_diagram(2).alt.split(". ")[-1])
    In the backward pass the gradient flows from the loss L 2 through the RNN
    at step 2 and the RNN at step 1 to the first state h 0.
    >>> words = unrolled_diagram(2, inputs=["the", "sky"], backward=False)
    >>> print(words.alt.split(". ")[2])
    The first state h 0 and “the” enter the RNN at step 1, which gives h 1
    """
    if not 2 <= steps <= 5:
        raise ValueError(f"steps: expected 2 to 5, got {steps}")
    if inputs is not None and len(inputs) != steps:
        raise ValueError(
            f"inputs: expected one for each of {steps} steps, "
            f"got {len(inputs)}"
        )
    name, times = look(model).label, range(1, steps + 1)
    losses = [t for t in times if backward and (every_loss or t == steps)]
    read = [f"“{word}”" for word in inputs or ()]
    parts = {"h0": Part("input", "h_0", "the first state h_0")}
    for t in times:
        word = inputs[t - 1] if inputs else f"x_{t}"
        says = read[t - 1] if inputs else ""
        parts[f"x{t}"] = Part("input", word, says, step=t)
    for t in times:
        says = f"the {name} at step {t}"
        gives = f"h_{t}" if backward or t < steps else ""
        parts[f"cell{t}"] = Part("gate", name, says, gives, step=t)
        if t in losses:
            says = f"the loss L_{t}"
            parts[f"loss{t}"] = Part("output", f"L_{t}", says, step=t)
    cells = [f"cell{t}" for t in times]
    row = ["h0", *cells]
    if not backward:
        parts["last"] = Part("output", f"h_{steps}", step=steps)
        row.append("last")
    lines = [
        " => ".join(row),
        *(f"x{t} -> cell{t}" for t in times),
        *(f"cell{t} -> loss{t}" for t in losses),
        *(f"loss{t} ~> cell{t}" for t in losses if t < steps),
    ]
    grid = [row, [".", *(f"x{t}" for t in times)]]
    if backward:
        lines.append(" ~> ".join([f"loss{steps}", *cells[::-1], "h0"]))
        grid.insert(
            0, [".", *(f"loss{t}" if t in losses else "." for t in times)]
        )
    else:
        grid[1].append(".")
    wiring = Wiring(
        f"Wiring of an {name} unrolled over {steps} time steps.",
        parts,
        "\n".join(lines),
        "\n".join(map(" ".join, grid)),
    )
    x, h, loss = (
        [letter + chr(0x2080 + t) for t in range(steps + 1)]
        for letter in "xhL"
    )
    x[1:] = read or x[1:]
    frames = []
    for t in times:
        ends = f", and the loss {loss[t]} is read off it" * (t in losses)
        frames.append(
            f"Forward, step {t}: the shared weights turn {x[t]} and "
            f"{h[t - 1]} into {h[t]}{ends}."
        )
    for t in times[::-1] if backward else ():
        comes = [f"from {loss[t]}"] * (t in losses)
        comes += [f"from step {t + 1}"] * (t < steps)
        frames.append(
            f"Backward, step {t}: the gradient of {h[t]} arrives "
            f"{' and '.join(comes)}. It adds to the gradient of the shared "
            f"weights and flows on to {h[t - 1]}."
        )
    return diagram(
        wiring, model, caption=caption, alt=alt, frames=frames,
        label="Step" + ", forward then backward" * backward,
    )  # fmt: skip
