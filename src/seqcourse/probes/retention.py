"""What is left of each word: the trace that it leaves in the memory."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments, validation
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Layer, Params, State
from seqcourse.numpy.contract.shapes import called
from seqcourse.numpy.layers.embedding import Embedding
from seqcourse.probes.answers import (
    check_causal,
    check_memory,
    check_weights,
)


@checked
@np.errstate(over="ignore", invalid="ignore")
def retention(
    model: Layer,
    params: Params,
    tokens: Array,
    *,
    others: int = 16,
    seed: int = 0,
) -> Array:
    """Measure how much of each word is left in the memory after each step.

    Word k is exchanged for others, and the sentence read again. The distance
    between the two memories just after word k is what the word wrote; the
    distance after word t is what is left of it::

        left[t, k] = |m[t] - m'[t]| / |m[k] - m'[k]|

    averaged over the exchanges. It may exceed 1 where the model amplifies
    what it keeps.

    Parameters
    ----------
    model
        A model that reads tokens.
    params
        Its weights.
    tokens
        One sentence (T,).
    others
        How many words each word is exchanged for.
    seed
        Fixes which.

    Returns
    -------
    left
        Shape (T, T): row t is the memory after word t, column k what it still
        holds of word k; zeros above the diagonal.

    Raises
    ------
    ValueError
        If tokens are not one sentence, the model reads no tokens or sees the
        future, or a word leaves its memory as every other word does.
    DivergenceError
        If the memory is not finite any more.

    Examples
    --------
    >>> from seqcourse.numpy import BagOfWords, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), BagOfWords(4, 8))
    >>> params = model.init(np.random.default_rng(0))
    >>> left = retention(model, params, np.array([1, 5, 2]))
    >>> left.round(6)  # a sum forgets nothing
    array([[1., 0., 0.],
           [1., 1., 0.],
           [1., 1., 1.]])
    """
    arguments.check_positive(others=others)
    arguments.check_at_least(0, seed=seed)
    vocabulary = _vocabulary(model)
    check_weights(model, params)
    check_causal(model)
    if tokens.ndim != 1 or len(tokens) == 0:
        raise ValueError(
            "tokens: expected one sentence (T,) of at least one word, "
            f"got shape {tokens.shape}"
        )
    with called(x="tokens"):
        tokens = validation.tokens(tokens[None], vocabulary)[0]
    rng = np.random.default_rng(seed)
    T = len(tokens)
    # Row k * others + j of the batch has word k exchanged for the j-th other.
    changed = np.tile(tokens, (T * others, 1))
    shift = rng.integers(1, vocabulary, (T, others))
    for k in range(T):
        rows = slice(k * others, (k + 1) * others)
        changed[rows, k] = (tokens[k] + shift[k]) % vocabulary

    distance = _distances(model, params, tokens, changed)
    distance = distance.reshape(T, T, others)  # t, k, other
    wrote = distance[np.arange(T), np.arange(T)]
    if not wrote.all():
        k = int(np.argwhere(wrote == 0)[0, 0])
        raise ValueError(
            "model: expected one whose memory tells the words apart, got "
            f"one to which another word {k} is the same"
        )
    left: Array = np.tril((distance / wrote).mean(-1))
    return left


def _distances(
    model: Layer, params: Params, tokens: Array, changed: Array
) -> Array:
    """Tell how far memories are from that of one sentence, (T, B)."""
    read: State | None = None
    other: State | None = None
    apart = []
    for t in range(len(tokens)):
        _, read = model.step(params, tokens[None, t], read)
        _, other = model.step(params, changed[:, t], other)
        check_memory((*read, *other))
        squares = [
            ((b - a).astype(np.float64) ** 2).reshape(len(b), -1).sum(1)
            for a, b in zip(read, other, strict=True)
            if a.dtype.kind == "f"
        ]
        apart.append(np.sqrt(sum(squares)))
    return np.array(apart)


def _vocabulary(model: Layer) -> int:
    embedding = getattr(model, "embedding", None)
    if not isinstance(embedding, Embedding) or embedding.num_embeddings < 2:
        raise ValueError(
            "model: expected one that reads tokens through an Embedding of "
            f"at least 2, got {type(model).__name__}"
        )
    return embedding.num_embeddings
