"""Several memories read one sentence: the figure of the front page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.figures.drawing.entries import Entry, entries
from seqcourse.figures.drawing.figure import (
    Figure,
    checked_alt,
    content_id,
    figure,
)
from seqcourse.figures.drawing.figure_arguments import (
    check_all,
    check_count,
    numbers,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    sentence,
    slider,
    spoken,
)
from seqcourse.numpy.contract.annotations import checked

#: What is left of each word, how large the memory is, the answer, a remark.
Memory: TypeAlias = tuple[ArrayLike, str, str, str]


@checked
def retention(
    words: Sequence[str],
    models: Mapping[str, Memory],
    *,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show what is left of every word in each model's memory.

    Parameters
    ----------
    words
        The words read, T of them, 1 to 60.
    models
        By the model's name: what is left of word k after word t (T, T), as
        `seqcourse.probes.retention` measures it; the size of its memory in
        words; its next word; and a remark. More than 1 is drawn as 1.
    caption
        The text below the figure.
    alt
        What is left at the end, in words; written from the numbers if None.

    Returns
    -------
    figure
        The sentence with a slider and a button that reads it, and a row of
        bars for each model.

    Raises
    ------
    ValueError
        If there is no word or more than 60, no model, or a model's numbers do
        not fit the words, or are negative or not finite.

    Examples
    --------
    >>> left = [[1.0, 0.0], [0.25, 1.0]]
    >>> retention(["so", "what"], {"rnn": (left, "8 numbers", "“now”", "")})
    After “so what”, words of which at least half is left, out of 2: RNN 1.
    """
    check_count(1, 60, "words", words=words)
    lists = {name: list(memory) for name, memory in models.items()}
    found = entries(lists, "models")
    kept = [_checked(entry, len(words)) for entry in found]
    sentences = [
        _sentence(words[: step + 1], found, kept)
        for step in range(len(words))
    ]
    rows = [_row(*pair) for pair in zip(found, kept, strict=True)]
    final = checked_alt(alt) if alt is not None else sentences[-1]
    sentences[-1] = final
    name = content_id("retention", *sentences, *rows)
    steps = slider(name, "Words read", len(words), play="Read to me")
    return figure(
        sentence(words),
        steps,
        tag("div", *rows, _words(words), class_="memories"),
        frame_description(sentences, seen=False),
        alt=final,
        caption=caption,
        kind="retention m-neutral",
        numbered=False,
        id=name,
        data_says=compact_json(sentences),
    )


def _checked(entry: Entry, steps: int) -> NDArray[np.float64]:
    kept = numbers(entry.argument, entry.result[0])
    if kept.shape != (steps, steps):
        raise ValueError(
            f"{entry.argument}: expected what is left of each of {steps} "
            f"words after each of them ({steps}, {steps}), got shape "
            f"{kept.shape}"
        )
    at_least = "numbers of 0 or more"
    check_all(at_least, kept >= 0, **{entry.argument: kept})
    return kept.clip(0.0, 1.0)


def _sentence(
    read: Sequence[str], found: list[Entry], kept: list[NDArray[np.float64]]
) -> str:
    last = len(read) - 1
    parts = []
    for entry, left in zip(found, kept, strict=True):
        most = int((left[last, : last + 1] >= 0.5).sum())
        parts.append(f"{entry.label} {most}")
    return (
        f"After “{spoken(read)}”, words of which at least half is left, out "
        f"of {last + 1}: {', '.join(parts)}."
    )


def _row(entry: Entry, kept: NDArray[np.float64]) -> Safe:
    _, size, answer, remark = entry.result
    # One digit a word: a bar is 36 pixels high, so nine steps are enough.
    heights = np.rint(9 * kept).astype(int)
    frames = [
        "".join(map(str, heights[step, : step + 1]))
        for step in range(len(kept))
    ]
    cells = [tag("i", style=f"--m:{value / 9:.2f}") for value in heights[-1]]
    title = entry.label[:1].upper() + entry.label[1:]
    return tag(
        "div",
        tag(
            "span", title, " ", tag("span", size, class_="size"),
            class_=f"who {entry.look.css_class}",
        ),
        tag(
            "div", *cells, class_="cells", data_frames="|".join(frames),
            aria_hidden="true",
        ),
        tag(
            "span", tag("span", answer, class_="ans"), " ",
            tag("small", remark), class_="answer",
        ),
        class_=f"memory {entry.look.css_class}",
    )  # fmt: skip


def _words(words: Sequence[str]) -> Safe:
    columns = []
    for number, word in enumerate(words, 1):
        now = " now" if number == len(words) else ""
        columns.append(
            tag("i", word, " ", class_=f"w read{now}", data_word=str(number))
        )
    return tag(
        "div", tag("span"), tag("div", *columns, class_="cells"), tag("span"),
        class_="memory words", aria_hidden="true",
    )  # fmt: skip
