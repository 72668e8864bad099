"""How wide vectors sharpen a softmax, and what the root of the width does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from seqcourse.figures.drawing.figure import Figure, content_id, figure
from seqcourse.figures.drawing.figure_arguments import (
    Values,
    check_count,
    check_shares,
    check_sums,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, number, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import svg, write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    percent,
    slider,
)
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.arguments import check_at_least

# How high a weight of 1 stands, and what a panel takes in all.
_HIGH, _PANEL = 72.0, 112.0


@checked
def softmax_sharpness(
    widths: Sequence[int],
    weights: Mapping[str, ArrayLike],
    *,
    model: str = "attention",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show the weights of a softmax, for vectors of growing width.

    Parameters
    ----------
    widths
        The widths K, whole numbers of at least 1, one for each of up to 24
        frames.
    weights
        By the name of a panel, up to 4 of them: for each width the weights
        of many draws (widths, draws, keys), the same number of keys for all,
        2 to 128.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A slider over the widths; for each panel the weights from the largest
        to the smallest, each the mean over the draws, and their entropy.

    Raises
    ------
    ValueError
        If the shapes do not fit, a row of weights does not sum to 1, or
        there are more than can be drawn.

    Examples
    --------
    >>> softmax_sharpness([1, 4], {"scaled": [[[0.5, 0.5]], [[0.9, 0.1]]]})
    Weights of a softmax over 2 keys, from the largest to the smallest, for
    vectors of 2 widths. K = 1: scaled, largest weight 0.50, entropy 0.69
    nats. K = 4: scaled, largest weight 0.90, entropy 0.33 nats.
    """
    tables = _checked(widths, weights)
    own = look(model)
    sentences = [
        f"K = {K}: "
        + "; ".join(
            f"{name}, largest weight {_largest(table[frame]):.2f}, "
            f"entropy {_entropy(table[frame]):.2f} nats"
            for name, table in tables.items()
        )
        + "."
        for frame, K in enumerate(widths)
    ]
    keys = next(iter(tables.values())).shape[-1]
    text = alt if alt is not None else (
        f"Weights of a softmax over {keys} keys, from the largest to the "
        f"smallest, for vectors of {len(widths)} widths. "
        f"{' '.join(sentences)}"
    )  # fmt: skip
    frames = []
    for frame, K in enumerate(widths):
        rows = {
            name: np.sort(table[frame], -1)[:, ::-1].mean(0)
            for name, table in tables.items()
        }
        marks = {
            name: f"{name}: largest {percent(_largest(table[frame]))}, "
            f"entropy {_entropy(table[frame]):.2f} nats"
            for name, table in tables.items()
        }
        drawings = [
            _draw(width, K, rows, marks, own) for width in (608.0, 358.0)
        ]
        frames.append(
            tag(
                "div", *drawings, data_frame=str(frame + 1),
                hidden=frame != len(widths) - 1,
            )
        )  # fmt: skip
    stops = [f"{width:,}" for width in widths]
    name = content_id("softmax_sharpness", *sentences)
    return figure(
        slider(name, "Width of the vectors", len(widths), stops=stops),
        tag("div", *frames, role="img", aria_label=text),
        frame_description(sentences),
        alt=text, caption=caption,
        kind=f"moving softmax-sharpness {own.css_class}", id=name,
        data_says=compact_json(sentences),
        data_stops=compact_json(stops),
    )  # fmt: skip


def _checked(
    widths: Sequence[int], weights: Mapping[str, ArrayLike]
) -> dict[str, Values]:
    check_count(1, 24, "widths", widths=widths)
    check_at_least(1, widths=min(widths))
    check_count(1, 4, "panels", weights=weights)
    tables: dict[str, Values] = {}
    for name, given in weights.items():
        where = f"weights[{name!r}]"
        table = numbers(where, given)
        if table.ndim != 3 or len(table) != len(widths) or not table.size:
            raise ValueError(
                f"{where}: expected (widths, draws, keys) with "
                f"{len(widths)} widths, got shape {table.shape}"
            )
        keys = next(iter(tables.values()), table).shape[-1]
        if table.shape[-1] != keys or not 2 <= keys <= 128:
            raise ValueError(
                f"{where}: expected as many keys in each, 2 to 128, got "
                f"{table.shape[-1]}"
            )
        check_shares(**{where: table})
        check_sums(1e-6, **{where: table})
        tables[name] = table
    return tables


def _largest(rows: Values) -> float:
    """Give the mean of the largest weights."""
    return float(rows.max(-1).mean())


def _entropy(rows: Values) -> float:
    """Give the mean entropy of rows of weights, in nats."""
    logs = np.log(np.where(rows > 0, rows, 1))
    return max(0.0, float(-(rows * logs).sum(-1).mean()))


def _draw(
    width: float,
    K: int,
    rows: Mapping[str, Values],
    marks: Mapping[str, str],
    own: Look,
) -> Safe:
    shapes = [write((0, 14), f"K = {K}", kind="verdict")]
    for place, (name, row) in enumerate(rows.items()):
        top = 28 + _PANEL * place
        floor = top + 24 + _HIGH
        pitch = width / len(row)
        bars = [
            f"M{number(at * pitch)} {number(floor)}"
            f"v-{number(_HIGH * weight)}h{number(pitch - 1.5)}"
            f"V{number(floor)}z"
            for at, weight in enumerate(row)
            if weight >= 0.0005
        ]
        shapes += [
            write((0, top + 14), marks[name]),
            tag("path", class_="bars-of", d="".join(bars), fill=own.colour),
            tag(
                "line", x1=0, x2=width, y1=floor, y2=floor,
                stroke=ink("rule-strong"),
            ),
        ]  # fmt: skip
    return svg(width, 28 + _PANEL * len(rows), *shapes)
