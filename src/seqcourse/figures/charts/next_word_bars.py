"""The likeliest next words, as bars: a part of figures that move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.slider import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqcourse.figures.drawing.palette import Look

#: A word and its probability.
Expected = tuple[str, float]


def next_word_bars(
    expected: Sequence[Expected], step: int, last: int, own: Look
) -> Safe:
    """List next words with their probabilities: one frame of a figure.

    Parameters
    ----------
    expected
        Words and probabilities, the likeliest first.
    step
        The frame, counted from 1.
    last
        The frame that is shown first.
    own
        The model's look.

    Returns
    -------
    markup
        ``<ol>``, hidden unless its frame is the last.

    Examples
    --------
    >>> from seqcourse.figures.drawing.palette import look
    >>> next_word_bars([("sky", 0.5)], 1, 2, look("rnn")).count("<li>")
    1
    """
    rows = []
    for word, share in expected:
        # The inline colour shows it where the book's sheet is missing.
        style = f"display:block;--p:{100 * share:.1f}"
        bar = tag("span", tag("span", class_="bar", style=style))
        count = tag("span", percent(share), class_="number")
        rows.append(tag("li", tag("span", word), " ", bar, count))
    return tag(
        "ol", *rows, class_=f"next-words {own.css_class}",
        data_frame=str(step), hidden=step != last,
    )  # fmt: skip
