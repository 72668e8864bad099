"""What is found in a long text, by how long it is and how deep it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.drawing.canvas import NARROW, WIDE
from seqcourse.figures.drawing.figure import Figure, figure
from seqcourse.figures.drawing.figure_arguments import (
    check_count,
    check_rising,
    check_shares,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import picture, svg, write
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.arguments import check_at_least, check_below_one

Values = NDArray[np.float64]
Panel = tuple[str, Look, Values]

_TOP, _FOOT, _ROW = 28.0, 48.0, 30.0
_LEFT, _GAP = 46.0, 18.0


@checked
def needle_in_a_haystack(
    results: Mapping[str, tuple[ArrayLike, str]],
    depths: Sequence[float],
    lengths: Sequence[int],
    *,
    chance: float = 0.0,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show scores by depth and length, a grid of squares for each model.

    A square fills its cell where everything was found, and is a point where
    no more was found than by guessing.

    Parameters
    ----------
    results
        By the name of a grid: its scores from 0 to 1, a row for each depth
        and a column for each length (D, L), and the model's key.
    depths
        Where the needle is, from 0 (the beginning) to 1 (the end), rising,
        up to 40 (D,).
    lengths
        How long the text was, rising whole numbers of at least 1, up to 40
        (L,).
    chance
        The score of guessing, below 1.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A grid for each model, side by side or one below the other; four are
        two by two.

    Raises
    ------
    ValueError
        If there are none or more than four, one has not a score for each
        depth and length, depths or lengths do not rise, or there are none or
        more than 40 of them.

    Examples
    --------
    >>> found = {"GRU": ([[0.1, 0.0], [1.0, 0.9]], "gru")}
    >>> needle_in_a_haystack(found, [0, 1], [50, 100])
    Grids of squares, larger where more was found, by depth and length. GRU:
    at depth 0 10 % of 50 tokens and 0 % of 100, at depth 1 100 % and 90 %.
    """
    if not 1 <= len(results) <= 4:
        raise ValueError(
            f"results: expected one to four grids, got {len(results)}"
        )
    check_count(1, 40, "depths", depths=depths)
    check_count(1, 40, "lengths", lengths=lengths)
    at = numbers("depths", depths)
    check_shares(depths=at)
    check_at_least(1, lengths=min(lengths))
    check_rising(depths=at, lengths=numbers("lengths", lengths))
    check_below_one(chance=chance)
    shape = len(depths), len(lengths)
    panels = []
    for name, (value, model) in results.items():
        shares = numbers(f"results[{name!r}]", value)
        if shares.shape != shape:
            raise ValueError(
                f"results[{name!r}]: expected a score for each of {shape[0]} "
                f"depths and {shape[1]} lengths, got shape {shares.shape}"
            )
        check_shares(**{f"results[{name!r}]": shares})
        panels.append((name, look(model, f"results[{name!r}]"), shares))
    words = alt if alt is not None else (
        "Grids of squares, larger where more was found, by depth and "
        "length. "
        + " ".join(_words(panel, depths, lengths) for panel in panels)
    )  # fmt: skip
    drawings = [
        _draw(width, panels, depths, lengths, chance)
        for width in (WIDE, NARROW)
    ]
    return figure(
        picture(words, *drawings), alt=words, caption=caption, kind="haystack"
    )


def _words(
    panel: Panel, depths: Sequence[float], lengths: Sequence[int]
) -> str:
    name, _, shares = panel
    parts = []
    for at, (depth, row) in enumerate(zip(depths, shares, strict=True)):
        found = [f"{share:.0%}".replace("%", " %") for share in row]
        if at == 0:
            found = [
                f"{share} of {T}" + (" tokens" if not first else "")
                for first, (share, T) in enumerate(
                    zip(found, lengths, strict=True)
                )
            ]
        parts.append(f"at depth {depth:g} {' and '.join(found)}")
    return f"{name}: {', '.join(parts)}."


def _draw(
    width: float,
    panels: list[Panel],
    depths: Sequence[float],
    lengths: Sequence[int],
    chance: float,
) -> Safe:
    # Four stand two by two, and one is no wider for being alone.
    columns = 1 if width <= NARROW else 2 if len(panels) == 4 else 3
    beside = min(columns, len(panels))
    share = (width - _LEFT - _GAP * 2) / columns
    high = _TOP + _ROW * len(depths) + _FOOT
    shapes: list[Safe] = []
    for at, panel in enumerate(panels):
        x = _LEFT + (share + _GAP) * (at % beside)
        y = high * (at // beside)
        labelled = at % beside == 0
        shapes += _table(
            (x, y), share, panel, depths, lengths, chance, labelled
        )
    rows = -(-len(panels) // beside)
    return svg(width, high * rows, *shapes)


def _table(
    corner: tuple[float, float],
    width: float,
    panel: Panel,
    depths: Sequence[float],
    lengths: Sequence[int],
    chance: float,
    labelled: bool,
) -> list[Safe]:
    name, own, shares = panel
    x0, y0 = corner
    pitch = min(width / len(lengths), 48.0)
    shapes = [write((x0, y0 + 16), name, kind=f"name {own.css_class}")]
    top = y0 + _TOP
    for i, depth in enumerate(depths):
        y = top + _ROW * i
        if labelled:
            text = "start" if depth == 0 else "end" if depth == 1 else ""
            text = text or f"{depth:.0%}".replace("%", " %")
            shapes.append(write((x0 - 8, y + 19), text, anchor="end"))
        for j in range(len(lengths)):
            x = x0 + pitch * j
            shapes.append(
                tag("rect", class_="cell", x=x + 1, y=y + 1,
                    width=pitch - 2, height=_ROW - 2, fill=ink("paper-2"),
                    stroke=ink("rule"))
            )  # fmt: skip
            most = min(pitch, _ROW) - 6
            found = max(0.0, (shares[i, j] - chance) / (1 - chance))
            side = max(2.0, found * most)
            shapes.append(
                tag("rect", class_=f"mark {own.css_class}",
                    x=x + (pitch - side) / 2,
                    y=y + (_ROW - side) / 2, width=side, height=side,
                    fill=own.colour)
            )  # fmt: skip
    below = top + _ROW * len(depths)
    for j, T in enumerate(lengths):
        middle = x0 + pitch * (j + 0.5)
        shapes.append(write((middle, below + 17), f"{T}", anchor="middle"))
    if labelled:
        shapes.append(write((x0, below + 35), "tokens in the text"))
    return shapes
