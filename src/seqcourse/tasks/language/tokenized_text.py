"""The next token of a real text, whatever a token is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import Batch, check_draw
from seqcourse.tasks.contract.scores import nats
from seqcourse.tokenizers import Tokenizer
from seqcourse.tokenizers.pre_tokenization import parts

SPLITS = ("train", "validation")


@dataclass(frozen=True)
class TokenizedText(metaclass=CheckedArguments):
    """Say the next token, at every token of a window of a text.

    A sequence is a window of the text in tokens; the targets are the same
    window one token on. The first 90 % of the text's characters are there to
    train on, the last 10 % to validate: the two are never mixed. The score is
    in nats per token, which only compares models of one tokenizer; for others
    there are `bits_per_byte`.

    - ``best`` is ``nan``: nobody knows the entropy of a real text.
    - ``chance`` is the entropy of the split's token frequencies: what is got
      without looking at the inputs.

    Parameters
    ----------
    text
        The whole of it.
    tokenizer
        What makes tokens of it.
    window
        Tokens in a sequence.
    split
        ``"train"`` or ``"validation"``.

    Raises
    ------
    ValueError
        If window is below 1, the split is unknown, some of the text has no
        token, or a split has not more tokens than one window.

    Examples
    --------
    >>> from seqcourse.tokenizers import BytePairTokenizer
    >>> text = "to be or not to be, that is the question. " * 30
    >>> tokenizer = BytePairTokenizer.train(text, 280)
    >>> task = TokenizedText(text, tokenizer, window=4)
    >>> batch = task.batch(np.random.default_rng(0), 1)
    >>> [task.decode([token]) for token in batch.inputs[0]]
    [' is', ' the', ' question', '.']
    >>> [task.decode([token]) for token in batch.targets[0]]
    [' the', ' question', '.', ' to']
    """

    text: str = field(repr=False)
    tokenizer: Tokenizer
    window: int = 64
    split: str = "train"

    kind: ClassVar[str] = "language"
    loss: ClassVar[str] = "cross_entropy"
    #: Nobody knows.
    best: ClassVar[float] = math.nan

    def __post_init__(self) -> None:
        arguments.check_positive(window=self.window)
        arguments.check_one_of(SPLITS, split=self.split)
        if len(self.tokens) <= self.window:
            raise ValueError(
                f"text: expected more than {self.window} tokens, the window, "
                f"in the {self.split} split, got {len(self.tokens)}"
            )

    @property
    def _ends(self) -> tuple[int, int]:
        return ends_of(self.text, self.split)

    @cached_property
    def tokens(self) -> Array:
        """The split's tokens (T,), in the smallest type that holds all.

        They are made part by part: in int64, all at once would take many
        times the room of the text.
        """
        kind = np.min_scalar_type(self.vocab_size - 1)
        low, high = self._ends
        if not self.tokenizer.encodes_parts:
            return self.tokenizer.encode(self.text[low:high]).astype(kind)
        made = bytearray()
        for part in parts(self.text, low, high):
            made += self.tokenizer.encode(part).astype(kind).tobytes()
        return np.frombuffer(made, kind)

    @property
    def vocab_size(self) -> int:
        """How many tokens there are, V."""
        return self.tokenizer.vocab_size

    @property
    def num_classes(self) -> int:
        """One for each token."""
        return self.vocab_size

    @cached_property
    def chance(self) -> float:
        """What the tokens' frequencies alone get, in nats."""
        counts = np.bincount(self.tokens)
        p = counts[counts > 0] / counts.sum()
        return float(-(p * np.log(p)).sum())

    @checked
    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Draw windows; each place of the split is equally likely.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        size
            How many.

        Returns
        -------
        batch
            Inputs, targets and weights (B, window).

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size, self.window + 1)
        starts = rng.integers(len(self.tokens) - self.window, size=size)
        return self._at(starts)

    @checked
    def in_order(self, size: int) -> Iterator[Batch]:
        """Read the split from end to end, as so many streams side by side.

        Each batch goes on where the one before it stopped, so that a model's
        state can be handed on. Of the split, the last tokens that fill no
        window in every stream are left out.

        Parameters
        ----------
        size
            Streams B.

        Returns
        -------
        batches
            Inputs, targets and weights (B, window) of each.

        Raises
        ------
        ValueError
            If the split is too short for one window in each stream.
        """
        arguments.check_positive(size=size)
        windows = (len(self.tokens) - 1) // size // self.window
        if windows < 1:
            raise ValueError(
                f"size: expected at most "
                f"{(len(self.tokens) - 1) // self.window} streams (axis 0, "
                f"B) of one window each, got {size}"
            )
        first = np.arange(size) * windows * self.window
        return (self._at(first + n * self.window) for n in range(windows))

    def _at(self, starts: Array) -> Batch:
        seen = self.tokens[starts[:, None] + np.arange(self.window + 1)]
        B, T = len(starts), self.window
        return Batch(
            inputs=seen[:, :-1].astype(np.int64),
            targets=seen[:, 1:].astype(np.int64),
            lengths=np.full(B, T, np.int64),
            weights=np.ones((B, T), np.float32),
        )

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the nats per token.

        Parameters
        ----------
        outputs
            Scores (B, T, V).
        batch
            What was asked.

        Returns
        -------
        cross_entropy
            Mean over the tokens of the batch.
        """
        return nats(outputs, batch)

    @cached_property
    def bytes_per_token(self) -> float:
        """The mean length of a token of the split, in bytes of UTF-8."""
        low, high = self._ends
        return len(self.text[low:high].encode("utf-8")) / len(self.tokens)

    @checked
    def bits_per_byte(self, nats: float) -> float:
        r"""Turn nats per token into bits per byte.

        .. math:: \frac{\text{nats}}{\ln 2 \cdot \text{bytes per token}}

        Parameters
        ----------
        nats
            Cross-entropy, per token of this split.

        Returns
        -------
        bits
            The same, per byte: comparable between tokenizers.

        Raises
        ------
        ValueError
            If nats is not finite.

        Examples
        --------
        >>> from seqcourse.tokenizers import ByteTokenizer
        >>> task = TokenizedText("abcd" * 9, ByteTokenizer(), 3)
        >>> round(task.bits_per_byte(math.log(2)), 6)
        1.0
        """
        arguments.check_finite(nats=nats)
        return nats / math.log(2) / self.bytes_per_token

    @checked
    def encode(self, text: str) -> Array:
        """Turn a text into tokens: see `Tokenizer.encode`.

        Parameters
        ----------
        text
            The text.

        Returns
        -------
        tokens
            Their numbers (T,), int64.
        """
        return self.tokenizer.encode(text)

    @checked
    def decode(self, tokens: Iterable[int]) -> str:
        """Turn tokens back into a text: see `Tokenizer.decode`.

        Parameters
        ----------
        tokens
            Numbers (T,).

        Returns
        -------
        text
            What they stand for.
        """
        return self.tokenizer.decode(tokens)


def ends_of(text: str, split: str) -> tuple[int, int]:
    """Say where a split of a text begins and ends.

    Parameters
    ----------
    text
        The whole of it.
    split
        ``"train"`` for the first 90 % of its characters, ``"validation"``
        for the rest.

    Returns
    -------
    low, high
        Its first character, and the one after its last.

    Examples
    --------
    >>> ends_of("0123456789", "validation")
    (9, 10)
    """
    cut = len(text) * 9 // 10
    return (0, cut) if split == "train" else (cut, len(text))


def part_of(text: str, split: str) -> str:
    """Cut a split out of a text.

    Parameters
    ----------
    text
        The whole of it.
    split
        As in `ends_of`.

    Returns
    -------
    part
        What is in the split.

    Examples
    --------
    >>> part_of("0123456789", "train")
    '012345678'
    """
    low, high = ends_of(text, split)
    return text[low:high]
