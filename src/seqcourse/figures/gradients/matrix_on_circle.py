"""What a matrix does to the unit circle, in one step and in many."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from seqcourse.figures.drawing.figure import Figure, content_id, figure
from seqcourse.figures.drawing.figure_arguments import (
    Values,
    check_all,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, number, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import Point, picture, svg, write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    slider,
)
from seqcourse.numpy.contract.annotations import checked

_SIDE, _CHART = 230.0, 168.0


@checked
def matrix_on_circle(
    matrix: ArrayLike,
    steps: int = 8,
    *,
    model: str = "rnn",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show what the powers of a matrix make of the unit circle.

    Parameters
    ----------
    matrix
        The matrix W (2, 2).
    steps
        The last power that is shown, 2 to 12.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the matrix if None.

    Returns
    -------
    figure
        A slider over k; the ellipse that the k-th power makes of the circle,
        with its longest axis; and the length of that axis against k, beside
        the k-th power of the spectral radius.

    Raises
    ------
    ValueError
        If the matrix is not (2, 2), there are fewer than 2 steps or more
        than 12, or an axis would be longer than 100 times the circle's.

    Examples
    --------
    >>> matrix_on_circle([[0.8, 1.0], [0.0, 0.8]], 2)
    The unit circle and what W makes of it in 1 to 2 steps: ellipses. The
    longest semi-axis is 1.44 after 1 step and 1.82 after 2. The first is the
    largest singular value of W, whose power of 2 is 2.08. The spectral radius
    of W is 0.80, its power of 2 is 0.64.
    """
    W = numbers("matrix", matrix, 2, 2)
    if not 2 <= steps <= 12:
        raise ValueError(f"steps: expected 2 to 12, got {steps}")
    powers = np.stack(
        [np.linalg.matrix_power(W, k) for k in range(steps + 1)]
    )
    radius = float(abs(np.linalg.eigvals(W)).max())
    left, values, _ = np.linalg.svd(powers)
    long = values[:, 0]
    check_all(
        "powers that stretch to at most 100", long.max() <= 100, matrix=W
    )
    own = look(model)
    peak = int(long.argmax())
    middle = f", at most {_short(long[peak])} after {peak}" * (
        1 < peak < steps
    )
    words = alt if alt is not None else (
        f"The unit circle and what W makes of it in 1 to {steps} steps: "
        f"ellipses. The longest semi-axis is {_short(long[1])} after 1 "
        f"step{middle} and {_short(long[-1])} after {steps}. The first is "
        f"the largest singular value of W, whose power of {steps} is "
        f"{_short(long[1] ** steps)}. The spectral radius of W is "
        f"{_short(radius)}, its power of {steps} is "
        f"{_short(radius**steps)}."
    )  # fmt: skip
    sentences = ["k = 0: nothing has happened yet, the unit circle."]
    for k in range(1, steps + 1):
        sentences.append(
            f"k = {k}: {_power('W', k)} makes of the circle an ellipse whose "
            f"longest semi-axis is {_short(long[k])}, its largest singular "
            "value. That lies between the spectral radius of W to the power "
            f"of {k}, {_power(_short(radius), k)} = {_short(radius**k)}, and "
            "the largest singular value of W to the same power, "
            f"{_power(_short(long[1]), k)} = {_short(long[1] ** k)}."
        )
    axes = left[:, :, 0] * long[:, None]
    drawings = [
        _draw(width, powers, axes, long, radius, own) for width in (608, 358)
    ]
    stops = [f"k = {k}" for k in range(steps + 1)]
    name = content_id("matrix_on_circle", repr(powers.tolist()))
    return figure(
        slider(name, "Steps", steps + 1, stops=stops),
        picture(words, *drawings), frame_description(sentences),
        alt=words, caption=caption,
        kind=f"moving matrix-on-circle {own.css_class}", id=name,
        data_says=compact_json(sentences), data_stops=compact_json(stops),
    )  # fmt: skip


def _short(value: float) -> str:
    """Write a length in two decimals, or two digits where it is small."""
    return f"{value:.2f}" if value >= 0.1 or not value else f"{value:.2g}"


def _power(what: str, k: int) -> str:
    """Raise a text to a power, in superscript digits."""
    return what + str(k).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _draw(
    width: float,
    powers: Values,
    axes: Values,
    long: Values,
    radius: float,
    own: Look,
) -> Safe:
    wide, last = width > 400, len(powers) - 1
    top = 1.08 * max(1.0, float(long.max()))
    scale = _SIDE / 2 / top
    # No higher than the highest ellipse.
    high = scale * max(1.0, float(np.linalg.norm(powers[:, 1], axis=1).max()))
    left, head = (310.0, 4.0) if wide else (34.0, 2 * high + 34)
    floor, right = head + 66 + _CHART, width - 14.0
    middle = (
        (_SIDE / 2, (4 + floor) / 2) if wide else (width / 2, high + 8)
    )  # fmt: skip

    def ellipse(k: int, kind: str, colour: str, thick: str) -> Safe:
        values = np.linalg.svd(powers[k])[1]
        angle = float(np.degrees(np.arctan2(-axes[k, 1], axes[k, 0])))
        x, y = map(number, middle)
        return tag(
            "ellipse", class_=kind, cx=middle[0], cy=middle[1],
            rx=max(scale * float(values[0]), 0.5),
            ry=max(scale * float(values[1]), 0.5),
            transform=f"rotate({number(angle)} {x} {y})" if k else None,
            fill="none", stroke=colour, stroke_width=thick,
        )  # fmt: skip

    def place(k: int, value: float) -> Point:
        return (
            left + (right - left) * k / last,
            floor - _CHART * value / top,
        )

    shapes = [
        _line((middle[0] - _SIDE / 2, middle[1]),
              (middle[0] + _SIDE / 2, middle[1])),
        _line((middle[0], middle[1] - high), (middle[0], middle[1] + high)),
        *(
            ellipse(k, "trace", ink("rule-strong"), "1")
            for k in range(1, last)
        ),
        ellipse(0, "axis", "currentColor", "1.25"),
        _line((left, floor), (right, floor)),
        write((right, floor + 36), "steps k", anchor="end"),
    ]  # fmt: skip
    for k in range(0, last + 1, 1 + (last > 8)):
        at = (place(k, 0)[0], floor + 18)
        shapes.append(write(at, str(k), anchor="middle"))
    for value in (0.0, 1.0):
        x, y = place(0, value)
        shapes.append(write((x - 10, y + 4.5), f"{value:g}", anchor="end"))
        shapes.append(_line((x, y), (right, y)))
    k = np.arange(last + 1.0)
    lines = {
        "longest semi-axis": (long, own.colour, None),
        "largest singular value, k-th power": (
            long[1] ** k, "currentColor", "2 3",
        ),
        "spectral radius, k-th power": (radius**k, "currentColor", "8 3"),
    }  # fmt: skip
    for row, (label, (heights, colour, dash)) in enumerate(lines.items()):
        seen = [
            place(step, float(height))
            for step, height in enumerate(heights)
            if height <= top
        ]
        y = head + 12 + 18 * row
        for points in (seen, [(left, y - 4.5), (left + 28, y - 4.5)]):
            shapes.append(
                tag(
                    "polyline",
                    points=" ".join(
                        f"{number(x)},{number(y)}" for x, y in points
                    ),
                    fill="none", stroke=colour, stroke_dasharray=dash,
                    stroke_width="1.5" if dash else "2.25",
                )
            )  # fmt: skip
        shapes.append(write((left + 36, y), label))
    for step in range(last + 1):
        tip = (
            middle[0] + scale * float(axes[step, 0]),
            middle[1] - scale * float(axes[step, 1]),
        )
        x, y = place(step, float(long[step]))
        now = " now" * (step == last)
        shapes.append(
            tag(
                "g",
                ellipse(step, "line", own.colour, "2.25"),
                _line(middle, tip, own.colour),
                *(
                    tag("circle", cx=a, cy=b, r=4.2, fill=own.colour)
                    for a, b in (tip, (x, y))
                ),
                class_=f"frame{now}", data_step=str(step + 1),
                visibility=None if now else "hidden",
            )
        )  # fmt: skip
    return svg(width, floor + 42, *shapes)


def _line(start: Point, end: Point, colour: str = "") -> Safe:
    return tag(
        "line", class_=None if colour else "grid", x1=start[0], y1=start[1],
        x2=end[0], y2=end[1], stroke=colour or ink("rule"),
        stroke_width="2.25" if colour else None,
    )  # fmt: skip
