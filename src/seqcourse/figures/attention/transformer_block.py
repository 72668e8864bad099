"""One transformer block: a residual stream a position, two branches."""

from __future__ import annotations

from collections.abc import Sequence

from seqcourse.figures.drawing.figure import Figure, figure
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import Point, arrow, picture, svg, write
from seqcourse.numpy.contract.annotations import checked

# Where a branch leaves the road, its norm, its box, and where it comes back.
_FIRST = (330.0, 296.0, 248.0, 228.0)
_SECOND = (204.0, 170.0, 122.0, 102.0)
_SIDE, _BOX, _HIGH = 54.0, 94.0, 34.0


@checked
def transformer_block(
    words: Sequence[str],
    *,
    model: str = "attention",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw the block that normalises first, over a few words.

    Parameters
    ----------
    words
        Three words, one for each road.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; written from the words if None.

    Returns
    -------
    figure
        Upwards: x, a branch through one attention for all, a branch through
        a feed-forward for each, z.

    Raises
    ------
    ValueError
        If there are not three words.

    Examples
    --------
    >>> transformer_block(["the", "dog", "barks"])
    One block of a transformer, read upwards, over “the dog barks”. Each word
    has a road that goes straight up. A first branch leaves each road, goes
    through a norm and through one attention that spans all words, and is
    added to the road. A second branch goes through a norm and a feed-forward
    of that word alone, and is added as well.
    """
    if len(words) != 3:
        raise ValueError(f"words: expected 3 of them, got {len(words)}")
    text = alt if alt is not None else (
        "One block of a transformer, read upwards, over "
        f"“{' '.join(words)}”. Each word has a road that goes straight up. A "
        "first branch leaves each road, goes through a norm and through one "
        "attention that spans all words, and is added to the road. A second "
        "branch goes through a norm and a feed-forward of that word alone, "
        "and is added as well."
    )  # fmt: skip
    own = look(model)
    wide = _draw(608, (112, 258, 404), words, own)
    narrow = _draw(358, (104, 218, 332), words, own)
    return figure(
        picture(text, wide, narrow),
        alt=text,
        caption=caption,
        kind=f"transformer-block {own.css_class}",
    )


def _draw(
    width: float, roads: Sequence[float], words: Sequence[str], own: Look
) -> Safe:
    left, right = roads[0] - _SIDE - _BOX / 2, roads[-1] - 14
    top = _FIRST[2]
    shapes = [_box((left, top), (right - left, _HIGH), own)]
    for x, word in zip(roads, words, strict=True):
        # The road lies over the attention that it goes past.
        shapes.append(_line((x, top - 1), (x, top + _HIGH + 1), "paper", 9))
        shapes.append(
            arrow((x, 348), (x, 34), colour="currentColor", kind="road")
        )
        shapes += _branch(x, _FIRST)
        corner = x - _SIDE - _BOX / 2, _SECOND[2]
        shapes.append(_box(corner, (_BOX, _HIGH), own))
        middle = x - _SIDE, _SECOND[2] + 22
        shapes.append(write(middle, "feed-forward", anchor="middle"))
        shapes += _branch(x, _SECOND)
        shapes.append(write((x, 366), word, anchor="middle"))
        for letter, y in (("x", 344.0), ("y", 214.0), ("z", 60.0)):
            shapes.append(write((x + 8, y), letter, kind="symbol"))
    middle = (roads[0] + roads[1] - _SIDE) / 2 + 6, top + 22
    shapes.append(write(middle, "attention", anchor="middle"))
    shapes.append(
        write(
            ((left + roads[-1]) / 2, 18), "to the next block",
            anchor="middle", kind="remark",
        )
    )  # fmt: skip
    if width > 400:
        notes = {
            82.0: ("the road", "nothing stands on it"),
            134.0: ("feed-forward", "each place alone"),
            260.0: ("attention", "all places together"),
        }
        for y, (head, below) in notes.items():
            shapes.append(write((440, y), head, kind="verdict"))
            shapes.append(write((440, y + 18), below, kind="remark"))
    return svg(width, 374, *shapes)


def _branch(
    x: float, places: tuple[float, float, float, float]
) -> list[Safe]:
    leaves, norm, box, back = places
    side = x - _SIDE
    plus = tag(
        "circle", cx=x, cy=back, r=8, fill=ink("paper"),
        stroke="currentColor", stroke_width="1.5",
    )  # fmt: skip
    frame = tag(
        "rect", x=side - 25, y=norm, width=50, height=22, rx=11,
        fill=ink("paper"), stroke=ink("rule-strong"),
    )  # fmt: skip
    return [
        arrow((x, leaves), (side, leaves), (side, norm + 22),
              colour=ink("rule-strong")),
        frame,
        write((side, norm + 16), "norm", anchor="middle"),
        _line((side, norm), (side, box + _HIGH), "rule-strong"),
        arrow((side, box), (side, back), (x - 8, back),
              colour=ink("rule-strong")),
        plus,
        _line((x - 4, back), (x + 4, back)),
        _line((x, back - 4), (x, back + 4)),
    ]  # fmt: skip


def _box(corner: Point, size: Point, own: Look) -> Safe:
    return tag(
        "rect", class_="step", x=corner[0], y=corner[1], width=size[0],
        height=size[1], fill=ink("paper"), stroke=own.colour,
        stroke_width="2.25",
    )  # fmt: skip


def _line(
    start: Point, end: Point, colour: str = "", width: float = 1.5
) -> Safe:
    return tag(
        "line", x1=start[0], y1=start[1], x2=end[0], y2=end[1],
        stroke=ink(colour) if colour else "currentColor",
        stroke_width=width,
    )  # fmt: skip
