"""A tune and its shuffle: the same notes, to be seen and to be heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from seqcourse.figures.drawing.figure import (
    Figure,
    checked_alt,
    content_id,
    figure,
)
from seqcourse.figures.drawing.figure_arguments import check_count
from seqcourse.figures.drawing.markup import Safe, number, tag
from seqcourse.numpy.contract.annotations import checked, described

Note = tuple[int, float]

_NAMES = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat",
          "A", "B flat", "B")  # fmt: skip


class Melody(Protocol):
    """What a tune has: `seqcourse.tasks` holds some."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def notes(self) -> Sequence[Note]:
        """Pairs of MIDI pitch and duration in beats."""


@checked
def tune_player(
    tune: Melody,
    shuffled: Melody,
    *,
    beats_per_minute: float = 160.0,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show two piano rolls, each with a button that plays it.

    Parameters
    ----------
    tune
        The tune, 2 to 200 notes with pitches from 21 to 108.
    shuffled
        The same notes in another order.
    beats_per_minute
        How fast both are played, 10 to 1,000.
    caption
        The text below the figure.
    alt
        What the two rolls show, in words; written from the notes if None.

    Returns
    -------
    figure
        Two rows of notes and two buttons. Nothing plays by itself.

    Raises
    ------
    ValueError
        If the two do not hold the same notes, or a note cannot be played.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> notes = ((60, 1), (62, 1), (64, 2))
    >>> tune = SimpleNamespace(title="A scale", notes=notes)
    >>> other = SimpleNamespace(title="", notes=(notes[2], *notes[:2]))
    >>> tune_player(tune, other)
    A scale: two piano rolls of the same 3 notes. From note to note the tune
    moves by 2.0 semitones on average, its shuffle by 3.0.
    """
    notes = _notes(tune, "tune")
    others = _notes(shuffled, "shuffled")
    if sorted(notes) != sorted(others):
        raise ValueError(
            "shuffled: expected the tune's own notes in another order, got "
            f"{len(others)} notes against {len(notes)}, or other ones"
        )
    if not 10 <= beats_per_minute <= 1000:
        raise ValueError(
            "beats_per_minute: expected 10 to 1,000, got "
            f"{described(beats_per_minute)}"
        )
    words = checked_alt(alt) if alt is not None else (
        f"{tune.title}: two piano rolls of the same {len(notes)} notes. From "
        f"note to note the tune moves by {_leap(notes):.1f} semitones on "
        f"average, its shuffle by {_leap(others):.1f}."
    )  # fmt: skip
    beat = f"{60 / beats_per_minute:.4g}"
    rows = []
    for verb, part in (
        ("Play the tune", notes),
        ("Play its shuffle", others),
    ):
        played = " ".join(f"{pitch}:{beats:g}" for pitch, beats in part)
        button = tag(
            "button", verb, type="button", data_tune=played, data_beat=beat,
            disabled=True, autocomplete="off",
        )  # fmt: skip
        rows += [button, _roll(part, notes)]
    # The rolls are one picture; the buttons must stay outside of it.
    summary = tag("p", words, _spelled(notes), class_="visually-hidden")
    name = content_id("tune_player", tune.title, repr(notes), repr(others))
    return figure(
        tag("div", *rows, class_="player"), summary,
        alt=words, caption=caption, id=name,
    )  # fmt: skip


def _notes(melody: Melody, argument: str) -> list[Note]:
    try:
        _, found = _of_their_types(melody.title, melody.notes)
    except ValueError as error:
        raise ValueError(f"{argument}.{error}") from None
    check_count(2, 200, "notes", **{f"{argument}.notes": found})
    for place, (pitch, beats) in enumerate(found):
        if not (21 <= pitch <= 108 and 0.001 <= beats <= 1000):
            raise ValueError(
                f"{argument}.notes[{place}]: expected a pitch from 21 to 108 "
                "and a duration from 0.001 to 1,000 beats, got "
                f"({described(pitch)}, {described(beats)})"
            )
    return [(pitch, float(beats)) for pitch, beats in found]


@checked
def _of_their_types(
    title: str, notes: Sequence[Note]
) -> tuple[str, Sequence[Note]]:
    return title, notes


def _leap(notes: Sequence[Note]) -> float:
    return float(np.abs(np.diff([pitch for pitch, _ in notes])).mean())


def _spelled(notes: Sequence[Note]) -> str:
    names = ", ".join(_NAMES[pitch % 12] for pitch, _ in notes)
    return f" The tune’s notes: {names}."


def _roll(part: Sequence[Note], notes: Sequence[Note]) -> Safe:
    """Draw one row; both rows share their scale."""
    low, high = min(notes)[0], max(notes)[0]
    beat = 280 / sum(beats for _, beats in notes)
    step = 37 / max(high - low, 1)
    bars, at = [], 0.0
    for pitch, beats in part:
        width = beats * beat
        gap = min(3.0, width / 4)
        bars.append(
            tag("rect", x=f"{at + gap / 2:.2f}", y=3 + (high - pitch) * step,
                width=f"{width - gap:.2f}", height=4)
        )  # fmt: skip
        at += width
    return tag(
        "svg", *bars, viewBox=f"0 0 280 {number(44)}", width=280, height=44,
        preserveAspectRatio="none", aria_hidden="true", fill="currentColor",
    )  # fmt: skip
