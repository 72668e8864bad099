"""Melodies: the same notes in another order are another tune, or none."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.tasks.contract.batch import check_draw

_NOTE = re.compile(r"([A-G])([#b]?)([0-9])(?:\*([0-9]+(?:\.[0-9]+)?))?")
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHIFT = {"": 0, "#": 1, "b": -1}


@dataclass(frozen=True)
class Tune(metaclass=CheckedArguments):
    """A melody.

    Parameters
    ----------
    title
        What it is called.
    origin
        Where it comes from, and so why anyone may use it.
    metre
        Beats in a bar.
    notes
        Pitch (MIDI: 60 is middle C, 1 is a semitone) and duration in beats.

    Raises
    ------
    ValueError
        If the metre is below 1, there is no note, a pitch is not from 0 to
        127, or a duration is not above 0.

    Examples
    --------
    >>> TUNES[0].title, TUNES[0].notes[:2]
    ('Frère Jacques', ((60, 1.0), (62, 1.0)))
    """

    title: str
    origin: str
    metre: int
    notes: tuple[tuple[int, float], ...]

    def __post_init__(self) -> None:
        arguments.check_positive(metre=self.metre)
        if not self.notes:
            raise ValueError("notes: expected at least one note, got none")
        for number, (pitch, duration) in enumerate(self.notes):
            if not 0 <= pitch <= 127:
                raise ValueError(
                    f"notes[{number}]: expected a pitch from 0 to 127, "
                    f"got {pitch}"
                )
            if not 0 < duration < math.inf:
                raise ValueError(
                    f"notes[{number}]: expected a duration above 0, "
                    f"got {duration}"
                )

    @checked
    def shuffled(self, rng: np.random.Generator) -> Tune:
        """Play the same notes in another order.

        Parameters
        ----------
        rng
            Where the randomness comes from.

        Returns
        -------
        tune
            A tune of the same pitches and durations, each pair kept together.

        Raises
        ------
        ValueError
            If rng is not a NumPy generator.

        Examples
        --------
        >>> other = TUNES[0].shuffled(np.random.default_rng(0))
        >>> sorted(other.notes) == sorted(TUNES[0].notes)
        True
        """
        check_draw(rng, 1)
        order = rng.permutation(len(self.notes))
        return replace(
            self,
            title=f"{self.title}, shuffled",
            notes=tuple(self.notes[i] for i in order),
        )


@checked
def read_notes(score: str, metre: int) -> tuple[tuple[int, float], ...]:
    """Read a melody as it is written below.

    A note is its name and octave, ``C4`` is middle C and ``F#4`` a black key,
    and lasts one beat unless ``*2`` says otherwise. ``|`` ends a bar. The
    first and the last bar may share one bar's beats between them.

    Parameters
    ----------
    score
        The notes.
    metre
        Beats that every bar must fill.

    Returns
    -------
    notes
        Pitch and duration of each.

    Raises
    ------
    ValueError
        If a note cannot be read, or a bar does not fill the metre.

    Examples
    --------
    >>> read_notes("C4 D4*0.5 E4*0.5 | G4*2", metre=2)
    ((60, 1.0), (62, 0.5), (64, 0.5), (67, 2.0))
    """
    arguments.check_positive(metre=metre)
    bars = [[_note(name) for name in bar.split()] for bar in score.split("|")]
    beats = [sum(duration for _, duration in bar) for bar in bars]
    if len(bars) > 1 and beats[0] < metre:
        beats[0] = beats[-1] = beats[0] + beats[-1]
    for number, filled in enumerate(beats, start=1):
        if filled != metre:
            raise ValueError(
                f"score: expected {metre} beats in bar {number}, got {filled}"
            )
    return tuple(note for bar in bars for note in bar)


def _note(name: str) -> tuple[int, float]:
    read = _NOTE.fullmatch(name)
    if read is None:
        raise ValueError(
            f"score: expected a note such as C4 or F#4*0.5, got {name!r}"
        )
    letter, sign, octave, beats = read.groups()
    if not 0 < float(beats or 1) < math.inf:
        raise ValueError(
            f"score: expected notes that last above 0 beats, got {name!r}"
        )
    pitch = 12 * (int(octave) + 1) + _SEMITONES[letter] + _SHIFT[sign]
    return pitch, float(beats or 1)


def _tune(title: str, origin: str, metre: int, score: str) -> Tune:
    return Tune(title, origin, metre, read_notes(score, metre))


#: Traditional melodies, in the public domain, written down for this course.
TUNES: tuple[Tune, ...] = (
    _tune(
        "Frère Jacques",
        "traditional, France, 18th century",
        4,
        "C4 D4 E4 C4 | C4 D4 E4 C4 | E4 F4 G4*2 | E4 F4 G4*2"
        "| G4*0.5 A4*0.5 G4*0.5 F4*0.5 E4 C4"
        "| G4*0.5 A4*0.5 G4*0.5 F4*0.5 E4 C4"
        "| C4 G3 C4*2 | C4 G3 C4*2",
    ),
    _tune(
        "Ah ! vous dirai-je, maman",
        "traditional, France, 1761; sung as Twinkle, twinkle, little star",
        4,
        "C4 C4 G4 G4 | A4 A4 G4*2 | F4 F4 E4 E4 | D4 D4 C4*2"
        "| G4 G4 F4 F4 | E4 E4 D4*2 | G4 G4 F4 F4 | E4 E4 D4*2"
        "| C4 C4 G4 G4 | A4 A4 G4*2 | F4 F4 E4 E4 | D4 D4 C4*2",
    ),
    _tune(
        "Au clair de la lune",
        "traditional, France, 18th century",
        4,
        "C4 C4 C4 D4 | E4*2 D4*2 | C4 E4 D4 D4 | C4*4"
        "| C4 C4 C4 D4 | E4*2 D4*2 | C4 E4 D4 D4 | C4*4"
        "| D4 D4 D4 D4 | A3*2 A3*2 | D4 C4 B3 A3 | G3*4"
        "| C4 C4 C4 D4 | E4*2 D4*2 | C4 E4 D4 D4 | C4*4",
    ),
    _tune(
        "Greensleeves",
        "traditional, England, 1580",
        3,
        "A4 | C5*2 D5 | E5*1.5 F#5*0.5 E5 | D5*2 B4 | G4*1.5 A4*0.5 B4"
        "| C5*2 A4 | A4*1.5 G#4*0.5 A4 | B4*2 G#4 | E4*2 A4"
        "| C5*2 D5 | E5*1.5 F#5*0.5 E5 | D5*2 B4 | G4*1.5 A4*0.5 B4"
        "| C5*1.5 B4*0.5 A4 | G#4*1.5 F#4*0.5 G#4 | A4*3 | A4*3"
        "| G5*3 | G5*1.5 F#5*0.5 E5 | D5*2 B4 | G4*1.5 A4*0.5 B4"
        "| C5*2 A4 | A4*1.5 G#4*0.5 A4 | B4*2 G#4 | E4*3"
        "| G5*3 | G5*1.5 F#5*0.5 E5 | D5*2 B4 | G4*1.5 A4*0.5 B4"
        "| C5*1.5 B4*0.5 A4 | G#4*1.5 F#4*0.5 G#4 | A4*3 | A4*2",
    ),
    _tune(
        "What shall we do with the drunken sailor",
        "traditional, sea shanty, before 1839",
        2,
        "A4*0.5 A4*0.25 A4*0.25 A4*0.5 A4*0.25 A4*0.25"
        "| A4*0.5 D4*0.5 F4*0.5 A4*0.5"
        "| G4*0.5 G4*0.25 G4*0.25 G4*0.5 G4*0.25 G4*0.25"
        "| G4*0.5 C4*0.5 E4*0.5 G4*0.5"
        "| A4*0.5 A4*0.25 A4*0.25 A4*0.5 A4*0.25 A4*0.25"
        "| A4*0.5 B4*0.5 C5*0.5 D5*0.5"
        "| C5*0.5 A4*0.5 G4*0.5 E4*0.5 | D4 D4",
    ),
)
