"""One loop, and the same loop drawn once for every word."""

from __future__ import annotations

from collections.abc import Sequence

from seqcourse.figures.drawing.figure import Figure, figure
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import Point, arrow, picture, svg, write
from seqcourse.numpy.contract.annotations import checked

_BOX = 40.0
_SAME = "the same step, every time"


@checked
def unrolled(
    words: Sequence[str],
    *,
    model: str = "rnn",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw a recurrent network as a loop, and unrolled over a sentence.

    It has words and no symbols; `unrolled_diagram` has both.

    Parameters
    ----------
    words
        The sentence, 2 to 6 words.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; written for you if None.

    Returns
    -------
    figure
        The loop at the left, a copy of it for each word at the right.

    Raises
    ------
    ValueError
        If there are fewer than 2 words, or more than 6.

    Examples
    --------
    >>> unrolled(["the", "clouds"])
    A loop reads a word and passes its hidden state back to itself. Unrolled
    over “the clouds” it is a row of 2 equal boxes: each reads one word and
    passes its hidden state to the next. The same weights serve every step.
    """
    if not 2 <= len(words) <= 6:
        raise ValueError(f"words: expected 2 to 6 of them, got {len(words)}")
    own = look(model)
    text = alt if alt is not None else (
        "A loop reads a word and passes its hidden state back to itself. "
        f"Unrolled over “{' '.join(words)}” it is a row of {len(words)} "
        "equal boxes: each reads one word and passes its hidden state to the "
        "next. The same weights serve every step."
    )  # fmt: skip
    wide, narrow = _wide(words, own), _narrow(words, own)
    kind = f"unrolled {own.css_class}"
    return figure(
        picture(text, wide, narrow), alt=text, caption=caption, kind=kind
    )


def _step(middle: Point, own: Look) -> Safe:
    """Draw the box that is the same everywhere."""
    x, y = middle
    box = tag(
        "rect", class_="step", x=x - _BOX / 2, y=y - _BOX / 2, width=_BOX,
        height=_BOX, fill=ink("paper"), stroke=own.colour,
        stroke_width="2.25",
    )  # fmt: skip
    return Safe(box + write((x, y + 5), "step", anchor="middle"))


def _hairline(start: Point, end: Point) -> Safe:
    return tag(
        "line", class_="axis", x1=start[0], y1=start[1], x2=end[0], y2=end[1],
        stroke=ink("rule-strong"),
    )  # fmt: skip


def _loop(middle: Point, own: Look) -> Safe:
    x, y = middle
    side, top = _BOX / 2 + 24, y - _BOX / 2 - 24
    back = arrow(
        (x + _BOX / 2, y), (x + side, y), (x + side, top), (x - side, top),
        (x - side, y), (x - _BOX / 2, y), colour=own.colour,
    )  # fmt: skip
    enter = arrow((x, y + 58), (x, y + _BOX / 2), colour="currentColor")
    return Safe(
        back
        + enter
        + _step(middle, own)
        + write((x, top - 9), "hidden state", anchor="middle")
        + write((x, y + 76), "each word", anchor="middle")
    )


def _wide(words: Sequence[str], own: Look) -> Safe:
    y, first, end = 84.0, 236.0, 596.0
    pitch = (end - first - _BOX) / len(words)
    shapes = [_loop((54, y), own), write((134, y + 5), "=")]
    for step, word in enumerate(words):
        x = first + pitch * step
        before = x - (pitch if step else 64) + _BOX / 2
        shapes.append(
            arrow((before, y), (x - _BOX / 2, y), colour=own.colour)
        )
        shapes.append(
            arrow((x, y + 58), (x, y + _BOX / 2), colour="currentColor")
        )
        shapes.append(_step((x, y), own))
        # Long words take turns, one line lower.
        low = 18 * (step % 2) * (8 * max(map(len, words)) > pitch - 6)
        shapes.append(write((x, y + 76 + low), word, anchor="middle"))
    last = first + pitch * (len(words) - 1) + _BOX / 2
    shapes.append(arrow((last, y), (last + 40, y), colour=own.colour))
    for up, word in ((26, "empty"), (10, "state")):
        shapes.append(write((first - 26, y - up), word, anchor="end"))
    shapes.append(write((last + 6, y - 10), "state"))
    # A bracket holds the boxes together: they are one.
    final = last - _BOX / 2
    shapes.append(_hairline((first, y - 34), (final, y - 34)))
    for step in range(len(words)):
        x = first + pitch * step
        shapes.append(_hairline((x, y - 34), (x, y - 24)))
    over = ((first + final) / 2, y - 42)
    shapes.append(write(over, _SAME, anchor="middle", kind="remark"))
    return svg(608, 184, *shapes)


def _narrow(words: Sequence[str], own: Look) -> Safe:
    x, first, pitch = 272.0, 84.0, 68.0
    middle = first + pitch * (len(words) - 1) / 2
    shapes = [
        _loop((50, middle), own),
        write((118, middle + 5), "="),
    ]
    for step, word in enumerate(words):
        y = first + pitch * step
        before = y - (pitch if step else 60) + _BOX / 2
        shapes.append(
            arrow((x, before), (x, y - _BOX / 2), colour=own.colour)
        )
        shapes.append(
            arrow((x - 56, y), (x - _BOX / 2, y), colour="currentColor")
        )
        shapes.append(_step((x, y), own))
        shapes.append(write((x - 64, y + 5), word, anchor="end"))
    last = first + pitch * (len(words) - 1) + _BOX / 2
    shapes.append(arrow((x, last), (x, last + 38), colour=own.colour))
    shapes.append(write((x + 10, first - 36), "empty"))
    shapes.append(write((x + 10, last + 28), "state"))
    shapes.append(write((350, 14), _SAME, anchor="end", kind="remark"))
    return svg(358, last + 46, *shapes)
