"""Writing on and on: past what a model can read at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.decoding.beginning import begin
from seqcourse.numpy.decoding.greedy import steps
from seqcourse.numpy.decoding.next_token import NextTokenModel
from seqcourse.numpy.decoding.sampling import Draw


def written_tokens(
    model: NextTokenModel,
    prompts: Sequence[Array],
    max_tokens: int,
    context: int | None,
    rng: np.random.Generator,
    settings: tuple[Any, ...],
) -> Iterator[Array]:
    """Write token after token to each prompt.

    Where the text has filled the context, the model begins again from the
    last half of it.

    Parameters
    ----------
    model
        Who writes.
    prompts
        Tokens of each (P,), at least one.
    max_tokens
        How many to write.
    context
        The most tokens that are read at once, at least 1; None for any
        number.
    rng
        Where the randomness comes from.
    settings
        Temperature, top_k, top_p, min_p and repetition penalty, checked.

    Yields
    ------
    tokens
        The next one for each prompt (B,).

    Raises
    ------
    DivergenceError
        If the scores stop being finite.

    Examples
    --------
    >>> from seqcourse.numpy import Embedding, FixedWindow, LanguageModel
    >>> layer = LanguageModel(Embedding(9, 4), FixedWindow(4, 8, window=6))
    >>> params = layer.init(np.random.default_rng(0))
    >>> steps = written_tokens(
    ...     NextTokenModel(layer, params),
    ...     [np.array([3, 1, 4])],
    ...     20,
    ...     6,
    ...     np.random.default_rng(0),
    ...     (1.0, None, None, None, 1.0),
    ... )
    >>> sum(1 for _ in steps)
    20
    """
    texts = [list(prompt) for prompt in prompts]
    read, left, draw = context, max_tokens, None
    while left:
        rows = [text if read is None else text[-read:] for text in texts]
        longest = max(map(len, rows))
        room = left if context is None else context - longest + 1
        begun = begin(model, None, None, rows, None, None, min(left, room))
        if draw is None:
            draw = Draw(begun, rng, *settings)
        for tokens, _ in steps(model, begun, None, min(left, room), draw):
            yield tokens
            for text, token in zip(texts, tokens.tolist(), strict=True):
                text.append(token)
            left -= 1
        read = None if context is None else max(1, context // 2)
