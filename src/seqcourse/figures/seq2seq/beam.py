"""A beam search: the partial sequences that it keeps, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from seqcourse.figures.drawing.figure import Figure, content_id, figure
from seqcourse.figures.drawing.figure_arguments import (
    check_all,
    check_count,
    check_whole,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import svg, write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    slider,
)
from seqcourse.figures.drawing.text import SIZE, text_width
from seqcourse.numpy.contract.annotations import checked

#: The size of a sum beside its character, in pixels.
_SMALL = 11
#: What is generated so far, and the sum of its log-probabilities.
Partial: TypeAlias = tuple[str, float]
#: For each step the sequences in the beam, the most probable first.
Search: TypeAlias = Sequence[Sequence[Partial]]


@checked
def beam(
    searches: Mapping[int, Search],
    target: str,
    *,
    model: str = "gru",
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show which partial sequences a beam search keeps, by width.

    Parameters
    ----------
    searches
        By width from 1 to 16, in the order of the slider, up to 8 of them:
        for each of 1 to 60 steps the partial sequences in the beam, the most
        probable first, each one character longer than one of the step
        before, with the sum of its log-probabilities. All searches have the
        same number of steps.
    target
        The correct sequence.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written from the searches if None.

    Returns
    -------
    figure
        A slider over the widths: the characters kept at each step, a line
        from each to the one that it extends, and below them the sequences
        found, with their sums.

    Raises
    ------
    ValueError
        If there is no search or more than can be drawn, one keeps more than
        its width or nothing, a sequence extends none of those before or
        comes twice, or sums are above 0 or rise within a step.

    Examples
    --------
    >>> one = [[("a", -0.5)], [("ab", -1.5)]]
    >>> two = [[("a", -0.5), ("b", -0.75)], [("bb", -1.0), ("ab", -1.5)]]
    >>> beam({1: one, 2: two}, "bb")
    Beam search, the sequences kept at each of 2 steps. Width 1: the most
    probable one found is “ab”, with a sum of −1.50; the target is “bb”. Width
    2: the most probable one found is “bb”, with a sum of −1.00, and it is the
    target.
    """
    _check(searches)
    own = look(model)
    sentences = [
        _says(width, search, target) for width, search in searches.items()
    ]
    steps, most = len(next(iter(searches.values()))), max(searches)
    text = alt if alt is not None else (
        f"Beam search, the sequences kept at each of {steps} steps. "
        + " ".join(sentences)
    )  # fmt: skip
    sums = {
        _sum(total)
        for search in searches.values()
        for kept in search
        for _, total in kept
    }
    widest = max(map(text_width, sums)) * _SMALL / SIZE
    frames = []
    for frame, search in enumerate(searches.values(), 1):
        drawings = [
            _draw(width, search, most, target, own, widest)
            for width in (608, 358)
        ]
        frames.append(
            tag(
                "div", *drawings, data_frame=str(frame),
                hidden=frame != len(searches),
            )
        )  # fmt: skip
    name = content_id("beam", *sentences)
    return figure(
        slider(name, "Width of the beam", len(searches)),
        tag("div", *frames, role="img", aria_label=text),
        frame_description(sentences),
        alt=text, caption=caption, kind=f"moving beam {own.css_class}",
        id=name, data_says=compact_json(sentences),
    )  # fmt: skip


def _check(searches: Mapping[int, Search]) -> None:
    check_count(1, 8, "widths", searches=searches)
    if len({len(search) for search in searches.values()}) != 1:
        raise ValueError(
            "searches: expected as many steps in each, got "
            f"{[len(search) for search in searches.values()]}"
        )
    for width, search in searches.items():
        check_whole(1, 16, searches=width)
        check_count(1, 60, "steps", **{f"searches[{width}]": search})
        before = {""}
        for step, kept in enumerate(search):
            at = f"searches[{width}][{step}]"
            check_count(1, width, "sequences", **{at: kept})
            texts = [text for text, _ in kept]
            for text in texts:
                if not text or text[:-1] not in before:
                    raise ValueError(
                        f"{at}: {text!r} extends no sequence of the step "
                        "before"
                    )
            if len(set(texts)) < len(texts):
                raise ValueError(
                    f"{at}: expected each sequence once, got {texts}"
                )
            before = set(texts)
            sums = numbers(at, [total for _, total in kept])
            check_all("sums of at most 0", sums <= 0, **{at: sums})
            falls = np.diff(sums, prepend=0) <= 0
            check_all("sums in falling order", falls, **{at: sums})


def _sum(total: float) -> str:
    return f"{total:.2f}".replace("-", "−")


def _says(width: int, search: Search, target: str) -> str:
    text, total = search[-1][0]
    found = (
        f"Width {width}: the most probable one found is “{text}”, with a "
        f"sum of {_sum(total)}"
    )
    if text == target:
        return f"{found}, and it is the target."
    return f"{found}; the target is “{target}”."


def _draw(
    width: int,
    search: Search,
    most: int,
    target: str,
    own: Look,
    widest: float,
) -> Safe:
    pitch = (width - 44) / max(len(search) - 1, 1)
    # Where the columns are too close for sums, the list below has the last.
    roomy = widest + 2 <= pitch
    row = 42.0 if roomy else 30.0
    places = {
        text: (22 + pitch * step, 18 + row * rank)
        for step, kept in enumerate(search)
        for rank, (text, _) in enumerate(kept)
    }
    final = search[-1]
    ends = [text for text, _ in final]
    lines, letters = [], []
    for kept in search:
        for text, total in kept:
            x, y = places[text]
            best = ends[0].startswith(text)
            alive = any(end.startswith(text) for end in ends)
            if text[:-1]:
                before = places[text[:-1]]
                lines.append(_line(before, (x, y), best, alive, own))
            kind = "name" if best else None if alive else "remark"
            letter = "␣" if text[-1] == " " else text[-1]
            letters.append(
                write((x, y + 5), letter, anchor="middle", kind=kind)
            )
            if roomy:
                style = f"font-size:{_SMALL}px"
                small = tag("tspan", _sum(total), style=style)
                letters.append(
                    tag("text", small, class_=kind and "remark", x=x,
                        y=y + 19, text_anchor="middle")
                    if not best else
                    tag("text", small, x=x, y=y + 19, text_anchor="middle")
                )  # fmt: skip
    y = 18 + row * most + 12
    heading = "sequences found, with their sums"
    lines.append(write((0, y), heading, kind="remark"))
    for rank, (text, total) in enumerate(final):
        at = y + 22 * (rank + 1)
        kind = "name" if rank == 0 else None
        lines.append(write((0, at), text, kind=kind))
        lines.append(write((168, at), _sum(total), anchor="end", kind=kind))
        if text == target:
            lines.append(write((184, at), "the target", kind="verdict"))
    return svg(width, y + 22 * most + 8, *lines, *letters)


def _line(
    start: tuple[float, float],
    end: tuple[float, float],
    best: bool,
    alive: bool,
    own: Look,
) -> Safe:
    """Lead from a character to one that extends it."""
    if best:
        colour, thick = own.colour, "2.25"
    else:
        colour, thick = ink("rule-strong"), "1.5" if alive else "1"
    return tag(
        "line", x1=start[0] + 8, y1=start[1], x2=end[0] - 8, y2=end[1],
        stroke=colour, stroke_width=thick,
        stroke_dasharray=None if best or alive else "2 3",
    )  # fmt: skip
