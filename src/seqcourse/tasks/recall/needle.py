"""One sentence that matters, somewhere in a long text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import (
    MOST_STEPS,
    MOST_WORDS,
    Batch,
    check_draw,
)
from seqcourse.tasks.contract.draws import distinct
from seqcourse.tasks.contract.scores import accuracy
from seqcourse.tasks.contract.vocabulary import Vocabulary, WordTask, split
from seqcourse.tasks.language.grammar import FAMILIES
from seqcourse.tasks.language.language import START, VOCABULARY, language_of

CITIES: tuple[str, ...] = (
    "Paris",
    "Berlin",
    "Athens",
    "Rome",
    "Tokyo",
    "Warsaw",
    "Madrid",
    "Ankara",
)
_NEEDLE = split("the magic number of CITY is NUMBER .")
_QUESTION = split("what is the magic number of CITY ?")
_CITY, _NUMBER = _NEEDLE.index("CITY"), _NEEDLE.index("NUMBER")
_NAMED = _QUESTION.index("CITY")


@dataclass(frozen=True)
class Needle(WordTask):
    """Find a number that was named once, anywhere in a long text.

    The text is sentences of `Sentences`, drawn one after another; the first
    may be cut. Among them stands a needle, ``the magic number of Tokyo is 7
    .``, and at the end ``what is the magic number of Tokyo ?``. City and
    number are drawn independently, each equally likely. At ``depth`` 0 the
    needle stands before the text, at 1 right before the question, and at any
    other depth behind that sentence whose end is nearest to this share of the
    text. More needles are about other cities with other numbers; they stand
    at random ends of sentences.

    Ask a trained model at each length and depth with ``dataclasses.replace``,
    and its reach is a table.

    - ``best`` is 1, at every length and depth: the number was named.
    - ``unbound`` is 1/needles: whoever knows which numbers were named, but
      not of which city, has that many equally likely ones. (A fixed depth
      gives its needle away: with several, leave it at None.)
    - ``chance`` is 1/numbers.

    Parameters
    ----------
    length
        Words in all, T, needles and question among them.
    depth
        Where the needle stands, from 0 to 1; None draws it evenly.
    needles
        How many; up to 8, one a city.
    numbers
        How many numbers there are to name, at least ``needles``, and 2 or
        more.

    Raises
    ------
    ValueError
        If the text is too short for needles and question, the depth is not
        from 0 to 1, or there are too many needles.

    Examples
    --------
    >>> task = Needle(length=32, depth=0.5)
    >>> batch = task.batch(np.random.default_rng(3), 1)
    >>> words = task.decode(batch.inputs[0]).split()
    >>> print(" ".join(words[:9]))
    Turkish . the children are in the house .
    >>> print(" ".join(words[9:17]))
    the magic number of Paris is 1 .
    >>> print(" ".join(words[17:]))
    the dog is in the house . what is the magic number of Paris ?
    >>> task.answers[batch.targets[0]]
    '1'

    References
    ----------
    Kamradt (2023), Needle in a haystack: pressure testing LLMs, a program
    that puts one sentence into essays and draws the table of lengths and
    depths.
    """

    length: int = 64
    depth: float | None = None
    needles: int = 1
    numbers: int = 10

    kind: ClassVar[str] = "classify"
    loss: ClassVar[str] = "cross_entropy"
    best: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        arguments.check_positive(
            length=self.length, needles=self.needles, numbers=self.numbers
        )
        arguments.check_at_most(MOST_STEPS, length=self.length)
        arguments.check_at_most(MOST_WORDS, numbers=self.numbers)
        if self.depth is not None and not 0 <= self.depth <= 1:
            raise ValueError(
                f"depth: expected 0 to 1, or None, got {self.depth}"
            )
        if self.needles > len(CITIES):
            raise ValueError(
                f"needles: expected 1 to {len(CITIES)}, one a city, "
                f"got {self.needles}"
            )
        if self.numbers < max(self.needles, 2):
            raise ValueError(
                f"numbers: expected at least {max(self.needles, 2)}, one a "
                f"needle and 2 at least, got {self.numbers}"
            )
        if self.room < 0:
            raise ValueError(
                f"length: expected at least {self.length - self.room} words, "
                f"which {self.needles} needles and the question take, "
                f"got {self.length}"
            )

    @property
    def room(self) -> int:
        """Words of the text between needles and question."""
        return self.length - self.needles * len(_NEEDLE) - len(_QUESTION)

    @property
    def unbound(self) -> float:
        """What knowing the numbers, but not whose they are, gets."""
        return 1 / self.needles

    @property
    def chance(self) -> float:
        """What guessing gets."""
        return 1 / self.numbers

    @property
    def num_classes(self) -> int:
        """One for each number."""
        return self.numbers

    @property
    def answers(self) -> tuple[str, ...]:
        """What each class means."""
        return self.words[: self.numbers]

    @property
    def vocabulary(self) -> Vocabulary:
        """The numbers, the cities, and the words of the text."""
        return _vocabulary(self.numbers)

    @checked
    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Draw texts.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        size
            How many.

        Returns
        -------
        batch
            Inputs (B, length), targets (B,).

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        # Text is drawn sentence by sentence, each in a row of full length.
        check_draw(rng, size, 16 * self.length)
        known = self.vocabulary.tokens
        cities = self.numbers + distinct(rng, size, self.needles, len(CITIES))
        numbers = distinct(rng, size, self.needles, self.numbers)
        text, ends = self._text(rng, size)
        depths = rng.random((size, self.needles))
        if self.depth is not None:
            depths[:, 0] = self.depth
        # Of the places between sentences, the one nearest to each depth.
        far = np.abs(
            np.where(ends, np.arange(self.room + 1), np.inf)[:, None]
            - depths[..., None] * self.room
        )
        places = far.argmin(-1)
        needle = np.array([known.get(word, 0) for word in _NEEDLE])
        needles = np.tile(needle, (size, self.needles, 1))
        needles[..., _CITY], needles[..., _NUMBER] = cities, numbers
        question = np.tile(
            [known.get(word, 0) for word in _QUESTION], (size, 1)
        )
        question[:, _NAMED] = cities[:, 0]
        # Each word gets the place it wants, a needle's words the same one,
        # between two words of the text; needles at one end go by depth, or
        # the order would say which of them is asked about.
        wants = np.concatenate(
            (
                np.tile(np.arange(self.room) + 0.5, (size, 1)),
                np.repeat(places + depths / 4, len(_NEEDLE), axis=1),
            ),
            axis=1,
        )
        order = np.argsort(wants, axis=1, kind="stable")
        words = np.concatenate((text, needles.reshape(size, -1)), axis=1)
        words = np.take_along_axis(words, order, 1)
        return Batch(
            inputs=np.concatenate((words, question), axis=1),
            targets=numbers[:, 0].copy(),
            lengths=np.full(size, self.length, np.int64),
            weights=np.ones(size, np.float32),
        )

    def _text(
        self, rng: np.random.Generator, size: int
    ) -> tuple[Array, Array]:
        """Draw the last words of endless texts, and where sentences end.

        Words (B, room), and (B, room + 1) whether a needle may stand before
        each word or at the end.
        """
        known = self.vocabulary.tokens
        table, lengths, up_to = language_of(tuple(FAMILIES)).table
        count = self.room // int(lengths.min()) + 1
        drawn = np.searchsorted(
            up_to, rng.random((size, count)), side="right"
        )
        # Sentences are cut at the front, so the last one is whole.
        real = np.arange(table.shape[1]) < lengths[drawn][..., None]
        words = table[drawn][real]
        last = np.cumsum(lengths[drawn].sum(1))
        at = last[:, None] + np.arange(-self.room, 0)
        renumber = np.array([known.get(word, 0) for word in VOCABULARY.words])
        text = renumber[words[at]]
        ends = np.ones((size, self.room + 1), bool)
        ends[:, 1:] = text == known["."]
        return text, ends

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the share of right answers.

        Parameters
        ----------
        outputs
            Scores (B, numbers).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1.
        """
        return accuracy(outputs, batch)

    @checked
    def depths(self, batch: Batch) -> Array:
        """Say where the needle stands, of the city that is asked about.

        Parameters
        ----------
        batch
            Texts of this task.

        Returns
        -------
        depths
            From 0 to 1 for each (B,): the share of the other words, question
            aside, that stand before it.

        Raises
        ------
        ValueError
            If these are no texts of this task.
        """
        said = batch.inputs[:, : -len(_QUESTION)]
        asked = batch.inputs[:, _NAMED - len(_QUESTION)]
        named = said == asked[:, None]
        if batch.inputs.shape[1] != self.length or not (
            named[:, _CITY:].any(1).all()
        ):
            raise ValueError(
                f"batch: expected texts of {self}, got inputs of shape "
                f"{batch.inputs.shape}"
            )
        before = named.argmax(1) - _CITY
        depths: Array = before / max(said.shape[1] - len(_NEEDLE), 1)
        return depths


@lru_cache
def _vocabulary(numbers: int) -> Vocabulary:
    new = {*_NEEDLE, *_QUESTION} - {"CITY", "NUMBER", *VOCABULARY.words}
    text = (word for word in VOCABULARY.words if word != START)
    return Vocabulary(
        (*map(str, range(numbers)), *CITIES, *sorted(new), *text)
    )
