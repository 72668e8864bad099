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


# Where each part begins: as wide apart as the columns below, and higher the
# more its models carry.
_WIDE = 864.0
_PARTS = tuple(
    (max(8.0, round(column * (_WIDE + 20) / 6, 1)), y)
    for column, y in enumerate((150.0, 98.0, 32.0, 32.0, 98.0, 98.0))
)
_X = tuple(x for x, _ in _PARTS)
# Each station: where it stands, its model, its name, where the name stands.
_STATIONS = (
    (_X[0], 150.0, "", "plain network", _X[0] + 12, 168.0, None),
    (88.0, 122.0, "rnn", "RNN", 88.0, 106.0, "middle"),
    (_X[1], 98.0, "lstm", "LSTM", _X[1] + 4, 82.0, None),
    (228.0, 98.0, "gru", "GRU", 220.0, 82.0, None),
    (_X[2], 32.0, "attention", "attention", _X[2] + 16, 24.0, None),
    (_X[3], 32.0, "", "language models", _X[3] + 10, 24.0, None),
    (_X[4], 98.0, "linear", "linear recurrence", _X[4] + 10, 82.0, None),
    (_X[5], 98.0, "", "all, faster", _X[5] + 10, 82.0, None),
)
_THREAD = (
    f"M{_X[0]} 150C44 150 54 122 88 122C122 122 118 98 {_X[1]} 98L228 98"
    f"C268 98 256 32 {_X[2]} 32L{_X[3]} 32"
    f"C510 32 520 98 {_X[4]} 98L{_WIDE:g} 98"
)


@checked
def course_map(
    parts: Sequence[Part], *, caption: str | None = None
) -> Figure:
    """Draw the course: a thread above, and its parts and lessons below.

    Parameters
    ----------
    parts
        The six parts. A lesson with an address is a link; one without is
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
        If there are not six parts.

    Examples
    --------
    >>> part = Part("Memory", "a summary that fades", [("One", None)])
    >>> course_map([part] * 6).html.count("to come")
    6
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
    return svg(_WIDE, 190, *drops, line, *stations)


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
