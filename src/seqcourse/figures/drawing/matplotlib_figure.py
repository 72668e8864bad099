"""Still figures: Matplotlib's drawing, as part of the page.

A drawing is made twice, 608 and 358 pixels wide, so that no text is ever
scaled; the page shows the one that fits. Matplotlib is imported when the
first figure is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seqcourse.figures.drawing.canvas import NARROW, WIDE, Canvas
from seqcourse.figures.drawing.figure import Figure, figure
from seqcourse.figures.drawing.figure_arguments import check_whole
from seqcourse.figures.drawing.marks import mark
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import BEST, Look
from seqcourse.figures.drawing.shapes import picture
from seqcourse.numpy.contract.annotations import checked


@checked
def matplotlib_figure(
    draw: Callable[[Canvas], None],
    *,
    alt: str,
    caption: str | None = None,
    heights: tuple[int, int] = (340, 300),
    key: Sequence[Safe] = (),
) -> Figure:
    """Draw a figure twice, for the column and for a phone.

    Parameters
    ----------
    draw
        Draws on the canvas that it is given; called once for each width.
    alt
        What the figure shows, in words.
    caption
        The text below it.
    heights
        The heights of the wide and of the narrow drawing, in pixels, 1 to
        4,000.
    key
        What each line is, as `sample` says it.

    Returns
    -------
    figure
        The figure.

    Raises
    ------
    ValueError
        If a height is out of range, or the text says nothing.

    Examples
    --------
    >>> hello = lambda canvas: canvas.text(0, 20, "hello")
    >>> matplotlib_figure(hello, alt="The word hello.", heights=(30, 30))
    The word hello.
    """
    for place, height in enumerate(heights):
        check_whole(1, 4000, **{f"heights[{place}]": height})
    drawings = []
    for width, height in zip((WIDE, NARROW), heights, strict=True):
        canvas = Canvas(width, height)
        draw(canvas)
        drawings.append(canvas.svg())
    below = tag("ul", *key, class_="key") if key else Safe()
    return figure(picture(alt, *drawings), below, alt=alt, caption=caption)


def legend_entry(
    label: str,
    look: Look,
    *,
    second: bool = False,
    best: bool = False,
    band: bool = False,
) -> Safe:
    """Say what a line is: its name beside its dash and its mark.

    Parameters
    ----------
    label
        Its name.
    look
        Its look.
    second
        Whether it is the second line of that look.
    best
        Whether it is the best possible.
    band
        Whether the line has a band; a second one's is hatched.

    Returns
    -------
    markup
        One ``<li>`` of a figure's key.

    Examples
    --------
    >>> from seqcourse.figures.drawing.palette import PALETTE
    >>> legend_entry("RNN", PALETTE["rnn"]).split(">")[0]
    '<li class="m-rnn"'
    """
    stroke = tag(
        "line", class_=f"line{' best' * best}", x1=0, x2=44, y1=7, y2=7,
        stroke=look.colour, stroke_width="2.25",
        stroke_dasharray=BEST if best else look.strokes,
    )  # fmt: skip
    around = _band(look, hatched=second) if band else Safe()
    line = tag(
        "svg", around, stroke, mark(look, 22, 7, second=second),
        viewBox="0 0 44 14", width=44, height=14, aria_hidden="true",
    )  # fmt: skip
    return tag("li", line, label, class_=look.css_class)


def _band(look: Look, *, hatched: bool) -> Safe:
    if not hatched:
        return tag(
            "rect", class_="band", width=44, height=14, fill=look.colour,
            opacity="0.16",
        )  # fmt: skip
    slants = "".join(f"M{x} 14L{x + 14} 0" for x in range(2, 31, 6))
    return tag("path", d=slants, stroke=look.colour, opacity="0.6")
