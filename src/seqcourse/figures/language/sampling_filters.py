"""What a temperature or a filter makes of one next-token distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.drawing.figure import (
    Figure,
    checked_alt,
    content_id,
    figure,
)
from seqcourse.figures.drawing.figure_arguments import (
    Values,
    check_count,
    check_shares,
    check_sums,
    check_whole,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, look
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    percent,
    slider,
)
from seqcourse.numpy.contract.annotations import checked


@checked
def sampling_filters(
    tokens: Sequence[str],
    before: ArrayLike,
    settings: Mapping[str, ArrayLike],
    *,
    shown: int = 12,
    start: str | None = None,
    model: str = "lstm",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show what settings make of a distribution, under one slider.

    Parameters
    ----------
    tokens
        How each of the V tokens is written.
    before
        The model's own probabilities (V,).
    settings
        By the name of a setting, 2 to 32 of them: the probabilities after it
        (V,); 0 for a token that cannot be drawn.
    shown
        How many of the most probable tokens have a row, at least 1 and fewer
        than V; one row more is for all the others together.
    start
        The setting that is shown first; the last if None.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the numbers if None.

    Returns
    -------
    figure
        A bar for each token, with a stroke at its own probability before the
        setting; tokens that cannot be drawn are struck out.

    Raises
    ------
    ValueError
        If there is not a probability for each token, a distribution does not
        sum to 1, or there is too little or too much to draw.

    Examples
    --------
    >>> sampling_filters(
    ...     ["a", "the", "my"],
    ...     [0.5, 0.3, 0.2],
    ...     {"all": [0.5, 0.3, 0.2], "top-k 1": [1, 0, 0]},
    ...     shown=2,
    ... )
    The probabilities of the next token, under a slider over settings. Before:
    “a” 50 %, “the” 30 %. all: 3 of 3 tokens can be drawn; “a” 50 %, “the”
    30 %. top-k 1: 1 of 3 tokens can be drawn; “a” 100 %.
    """
    check_count(2, 100_000, "tokens", tokens=tokens)
    check_count(2, 32, "settings", settings=settings)
    check_whole(1, min(30, len(tokens) - 1), shown=shown)
    own = look(model)
    first = _distribution("before", before, len(tokens))
    after = {
        name: _distribution(f"settings[{name!r}]", given, len(tokens))
        for name, given in settings.items()
    }
    stops = [*after]
    if start is not None and start not in after:
        raise ValueError(
            f"start: expected one of {', '.join(map(repr, stops))}, got "
            f"{start!r}"
        )
    at = len(stops) if start is None else 1 + stops.index(start)
    order = np.argsort(-first, kind="stable")[:shown]
    sentences = [
        f"{name}: {(p > 0).sum():,} of {len(tokens):,} tokens can be drawn; "
        f"{_most(tokens, p)}."
        for name, p in after.items()
    ]
    text = alt if alt is not None else (
        "The probabilities of the next token, under a slider over settings. "
        f"Before: {_most(tokens, first)}. {' '.join(sentences)}"
    )  # fmt: skip
    frames = [
        _frame(tokens, order, first, p, number, at, own)
        for number, p in enumerate(after.values(), 1)
    ]
    name = content_id("sampling_filters", *tokens[:99], *sentences)
    return figure(
        slider(name, "Setting", len(stops), stops=stops, start=at),
        tag("div", *frames, role="img", aria_label=checked_alt(text)),
        frame_description(sentences, start=at),
        alt=text, caption=caption, kind="moving sampling-filters", id=name,
        data_says=compact_json(sentences),
        data_stops=compact_json(stops),
    )  # fmt: skip


def _distribution(argument: str, given: ArrayLike, count: int) -> Values:
    p = numbers(argument, given, "V")
    if len(p) != count:
        raise ValueError(
            f"{argument}: expected a probability for each of {count} tokens, "
            f"got {len(p)}"
        )
    check_shares(**{argument: p})
    check_sums(1e-6, **{argument: p})
    return p


def _most(tokens: Sequence[str], p: Values) -> str:
    """Name the two most probable tokens that can be drawn."""
    best = [place for place in np.argsort(-p, kind="stable")[:2] if p[place]]
    return ", ".join(f"“{tokens[i]}” {percent(float(p[i]))}" for i in best)


def _frame(
    tokens: Sequence[str],
    order: NDArray[np.intp],
    before: Values,
    after: Values,
    number: int,
    start: int,
    own: Look,
) -> Safe:
    rows = [
        _row(tokens[place], float(before[place]), float(after[place]))
        for place in order
    ]
    rest = np.delete(np.arange(len(tokens)), order)
    label = f"{len(rest):,} others" if len(rest) > 1 else "1 other"
    rows.append(_row(label, before[rest].sum(), after[rest].sum(), "others"))
    return tag(
        "ol", *rows, class_=f"next-words {own.css_class}",
        data_frame=str(number), hidden=number != start,
    )  # fmt: skip


def _row(label: str, before: float, after: float, kind: str = "") -> Safe:
    # The inline style shows the bar where the book's sheet is missing.
    style = f"display:block;--p:{100 * after:.1f}"
    out = not after
    kinds = [kind] * bool(kind) + ["lost"] * out
    return tag(
        "li",
        tag("span", label, class_="token"),
        " ",
        tag(
            "span",
            tag("span", class_="bar", style=style),
            tag("i", class_="before", style=f"--p:{100 * before:.1f}"),
            class_="track",
        ),
        tag("span", "out" if out else percent(after), class_="number"),
        class_=" ".join(kinds) or None,
    )  # fmt: skip
