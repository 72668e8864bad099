"""Lines over axes on which every step is a factor of ten."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.charts.extremes import extremes
from seqcourse.figures.charts.learning_curve import round_axis
from seqcourse.figures.charts.line_chart import Axis, Level, Line, line_chart
from seqcourse.figures.drawing.entries import Entry, entries
from seqcourse.figures.drawing.figure import Figure
from seqcourse.figures.drawing.figure_arguments import (
    check_all,
    check_count,
    check_drawable,
    check_logarithms,
    check_rising,
    numbers,
)
from seqcourse.numpy.contract.annotations import checked

Points = tuple[ArrayLike, ArrayLike]

#: An axis of more powers of ten than this writes every second, third, ...
_MOST = 7


@checked
def log_chart(
    results: Mapping[str, Points | tuple[Points, str]],
    *,
    x_label: str,
    y_label: str,
    log_x: bool = True,
    levels: Mapping[str, float] | None = None,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show measurements that span many powers of ten.

    Parameters
    ----------
    results
        For each model a pair of x and values, 2 at least (T,); under a name
        of your own, a pair of that and the model's key.
    x_label, y_label
        What x measures, and what the values.
    log_x
        Whether x goes by powers of ten as well.
    levels
        Values above zero to compare with, by their names; up to 8.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A line for each result.

    Raises
    ------
    ValueError
        If x and values do not fit together, or one that must be is not
        above zero.

    Examples
    --------
    >>> errors = ([0.001, 0.01, 0.1], [1e-7, 1e-5, 1e-3])
    >>> log_chart({"rnn": errors}, x_label="step", y_label="error")
    Line chart: error against step, in powers of ten. RNN: from 1e−07 at 0.001
    to 0.001 at 0.1.
    """
    lines = [_line(entry, log_x) for entry in entries(results)]
    check_count(0, 8, "levels", levels=levels or {})
    for name, value in (levels or {}).items():
        argument = f"levels[{name!r}]"
        check_drawable(**{argument: value})
        check_logarithms(**{argument: np.asarray(value)})
    marks = [Level(name, value) for name, value in (levels or {}).items()]
    at = np.concatenate([line.x for line in lines])
    heights = np.concatenate(
        [*(line.y for line in lines), [mark.value for mark in marks]]
    )
    if log_x:
        x = power_axis(at, x_label)
    else:
        x = round_axis([0.0, float(at.max())], x_label, x_label)
    words = alt if alt is not None else _words(lines, x_label, y_label)
    return line_chart(
        lines, marks, x, power_axis(heights, y_label),
        alt=words, caption=caption,
    )  # fmt: skip


def power_axis(values: NDArray[np.float64], label: str) -> Axis:
    """Lay an axis from the power of ten below all values to the one above.

    Parameters
    ----------
    values
        What must lie on it, all above zero.
    label
        What it measures.

    Returns
    -------
    axis
        An axis with a tick at powers of ten.

    Examples
    --------
    >>> power_axis(np.array([0.02, 3.0]), "size").words
    ['0.01', '0.1', '1', '10']
    """
    low = int(np.floor(np.log10(values.min()) + 1e-9))
    high = max(int(np.ceil(np.log10(values.max()) - 1e-9)), low + 1)
    every = -(-(high - low) // _MOST)
    powers = [p for p in range(low, high + 1) if p % every == 0]
    return Axis(
        10.0**low, 10.0**high, [10.0**p for p in powers],
        [power(p) for p in powers], label, label, log=True,
    )  # fmt: skip


def power(exponent: int) -> str:
    """Write a power of ten as short as it can be read.

    Parameters
    ----------
    exponent
        Which.

    Returns
    -------
    text
        The number, or Python's own form of it.

    Examples
    --------
    >>> [power(p) for p in (-8, -2, 0, 4)]
    ['1e−8', '0.01', '1', '10,000']
    """
    if -3 <= exponent <= 4:
        return f"{10.0**exponent:,.{max(0, -exponent)}f}"
    return f"1e{exponent}".replace("-", "−")


def _line(entry: Entry, log_x: bool) -> Line:
    name = entry.argument
    x = numbers(f"{name}, x", entry.result[0], "T")
    y = numbers(f"{name}, values", entry.result[1], "T")
    if x.shape != y.shape or len(x) < 2:
        raise ValueError(
            f"{name}: expected at least 2 x, and a value for each, "
            f"got shapes {x.shape} and {y.shape}"
        )
    at = {f"{name}, x": x}
    check_rising(**at)
    check_all("numbers of at least 0", x >= 0, **at)
    check_logarithms(**{f"{name}, values": y}, **(at if log_x else {}))
    return Line(entry.label, entry.look, entry.second, x, y)


def _words(lines: list[Line], x_label: str, y_label: str) -> str:
    parts = [f"Line chart: {y_label} against {x_label}, in powers of ten."]
    for line in lines:
        points = [
            f", {word} at {line.x[at]:.3g} with {line.y[at]:.2g}"
            for word, at in extremes(np.log10(line.y))
        ]
        parts.append(
            f"{line.label}: from {line.y[0]:.2g} at {line.x[0]:.3g} to "
            f"{line.y[-1]:.2g} at {line.x[-1]:.3g}{''.join(points)}."
        )
    return " ".join(parts).replace("e-", "e−")
