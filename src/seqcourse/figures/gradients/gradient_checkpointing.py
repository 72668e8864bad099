"""What the backward pass needs: every step, or every k-th state."""

from __future__ import annotations

from collections.abc import Mapping

from seqcourse.figures.drawing.figure import Figure, content_id, figure
from seqcourse.figures.drawing.figure_arguments import (
    check_count,
    check_whole,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import svg, write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    slider,
)
from seqcourse.numpy.contract.annotations import checked

#: A petabyte: what is more has no room for its number.
_MOST = 10**15


@checked
def gradient_checkpointing(
    steps: int,
    kept: Mapping[int, tuple[int, int]],
    whole: int,
    *,
    model: str = "rnn",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show how much is kept when the state at every k-th step is.

    Parameters
    ----------
    steps
        Length T of the sequence, 2 to 128.
    kept
        For each k, up to 16 of them, the bytes of the states that are kept,
        and of the segment that is recomputed.
    whole
        The bytes where every step is kept.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A slider over k: the steps with those that are kept, and the memory
        that it takes as a bar. It opens at the k that takes the least.

    Raises
    ------
    ValueError
        If there is no k or more than 16, a k is not between 1 and T, or a
        size is not above zero.

    Examples
    --------
    >>> gradient_checkpointing(16, {4: (400, 500), 16: (100, 1700)}, 1700)
    Memory for the backward pass through 16 steps, where the state at every
    k-th is kept and the rest recomputed. Every 4: 0.9 of 1.7 KB. Every 16:
    1.8 of 1.7 KB.
    """
    check_whole(2, 128, steps=steps)
    check_count(1, 16, "lengths k", kept=kept)
    if not all(1 <= k <= steps for k in kept):
        raise ValueError(
            f"kept: expected some k from 1 to {steps}, got {list(kept)}"
        )
    check_whole(1, _MOST, whole=whole)
    for k, (states, segment) in kept.items():
        check_whole(1, _MOST, **{f"kept[{k}][0]": states})
        check_whole(1, _MOST, **{f"kept[{k}][1]": segment})
    own = look(model)
    sentences = [_says(steps, k, *sizes, whole) for k, sizes in kept.items()]
    text = alt if alt is not None else (
        f"Memory for the backward pass through {steps} steps, where the "
        "state at every k-th is kept and the rest recomputed. "
        + " ".join(
            f"Every {k}: {sum(sizes) / 1000:.1f} of {whole / 1000:.1f} KB."
            for k, sizes in kept.items()
        )
    )  # fmt: skip
    totals = [sum(sizes) for sizes in kept.values()]
    full, start = max(whole, *totals), 1 + totals.index(min(totals))
    frames = []
    for frame, (k, sizes) in enumerate(kept.items(), 1):
        shown = frame == start
        drawings = [
            _draw(width, per_row, steps, k, sizes, (whole, full), own)
            for width, per_row in ((608, 64), (358, 32))
        ]
        frames.append(
            tag("div", *drawings, data_frame=str(frame), hidden=not shown)
        )
    stops = [f"{k} step{'s' * (k > 1)}" for k in kept]
    name = content_id("gradient_checkpointing", *sentences)
    return figure(
        slider(
            name, "A state kept every", len(kept), stops=stops, start=start
        ),
        tag("div", *frames, role="img", aria_label=text),
        frame_description(sentences, start=start),
        alt=text, caption=caption,
        kind=f"moving gradient-checkpointing {own.css_class}", id=name,
        data_says=compact_json(sentences),
        data_stops=compact_json(stops),
    )  # fmt: skip


def _says(steps: int, k: int, states: int, segment: int, whole: int) -> str:
    count = -(-steps // k)
    return (
        f"k = {k}: {count} state{'s' * (count > 1)} kept "
        f"({states / 1000:.1f} KB) and {k} step{'s' * (k > 1)} recomputed at "
        f"a time ({segment / 1000:.1f} KB); keeping all steps takes "
        f"{whole / 1000:.1f} KB."
    )


def _draw(
    width: float,
    per_row: int,
    steps: int,
    k: int,
    sizes: tuple[int, int],
    scale: tuple[int, int],
    own: Look,
) -> Safe:
    pitch = (width - 2) / per_row
    side = min(pitch - 2, 9.0)
    shapes = [write((0, 14), f"{steps} steps, k = {k}")]
    y = 28.0
    for step in range(steps):
        column, row = step % per_row, step // per_row
        again = step // k == (steps - 1) // k
        keeps = step % k == 0
        shapes.append(
            tag(
                "rect", x=1 + column * pitch, y=y + row * 18, width=side,
                height=11, fill=own.colour if keeps else "none",
                stroke=own.colour if keeps or again else ink("rule-strong"),
                stroke_width="1.5" if keeps or again else "0.75",
                opacity=None if keeps or again else "0.6",
            )
        )  # fmt: skip
    y += 18.0 * -(-steps // per_row) + 22
    whole, full = scale
    room = width - 76
    states, segment = (room * size / full for size in sizes)
    shapes += [
        write((0, y), "states kept, and the segment that is recomputed"),
        tag("rect", x=0, y=y + 8, width=states, height=16, fill=own.colour),
        tag(
            "rect", x=states + 0.75, y=y + 8.75, height=14.5,
            width=max(segment - 1.5, 0.5), fill=ink("paper"),
            stroke=own.colour, stroke_width="1.5",
        ),
        write((states + segment + 8, y + 21), f"{sum(sizes) / 1000:.1f} KB"),
        write((0, y + 48), "all steps kept"),
        tag(
            "rect", class_="all", x=0, y=y + 56, width=room * whole / full,
            height=16, fill=ink("rule-strong"),
        ),
        write((room * whole / full + 8, y + 69), f"{whole / 1000:.1f} KB"),
    ]  # fmt: skip
    return svg(width, y + 78, *shapes)
