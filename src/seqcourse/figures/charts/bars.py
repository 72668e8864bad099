"""Scores side by side: a bar a row, beside guessing and the best possible."""

from __future__ import annotations

from collections.abc import Mapping

from seqcourse.figures.drawing.canvas import NARROW, WIDE, Canvas
from seqcourse.figures.drawing.figure import Figure
from seqcourse.figures.drawing.figure_arguments import (
    check_count,
    check_drawable,
    check_share,
)
from seqcourse.figures.drawing.matplotlib_figure import matplotlib_figure
from seqcourse.figures.drawing.palette import Look, look
from seqcourse.figures.drawing.text import text_width, wrap
from seqcourse.numpy.contract.annotations import checked

Row = tuple[str, float, Look]
Mark = tuple[str, float]

_BAR = 18.0


@checked
def bars(
    results: Mapping[str, tuple[float, str]],
    *,
    best: float | None = None,
    chance: float | None = None,
    unit: str = "%",
    measure: str = "right answers",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show one score for each model, as bars from zero.

    Parameters
    ----------
    results
        By the name of a row, up to 60 of them: its score and the key of its
        model.
    best
        The best possible score.
    chance
        The score of guessing.
    unit
        The unit of all scores, up to 20 characters. With ``"%"`` they are
        shares between 0 and 1, as Python's own ``%`` format has it.
    measure
        What the score is.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A bar for each row, with its number at the right.

    Raises
    ------
    ValueError
        If there is no row or more than 60, or a score is negative, not
        finite or, with ``"%"``, greater than 1.

    Examples
    --------
    >>> scores = {"Bag of words": (0.5, "bag"), "RNN": (0.984, "rnn")}
    >>> bars(scores, chance=0.5)
    Bar chart: right answers. Bag of words 50 %, RNN 98.4 %. Guessing has
    50 %.
    """
    check_count(1, 60, "rows", results=results)
    check_count(0, 20, "characters", unit=unit)
    rows = []
    for name, (value, model) in results.items():
        argument = f"results[{name!r}]"
        score = _score(argument, value, unit)
        rows.append((name, score, look(model, argument)))
    marks: list[Mark] = []
    for name, argument, level in (
        ("guessing", "chance", chance), ("best possible", "best", best)
    ):  # fmt: skip
        if level is not None:
            marks.append((name, _score(argument, level, unit)))
    scores = [score for _, score, _ in rows] + [score for _, score in marks]
    full = 100.0 if unit == "%" else max(scores) or 1.0
    beside = max(text_width(name) for name, _, _ in rows) <= 230

    def draw(canvas: Canvas) -> None:
        _draw(canvas, rows, marks, full, unit, beside and canvas.wide)

    heights = (
        _height(rows, marks, WIDE, beside),
        _height(rows, marks, NARROW, beside=False),
    )
    words = alt if alt is not None else _words(rows, marks, unit, measure)
    return matplotlib_figure(
        draw, alt=words, caption=caption, heights=heights
    )


def _score(name: str, value: float, unit: str) -> float:
    if unit == "%":
        check_share(**{name: value})
        return 100.0 * value
    check_drawable(**{name: value})
    if value < 0:
        raise ValueError(f"{name}: expected 0 or more, got {value}")
    return float(value)


def _written(score: float, unit: str) -> str:
    if unit == "%":
        return f"{score:.1f} %".replace(".0 ", " ")
    if score >= 1e15:
        return f"{score:.3g} {unit}".strip()
    return f"{score:.{2 if score < 10 else 0}f} {unit}".strip()


def _lines(name: str, width: float, beside: bool) -> list[str]:
    return [name] if beside else wrap(name, width)


def _top(marks: list[Mark]) -> float:
    return 8.0 + 20.0 * len(marks)


def _height(
    rows: list[Row], marks: list[Mark], width: int, beside: bool
) -> int:
    above = sum(len(_lines(name, width, beside)) for name, _, _ in rows)
    below = 32 * len(rows) + (0 if beside else 18 * above)
    return int(_top(marks)) + below + 6


def _draw(
    canvas: Canvas,
    rows: list[Row],
    marks: list[Mark],
    full: float,
    unit: str,
    beside: bool,
) -> None:
    count = max(text_width(_written(score, unit)) for _, score, _ in rows)
    left = max(text_width(name) for name, _, _ in rows) + 16 if beside else 0
    right = canvas.width - count - 16
    top, bottom = _top(marks), canvas.height - 6.0
    middles = []
    at = top
    for name, score, own in rows:
        lines = _lines(name, canvas.width, beside)
        at += 0 if beside else 18 * len(lines)
        middle = at + 16
        for up, line in enumerate(reversed(lines)):
            if beside:
                canvas.text(left - 16, middle + 5, line, anchor="end")
            else:
                canvas.text(0, middle - 15 - 18 * up, line)
        _bar(canvas, left, middle, score * (right - left) / full, own)
        number = _written(score, unit)
        canvas.text(canvas.width, middle + 5, number, anchor="end")
        middles.append(middle)
        at += 32
    widest = max(
        text_width(line)
        for name, _, _ in rows
        for line in _lines(name, canvas.width, beside)
    )
    # Above its bar a name begins where the axis would cross it out.
    for low, high in [(top, bottom)] if beside else _around(middles):
        canvas.line((left, left), (low, high), "axis")
    for index, (name, score) in enumerate(marks):
        best = name != "guessing"
        text = f"{name} {_written(score, unit)}"
        x = left + (right - left) * score / full
        y = 12.0 + 20.0 * index
        half = text_width(text) / 2
        start = min(max(x - half, 0.0), canvas.width - 2 * half)
        canvas.text(start, y, text, "name level m-neutral")
        free = beside or x > widest + 8
        for low, high in [(y + 6, bottom)] if free else _around(middles):
            canvas.level(x, low, high, best=best)


def _around(middles: list[float]) -> list[tuple[float, float]]:
    return [(middle - 12, middle + 12) for middle in middles]


def _bar(
    canvas: Canvas, left: float, middle: float, length: float, own: Look
) -> None:
    top = middle - _BAR / 2
    if own.key == "bag":
        # The bag's bars are striped on every page, as its memory is.
        for stripe in range(4):
            canvas.bar(left, top + 5 * stripe, length, 3.0, own)
    else:
        canvas.bar(left, top, length, _BAR, own, hollow=own.key == "neutral")


def _words(
    rows: list[Row], marks: list[Mark], unit: str, measure: str
) -> str:
    listed = ", ".join(
        f"{name} {_written(score, unit)}" for name, score, _ in rows
    )
    parts = [f"Bar chart: {measure}. {listed}."]
    for name, score in marks:
        opening = (
            "Guessing has" if name == "guessing" else "The best possible is"
        )
        parts.append(f"{opening} {_written(score, unit)}.")
    return " ".join(parts)
