"""How far stacked layers with a sliding window reach, token by token."""

from __future__ import annotations

from seqcourse.figures.drawing.canvas import NARROW, WIDE
from seqcourse.figures.drawing.figure import (
    Figure,
    checked_alt,
    content_id,
    figure,
)
from seqcourse.figures.drawing.figure_arguments import check_whole
from seqcourse.figures.drawing.markup import Safe, number, tag
from seqcourse.figures.drawing.palette import ink, look
from seqcourse.figures.drawing.shapes import svg, write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    slider,
)
from seqcourse.numpy.contract.annotations import checked

_TOP, _ROW, _BAR = 6.0, 34.0, 16.0
#: Tokens between two frames, so that a page does not carry one for each.
_EVERY = 2


@checked
def receptive_field(
    window: int,
    layers: int,
    steps: int,
    *,
    model: str = "attention",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show which positions can reach the newest output, under a slider.

    A row for each layer and one for the tokens. What the newest output of
    the last layer depends on is filled.

    Parameters
    ----------
    window
        Positions that one can attend to, itself included, 1 to 40.
    layers
        How many are stacked, 1 to 6.
    steps
        Tokens of the sequence, 2 to 80.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written for you if None.

    Returns
    -------
    figure
        A slider over every second token, and a row for each layer.

    Raises
    ------
    ValueError
        If a number cannot be drawn, or the model is unknown.

    Examples
    --------
    >>> receptive_field(window=3, layers=2, steps=10)
    Rows for 2 layers over a row of tokens, under a slider: the positions on
    which the newest output depends. Token 10: the last 1 position of layer 2,
    3 of layer 1 and 5 tokens; tokens 1 to 5 are out of reach.
    """
    check_whole(1, 40, window=window)
    check_whole(1, 6, layers=layers)
    check_whole(2, 80, steps=steps)
    own = look(model)
    stops = [*range(steps, 0, -_EVERY)][::-1]
    sentences = [_sentence(window, layers, t) for t in stops]
    text = alt if alt is not None else (
        f"Rows for {layers} layer{'s' * (layers > 1)} over a row of tokens, "
        "under a slider: the positions on which the newest output depends. "
        f"{sentences[-1]}"
    )  # fmt: skip
    frames = [
        tag(
            "div",
            *(
                _draw(width, window, layers, steps, t, own.colour)
                for width in (WIDE, NARROW)
            ),
            data_frame=str(at + 1),
            hidden=t < steps,
        )
        for at, t in enumerate(stops)
    ]
    named = [str(t) for t in stops]
    name = content_id("receptive_field", *sentences, model)
    return figure(
        slider(name, "Tokens read", len(stops), stops=named),
        tag("div", *frames, role="img", aria_label=checked_alt(text)),
        frame_description(sentences, seen=False),
        alt=text, caption=caption,
        kind=f"moving receptive-field {own.css_class}",
        id=name, data_says=compact_json(sentences),
        data_stops=compact_json(named),
    )  # fmt: skip


def _oldest(window: int, below: int, t: int) -> int:
    """Give the oldest position, from 1, that is reached so far below."""
    return max(1, t - below * (window - 1))


def _sentence(window: int, layers: int, t: int) -> str:
    reached = [
        t - _oldest(window, below, t) + 1 for below in range(layers + 1)
    ]
    parts = [
        f"{'' if below else 'the last '}{count}"
        f"{'' if below else ' position'} of layer {layers - below}"
        for below, count in enumerate(reached[:-1])
    ]
    gone = t - reached[-1]
    plural = "s" * (reached[-1] > 1)
    lost = {0: "", 1: "; token 1 is out of reach"}.get(
        gone, f"; tokens 1 to {gone} are out of reach"
    )
    return (
        f"Token {t}: {', '.join(parts)} and {reached[-1]} "
        f"token{plural}{lost}."
    )


def _draw(
    width: float, window: int, layers: int, steps: int, t: int, colour: str
) -> Safe:
    left = 62.0
    pitch = (width - left - 2) / steps
    shapes = []
    for below in range(layers + 1):
        y = _TOP + _ROW * below
        name = f"layer {layers - below}" if below < layers else "tokens"
        shapes.append(write((0, y + _BAR - 3), name))
        shapes.append(_cells(left, y, pitch, steps))
        oldest = _oldest(window, below, t)
        x = left + pitch * (oldest - 1)
        shapes.append(
            tag("rect", class_="reached", x=x, y=y, height=_BAR, fill=colour,
                width=pitch * (t - oldest + 1))
        )  # fmt: skip
        if below < layers:  # how the next row down is reached from here
            further = _oldest(window, below + 1, t)
            shapes.append(
                tag(
                    "path", class_="cone", fill=colour, fill_opacity="0.16",
                    d=f"M{number(x)} {number(y + _BAR)}"
                    f"L{number(left + pitch * (further - 1))} "
                    f"{number(y + _ROW)}H{number(left + pitch * t)}V"
                    f"{number(y + _BAR)}Z",
                )
            )  # fmt: skip
    foot = _TOP + _ROW * layers + _BAR
    gone = _oldest(window, layers, t) - 1
    if gone * pitch > 78:
        shapes.append(
            write((left + pitch * gone / 2, foot + 18), "out of reach",
                  anchor="middle", kind="remark")
        )  # fmt: skip
    shapes.append(
        write((left + pitch * (t - 0.5), foot + 18), str(t), anchor="middle")
    )
    return svg(width, foot + 26, *shapes)


def _cells(left: float, y: float, pitch: float, steps: int) -> Safe:
    """Rule an empty cell for each position of a row."""
    lines = [
        f"M{number(left + pitch * at)} {number(y)}v{number(_BAR)}"
        for at in range(steps + 1)
    ]
    edges = [
        f"M{number(left)} {number(edge)}h{number(pitch * steps)}"
        for edge in (y, y + _BAR)
    ]
    return tag(
        "path", class_="cells-of", d="".join(lines + edges), fill="none",
        stroke=ink("rule"),
    )  # fmt: skip
