"""A decoder that writes: where its heads look, and what may come next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.attention.attention_map import named
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
from seqcourse.figures.drawing.figure_arguments import (
    check_attention_weights,
    check_count,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import svg, write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    percent,
    sentence,
    slider,
)
from seqcourse.figures.drawing.text import shortened
from seqcourse.numpy.contract.annotations import checked

Table = NDArray[np.float64]

# The largest square's frame, how wide a letter is taken to be, and the whole.
_CELL, _LETTER, _WIDTH = 30.0, 7.5, 358.0


@checked
def generation(
    words: Sequence[str],
    weights: Mapping[str, ArrayLike],
    next_words: Sequence[Sequence[Expected]],
    *,
    model: str = "attention",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show a decoder at each word: its heads' weights, and its next words.

    Parameters
    ----------
    words
        The words read, T of them, 2 to 24: what was given, then what it
        wrote.
    weights
        By the name of a head, up to 16 of them: its attention weights (T,
        T), a row for each word that looks; none on later words.
    next_words
        For each word read, the likeliest next words with their
        probabilities, the likeliest first.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A sentence with a slider; for each word a row of squares for each
        head and a list of next words.

    Raises
    ------
    ValueError
        If shapes do not fit, a weight or probability is not between 0 and 1,
        a row sums to more than 1, or a word looks at a later one.

    Examples
    --------
    >>> after = [[("clouds", 0.75), ("sky", 0.25)], [("are", 0.5)]]
    >>> generation(["the", "clouds"], {"head": [[1, 0], [0.3, 0.7]]}, after)
    A decoder at each of 2 words: a row of squares for each head, the larger
    the more weight. “the”: head attends most to “the” (100 %); next, “clouds”
    (75 %). “clouds”: head attends most to “clouds” (70 %); next, “are”
    (50 %).
    """
    tables = _checked(words, weights, next_words)
    own = look(model)
    sentences = [
        f"{named(words, step)}: "
        + ", ".join(
            f"{name} attends most to "
            f"{named(words, int(table[step].argmax()))} "
            f"({percent(table[step].max())})"
            for name, table in tables.items()
        )
        + f"; next, “{after[0][0]}” ({percent(after[0][1])})."
        for step, after in enumerate(next_words)
    ]
    text = alt if alt is not None else (
        f"A decoder at each of {len(words)} words: a row of squares for each "
        f"head, the larger the more weight. {' '.join(sentences)}"
    )  # fmt: skip
    T = len(words)
    frames = []
    for step in range(T):
        drawing = _draw(words, tables, step, own)
        frames.append(
            tag("div", drawing, data_frame=str(step + 1),
                hidden=step != T - 1)
        )  # fmt: skip
    lists = [
        next_word_bars(expected, step, T, own)
        for step, expected in enumerate(next_words, 1)
    ]
    content = [repr(table.tolist()) for table in tables.values()]
    name = content_id("generation", *sentences, *content)
    left = tag("p", "Where each head looks", class_="label")
    right = tag("p", "What it may write next", class_="label")
    return figure(
        slider(name, "Words so far", T, play="Write"),
        sentence(words),
        tag(
            "div",
            tag("div", left,
                tag("div", *frames, role="img",
                    aria_label=checked_alt(text))),
            tag("div", right, *lists),
            class_="frames",
        ),
        frame_description(sentences, seen=False),
        alt=text, caption=caption, kind=f"moving generation {own.css_class}",
        id=name, data_says=compact_json(sentences),
    )  # fmt: skip


def _checked(
    words: Sequence[str],
    weights: Mapping[str, ArrayLike],
    next_words: Sequence[Sequence[Expected]],
) -> dict[str, Table]:
    T = len(words)
    check_count(2, 24, "words", words=words)
    check_count(1, 16, "heads", weights=weights)
    check_next_words(T, next_words)
    tables = {}
    for name, given in weights.items():
        table = numbers(f"weights[{name!r}]", given, T, T)
        if np.triu(table, 1).any():
            raise ValueError(
                f"weights[{name!r}]: expected no weight on later words"
            )
        check_attention_weights(**{f"weights[{name!r}]": table})
        tables[name] = table
    return tables


def _draw(
    words: Sequence[str],
    tables: Mapping[str, Table],
    step: int,
    own: Look,
) -> Safe:
    words = [*map(shortened, words)]
    left = 10 + _LETTER * max(len(shortened(name)) for name in tables)
    cell = min(_CELL, (_WIDTH - left - 2) / len(words))
    top = 12 + _LETTER * max(map(len, words))
    shapes = []
    for column, word in enumerate(words[: step + 1]):
        x = left + (column + 0.5) * cell
        turn = f"rotate(-90 {x + 5:.1f} {top - 6:.1f})"
        kind = "verdict" if column == step else None
        shapes.append(
            tag("text", word, class_=kind, x=x + 5, y=top - 6,
                transform=turn)
        )  # fmt: skip
    for row, (name, table) in enumerate(tables.items()):
        y = top + row * _CELL
        shapes.append(
            write(
                (left - 8, y + _CELL / 2 + 5), shortened(name), anchor="end"
            )
        )
        for column in range(step + 1):
            x = left + column * cell
            shapes.append(
                tag("rect", x=x, y=y, width=cell, height=_CELL,
                    fill=ink("paper-2"), stroke=ink("rule"))
            )  # fmt: skip
            side = (cell - 2) * float(np.sqrt(table[step, column]))
            if side >= 1:
                shapes.append(
                    tag("rect", class_="weight",
                        x=x + (cell - side) / 2, y=y + (_CELL - side) / 2,
                        width=side, height=side, fill=own.colour)
                )  # fmt: skip
    high = top + _CELL * len(tables) + 2
    return svg(_WIDTH, high, *shapes)
