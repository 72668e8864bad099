"""A digit read row by row, or pixel by pixel, and what it is taken for."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.drawing.figure import (
    Figure,
    checked_alt,
    content_id,
    figure,
)
from seqcourse.figures.drawing.figure_arguments import (
    check_all,
    check_shares,
    check_sums,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    percent,
    slider,
)
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked

Values = NDArray[np.float64]

_SIDE = 280.0


@checked
def digit_reading(
    image: ArrayLike,
    probabilities: ArrayLike,
    by: str = "row",
    model: str = "rnn",
    *,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show what a model takes a digit for, while it reads it.

    Parameters
    ----------
    image
        The digit (8, 8), no ink being 0; scaled to its darkest pixel.
    probabilities
        After each step the probability of each digit (T, 10), 8 steps by
        rows and 64 by pixels.
    by
        What is read in one step: ``"row"`` or ``"pixel"``.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the picture shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        The digit as far as it has been read, and ten bars.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a row of probabilities does not sum to 1.

    Examples
    --------
    >>> import numpy as np
    >>> sure = np.full((8, 10), 0.0)
    >>> sure[:, 7] = 1.0
    >>> digit_reading(np.eye(8), sure)
    A handwritten digit of 8 by 8 squares, read row by row. After 8 of 8 rows
    the likeliest digit is 7 (100 %), then 0 (0 %).
    """
    arguments.check_one_of(("row", "pixel"), by=by)
    pixels, shares = _checked(image, probabilities, by)
    own = look(model)
    steps = len(shares)
    sentences = [
        _sentence(share, step, steps, by)
        for step, share in enumerate(shares, 1)
    ]
    words = checked_alt(alt) if alt is not None else (
        f"A handwritten digit of 8 by 8 squares, read {by} by {by}. "
        f"{sentences[-1]}"
    )  # fmt: skip
    name = content_id(
        "digit_reading", repr(pixels.tolist()), repr(shares.tolist())
    )
    seen = tag("p", "What has been read", class_="label")
    guess = tag("p", "Probability of each digit", class_="label")
    frames = tag(
        "div",
        tag("div", seen, _picture(pixels, by, own, words)),
        tag("div", guess, _bars(shares, own)),
        class_="frames",
    )
    return figure(
        slider(name, f"{by.capitalize()}s read", steps), frames,
        frame_description(sentences), alt=words, caption=caption,
        kind=f"moving digit {own.css_class}", id=name,
        data_says=compact_json(sentences),
    )  # fmt: skip


def _checked(
    image: ArrayLike, probabilities: ArrayLike, by: str
) -> tuple[Values, Values]:
    pixels = numbers("image", image, 8, 8)
    check_all("ink of 0 or more", pixels >= 0, image=pixels)
    shares = numbers("probabilities", probabilities)
    expected = (8 if by == "row" else 64, 10)
    if shares.shape != expected:
        raise ValueError(
            f"probabilities: expected shape {expected}, a row for each {by} "
            f"and a column for each digit, got {shares.shape}"
        )
    check_shares(probabilities=shares)
    check_sums(1e-3, probabilities=shares)
    return pixels, shares


def _sentence(share: Values, step: int, steps: int, by: str) -> str:
    first, second = np.argsort(-share, kind="stable")[:2]
    return (
        f"After {step} of {steps} {by}s the likeliest digit is {first} "
        f"({percent(share[first])}), then {second} "
        f"({percent(share[second])})."
    )


def _picture(pixels: Values, by: str, own: Look, alt: str) -> Safe:
    ink_share = pixels / (pixels.max() or 1.0)
    pitch = _SIDE / 8
    frame = tag(
        "rect", class_="cell", x=0.5, y=0.5, width=_SIDE - 1,
        height=_SIDE - 1, fill=ink("paper-2"), stroke=ink("rule"),
    )  # fmt: skip
    groups: list[list[Safe]] = [[] for _ in range(8 if by == "row" else 64)]
    for index, share in enumerate(ink_share.ravel()):
        row, column = divmod(index, 8)
        # Ink is area: half the ink, half the area.
        side = (pitch - 4) * float(np.sqrt(share))
        x, y = (column + 0.5) * pitch, (row + 0.5) * pitch
        square = tag(
            "rect", class_="pos", x=x - side / 2, y=y - side / 2, width=side,
            height=side, fill=own.colour,
        )  # fmt: skip
        groups[row if by == "row" else index].append(square)
    read = []
    for step, squares in enumerate(groups, 1):
        now = " now" if step == len(groups) else ""
        row, column = (step - 1, 0) if by == "row" else divmod(step - 1, 8)
        here = tag(
            "rect", class_="here", x=column * pitch + 1, y=row * pitch + 1,
            width=(_SIDE if by == "row" else pitch) - 2, height=pitch - 2,
            fill="none", stroke="none",
        )  # fmt: skip
        read.append(
            tag(
                "g",
                *squares,
                here,
                class_=f"col read{now}",
                data_step=str(step),
            )
        )
    return tag(
        "svg", frame, *read, class_=f"heat {own.css_class}",
        viewBox="0 0 280 280", width=280, height=280, role="img",
        aria_label=alt,
    )  # fmt: skip


def _bars(shares: Values, own: Look) -> Safe:
    percents = np.rint(100 * shares).astype(int)
    last = percents[-1]
    rows = []
    for digit, value in enumerate(last):
        most = "most" if value == last.max() else None
        style = f"display:block;--p:{value}"
        bar = tag("span", tag("span", class_="bar", style=style))
        count = tag("span", f"{value} %", class_="number")
        rows.append(
            tag("li", tag("span", str(digit)), " ", bar, count, class_=most)
        )
    return tag(
        "ol", *rows, class_=f"next-words digits {own.css_class}",
        data_percents=compact_json(percents.tolist()),
    )  # fmt: skip
