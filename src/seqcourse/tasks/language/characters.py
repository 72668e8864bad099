"""The next character of a real text, whose entropy nobody knows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.language.text_windows import SPLITS, TextWindows
from seqcourse.tokenizers.token_numbers import numbers_of

#: Characters that are looked at in one go.
_CHUNK = 1 << 18


@dataclass(frozen=True)
class Characters(TextWindows):
    """Say the next character, at every character of a window of a text.

    A sequence is a window of the text; the targets are the same window one
    character on. The first 90 % of the text are there to train on, the last
    10 % to validate. The score is in nats per character.

    - ``best`` is ``nan``: unlike the other tasks' source, real text has an
      entropy that nobody knows, so no score can be called the best, and no
      comparison with it holds. What takes its place is a yardstick: on tiny
      Shakespeare's validation, counting alone gets 1.5385 nats
      (`KNESER_NEY`), with interpolated Kneser-Ney smoothing of 6-grams, that
      is, five characters of context, and a discount of 0.75. A test counts
      it again. It is there to be beaten.
    - ``chance`` is the entropy of the characters' frequencies: what is got
      without looking at the inputs, 3.3 nats in tiny Shakespeare.

    Parameters
    ----------
    text
        The whole of it.
    window
        Characters in a sequence.
    split
        ``"train"`` or ``"validation"``. Both have the vocabulary of the
        whole text.

    Raises
    ------
    ValueError
        If window is below 1, the split is unknown, the text has not two
        different characters, or is too short for one window of each split.

    Examples
    --------
    >>> task = Characters("to be or not to be, " * 9, window=8)
    >>> batch = task.batch(np.random.default_rng(0), 1)
    >>> task.decode(batch.inputs[0]), task.decode(batch.targets[0])
    ('ot to be', 't to be,')
    >>> task.vocab_size, round(task.chance, 2)
    (8, 1.88)

    References
    ----------
    Karpathy (2015), The unreasonable effectiveness of recurrent neural
    networks, for text, window and split; Kneser and Ney (1995), Improved
    backing-off for m-gram language modeling, and Chen and Goodman (1999), An
    empirical study of smoothing techniques, for the yardstick.
    """

    text: str = field(repr=False)
    window: int = 64
    split: str = "train"

    #: Nobody knows.
    best: ClassVar[float] = math.nan
    #: Nats that 6-grams get on tiny Shakespeare's validation.
    KNESER_NEY: ClassVar[float] = 1.5385

    def __post_init__(self) -> None:
        arguments.check_positive(window=self.window)
        arguments.check_one_of(SPLITS, split=self.split)
        shorter = len(self.text) - self._cut
        if min(self._cut, shorter) <= self.window:
            raise ValueError(
                f"text: expected more than {self.window} characters, the "
                "window, in each split (the first 90 % and the last 10 %), "
                f"got {self._cut} and {shorter}"
            )
        if len(self.characters) < 2:
            raise ValueError(
                "text: expected at least two different characters, "
                f"got {self.text[0]!r} alone"
            )

    @property
    def _cut(self) -> int:
        return len(self.text) * 9 // 10

    @cached_property
    def _census(self) -> tuple[Array, Array]:
        """The different code points as they first come, and their counts."""
        found, counts = np.zeros(0, np.uint32), np.zeros(0, np.int64)
        for chunk in _code_points(self.text):
            in_chunk = np.bincount(chunk)
            counts, in_chunk = (
                np.pad(c, (0, max(len(counts), len(in_chunk)) - len(c)))
                for c in (counts, in_chunk)
            )
            new = np.flatnonzero((counts == 0) & (in_chunk > 0))
            if len(new):
                first = np.zeros(len(counts), np.int64)
                first[chunk[::-1]] = np.arange(len(chunk))[::-1]
                found = np.concatenate([found, new[np.argsort(first[new])]])
            counts += in_chunk
        found = found.astype(np.uint32)
        return found, counts[found]

    @cached_property
    def characters(self) -> tuple[str, ...]:
        """The different characters of the text; a token is a place here."""
        return tuple(map(chr, np.sort(self._census[0])))

    @property
    def vocab_size(self) -> int:
        """How many different characters there are."""
        return len(self.characters)

    @property
    def num_classes(self) -> int:
        """One for each character."""
        return self.vocab_size

    @cached_property
    def chance(self) -> float:
        """What the characters' frequencies alone get, in nats."""
        _, counts = self._census
        p = counts / counts.sum()
        return float(-(p * np.log(p)).sum())

    @cached_property
    def tokens(self) -> Array:
        """The split's text as tokens, in the smallest type that holds all.

        A text of 65 characters has one byte for each token.
        """
        points = np.sort(self._census[0])
        kind = np.min_scalar_type(len(points) - 1)
        numbers = np.arange(len(points), dtype=kind)
        by_point = np.zeros(int(points[-1]) + 1, numbers.dtype)
        by_point[points] = numbers
        ends = (0, self._cut, len(self.text))
        low, high = ends[:2] if self.split == "train" else ends[1:]
        tokens = np.empty(high - low, numbers.dtype)
        done = 0
        for chunk in _code_points(self.text, low, high):
            by_point.take(chunk, out=tokens[done : done + len(chunk)])
            done += len(chunk)
        return tokens

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {c: token for token, c in enumerate(self.characters)}

    @checked
    def encode(self, text: str) -> Array:
        """Turn a text into tokens.

        Parameters
        ----------
        text
            Characters that this task's text has.

        Returns
        -------
        tokens
            Their numbers (T,), int64.

        Raises
        ------
        ValueError
            If a character is not in the vocabulary.
        """
        known = self._numbers
        unknown = next((c for c in text if c not in known), None)
        if unknown is not None:
            raise ValueError(
                f"text: {unknown!r} is none of the {len(known)} "
                "characters of this task"
            )
        return np.array([known[c] for c in text], np.int64)

    @checked
    def decode(self, tokens: Iterable[int]) -> str:
        """Turn tokens back into a text.

        Parameters
        ----------
        tokens
            Numbers of characters (T,).

        Returns
        -------
        text
            The characters.

        Raises
        ------
        ValueError
            If a number is no character's.
        """
        numbers = numbers_of(tokens, self.vocab_size)
        return "".join(self.characters[number] for number in numbers)


def _code_points(
    text: str, low: int = 0, high: int | None = None
) -> Iterator[Array]:
    """Give the characters' numbers in Unicode, some at a time.

    A number may have four bytes: not all need to be in memory at once.
    """
    high = len(text) if high is None else high
    for at in range(low, high, _CHUNK):
        chunk = text[at : min(at + _CHUNK, high)]
        if chunk.isascii():
            yield np.frombuffer(chunk.encode("ascii"), np.uint8)
        else:
            wide = chunk.encode("utf-32-le", "surrogatepass")
            yield np.frombuffer(wide, "<u4")
