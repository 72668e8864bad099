"""The gates of one cell, word by word, and what the cell holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.drawing.figure import (
    Figure,
    checked_alt,
    content_id,
    figure,
)
from seqcourse.figures.drawing.figure_arguments import (
    check_count,
    check_shares,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    percent,
    sentence,
    slider,
    spoken,
)
from seqcourse.figures.drawing.text import shortened
from seqcourse.numpy.contract.annotations import checked

Values = NDArray[np.float64]

# Names stand at the left; the columns share what is left of a phone's width.
_LEFT, _WIDTH, _ROW, _PITCH = 64.0, 358.0, 27.0, 40.0


@checked
def gate_activations(
    words: Sequence[str],
    gates: Mapping[str, ArrayLike],
    cell: ArrayLike,
    model: str = "lstm",
    *,
    cell_name: str = "cell",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show how far the gates of one cell stand open, and what it holds.

    Parameters
    ----------
    words
        The T words of the sequence, 1 to 48.
    gates
        By its name each gate at each step (T,), from 0 to 1; 1 to 8 of them.
    cell
        What the cell holds after each step (T,), any numbers.
    model
        The model's key, for its colour.
    cell_name
        What a cell is called in that model.
    caption
        The text below the figure.
    alt
        What is seen, in words; written from the numbers if None.

    Returns
    -------
    figure
        A sentence with a slider, a row of squares for each gate and one for
        the cell, and the gates in per cent for each frame.

    Raises
    ------
    ValueError
        If there is no gate, a row does not have one number per word, a gate
        is not from 0 to 1, the cell is not finite, or there are more than can
        be drawn.

    Examples
    --------
    >>> gate_activations(["7", "2"], {"forget": [1.0, 0.9]}, [7.0, 6.3])
    One cell and its gate at each of 2 steps: a row of squares for each,
    larger where the gate is further open or the cell further from zero,
    hollow where the cell is negative. After “7 2” the forget gate is 90 %
    open, and the cell holds 6.30.
    """
    opened, held = _checked(words, gates, cell)
    own = look(model)
    steps = len(words)
    sentences = [
        _sentence(words, opened, held, t, cell_name) for t in range(steps)
    ]
    several = "gates" if len(opened) > 1 else "gate"
    words_for_it = alt if alt is not None else (
        f"One {cell_name} and its {several} at each of {steps} steps: a row "
        "of squares for each, larger where the gate is further open or the "
        f"{cell_name} further from zero, hollow where the {cell_name} is "
        f"negative. {sentences[-1]}"
    )  # fmt: skip
    name = content_id("gate_activations", *sentences, repr(held.tolist()))
    left = tag("p", f"One {cell_name}, step by step", class_="label")
    right = tag("p", "How far open", class_="label")
    frames = tag(
        "div",
        tag(
            "div",
            left,
            _heat(
                words, opened, held, cell_name, own, checked_alt(words_for_it)
            ),
        ),
        tag("div", right, _bars(opened, own)),
        class_="frames",
    )
    return figure(
        sentence(words), slider(name, "Steps read", steps), frames,
        frame_description(sentences),
        alt=words_for_it, caption=caption,
        kind=f"moving gate-activations {own.css_class}",
        id=name, data_says=compact_json(sentences),
    )  # fmt: skip


def _checked(
    words: Sequence[str], gates: Mapping[str, ArrayLike], cell: ArrayLike
) -> tuple[dict[str, Values], Values]:
    check_count(1, 48, "words", words=words)
    check_count(1, 8, "gates", gates=gates)
    opened = {
        name: numbers(f"gates[{name!r}]", gate)
        for name, gate in gates.items()
    }
    rows = {f"gates[{name!r}]": gate for name, gate in opened.items()}
    held = numbers("cell", cell)
    for name, row in {**rows, "cell": held}.items():
        if row.shape != (len(words),):
            raise ValueError(
                f"{name}: expected one number for each of {len(words)} "
                f"words, got shape {row.shape}"
            )
    check_shares(**rows)
    return opened, held


def _sentence(
    words: Sequence[str],
    gates: Mapping[str, Values],
    cell: Values,
    t: int,
    cell_name: str,
) -> str:
    shares = [f"{name} {percent(gate[t])}" for name, gate in gates.items()]
    holds = f"the {cell_name} holds {cell[t] + 0.0:.2f}".replace("-", "−")
    read = f"After “{spoken(words[: t + 1])}”"
    if len(shares) == 1:
        (name,) = gates
        stands = f"the {name} gate is {percent(gates[name][t])} open"
        return f"{read} {stands}, and {holds}."
    return f"{read} the gates stand at {', '.join(shares)}, and {holds}."


def _bars(gates: Mapping[str, Values], own: Look) -> Safe:
    percents = np.rint(100 * np.stack([*gates.values()], axis=1)).astype(int)
    rows = []
    for name, value in zip(gates, percents[-1], strict=True):
        style = f"display:block;--p:{value}"
        bar = tag("span", tag("span", class_="bar", style=style))
        count = tag("span", f"{value} %", class_="number")
        rows.append(tag("li", tag("span", name), " ", bar, count))
    return tag(
        "ol", *rows, class_=f"next-words {own.css_class}",
        data_percents=compact_json(percents.tolist()),
    )  # fmt: skip


def _heat(
    words: Sequence[str],
    gates: Mapping[str, Values],
    cell: Values,
    cell_name: str,
    own: Look,
    alt: str,
) -> Safe:
    steps = len(words)
    pitch = min(_PITCH, (_WIDTH - _LEFT) / steps)
    rows = {**gates, cell_name: cell / max(1.0, float(np.abs(cell).max()))}
    # The cell stands apart: it is what the gates work on.
    tops = [_ROW * at for at in range(len(gates))]
    tops.append(_ROW * len(gates) + 9)
    height = tops[-1] + _ROW
    upright = any(8 * len(word) > pitch + 4 for word in words)
    words = [*map(shortened, words)]
    foot = 12 + 8 * max(map(len, words)) if upright else 24
    shapes = [
        tag("text", name, x=_LEFT - 8, y=top + 18, text_anchor="end")
        for name, top in zip(rows, tops, strict=True)
    ]
    most = min(_ROW - 6, pitch - 4)
    for step, word in enumerate(words):
        middle = _LEFT + (step + 0.5) * pitch
        frame = [
            tag(
                "rect", class_="cell", x=middle - pitch / 2 + 1, y=top,
                width=pitch - 2, height=bottom - top, fill=ink("paper-2"),
                stroke=ink("rule"),
            )
            for top, bottom in ((0.0, tops[-1] - 9), (tops[-1], height))
        ]  # fmt: skip
        squares = [
            _square(row[step], middle, top + _ROW / 2, most, own)
            for row, top in zip(rows.values(), tops, strict=True)
        ]
        now = " now" if step == steps - 1 else ""
        shapes += frame
        shapes.append(
            tag(
                "g", *frame, *squares, class_=f"col read{now}",
                data_step=str(step + 1),
            )
        )  # fmt: skip
        shapes.append(_label(word, middle, height, upright=upright))
    return tag(
        "svg", *shapes, class_=f"heat {own.css_class}",
        viewBox=f"0 0 {_WIDTH:g} {height + foot:g}", width=_WIDTH,
        height=height + foot, role="img", aria_label=alt,
        fill="currentColor", font_size=14,
    )  # fmt: skip


def _square(value: float, x: float, y: float, most: float, own: Look) -> Safe:
    side = abs(value) * most
    filled = value >= 0
    return tag(
        "rect", class_="pos" if filled else "neg",
        x=x - side / 2, y=y - side / 2, width=side, height=side,
        fill=own.colour if filled else ink("paper"),
        stroke=None if filled else own.colour,
    )  # fmt: skip


def _label(word: str, x: float, height: float, *, upright: bool) -> Safe:
    if not upright:
        return tag("text", word, x=x, y=height + 19, text_anchor="middle")
    place = f"{x - 4:.1f} {height + 8:.1f}"
    return tag(
        "text", word, x=x - 4, y=height + 8, transform=f"rotate(90 {place})"
    )
