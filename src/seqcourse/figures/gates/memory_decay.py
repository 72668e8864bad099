"""How long a state lasts: a curve for each setting, one of them in ink."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

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
    check_count,
    check_shares,
    numbers,
    some_numbers,
)
from seqcourse.figures.drawing.markup import Safe, number, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    percent,
    slider,
)
from seqcourse.figures.drawing.thinning import visible_points
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.arguments import check_array_shape

Values = NDArray[np.float64]

_WIDTH, _HEIGHT = 358.0, 236.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 350.0, 26.0, 190.0


class Decay(Protocol):
    """What `seqcourse.probes.memory_decay` measures."""

    @property
    def left(self) -> ArrayLike:
        """The fraction that is left after 0, 1, ... steps."""

    @property
    def half_life(self) -> float:
        """Steps until half is left."""


@checked
def memory_decay(
    results: Mapping[str, Decay],
    setting: str,
    model: str = "lstm",
    *,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show what is left of a state, step after step, for each setting.

    Parameters
    ----------
    results
        By the value of the setting, as it is written, up to 24 of them: what
        was measured.
    setting
        What is set.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A chart with all curves and a slider that puts one of them in ink,
        with the half-life marked.

    Raises
    ------
    ValueError
        If there is no curve or more than 24, their lengths differ, a fraction
        is not from 0 to 1, or a half-life is below 0 or no number.

    Examples
    --------
    >>> from seqcourse.probes import MemoryDecay
    >>> half = MemoryDecay(0.5 ** np.arange(4.0))
    >>> memory_decay({"0": half}, "forget bias")
    Line chart: the fraction of a state that is left against the steps since,
    for 1 value of the forget bias. With a forget bias of 0, 50 % is kept at
    each step; half is left after 1.0 steps.
    """
    curves = _checked(results)
    own = look(model)
    halves = [_half_life(*result) for result in results.items()]
    sentences = [
        _sentence(setting, name, curve, half)
        for name, curve, half in zip(results, curves, halves, strict=True)
    ]
    values = f"{len(curves)} value{'s' if len(curves) > 1 else ''}"
    words = alt if alt is not None else (
        "Line chart: the fraction of a state that is left against the steps "
        f"since, for {values} of the {setting}. {sentences[-1]}"
    )  # fmt: skip
    name = content_id("memory_decay", *sentences, repr(curves.tolist()))
    shown = tag("div", _chart(curves, halves, own, checked_alt(words)))
    return figure(
        slider(name, _title(setting), len(curves), stops=[*results]), shown,
        frame_description(sentences), alt=words, caption=caption,
        kind=f"moving memory-decay {own.css_class}", id=name,
        data_says=compact_json(sentences),
        data_stops=compact_json([*results]),
    )  # fmt: skip


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]


def _checked(results: Mapping[str, Decay]) -> Values:
    check_count(1, 24, "curves", results=results)
    curves: list[Values] = []
    for name, result in results.items():
        argument = f"results[{name!r}].left"
        curve = numbers(argument, result.left, "T")
        if len(curve) < 2 or len(curve) != len((curves or [curve])[0]):
            raise ValueError(
                f"{argument}: expected curves of the same length, 2 steps at "
                f"least, got shape {curve.shape}"
            )
        check_shares(**{argument: curve})
        curves.append(curve)
    return np.stack(curves)


def _half_life(name: str, result: Decay) -> float:
    argument = f"results[{name!r}].half_life"
    half = some_numbers(argument, result.half_life)
    check_array_shape((), **{argument: half})
    check_all("a number of at least 0", half >= 0, **{argument: half})
    return float(half)


def _sentence(setting: str, name: str, curve: Values, half: float) -> str:
    ends = (
        f"half is left after {half:.1f} steps"
        if np.isfinite(half)
        else f"after {len(curve) - 1} steps more than half is left"
    )
    kept = percent(min(float(curve[1]), 1.0))
    return f"With a {setting} of {name}, {kept} is kept at each step; {ends}."


def _chart(curves: Values, halves: list[float], own: Look, alt: str) -> Safe:
    last = curves.shape[1] - 1

    def place(step: float, share: float) -> tuple[float, float]:
        across = _LEFT + (_RIGHT - _LEFT) * step / last
        return across, _BOTTOM - (_BOTTOM - _TOP) * share

    shapes = [write((0, 12), "left, %")]
    for share in (0.0, 0.5, 1.0):
        _, y = place(0, share)
        shapes.append(_line((_LEFT, y), (_RIGHT, y), ink("rule"), "grid"))
        words = f"{100 * share:.0f}"
        shapes.append(write((_LEFT - 8, y + 4.5), words, anchor="end"))
    for step in np.linspace(0, last, 5).round().astype(int).tolist():
        x, y = place(step, 0)
        shapes.append(_line((x, y), (x, y + 5), ink("rule-strong"), "axis"))
        shapes.append(write((x, y + 20), str(step), anchor="middle"))
    shapes.append(write((_RIGHT, _HEIGHT - 4), "steps later", anchor="end"))
    along = np.arange(last + 1) / last
    paths = [
        "M" + "L".join(
            " ".join(number(at) for at in place(step, min(curve[step], 1.0)))
            for step in visible_points(along, curve, int(_WIDTH))
        )
        for curve in curves
    ]  # fmt: skip
    shapes += [
        tag(
            "path", d=path, class_="trace", fill="none",
            stroke=ink("rule-strong"),
        )
        for path in paths
    ]  # fmt: skip
    for step, (path, half) in enumerate(zip(paths, halves, strict=True), 1):
        inked = [
            tag(
                "path", d=path, class_="line", fill="none",
                stroke=own.colour, stroke_width="2.25",
            )
        ]  # fmt: skip
        if half <= last:
            x, y = place(half, 0.5)
            down = _line((x, y), (x, _BOTTOM), own.colour, "half")
            dot = tag(
                "circle", cx=x, cy=y, r=4, class_="mark", fill=own.colour
            )
            inked += [down, dot]
        now = " now" if step == len(paths) else ""
        shapes.append(
            tag(
                "g", *inked, class_=f"frame{now}", data_step=str(step),
                visibility=None if now else "hidden",
            )
        )  # fmt: skip
    return tag(
        "svg", *shapes, class_=f"curves {own.css_class}",
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}", width=_WIDTH, height=_HEIGHT,
        role="img", aria_label=alt, fill="currentColor", font_size=14,
    )  # fmt: skip


def _line(
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    kind: str,
) -> Safe:
    return tag(
        "line", class_=kind, x1=start[0], y1=start[1], x2=end[0], y2=end[1],
        stroke=colour,
    )  # fmt: skip
