"""A matrix of attention weights: one row per query, one square per weight."""

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
    check_all,
    check_attention_weights,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, number, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import svg, write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    percent,
    slider,
)
from seqcourse.figures.drawing.text import shortened
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.arguments import check_array_shape

Table = NDArray[np.float64]

# The widest a cell gets, and how wide a letter is taken to be.
_CELL, _LETTER = 34.0, 7.5
# The width of one of several tables, which stand side by side or below.
_PANEL = 296.0


@checked
def attention_map(
    words_in: Sequence[str],
    words_out: Sequence[str],
    weights: ArrayLike | Mapping[str, ArrayLike],
    *,
    visible: ArrayLike | None = None,
    label: str = "Each row attends; each column is attended to.",
    model: str = "attention",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show the attention weights of every query.

    Parameters
    ----------
    words_in
        What is attended to, S words, 2 to 40: the columns.
    words_out
        What attends, T words, 2 to 40: the rows.
    weights
        Attention weights (T, S), whose rows sum to at most 1; or up to four
        such tables by their names, say one for each head.
    visible
        What a row may attend to (T, S), True or False; everything if None.
        What is hidden gets no cell.
    label
        The line above, which says what rows and columns are.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A matrix of squares whose areas are the weights, and a slider (or the
        pointer) for the row that is read out.

    Raises
    ------
    ValueError
        If there is not one row for each word that attends and one column
        for each that is attended to, 2 to 40 each, a weight is not between
        0 and 1, a row sums to more than 1, or `visible` holds something
        else than True and False.

    Examples
    --------
    >>> attention_map(["the", "dog"], ["le", "chien"], [[1, 0], [0.2, 0.8]])
    Attention map, 2 rows by 2 columns; the larger a square, the larger the
    weight. “le” attends most to “the” (100 %). “chien” attends most to “dog”
    (80 %), then to “the” (20 %).
    """
    tables = _checked(words_in, words_out, weights)
    shape = len(words_out), len(words_in)
    seen = np.ones(shape, bool)
    if visible is not None:
        asked = np.asarray(visible)
        check_array_shape(shape, visible=asked)
        seen = asked.astype(bool)
        check_all("True or False", seen == asked, visible=asked)
    own = look(model)
    sentences = [
        " ".join(
            _says(words_in, named(words_out, row), table[row], name)
            for name, table in tables.items()
        )
        for row in range(len(words_out))
    ]
    text = alt if alt is not None else (
        f"Attention map, {shape[0]} rows by {shape[1]} columns; the larger a "
        f"square, the larger the weight. {' '.join(sentences)}"
    )  # fmt: skip
    panels = []
    for name, table in tables.items():
        widths = (608.0, 358.0) if len(tables) == 1 else (_PANEL,)
        drawn = [
            _draw(width, words_in, words_out, table, seen, own)
            for width in widths
        ]
        title = tag("p", name, class_="label") if name else Safe()
        panels.append(tag("div", title, *drawn))
    content = [repr(table.tolist()) for table in tables.values()]
    name = content_id("attention_map", *sentences, *content)
    return figure(
        tag("p", label, class_="label"),
        slider(name, "Row", shape[0]),
        tag("div", *panels, class_="panels", role="img",
            aria_label=checked_alt(text)),
        frame_description(sentences),
        alt=text, caption=caption,
        kind=f"moving attention-map {own.css_class}", id=name,
        data_says=compact_json(sentences),
    )  # fmt: skip


def _checked(
    words_in: Sequence[str],
    words_out: Sequence[str],
    weights: ArrayLike | Mapping[str, ArrayLike],
) -> dict[str, Table]:
    several = weights if isinstance(weights, Mapping) else {"": weights}
    if not 1 <= len(several) <= 4:
        raise ValueError(
            f"weights: expected one to four tables, got {len(several)}"
        )
    tables = {}
    for name, given in several.items():
        where = f"weights[{name!r}]" if several is weights else "weights"
        table = numbers(where, given)
        shape = len(words_out), len(words_in)
        if table.shape != shape or not 2 <= min(shape) <= max(shape) <= 40:
            raise ValueError(
                f"{where}: expected a row for each of {shape[0]} words and a "
                f"column for each of {shape[1]}, 2 to 40 of each, got shape "
                f"{table.shape}"
            )
        check_attention_weights(**{where: table})
        tables[name] = table
    return tables


def named(words: Sequence[str], place: int) -> str:
    """Quote a word, with its place where the same word comes again.

    Parameters
    ----------
    words
        All words.
    place
        Which, counted from 0.

    Returns
    -------
    text
        The word in quotation marks.

    Examples
    --------
    >>> named(["a", "b", "a"], 1), named(["a", "b", "a"], 2)
    ('“b”', '“a” (number 3)')
    """
    again = list(words).count(words[place]) > 1
    return f"“{words[place]}”" + (f" (number {place + 1})" if again else "")


def _says(
    words: Sequence[str], who: str, row: NDArray[np.float64], name: str
) -> str:
    first, *others = np.argsort(-row, kind="stable")[:2]
    text = f"{who} attends most to {_share(words, row, first)}"
    for other in others:
        if row[other] >= 0.05:
            text += f", then to {_share(words, row, other)}"
    return f"{name}: {text}." if name else f"{text}."


def _share(words: Sequence[str], row: NDArray[np.float64], place: int) -> str:
    return f"{named(words, place)} ({percent(row[place])})"


def _draw(
    width: float,
    words_in: Sequence[str],
    words_out: Sequence[str],
    table: Table,
    seen: NDArray[np.bool_],
    own: Look,
) -> Safe:
    words_in, words_out = (
        [*map(shortened, words)] for words in (words_in, words_out)
    )
    left = 16 + _LETTER * max(map(len, words_out))
    cell = min(_CELL, (width - left - 4) / len(words_in))
    upright = any(_LETTER * len(word) > cell for word in words_in)
    top = 14 + _LETTER * max(map(len, words_in)) if upright else 24.0
    shapes = [_paper(seen, left, top, cell)]
    for column, word in enumerate(words_in):
        x = left + (column + 0.5) * cell
        if upright:
            turn = f"rotate(-90 {number(x + 5)} {number(top - 6)})"
            shapes.append(
                tag("text", word, x=x + 5, y=top - 6, transform=turn)
            )
        else:
            shapes.append(write((x, top - 8), word, anchor="middle"))
    for row, word in enumerate(words_out):
        y = top + row * cell
        squares = []
        for column in np.flatnonzero(table[row] >= 0.004).tolist():
            side = (cell - 2) * float(np.sqrt(table[row, column]))
            edge = (cell - side) / 2
            squares.append(
                tag(
                    "rect", x=left + column * cell + edge, y=y + edge,
                    width=side, height=side, fill=own.colour,
                )
            )  # fmt: skip
        # The whole row is there to be pointed at.
        whole = tag(
            "rect", class_="here", x=0.75, y=y, height=cell,
            width=left + len(words_in) * cell, fill="none",
            stroke="currentColor", stroke_width="1.5",
        )  # fmt: skip
        label = write((left - 8, y + cell / 2 + 5), word, anchor="end")
        now = " now" if row == len(words_out) - 1 else ""
        shapes.append(
            tag(
                "g", label, *squares, whole, class_=f"row read{now}",
                data_step=str(row + 1),
            )
        )  # fmt: skip
    height = top + cell * len(words_out) + 2
    return svg(width, height, *shapes, alone=width == _PANEL)


def _paper(
    seen: NDArray[np.bool_], left: float, top: float, cell: float
) -> Safe:
    side = number(cell)
    cells = [
        f"M{number(left + column * cell)} {number(top + row * cell)}"
        f"h{side}v{side}h-{side}z"
        for row, column in np.argwhere(seen)
    ]
    return tag(
        "path", class_="cells-of", d="".join(cells), fill=ink("paper-2"),
        stroke=ink("rule"),
    )  # fmt: skip
