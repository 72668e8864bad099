"""Where writing begins: sources, prompts and their lengths, checked and read.

All that can be refused is refused here, before the first token is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from seqcourse.numpy.contract import arguments, shapes, validation
from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.contract.task import ReadsSources
from seqcourse.numpy.decoding.next_token import NextTokenModel, embedding_of
from seqcourse.numpy.decoding.step_limit import steps_left

#: One token for all sequences, a batch (B, P), or rows of any lengths.
Prefix: TypeAlias = int | Array | Sequence[Sequence[int] | Array]


class Beginning(NamedTuple):
    """What stands before the first token that is written.

    Parameters
    ----------
    tokens
        The prefix (B, P), padded with zeros.
    lengths
        Real tokens of each row (B,).
    first
        The state that the prefix was read from; None for nothing.
    scores
        For the first token to write (B, V).
    state
        The memory after the prefix.

    Examples
    --------
    >>> one = np.ones((1, 1), np.int64)
    >>> Beginning(one, one[0], None, np.zeros((1, 9)), ()).scores.shape
    (1, 9)
    """

    tokens: Array
    lengths: Array
    first: Any
    scores: Array
    state: Any


def begin(
    next_token_model: NextTokenModel,
    sources: Array | None,
    source_lengths: Array | None,
    prefix: Prefix,
    prefix_lengths: Array | None,
    end: int | None,
    max_length: int,
) -> Beginning:
    """Check what is to be gone on from, and read it.

    Parameters
    ----------
    next_token_model
        Who shall write.
    sources
        What is read first, or None for a model that reads none.
    source_lengths
        Real steps of each source (B,), or None.
    prefix
        Tokens that stand already, as `greedy` takes them.
    prefix_lengths
        Real tokens of each row of the prefix (B,), or None.
    end
        The token that ends a sequence; None for none.
    max_length
        The most tokens to write.

    Returns
    -------
    begun
        The prefix, and the scores for the first token.

    Raises
    ------
    ValueError
        If an argument is not what it must be, or the model cannot read that
        many tokens.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> params = model.init(np.random.default_rng(0))
    >>> begun = begin(
    ...     NextTokenModel(model, params),
    ...     None,
    ...     None,
    ...     [[3, 1, 4], [1]],
    ...     None,
    ...     None,
    ...     max_length=5,
    ... )
    >>> begun.tokens
    array([[3, 1, 4],
           [1, 0, 0]])
    """
    arguments.check_positive(max_length=max_length)
    first, B = None, None
    reads = isinstance(next_token_model.model, ReadsSources)
    if reads != (sources is not None):
        expected = "the sources to read" if reads else "None"
        raise ValueError(
            f"sources: expected {expected} for "
            f"{type(next_token_model.model).__name__}, "
            f"got {described(sources)}"
        )
    if sources is None and source_lengths is not None:
        raise ValueError(
            "source_lengths: expected None where there are no sources, "
            f"got {described(source_lengths)}"
        )
    if sources is not None:
        with shapes.called(x="sources", lengths="source_lengths"):
            first = next_token_model.encode(sources, source_lengths)
        B = len(sources)
    tokens, lengths = read_prefix(prefix, prefix_lengths, B)
    if end is not None and prefix_lengths is None:
        check_not_padded(tokens, lengths, end)
    check_room(next_token_model, first, lengths, max_length)
    words = embedding_of(next_token_model.config)
    if words is not None:
        with shapes.called(x="prefix"):
            validation.tokens(tokens, words.num_embeddings)
    tokens = tokens.astype(np.int64, copy=False)
    with shapes.called(x="prefix", lengths="prefix_lengths"):
        scores, state = next_token_model.read(
            tokens,
            first,
            None if (lengths == tokens.shape[1]).all() else lengths,
        )
    next_token_model.check_vocabulary(scores.shape[1])
    check_end(end, scores.shape[1])
    return Beginning(tokens, lengths, first, scores, state)


def read_prefix(
    prefix: Prefix, prefix_lengths: Array | None, B: int | None = None
) -> tuple[Array, Array]:
    """Give prompts as one padded batch.

    Parameters
    ----------
    prefix
        Tokens that stand already.
    prefix_lengths
        Real tokens of each row (B,); None for all.
    B
        How many sequences there are to write; None for as many as prompts.

    Returns
    -------
    tokens
        The prefix (B, P), with zeros beyond each length.
    lengths
        Real tokens of each row (B,).

    Raises
    ------
    ValueError
        If they are not such tokens and lengths.

    Examples
    --------
    >>> read_prefix(3, None, B=2)
    (array([[3],
           [3]]), array([1, 1]))
    >>> read_prefix(np.array([[3, 4], [5, 9]]), np.array([2, 1]))
    (array([[3, 4],
           [5, 0]]), array([2, 1]))
    """
    if isinstance(prefix, (list, tuple)):  # of rows that differ in length
        if prefix_lengths is not None:
            raise ValueError(
                "prefix_lengths: expected None for rows of their own "
                f"lengths, got {described(prefix_lengths)}"
            )
        rows = [np.asarray(row) for row in prefix]
        for i, row in enumerate(rows):
            if row.ndim != 1 or not len(row):
                raise ValueError(
                    f"prefix[{i}]: expected at least 1 token on one axis, "
                    f"got shape {row.shape}"
                )
            _check_integers(f"prefix[{i}]", row)
        prefix_lengths = np.array([len(row) for row in rows])
        prefix = np.zeros((len(rows), prefix_lengths.max()), np.int64)
        for row, into in zip(rows, prefix, strict=True):
            into[: len(row)] = row
    if not isinstance(prefix, (int, np.ndarray)):
        raise ValueError(
            "prefix: expected a token, an array of tokens or a list of rows "
            f"of tokens, got {described(prefix)}"
        )
    tokens: Array = np.asarray(prefix)
    _check_integers("prefix", tokens)
    if tokens.ndim == 0:
        tokens = np.full((B or 1, 1), tokens)
    if (
        tokens.ndim != 2
        or not tokens.size
        or len(tokens) != (B or len(tokens))
    ):
        raise ValueError(
            f"prefix: expected a token, or tokens ({B or 'B'}, P) with P of "
            f"at least 1, got shape {tokens.shape}"
        )
    with shapes.called(x="prefix", lengths="prefix_lengths"):
        padded = validation.padding_mask(prefix_lengths, *tokens.shape)
    if padded is None:
        return tokens, np.full(len(tokens), tokens.shape[1])
    lengths = (~padded).sum(1)
    tokens = np.where(padded, 0, tokens)[:, : lengths.max()]
    return tokens, lengths


def _check_integers(name: str, tokens: Array) -> None:
    if tokens.dtype.kind not in "iu":
        raise ValueError(
            f"{name}: expected integer tokens, got {tokens.dtype}"
        )


def check_not_padded(tokens: Array, lengths: Array, end: int) -> None:
    """Refuse prompts that look padded, where nobody said how long they are.

    What was padded would be read, and another text written than to the
    prompt alone.

    Parameters
    ----------
    tokens
        The prefix (B, P).
    lengths
        Tokens of each row (B,).
    end
        The token that ends a sequence.

    Raises
    ------
    ValueError
        If a prompt of several tokens has the end token for its last.

    Examples
    --------
    >>> check_not_padded(np.array([[3, 4], [5, 0]]), np.array([2, 2]), 0)
    Traceback (most recent call last):
    ValueError: prefix: expected prompts that have not ended, got the end
    token 0 at [1, 1]; give the prompts' lengths in prefix_lengths
    """
    last = tokens[np.arange(len(tokens)), lengths - 1]
    ended = np.flatnonzero((last == end) & (lengths > 1))
    if len(ended):
        b = ended[0]
        raise ValueError(
            "prefix: expected prompts that have not ended, got the end token "
            f"{end} at [{b}, {lengths[b] - 1}]; give the prompts' lengths in "
            "prefix_lengths"
        )


def check_room(
    next_token_model: NextTokenModel,
    first: Any,
    lengths: Array,
    max_length: int,
) -> None:
    """Refuse more tokens than the model can read.

    Parameters
    ----------
    next_token_model
        Who shall write.
    first
        What the prefix is read from.
    lengths
        Tokens of each prompt (B,).
    max_length
        The most tokens to write; the last of them is not read.

    Raises
    ------
    ValueError
        If the model has no position, or no slot, for all of them.

    Examples
    --------
    >>> from seqcourse.numpy import Embedding, FixedWindow, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), FixedWindow(4, 8, window=6))
    >>> check_room(NextTokenModel(model, {}), None, np.array([2]), 6)
    Traceback (most recent call last):
    ValueError: max_length: expected at most 5 after 2 tokens of prefix, since
    the model reads at most 6 steps, got 6
    """
    left = steps_left(next_token_model.config, first)
    if left is None:
        return
    room = left - lengths
    b = room.argmin()
    left, room = np.broadcast_to(left, room.shape)[b], room[b]
    if room < 0:
        raise ValueError(
            f"prefix: expected at most {left} tokens, the steps that the "
            f"model reads, got {lengths[b]}"
        )
    if max_length - 1 > room:
        raise ValueError(
            f"max_length: expected at most {room + 1} after {lengths[b]} "
            f"tokens of prefix, since the model reads at most {left} steps, "
            f"got {max_length}"
        )


def check_end(end: int | None, vocabulary: int) -> None:
    """Refuse an end token that the model cannot write.

    Parameters
    ----------
    end
        The token, or None.
    vocabulary
        How many tokens there are.

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> check_end(9, 9)
    Traceback (most recent call last):
    ValueError: end: expected a token from 0 to 8 or None, got 9
    """
    if end is not None and not 0 <= end < vocabulary:
        raise ValueError(
            f"end: expected a token from 0 to {vocabulary - 1} or None, "
            f"got {end}"
        )
