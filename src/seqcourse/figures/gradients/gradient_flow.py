"""How much of a gradient is left, by steps back, under a slider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.charts.log_chart import power
from seqcourse.figures.drawing.canvas import NARROW, WIDE
from seqcourse.figures.drawing.entries import Entry, entries
from seqcourse.figures.drawing.figure import Figure, content_id, figure
from seqcourse.figures.drawing.figure_arguments import (
    check_all,
    check_count,
    check_logarithms,
    check_rising,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, number, tag
from seqcourse.figures.drawing.matplotlib_figure import legend_entry
from seqcourse.figures.drawing.palette import ink
from seqcourse.figures.drawing.shapes import Point, picture, svg, write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    slider,
)
from seqcourse.figures.drawing.text import text_width
from seqcourse.figures.drawing.thinning import visible_points
from seqcourse.numpy.contract.annotations import checked

Values: TypeAlias = NDArray[np.float64]

#: What is smaller than this is drawn no more: the line leaves the frame.
LEAST = 1e-12


class Flow(Protocol):
    """What `seqcourse.probes.gradient_flow` measures."""

    @property
    def lags(self) -> ArrayLike:
        """Steps back."""

    @property
    def norm(self) -> ArrayLike:
        """Norm of the gradient at each lag."""


Measured: TypeAlias = Flow | tuple[Flow, str]


@checked
def gradient_flow(
    frames: Mapping[str, Mapping[str, Measured]],
    *,
    setting: str,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show what is left of a gradient against lag, for each stop of a slider.

    Norms are fractions of the norm at the first lag, on a scale of powers of
    ten. The first model's lines of all stops stay faintly in sight.

    Parameters
    ----------
    frames
        For each stop of the slider, 2 to 24, by the words it shows there,
        what was measured: by a model's name, or under a name of your own a
        pair of that and the model's key. Every stop has the same names and
        lags.
    setting
        What the slider sets.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A slider, and for each of its stops a line for each model.

    Raises
    ------
    ValueError
        If there are fewer than 2 stops or more than 24, their names or lags
        differ, lags do not rise, or a norm is not above 0.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> lags = np.arange(1, 4)
    >>> flows = {
    ...     f"{w:g}": {"rnn": SimpleNamespace(lags=lags, norm=w ** lags)}
    ...     for w in (0.5, 2.0)
    ... }
    >>> gradient_flow(flows, setting="Weight")
    Line chart with a slider: the norm of the gradient, as a fraction of the
    first, against steps back, 1 to 3, in powers of ten. Weight 0.5.
    RNN: 0.25 is left at 3 steps, 0.50 per step. Weight 2. RNN: 4 is left at
    3 steps, 2.00 per step.
    """
    shown = {
        stop: entries(of, f"frames[{stop!r}]") for stop, of in frames.items()
    }
    lags, shares = _checked(shown)
    sentences = [
        f"{setting} {stop}. " + " ".join(
            _sentence(entry.label, lags, share)
            for entry, share in zip(of, shares[stop], strict=True)
        )
        for stop, of in shown.items()
    ]  # fmt: skip
    words = alt if alt is not None else (
        "Line chart with a slider: the norm of the gradient, as a fraction "
        f"of the first, against steps back, {lags[0]:g} to "
        f"{lags[-1]:g}, in powers of ten. {sentences[0]} {sentences[-1]}"
    )  # fmt: skip
    values = np.concatenate([share for of in shares.values() for share in of])
    axis = _powers(values)
    drawings = (
        _draw(WIDE, 340, shown, lags, shares, axis),
        _draw(NARROW, 300, shown, lags, shares, axis),
    )
    first = next(iter(shown.values()))
    key = [legend_entry(each.label, each.look) for each in first]
    name = content_id("gradient_flow", *shown, repr(values.tolist()))
    return figure(
        slider(name, setting, len(shown), stops=list(shown)),
        picture(words, *drawings),
        tag("ul", *key, class_="key"),
        frame_description(sentences), alt=words, caption=caption,
        kind="moving gradient-flow", id=name,
        data_says=compact_json(sentences),
        data_stops=compact_json(list(shown)),
    )  # fmt: skip


def _checked(
    shown: Mapping[str, list[Entry]],
) -> tuple[Values, dict[str, list[Values]]]:
    check_count(2, 24, "stops of the slider", frames=shown)
    first = next(iter(shown.values()))
    lags = numbers(f"{first[0].argument}.lags", first[0].result.lags, "T")
    at = {f"{first[0].argument}.lags": lags}
    check_rising(**at)
    check_all("steps from 0 to 1e9", (lags >= 0) & (lags <= 1e9), **at)
    labels = [entry.label for entry in first]
    shares: dict[str, list[Values]] = {}
    for stop, of in shown.items():
        if [entry.label for entry in of] != labels:
            raise ValueError(
                f"frames[{stop!r}]: expected the names {labels}, as at the "
                f"first stop, got {[entry.label for entry in of]}"
            )
        shares[stop] = []
        for entry in of:
            argument = entry.argument
            norm = numbers(f"{argument}.norm", entry.result.norm, "T")
            own = numbers(f"{argument}.lags", entry.result.lags, "T")
            same = np.array_equal(own, lags)
            if not same or norm.shape != lags.shape or len(lags) < 2:
                raise ValueError(
                    f"{argument}: expected one norm for each of the same "
                    f"lags, at least 2, got shape {norm.shape}"
                )
            norms = {f"{argument}.norm": norm}
            check_logarithms(**norms)
            grown = np.log10(norm) - np.log10(norm[0])
            near = "numbers of at most 1e100 times the first"
            check_all(near, grown <= 100, **norms)
            shares[stop].append(norm / norm[0])
    return lags, shares


def _sentence(label: str, lags: Values, share: Values) -> str:
    factor = share[-1] ** (1 / (lags[-1] - lags[0]))
    few = ".0f" if 100 <= share[-1] < 1000 else ".2g"
    left = f"{share[-1]:{few}}".replace("e-0", "e-").replace("e+0", "e+")
    left = left.replace("e-", "e−").replace("e+", "e")
    label = label[:1].upper() + label[1:]
    return (
        f"{label}: {left} is left at {lags[-1]:g} steps, "
        f"{factor:.2f} per step."
    )


def _powers(values: Values) -> list[int]:
    """Powers of ten to write: the outermost hold all values."""
    low = int(np.floor(np.log10(max(values.min(), LEAST)) + 1e-9))
    high = int(np.ceil(np.log10(values.max()) - 1e-9))
    apart = -(-(high - low) // 6) or 1
    # 1 is always among them: above it lines grow, below it they fade.
    low, high = apart * (low // apart), apart * -(-high // apart)
    return list(range(low, max(high, low + apart) + 1, apart))


def _draw(
    width: float,
    height: float,
    shown: Mapping[str, list[Entry]],
    lags: Values,
    shares: Mapping[str, list[Values]],
    powers: Sequence[int],
) -> Safe:
    names = [power(exponent) for exponent in powers]
    left = 8 + max(text_width(name) for name in names)
    right, top, bottom = width - 10.0, 30.0, height - 44.0
    low, high = float(powers[0]), float(powers[-1])

    def up(exponent: float) -> float:
        return bottom + (top - bottom) * (exponent - low) / (high - low)

    def across(lag: float) -> float:
        share = (lag - lags[0]) / (lags[-1] - lags[0])
        return left + (right - left) * float(share)

    along = (lags - lags[0]) / (lags[-1] - lags[0])

    def line(share: Values) -> str:
        heights = np.log10(np.maximum(share, 1e-300))
        seen = visible_points(along, heights)
        x = [across(lag) for lag in lags[seen]]
        y = [up(p) for p in heights[seen]]
        return _path(list(zip(x, y, strict=True)), bottom)

    title = "norm of the gradient, fraction of the first"
    shapes = [write((0, 14), title)]
    for exponent, name in zip(powers, names, strict=True):
        y = up(exponent)
        kind = "axis" if exponent == 0 else "grid"
        shapes += [
            _rule((left, y), (right, y), kind),
            write((left - 8, y + 4.5), name, anchor="end"),
        ]
    for lag in _ticks(lags):
        x = across(lag)
        shapes += [
            _rule((x, bottom), (x, bottom + 5), "axis"),
            write((x, bottom + 20), f"{lag:g}", anchor="middle"),
        ]
    shapes.append(write((right, height - 4), "steps back", anchor="end"))
    shapes += [
        tag("path", class_="trace", d=line(of[0]), fill="none",
            stroke=ink("rule-strong"))
        for of in shares.values()
    ]  # fmt: skip
    for step, (stop, of) in enumerate(shown.items(), 1):
        now = " now" if step == len(shown) else ""
        # What is compared with lies beneath what is measured.
        lines = [
            tag(
                "path", class_=f"line {entry.look.css_class}", d=line(share),
                fill="none", stroke=entry.look.colour, stroke_width="2.25",
                stroke_dasharray=entry.look.strokes,
            )
            for entry, share in zip(of, shares[stop], strict=True)
        ]  # fmt: skip
        shapes.append(
            tag("g", *lines[::-1], class_=f"frame{now}", data_step=str(step))
        )
    return svg(width, height, *shapes)


def _ticks(lags: Values) -> Values:
    apart = next(
        first * 10**power for power in range(9) for first in (1, 2, 5)
        if (lags[-1] - lags[0]) / (first * 10**power) <= 7
    )  # fmt: skip
    start = apart * np.floor(lags[0] / apart)
    every = np.arange(start, lags[-1] + 1, apart)
    inside: Values = every[(every > lags[0]) & (every <= lags[-1])]
    return inside


def _path(points: list[Point], bottom: float) -> str:
    """Write a line that ends where it leaves the frame."""
    kept = [points[0]]
    for (x0, y0), (x, y) in pairwise(points):
        if y > bottom:
            share = (bottom - y0) / (y - y0)
            kept.append((x0 + share * (x - x0), bottom))
            break
        kept.append((x, y))
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in kept)


def _rule(start: Point, end: Point, kind: str) -> Safe:
    colour = ink("rule" if kind == "grid" else "rule-strong")
    return tag(
        "line", class_=kind, x1=start[0], y1=start[1], x2=end[0], y2=end[1],
        stroke=colour,
    )  # fmt: skip
