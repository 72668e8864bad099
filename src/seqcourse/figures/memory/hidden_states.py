"""A network that reads: its memory after every word, and what it expects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.charts.next_word_bars import (
    Expected,
    check_next_words,
    next_word_bars,
)
from seqcourse.figures.drawing.figure import (
    Figure,
    checked_alt,
    content_id,
    figure,
)
from seqcourse.figures.drawing.figure_arguments import check_count, numbers
from seqcourse.figures.drawing.markup import Safe, join, number, tag
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

# Where the columns begin, how far apart they may stand, and how wide all are.
_LEFT, _PITCH, _WIDTH = 44.0, 46.0, 280.0


@checked
def hidden_states(
    words: Sequence[str],
    states: ArrayLike,
    next_words: Sequence[Sequence[Expected]],
    model: str = "rnn",
    *,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show a model's memory after each word, and which word it expects next.

    Parameters
    ----------
    words
        The words read, T of them, 1 to 28.
    states
        The hidden state after each word (T, H), 1 to 128 numbers.
    next_words
        For each word read, the likeliest next words with their
        probabilities, the likeliest first.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the memory looks like, in words; written from the numbers if
        None.

    Returns
    -------
    figure
        A sentence with a slider, a column of squares for each word, and a
        list of next words for each frame.

    Raises
    ------
    ValueError
        If the three do not have the same number of steps, a number is not
        finite, a probability is not between 0 and 1, or there are more than
        can be drawn.

    Examples
    --------
    >>> after = [[("clouds", 0.75), ("sky", 0.25)], [("are", 0.5)]]
    >>> hidden_states(["the", "clouds"], [[0.5, -1.0], [-0.25, 0.0]], after)
    The hidden state after each of 2 words: a column of 2 squares for each
    word, filled where the number is positive, hollow where it is negative,
    larger where it is further from zero. After “the clouds” the likeliest
    next word is “are” (50 %).
    """
    memory = _checked(words, states, next_words)
    own = look(model)
    sentences = [
        _sentence(words[: step + 1], expected)
        for step, expected in enumerate(next_words)
    ]
    steps, size = memory.shape
    words_for_it = alt if alt is not None else (
        f"The hidden state after each of {steps} words: a column of {size} "
        "squares for each word, filled where the number is positive, hollow "
        "where it is negative, larger where it is further from zero. "
        f"{sentences[-1]}"
    )  # fmt: skip
    name = content_id("hidden_states", *sentences, repr(memory.tolist()))
    lists = [
        next_word_bars(expected, step, steps, own)
        for step, expected in enumerate(next_words, 1)
    ]
    heat = _heat(words, memory, own, checked_alt(words_for_it))
    left = tag("p", "The hidden state after each word", class_="label")
    right = tag("p", "What it expects next", class_="label")
    frames = tag(
        "div",
        tag("div", left, heat),
        tag("div", right, *lists),
        class_="frames",
    )
    return figure(
        sentence(words), slider(name, "Words read", steps), frames,
        frame_description(sentences),
        alt=words_for_it, caption=caption, kind=f"moving {own.css_class}",
        id=name, data_says=compact_json(sentences),
    )  # fmt: skip


def _checked(
    words: Sequence[str],
    states: ArrayLike,
    next_words: Sequence[Sequence[Expected]],
) -> NDArray[np.float64]:
    check_count(1, 28, "words", words=words)
    memory = numbers("states", states)
    if memory.ndim != 2 or len(memory) != len(words):
        raise ValueError(
            f"states: expected one row for each of {len(words)} words on "
            f"axis 0 (T), got shape {memory.shape}"
        )
    if not 1 <= memory.shape[1] <= 128:
        raise ValueError(
            "states: expected 1 to 128 numbers on axis 1 (H), got shape "
            f"{memory.shape}"
        )
    check_next_words(len(words), next_words)
    return memory


def _sentence(read: Sequence[str], expected: Sequence[Expected]) -> str:
    first, *others = expected
    text = (
        f"After “{spoken(read)}” the likeliest next word is “{first[0]}” "
        f"({percent(first[1])})"
    )
    if others:
        text += f", then “{others[0][0]}” ({percent(others[0][1])})"
    return f"{text}."


def _heat(
    words: Sequence[str], memory: NDArray[np.float64], own: Look, alt: str
) -> Safe:
    steps, size = memory.shape
    pitch = min(_PITCH, (_WIDTH - _LEFT + 4) / steps)
    row = min(19.0, max(7.0, 360.0 / size))
    height = row * size
    upright = any(8 * len(word) > pitch + 8 for word in words)
    words = [*map(shortened, words)]
    foot = 12 + 8 * max(map(len, words)) if upright else 26
    scale = max(1.0, float(np.abs(memory).max()))
    columns = []
    for step, (word, values) in enumerate(zip(words, memory, strict=True), 1):
        left = _LEFT + (step - 1) * pitch
        frame = tag(
            "rect", class_="cell", x=left, y=0, width=pitch - 4,
            height=height, fill=ink("paper-2"), stroke=ink("rule"),
        )  # fmt: skip
        middle = left + (pitch - 4) / 2
        most = min(row - 4, pitch - 8)
        squares = [
            _square(value, middle, (index + 0.5) * row, most / scale, own)
            for index, value in enumerate(values)
        ]
        now = " now" if step == steps else ""
        column = tag(
            "g", frame, *squares, class_=f"col read{now}", data_step=str(step)
        )
        columns += [
            frame,
            column,
            _label(word, middle, height, upright=upright),
        ]
    return tag(
        "svg", _row(1, row), _row(size, size * row), *columns,
        class_=f"heat {own.css_class}",
        viewBox=f"0 0 280 {number(height + foot)}",
        width=280, height=height + foot, role="img", aria_label=alt,
        fill="currentColor", font_size=14,
    )  # fmt: skip


def _square(
    value: float, x: float, y: float, scale: float, own: Look
) -> Safe:
    side = abs(value) * scale
    positive = value >= 0
    return tag(
        "rect", class_="pos" if positive else "neg",
        x=x - side / 2, y=y - side / 2, width=side, height=side,
        fill=own.colour if positive else ink("paper"),
        stroke=None if positive else own.colour,
    )  # fmt: skip


def _row(index: int, bottom: float) -> Safe:
    small = tag("tspan", str(index), dy=3, style="font-size:10px")
    return tag(
        "text", "h", small, x=36, y=max(13.0, bottom - 5), text_anchor="end"
    )


def _label(word: str, x: float, height: float, *, upright: bool) -> Safe:
    if not upright:
        return tag("text", word, x=x, y=height + 19, text_anchor="middle")
    turn = f"rotate(90 {number(x - 4)} {number(height + 8)})"
    return join(tag("text", word, x=x - 4, y=height + 8, transform=turn))
