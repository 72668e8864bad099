"""What moving figures share: a slider, and a sentence for every frame.

All frames are in the page from the start. The script ``figures.mjs`` turns
them on and off; where it does not run, the first that is shown stands, which
is the last one unless told otherwise, and the slider is disabled.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seqcourse.figures.drawing.markup import Safe, join, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Marks that follow a word without a blank.
_CLOSING = frozenset(",.;:!?)”’")


def slider(
    name: str,
    label: str,
    steps: int,
    *,
    play: str | None = None,
    stops: Sequence[str] = (),
    start: int | None = None,
) -> Safe:
    """Put a slider over the frames, at its end or where it is told.

    Parameters
    ----------
    name
        The figure's id; the slider's is made from it.
    label
        What is counted.
    steps
        How many frames there are.
    play
        The text of a button that goes through all frames.
    stops
        What the slider says at each frame; which of how many if there is
        none. The script reads it from the figure's ``data-stops``.
    start
        The frame that is shown first, counted from 1; the last if None.

    Returns
    -------
    markup
        Label, native range and its value.

    Examples
    --------
    >>> "Words read" in slider("fig-1", "Words read", 5)
    True
    """
    own = f"{name}-step"
    first = steps if start is None else start
    # autocomplete="off" keeps a browser from restoring an earlier state.
    button = Safe() if play is None else tag(
        "button", play, type="button", data_play=own, disabled=True,
        autocomplete="off",
    )  # fmt: skip
    slider = tag(
        "input", type="range", id=own, min="1", max=str(steps),
        value=str(first), disabled=True, autocomplete="off",
    )  # fmt: skip
    return tag(
        "div",
        button,
        tag("label", label, for_=own),
        slider,
        tag(
            "output",
            stops[first - 1] if stops else f"{first} of {steps}",
            for_=own,
        ),
        class_="knob",
    )


def frame_description(
    sentences: Sequence[str], *, seen: bool = True, start: int | None = None
) -> Safe:
    """Say in words what the frame shows; the script keeps it up to date.

    Parameters
    ----------
    sentences
        A sentence for each frame.
    seen
        Whether it is for all readers, or for those who listen.
    start
        The frame that is shown first, counted from 1; the last if None.

    Returns
    -------
    markup
        That frame's sentence, in a live region.

    Examples
    --------
    >>> frame_description(["One.", "Two."])
    '<p class="says-frame" aria-live="polite">Two.</p>'
    """
    kind = "says-frame" if seen else "says-frame visually-hidden"
    first = sentences[-1 if start is None else start - 1]
    return tag("p", first, class_=kind, aria_live="polite")


def compact_json(value: object) -> str:
    """Write data for the script, in as few bytes as JSON allows.

    Parameters
    ----------
    value
        Lists of texts and numbers.

    Returns
    -------
    text
        JSON.

    Examples
    --------
    >>> compact_json([[1, 2], ["“so”"]])
    '[[1,2],["“so”"]]'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sentence(words: Sequence[str], *, name: str = "p") -> Safe:
    """Write a sentence whose words can be read one after the other.

    Parameters
    ----------
    words
        The words; punctuation marks are words too.
    name
        The element that holds it.

    Returns
    -------
    markup
        Every word in a span with its number, all of them read.

    Examples
    --------
    >>> sentence(["so", "."]).count("data-word")
    2
    """
    pieces = []
    for number, (blank, word) in enumerate(
        zip(_blanks(words), words, strict=True), 1
    ):
        now = " now" if number == len(words) else ""
        span = tag("span", word, class_=f"w read{now}", data_word=str(number))
        pieces.append(join(blank, span))
    return tag(name, *pieces, " …", class_="sentence")


def spoken(words: Sequence[str]) -> str:
    """Join words as they are written: no blank before a sentence's comma.

    Parameters
    ----------
    words
        The words.

    Returns
    -------
    text
        The text.

    Examples
    --------
    >>> spoken(["I", "see", ",", "yes"]), spoken(["7", "2", "?"])
    ('I see, yes', '7 2 ?')
    """
    pairs = zip(_blanks(words), words, strict=True)
    return "".join(blank + word for blank, word in pairs)


def _blanks(words: Sequence[str]) -> list[str]:
    """Give what stands before each word.

    In a row of symbols, where no word has a letter, a mark is a symbol too.
    """
    blanks: list[str] = []
    letters = False
    for word in words:
        closes = letters and word in _CLOSING
        blanks.append("" if closes or not blanks else " ")
        letters |= any(map(str.isalpha, word))
    return blanks


def percent(share: float) -> str:
    """Write a share as a whole percentage; 0 and 100 are said of those alone.

    Parameters
    ----------
    share
        Between 0 and 1.

    Returns
    -------
    text
        The percentage.

    Examples
    --------
    >>> percent(0.126), percent(0.003), percent(0.999), percent(1.0)
    ('13 %', '<1 %', '>99 %', '100 %')
    """
    whole = round(100 * share)
    if whole == 0 and share > 0:
        return "<1 %"
    if whole == 100 and share < 1:
        return ">99 %"
    return f"{whole} %"
