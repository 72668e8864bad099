"""The norms of a matrix's powers, beside its norm and spectral radius."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from seqcourse.figures.charts.line_chart import Axis, Line, line_chart
from seqcourse.figures.drawing.figure import Figure
from seqcourse.figures.drawing.figure_arguments import (
    Values,
    check_all,
    check_drawable,
    check_logarithms,
    numbers,
)
from seqcourse.figures.drawing.palette import PALETTE
from seqcourse.numpy.contract.annotations import checked

_ROUND = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


@checked
def matrix_powers(
    norms: ArrayLike,
    *,
    radius: float,
    largest: float,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show the norms of a matrix's powers, with both of their yardsticks.

    Parameters
    ----------
    norms
        The largest singular value of W, W**2, W**3, ... (K,), 2 to 1,000 of
        them.
    radius
        The spectral radius of W, at most `largest`.
    largest
        The largest singular value of W.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        Three lines: what was measured, the most it can be, and its long run.

    Raises
    ------
    ValueError
        If there are fewer than 2 norms or more than 1,000, a number is not
        above 0, or a norm is below what the radius allows or above what the
        largest singular value does.

    Examples
    --------
    >>> matrix_powers([1.44, 1.81, 1.98, 2.08], radius=0.8, largest=1.44)
    Line chart: how far k steps can stretch a change, for k from 1 to 4.
    Measured: 1.44 at 1, at most 2.08 at 4, 2.08 at 4. The largest singular
    value, to the k-th power, ends at 4.3; the spectral radius at 0.41.
    """
    measured = numbers("norms", norms, "K")
    if not 2 <= len(measured) <= 1000:
        raise ValueError(
            "norms: expected one for each of 2 to 1,000 powers, got shape "
            f"{measured.shape}"
        )
    check_drawable(radius=radius, largest=largest)
    ends = {"radius": np.asarray(radius), "largest": np.asarray(largest)}
    check_logarithms(norms=measured, **ends)
    k = np.arange(1.0, len(measured) + 1)
    _check_bounds(measured, k, radius, largest)
    neutral = PALETTE["neutral"]
    lines = [
        Line("measured", PALETTE["rnn"], False, k, measured),
        Line("at most: largest singular value", neutral, False, k,
             largest**k, bound=True),
        Line("in the long run: spectral radius", neutral, False, k,
             radius**k),
    ]  # fmt: skip
    top = 2.0 * float(measured.max())
    # The bound may leave the frame: how fast it does is what it says.
    lines[1] = _up_to(lines[1], top)
    low = 0.8 * float(min(measured.min(), lines[2].y.min()))
    ticks = _ticks(low, top)
    up = Axis(
        low, top, ticks.tolist(), [f"{tick:g}" for tick in ticks],
        "the most that k steps stretch", "the most that k steps stretch",
        log=True,
    )  # fmt: skip
    every = max(1, len(k) // 6)
    across = Axis(
        1.0, float(len(k)), k[every - 1 :: every].tolist(),
        [f"{tick:g}" for tick in k[every - 1 :: every]],
        "steps k", "steps k",
    )  # fmt: skip
    highest = int(measured.argmax())
    words = alt if alt is not None else (
        "Line chart: how far k steps can stretch a change, for k from 1 to "
        f"{len(k)}. Measured: {measured[0]:.2f} at 1, at most "
        f"{measured[highest]:.2f} at {highest + 1}, {measured[-1]:.2f} at "
        f"{len(k)}. The largest singular value, to the k-th power, ends at "
        f"{largest ** len(k):.3g}; the spectral radius at "
        f"{radius ** len(k):.2g}."
    )  # fmt: skip
    return line_chart(lines, [], across, up, alt=words, caption=caption)


def _ticks(low: float, top: float) -> Values:
    decades = np.log10(top / low)
    if decades > 6:  # as many as there is room for, and no more
        apart = np.ceil(decades / 6)
        return 10.0 ** np.arange(np.ceil(np.log10(low)), np.log10(top), apart)
    decade = 10.0 ** np.floor(np.log10(low))
    ticks = np.unique(
        [r * decade * 10.0**n for n in range(8) for r in (1.0, *_ROUND)]
    )
    return ticks[(ticks >= low) & (ticks <= top)]


def _check_bounds(
    norms: Values, k: Values, radius: float, largest: float
) -> None:
    """Refuse norms that no matrix has, or powers that no float holds."""
    low, high = k * np.log(radius), k * np.log(largest)
    off = 0.01 * k  # norms may be rounded
    fits = np.log(norms) >= low - off
    check_all("norms of at least radius ** k", fits, norms=norms)
    fits = np.log(norms) <= high + off
    check_all("norms of at most largest ** k", fits, norms=norms)
    for name, value, end in (
        ("radius", radius, low[-1]),
        ("largest", largest, high[-1]),
    ):
        if abs(end) > 700:
            raise ValueError(
                f"{name}: expected its power of {len(k)} to be a number from "
                f"1e-304 to 1e304, got {value}"
            )


def _up_to(line: Line, top: float) -> Line:
    """End a rising line where it leaves the frame."""
    over = np.flatnonzero(line.y > top)
    if not len(over) or over[0] == 0:
        return line
    end = int(over[0])
    share = np.log(top / line.y[end - 1]) / np.log(
        line.y[end] / line.y[end - 1]
    )
    x = np.append(line.x[:end], line.x[end - 1] + share)
    y = np.append(line.y[:end], top)
    return Line(line.label, line.look, line.second, x, y, bound=line.bound)
