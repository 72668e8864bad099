"""Numbers inside a model, step after step, over what it reads."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.charts.extremes import extremes
from seqcourse.figures.charts.learning_curve import round_axis
from seqcourse.figures.charts.line_chart import Axis, Line, line_chart
from seqcourse.figures.drawing.entries import Entry, entries
from seqcourse.figures.drawing.figure import Figure
from seqcourse.figures.drawing.figure_arguments import check_count, numbers
from seqcourse.figures.drawing.text import shortened
from seqcourse.numpy.contract.annotations import checked

Values = NDArray[np.float64]


@checked
def values_by_step(
    results: Mapping[str, ArrayLike | tuple[ArrayLike, str]],
    tick_labels: Mapping[int, str],
    measure: str,
    *,
    x_label: str = "what is read",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw numbers of a memory at every step of a sequence.

    Parameters
    ----------
    results
        For each model what was measured after each step (T,), 2 steps at
        least; under a name of your own, a pair of that and the model's key.
    tick_labels
        Steps, counted from 1, and what is written under each; up to 100.
    measure
        What is measured, and in which unit.
    x_label
        What stands along the axis.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A line for each result, over the steps.

    Raises
    ------
    ValueError
        If the results have not the same length of 2 steps at least, are not
        finite, or a tick lies outside of them.

    Examples
    --------
    >>> values_by_step({"lstm": [0.5, 1.5, 1.0]}, {1: "a", 3: "b"}, "cell")
    Line chart: cell at each of 3 steps. LSTM: from 0.5 at step 1 to 1 at step
    3, highest at step 2 with 1.5.
    """
    lines = [_line(entry) for entry in entries(results)]
    steps = {line.x.size for line in lines}
    if len(steps) > 1:
        raise ValueError(
            f"results: expected rows of one length, got {sorted(steps)}"
        )
    (T,) = steps
    if not tick_labels or min(tick_labels) < 1 or max(tick_labels) > T:
        raise ValueError(
            f"tick_labels: expected steps from 1 to {T}, got "
            f"{list(tick_labels)}"
        )
    check_count(1, 100, "labels", tick_labels=tick_labels)
    ticks = {step: tick_labels[step] for step in sorted(tick_labels)}
    along = Axis(
        1, T, [*ticks], [*map(shortened, ticks.values())], x_label, x_label
    )  # fmt: skip
    values = np.concatenate([line.y for line in lines])
    up = round_axis(values, measure, measure, whole=True)
    words = alt if alt is not None else _words(lines, measure, T)
    return line_chart(lines, [], along, up, alt=words, caption=caption)


def _line(entry: Entry) -> Line:
    values = numbers(entry.argument, entry.result, "T")
    if values.size < 2:
        raise ValueError(
            f"{entry.argument}: expected numbers of 2 steps at "
            f"least, got shape {values.shape}"
        )
    steps = np.arange(1.0, values.size + 1)
    return Line(entry.label, entry.look, entry.second, steps, values)


def _words(lines: list[Line], measure: str, T: int) -> str:
    parts = [f"Line chart: {measure} at each of {T} steps."]
    for line in lines:
        points = [
            f", {word} at step {at + 1} with {_number(line.y[at])}"
            for word, at in extremes(line.y)
        ]
        parts.append(
            f"{line.label}: from {_number(line.y[0])} at step 1 to "
            f"{_number(line.y[-1])} at step {T}{''.join(points)}."
        )
    return " ".join(parts)


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
