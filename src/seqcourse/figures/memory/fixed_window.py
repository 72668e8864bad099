"""A window of fixed size: what it takes, and what it cuts off."""

from __future__ import annotations

from collections.abc import Sequence

from seqcourse.figures.drawing.figure import Figure, figure
from seqcourse.figures.drawing.figure_arguments import (
    check_count,
    check_whole,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import PALETTE, ink
from seqcourse.figures.drawing.shapes import picture, svg, write
from seqcourse.numpy.contract.annotations import checked, described

_ROW, _TOP = 32.0, 32.0


@checked
def fixed_window(
    words: Sequence[str] | Sequence[Sequence[str]],
    positions: int,
    *,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show which words of a sentence a network of fixed size can take.

    Parameters
    ----------
    words
        The words of a sentence, 1 to 60; or up to three such sentences, side
        by side.
    positions
        How many words the network takes, 1 to 40.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; written from the sentences if None.

    Returns
    -------
    figure
        A column of positions for each sentence: what does not fit is cut
        off, what stays empty is filled up with zeros.

    Raises
    ------
    ValueError
        If there is no position, no word, or more of them or of sentences than
        can be drawn.

    Examples
    --------
    >>> sentences = [["dogs", "bark"], ["the", "old", "dog", "barks"]]
    >>> fixed_window(sentences, positions=3)
    A network with 3 positions. “dogs bark”: 1 position stays empty, filled
    with 0. “the old dog barks”: “barks” is cut off.
    """
    check_whole(1, 40, positions=positions)
    # One sentence is a list of words; several are a list of such lists.
    sentences = [list(each) for each in words if not isinstance(each, str)]
    sentences = sentences or [
        [each for each in words if isinstance(each, str)]
    ]
    if not 1 <= len(sentences) <= 3 or not all(sentences):
        raise ValueError(
            "words: expected one to three sentences of at least one word, "
            f"got {described(sentences)}"
        )
    for sentence in sentences:
        check_count(1, 60, "words", words=sentence)
    text = alt if alt is not None else _words(sentences, positions)
    drawings = (
        _draw(608, sentences, positions),
        _draw(358, sentences, positions),
    )
    return figure(
        picture(text, *drawings),
        alt=text,
        caption=caption,
        kind="fixed-window m-window",
    )


def _verdict(words: Sequence[str], positions: int) -> str:
    over = len(words) - positions
    if over == 0:
        return "fits"
    return f"{over} cut off" if over > 0 else f"{-over} empty"


def _words(sentences: Sequence[Sequence[str]], positions: int) -> str:
    parts = [f"A network with {positions} positions."]
    for words in sentences:
        over = len(words) - positions
        said = f"“{' '.join(words)}”"
        if over == 0:
            parts.append(f"{said} fits.")
        elif over > 0:
            lost = f"“{' '.join(words[positions:])}”"
            parts.append(
                f"{said}: {lost} {'is' if over == 1 else 'are'} cut off."
            )
        else:
            stay = "position stays" if over == -1 else "positions stay"
            parts.append(f"{said}: {-over} {stay} empty, filled with 0.")
    return " ".join(parts)


def _draw(
    width: float, sentences: Sequence[Sequence[str]], positions: int
) -> Safe:
    wide = width > 400
    left = 84.0 if wide else 20.0
    pitch = (width - left) / len(sentences)
    box = min(pitch - 12, 160.0)
    deepest = max(positions, *(len(words) for words in sentences))
    cut = _TOP + _ROW * positions + 8
    shapes = []
    for position in range(positions):
        name = f"position {position + 1}" if wide else str(position + 1)
        shapes.append(
            write((0, _TOP + _ROW * position + 19), name, kind="remark")
        )
    for number, words in enumerate(sentences):
        shapes += _column(left + pitch * number, box, words, positions, cut)
    if deepest > positions:
        shapes.append(
            tag(
                "line", class_="cut", x1=0, x2=width, y1=cut, y2=cut,
                stroke="currentColor", stroke_width="1.5",
                stroke_dasharray="6 4",
            )
        )  # fmt: skip
    height = cut + (
        14 + 22 * (deepest - positions) if deepest > positions else 0
    )
    return svg(width, height, *shapes)


def _column(
    x: float, box: float, words: Sequence[str], positions: int, cut: float
) -> list[Safe]:
    own = PALETTE["window"]
    shapes = [write((x, 18), _verdict(words, positions), kind="verdict")]
    for position in range(positions):
        y = _TOP + _ROW * position
        filled = position < len(words)
        shapes.append(
            tag(
                "rect", class_="position", x=x + 1, y=y, width=box,
                height=_ROW - 5, fill=ink("paper") if filled else "none",
                stroke=own.colour, stroke_width="1.5",
                stroke_dasharray=None if filled else own.strokes,
            )
        )  # fmt: skip
        text = words[position] if filled else "0"
        kind = None if filled else "remark"
        shapes.append(
            write((x + 1 + box / 2, y + 18), text, anchor="middle", kind=kind)
        )
    for number, word in enumerate(words[positions:]):
        place = (x + 1 + box / 2, cut + 22 * (number + 1))
        shapes.append(write(place, word, anchor="middle", kind="lost"))
    return shapes
