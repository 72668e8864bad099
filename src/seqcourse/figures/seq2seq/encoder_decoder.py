"""Two networks: one reads, one writes, and one state between them."""

from __future__ import annotations

from collections.abc import Sequence

from seqcourse.figures.drawing.figure import Figure, figure
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import arrow, picture, svg, write
from seqcourse.numpy.contract.annotations import checked

_BOX, _READ, _WRITE = 18.0, 46.0, 182.0


@checked
def encoder_decoder(
    source: str,
    target: str,
    *,
    model: str = "gru",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw an encoder and a decoder, unrolled over a source and its target.

    Parameters
    ----------
    source
        What is read, 2 to 11 characters.
    target
        What is written, 2 to 10 characters; an end comes after it.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; written for you if None.

    Returns
    -------
    figure
        A row of boxes that read, a row of boxes that write, and an arrow
        from the last of the one to the first of the other.

    Raises
    ------
    ValueError
        If source or target is too short or too long.

    Examples
    --------
    >>> encoder_decoder("3 May", "05-03")
    Two rows of boxes. The upper one reads “3 May”, character by character,
    each box handing its state to the next. One arrow leads from its last box
    to the first of the lower row, which writes “05-03” and then an end. Each
    lower box reads the character that the one before it has written; the
    first reads a start mark.
    """
    for name, text, most in (("source", source, 11), ("target", target, 10)):
        if not 2 <= len(text) <= most:
            raise ValueError(
                f"{name}: expected 2 to {most} characters, got {len(text)}"
            )
    own = look(model)
    words = alt if alt is not None else (
        f"Two rows of boxes. The upper one reads “{source}”, character by "
        "character, each box handing its state to the next. One arrow leads "
        "from its last box to the first of the lower row, which writes "
        f"“{target}” and then an end. Each lower box reads the character "
        "that the one before it has written; the first reads a start mark."
    )  # fmt: skip
    drawings = [_draw(width, source, target, own) for width in (608, 358)]
    return figure(
        picture(words, *drawings), alt=words, caption=caption,
        kind=f"unrolled {own.css_class}",
    )  # fmt: skip


def _draw(width: int, source: str, target: str, own: Look) -> Safe:
    wide = width > 400
    first, pitch = (30.0, 49.0) if wide else (18.0, 32.0)
    reads = [first + pitch * step for step in range(len(source))]
    writes = [first + pitch * step for step in range(len(target) + 1)]
    side, turn = width - 3.0, _READ + 80
    over = "all that is handed over: one state"
    shapes = [
        write((0, 14), "reads", kind="remark"),
        *_row(reads, _READ, own),
        arrow(
            (reads[-1] + _BOX / 2, _READ), (side, _READ), (side, turn),
            (reads[0], turn), (reads[0], _WRITE - _BOX / 2),
            colour=own.colour,
        ),
        write((side - 4, turn - 9), over, anchor="end", kind="verdict"),
        write((0, _WRITE + 66), "writes, and reads what it wrote",
              kind="remark"),
        *_row(writes, _WRITE, own),
        *_below(reads, _READ, ["␣" if c == " " else c for c in source]),
        *_below(writes, _WRITE, ["start", *target]),
    ]  # fmt: skip
    for x, letter in zip(writes, [*target, "end"], strict=True):
        beside = 10 * (x == writes[0])  # not on the arrow that comes in
        at = (x + beside, _WRITE - 16)
        shapes.append(write(at, letter, anchor="middle", kind="name"))
    return svg(width, _WRITE + 74, *shapes)


def _row(places: Sequence[float], y: float, own: Look) -> list[Safe]:
    """Draw one network, a box for each step."""
    shapes = []
    for before, x in zip([None, *places[:-1]], places, strict=True):
        if before is not None:
            ends = (before + _BOX / 2, y), (x - _BOX / 2, y)
            shapes.append(arrow(*ends, colour=own.colour))
        shapes.append(
            tag(
                "rect", class_="step", x=x - _BOX / 2, y=y - _BOX / 2,
                width=_BOX, height=_BOX, fill=ink("paper"),
                stroke=own.colour, stroke_width="2",
            )
        )  # fmt: skip
    return shapes


def _below(
    places: Sequence[float], y: float, letters: Sequence[str]
) -> list[Safe]:
    """Write what each step reads under its box."""
    shapes = []
    for x, letter in zip(places, letters, strict=True):
        shapes.append(
            arrow((x, y + 27), (x, y + _BOX / 2), colour="currentColor")
        )
        at = (max(x, 16.0), y + 42)
        shapes.append(write(at, letter, anchor="middle"))
    return shapes
