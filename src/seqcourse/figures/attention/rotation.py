"""Rotary positions: a query and a key, each turned by its position."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from seqcourse.figures.drawing.figure import Figure, content_id, figure
from seqcourse.figures.drawing.figure_arguments import (
    Values,
    check_all,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import Point, picture, svg, write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    slider,
)
from seqcourse.numpy.contract.annotations import checked

_RADIUS = 104.0


@checked
def rotation(
    query: ArrayLike = (1.0, 0.3),
    key: ArrayLike = (0.9, -0.4),
    *,
    degrees: float = 20.0,
    distance: int = 3,
    steps: int = 8,
    model: str = "attention",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Turn a query and a key by their positions, and keep their distance.

    Parameters
    ----------
    query, key
        One pair of numbers of a query and of a key (2,), not both 0.
    degrees
        By how much each position turns the pair, from -180 to 180.
    distance
        How many positions the query stands after the key, 0 to 16.
    steps
        How far both are moved along the sequence, 1 to 16.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A slider that moves both along the sequence: both turn, the angle
        between them and their dot product stay.

    Raises
    ------
    ValueError
        If a vector is not (2,) or is 0, or another argument is out of range.

    Examples
    --------
    >>> rotation((1, 0), (1, 0), degrees=30, distance=2, steps=3)
    A query and a key in the plane. Each position turns them by 30 degrees.
    The query stands 2 positions after the key. Moved along by 0 to 3
    positions both turn, and their dot product stays 0.50; without the
    rotation it is 1.00.
    """
    q, k = numbers("query", query, 2), numbers("key", key, 2)
    for name, vector in (("query", q), ("key", k)):
        check_all("a vector other than 0", abs(vector).max() > 0,
                  **{name: vector})  # fmt: skip
    for name, value, low, high in (
        ("degrees", degrees, -180, 180),
        ("distance", distance, 0, 16),
        ("steps", steps, 1, 16),
    ):
        if not low <= value <= high:
            raise ValueError(f"{name}: expected {low} to {high}, got {value}")
    at = np.arange(steps + 1)
    queries = np.stack([_turned(q, degrees * (t + distance)) for t in at])
    keys = np.stack([_turned(k, degrees * t) for t in at])
    scores = (queries * keys).sum(1)
    apart = f"{distance} position{'s' * (distance != 1)}"
    words = alt if alt is not None else (
        f"A query and a key in the plane. Each position turns them by "
        f"{degrees:g} degrees. The query stands {apart} after the key. Moved "
        f"along by 0 to {steps} positions both turn, and their dot product "
        f"stays {_score(scores[0])}; without the rotation it is "
        f"{_score(q @ k)}."
    )  # fmt: skip
    sentences = [
        f"Query at position {t + distance}, turned by "
        f"{degrees * (t + distance):g}°; key at position {t}, turned by "
        f"{degrees * t:g}°. Their dot product is {_score(scores[t])}."
        for t in range(steps + 1)
    ]
    own = look(model)
    drawings = [
        _draw(width, queries, keys, distance, own) for width in (608.0, 358.0)
    ]
    stops = [f"{t + distance} and {t}" for t in range(steps + 1)]
    name = content_id("rotation", *sentences)
    return figure(
        slider(name, "Positions of query and key", steps + 1, stops=stops),
        picture(words, *drawings), frame_description(sentences),
        alt=words, caption=caption, kind=f"moving rotation {own.css_class}",
        id=name, data_says=compact_json(sentences),
        data_stops=compact_json(stops),
    )  # fmt: skip


def _turned(vector: Values, degrees: float) -> Values:
    angle = np.radians(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin], [sin, cos]]) @ vector


def _score(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _draw(
    width: float, queries: Values, keys: Values, distance: int, own: Look
) -> Safe:
    wide = width > 400
    longest = max(
        float(np.linalg.norm(vectors[0])) for vectors in (queries, keys)
    )
    scale = _RADIUS / longest
    middle = (150.0 if wide else width / 2, _RADIUS + 26)
    shapes = [
        tag(
            "circle", class_="axis", cx=middle[0], cy=middle[1], r=_RADIUS,
            fill="none", stroke=ink("rule-strong"),
        )
    ]  # fmt: skip
    # A row of positions, with the two that are compared.
    count = len(queries) + distance
    left, top = (330.0, 96.0) if wide else (28.0, 2 * _RADIUS + 86)
    pitch = (width - 14 - left) / max(count - 1, 1)
    for t in range(count):
        x = left + pitch * t
        if count <= 16 or t % 2 == 0:
            shapes.append(write((x, top + 30), str(t), anchor="middle"))
        shapes.append(
            tag(
                "circle", cx=x, cy=top, r=4, fill=ink("paper"),
                stroke="currentColor",
            )
        )  # fmt: skip
    shapes.append(
        write((width - 8, top + 52), "position in the sequence", anchor="end")
    )
    last = len(queries) - 1
    for t, (q, k) in enumerate(zip(queries, keys, strict=True)):
        inked = []
        for name, vector, position, full in (
            ("q", q, t + distance, True),
            ("k", k, t, False),
        ):
            tip = (
                middle[0] + scale * float(vector[0]),
                middle[1] - scale * float(vector[1]),
            )
            size = float(np.linalg.norm(vector))
            beyond = 15 / (scale * size)
            label = (
                tip[0] + beyond * (tip[0] - middle[0]),
                tip[1] + beyond * (tip[1] - middle[1]) + 5,
            )
            spot = (left + pitch * position, top)
            inked += [
                tag(
                    "line", x1=middle[0], y1=middle[1], x2=tip[0], y2=tip[1],
                    stroke=own.colour, stroke_width="2.25",
                    stroke_dasharray=None if full else "8 3",
                ),
                _dot(tip, own, full),
                _dot(spot, own, full),
                write(label, name, anchor="middle", kind="symbol"),
            ]  # fmt: skip
            if distance:  # else both would stand in one place
                over = (spot[0], top - 14)
                inked.append(
                    write(over, name, anchor="middle", kind="symbol")
                )
        now = " now" * (t == last)
        shapes.append(
            tag(
                "g", *inked, class_=f"frame{now}", data_step=str(t + 1),
                visibility=None if now else "hidden",
            )
        )  # fmt: skip
    height = 2 * _RADIUS + 52 if wide else top + 60
    return svg(width, height, *shapes)


def _dot(place: Point, own: Look, full: bool) -> Safe:
    return tag(
        "circle", cx=place[0], cy=place[1], r=5, stroke=own.colour,
        fill=own.colour if full else ink("paper"), stroke_width="2",
    )  # fmt: skip
