"""The likeliest next words, as bars: a part of figures that move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seqcourse.figures.drawing.figure_arguments import (
    check_count,
    check_share,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.slider import percent
from seqcourse.numpy.contract.annotations import described

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqcourse.figures.drawing.palette import Look

#: A word and its probability.
Expected = tuple[str, float]


def check_next_words(
    steps: int, next_words: Sequence[Sequence[Expected]]
) -> None:
    """Refuse lists of next words that are not one for each step.

    Parameters
    ----------
    steps
        How many there must be.
    next_words
        For each step words and probabilities, the likeliest first.

    Raises
    ------
    ValueError
        If there are more or fewer lists, one is empty or of more than 20
        words, a probability is not between 0 and 1, they rise, or they sum to
        more than 1.

    Examples
    --------
    >>> check_next_words(1, [[("sky", 1.5)]])
    Traceback (most recent call last):
    ValueError: next_words[0][0][1]: expected a share between 0 and 1, got 1.5
    """
    if len(next_words) != steps:
        raise ValueError(
            f"next_words: expected a list for each of {steps} words, "
            f"got {len(next_words)}"
        )
    for step, expected in enumerate(next_words):
        check_count(1, 20, "next words", **{f"next_words[{step}]": expected})
        for place, (_, share) in enumerate(expected):
            check_share(**{f"next_words[{step}][{place}][1]": share})
        shares = [share for _, share in expected]
        if shares != sorted(shares, reverse=True) or sum(shares) > 1.01:
            raise ValueError(
                f"next_words[{step}]: expected probabilities that sum to at "
                f"most 1, the largest first, got {described(shares)}"
            )


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
