"""The way through the course, as a thread that carries more or less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seqcourse.figures.drawing.figure import Figure, figure
from seqcourse.figures.drawing.marks import mark
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import PALETTE, Look, ink
from seqcourse.figures.drawing.shapes import svg, write
from seqcourse.numpy.contract.annotations import CheckedArguments, checked


@dataclass(frozen=True)
class Part(metaclass=CheckedArguments):
    """One part of the course.

    Parameters
    ----------
    title
        Its name.
    carries
        What its models hand from step to step.
    lessons
        Pairs of a lesson's title and its address; None for a lesson that is
        still to come.

    Examples
    --------
    >>> Part("Gates", "a summary with gates", [("The LSTM", None)]).title
    'Gates'
    """

    title: str
    carries: str
    lessons: Sequence[tuple[str, str | None]]


# Each station: where it stands, its model, its name, where the name stands.
_STATIONS = (
    (8.0, 150.0, "", "plain network", 20.0, 168.0, None),
    (104.0, 122.0, "rnn", "RNN", 104.0, 106.0, "middle"),
    (184.8, 98.0, "lstm", "LSTM", 196.0, 82.0, None),
    (276.0, 98.0, "gru", "GRU", 268.0, 82.0, None),
    (361.6, 32.0, "attention", "attention", 380.0, 30.0, None),
    (538.4, 98.0, "linear", "linear recurrence", 548.0, 82.0, None),
    (715.2, 98.0, "", "all of them, faster", 725.0, 82.0, None),
)
# Where each of the five parts begins; the thread's own curve.
_PARTS = ((8.0, 150), (184.8, 98), (361.6, 32), (538.4, 98), (715.2, 98))
_THREAD = (
    "M8 150C50 150 66 122 104 122C146 122 146 98 184.8 98L276 98"
    "C320 98 316 32 361.6 32C440 32 450 98 538.4 98L864 98"
)


@checked
def course_map(
    parts: Sequence[Part], *, caption: str | None = None
) -> Figure:
    """Draw the course: a thread above, and its parts and lessons below.

    Parameters
    ----------
    parts
        The five parts. A lesson with an address is a link; one without is
        plain text with the words "to come".
    caption
        The text below the figure.

    Returns
    -------
    figure
        The map. Its list says in words all that the thread shows.

    Raises
    ------
    ValueError
        If there are not five parts.

    Examples
    --------
    >>> part = Part("Memory", "a summary that fades", [("One", None)])
    >>> course_map([part] * 5).html.count("to come")
    5
    """
    if len(parts) != len(_PARTS):
        raise ValueError(f"parts: expected {len(_PARTS)}, got {len(parts)}")
    alt = "The way through: " + "; ".join(
        f"{number} {part.title}, {part.carries}"
        for number, part in enumerate(parts, 1)
    )
    columns = [_column(number, part) for number, part in enumerate(parts, 1)]
    return figure(
        _thread(), tag("ol", *columns, class_="map-grid"),
        alt=f"{alt}.", caption=caption, kind="map", numbered=False,
    )  # fmt: skip


def _column(number: int, part: Part) -> Safe:
    lessons = []
    for title, address in part.lessons:
        if address is None:
            later = tag("span", "to come", class_="to-come")
            lessons.append(tag("li", title, " ", later, class_="later"))
        else:
            lessons.append(tag("li", tag("a", title, href=address)))
    return tag(
        "li",
        tag("h3", f"{number} {part.title}"),
        tag("p", part.carries, class_="carries"),
        tag("ul", *lessons),
    )


def _thread() -> Safe:
    drops = [
        tag(
            "line",
            class_="drop",
            x1=x,
            x2=x,
            y1=y,
            y2=190,
            stroke=ink("rule"),
        )
        for x, y in _PARTS
    ]
    line = tag(
        "path", class_="thread", d=_THREAD, fill="none",
        stroke="currentColor", stroke_width="2",
    )  # fmt: skip
    stations = [_station(*station) for station in _STATIONS]
    return svg(864, 190, *drops, line, *stations)


def _station(
    x: float, y: float, key: str, name: str, x_name: float, y_name: float,
    anchor: str | None,
) -> Safe:  # fmt: skip
    look = PALETTE[key or "neutral"]
    # Paper around the mark, so that the thread does not touch it.
    around = tag("circle", cx=x, cy=y, r=9, style=f"fill:{ink('paper')}")
    sign = mark(look, x, y, 6) if key else _square(look, x, y, name)
    label = write(
        (x_name, y_name), name, anchor=anchor, kind=f"name {look.css_class}"
    )
    return Safe(around + sign + label)


def _square(look: Look, x: float, y: float, name: str) -> Safe:
    empty = name.startswith("plain")
    return tag(
        "rect", class_=f"mark{' open' * empty} {look.css_class}",
        x=x - 5, y=y - 5, width=10, height=10,
        fill=ink("paper") if empty else look.colour,
        stroke=look.colour, stroke_width="1.5",
    )  # fmt: skip
