"""What each model carries on, after more and more tokens: bars in decades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
    check_logarithms,
    check_rising,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import PALETTE, Look, look
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    slider,
)
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.arguments import check_at_least

Values = NDArray[np.float64]
#: What it is called, how it looks, and its bytes.
Row = tuple[str, Look, Values]

_UNITS = ("bytes", "KB", "MB", "GB", "TB")


@checked
def state_size(
    results: Mapping[str, ArrayLike | tuple[ArrayLike, str]],
    lengths: Sequence[int],
    *,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show the bytes that each model carries, under a slider of lengths.

    Every bar is a logarithm: the same distance is always the same factor.
    The bars begin at a tenth of the smallest number, and the longest is that
    of the largest, at whichever length.

    Parameters
    ----------
    results
        For each of up to 12 models its bytes after each length (L,), above
        0; under a name of your own, a pair of that and the model's key.
    lengths
        Tokens that have been read, rising, 2 to 64 of them (L,).
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A slider, and a bar for each model.

    Raises
    ------
    ValueError
        If there are fewer than two lengths or more than 64, they do not
        rise, there is no model or more than 12, or one has not one number
        above 0 for each length.

    Examples
    --------
    >>> state_size({"gru": [256, 256], "attention": [4e3, 4e6]}, [8, 8000])
    Bars on a scale of powers of ten, under a slider: what a model carries, by
    the tokens it has read. After 8 tokens: GRU 256 bytes, attention 4 KB.
    After 8,000 tokens: GRU 256 bytes, attention 4 MB.
    """
    check_count(2, 64, "lengths", lengths=lengths)
    check_at_least(1, lengths=min(lengths))
    check_rising(lengths=numbers("lengths", lengths))
    check_count(1, 12, "models", results=results)
    steps = [*lengths]
    rows = [_row(name, value, len(steps)) for name, value in results.items()]
    carried = np.stack([held for _, _, held in rows])
    low, high = np.log10(carried.min()) - 1, np.log10(carried.max())
    shares = (np.log10(carried) - low) / (high - low)
    sentences = [
        f"After {T:,} token{'s' * (T > 1)}: "
        + ", ".join(f"{label} {size(held[at])}" for label, _, held in rows)
        + "."
        for at, T in enumerate(steps)
    ]
    words = alt if alt is not None else (
        "Bars on a scale of powers of ten, under a slider: what a model "
        f"carries, by the tokens it has read. {sentences[0]} {sentences[-1]}"
    )  # fmt: skip
    stops = [f"{T:,}" for T in steps]
    scale = _scale(float(low), float(high))
    frames = [
        _bars(scale, rows, shares[:, at], at, len(steps))
        for at in range(len(steps))
    ]
    name = content_id("state_size", *stops, repr(carried.tolist()), *results)
    return figure(
        slider(name, "Tokens read", len(steps), stops=stops),
        tag("div", *frames, role="img", aria_label=checked_alt(words)),
        frame_description(sentences, seen=False),
        alt=words, caption=caption, kind="moving state-size",
        id=name, data_says=compact_json(sentences),
        data_stops=compact_json(stops),
    )  # fmt: skip


def size(held: float) -> str:
    """Write a number of bytes as short as it can be read.

    Parameters
    ----------
    held
        Bytes.

    Returns
    -------
    text
        Up to three digits and a unit, each unit a thousand of the one before.

    Examples
    --------
    >>> [size(held) for held in (8, 512, 2056, 33_554_440, 4.1e12)]
    ['8 bytes', '512 bytes', '2.06 KB', '33.6 MB', '4.1 TB']
    """
    power = 0
    while power < len(_UNITS) - 1 and float(f"{held:.3g}") >= 1000:
        held, power = held / 1000, power + 1
    return f"{float(f'{held:.3g}'):,g} {_UNITS[power]}"


def _row(name: str, value: Any, count: int) -> Row:
    argument = f"results[{name!r}]"
    label = PALETTE[name].label if name in PALETTE else name
    if isinstance(value, tuple) and isinstance(value[-1], str):
        own, held = look(value[-1], argument), numbers(argument, value[0])
    else:
        own, held = look(name, "results"), numbers(argument, value)
    if held.shape != (count,):
        raise ValueError(
            f"{argument}: expected one number for each of {count} lengths, "
            f"got shape {held.shape}"
        )
    check_logarithms(**{argument: held})
    return label, own, held


def _scale(low: float, high: float) -> Safe:
    """Rule a line at each power of ten, and name those that begin a unit."""
    powers = range(max(0, int(np.ceil(low))), int(high) + 1)
    units = [power for power in powers if power % 3 == 0]
    named = units if len(units) > 1 else powers
    lines = [
        tag(
            "i",
            tag("span", size(10.0**power)) if power in named else Safe(),
            style=f"--p:{100 * (power - low) / (high - low):.1f}",
        )
        for power in powers
    ]
    ticks = tag("span", *lines, class_="ticks")
    return tag("li", ticks, class_="scale", aria_hidden="true")


def _bars(
    scale: Safe, rows: list[Row], shares: Values, at: int, steps: int
) -> Safe:
    items = [scale]
    for (label, own, held), share in zip(rows, shares, strict=True):
        style = f"display:block;--p:{100 * share:.1f}"
        bar = tag("span", tag("span", class_="bar", style=style))
        count = tag("span", size(held[at]), class_="number")
        items.append(
            tag("li", tag("span", label, class_="name"), " ", bar, count,
                class_=own.css_class)
        )  # fmt: skip
    return tag(
        "ol", *items, class_="next-words", data_frame=str(at + 1),
        hidden=at + 1 < steps,
    )  # fmt: skip
