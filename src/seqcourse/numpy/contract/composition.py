"""Whether the parts of a model fit together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.layer import Layer, Params
from seqcourse.numpy.contract.module import Module
from seqcourse.numpy.contract.parameters import prefixed


def check_parts(
    embedding: Layer | None,
    core: Layer,
    names: tuple[str, str] = ("embedding", "core"),
) -> None:
    """Refuse parts that are no layers, or do not fit together.

    Parameters
    ----------
    embedding
        What turns the input into features, or None.
    core
        What carries the memory.
    names
        What a refusal calls the two.

    Raises
    ------
    ValueError
        If a part is no layer, or the core takes another number of features
        than the embedding gives.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding
    >>> check_parts(Embedding(9, 4), RNN(5, 8))
    Traceback (most recent call last):
    ValueError: core: expected input_size 4, the embedding's, got 5
    """
    if embedding is not None and not isinstance(embedding, Layer):
        raise ValueError(
            f"{names[0]}: expected a layer or None, got {embedding!r}"
        )
    if not isinstance(core, Layer):
        raise ValueError(f"{names[1]}: expected a layer, got {core!r}")
    taken = getattr(core, "input_size", None)
    given = embedding and embedding.output_size
    if given and taken and given != taken:
        raise ValueError(
            f"{names[1]}: expected input_size {given}, the {names[0]}'s, "
            f"got {taken}"
        )


def input_features(name: str, layer: Layer) -> int:
    """Tell how many features a layer reads, or refuse one that reads none.

    Parameters
    ----------
    name
        What a refusal calls it.
    layer
        A core, or `Linear`.

    Returns
    -------
    size
        Its features D.

    Raises
    ------
    ValueError
        If it is no layer, or does not read a number of features.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding
    >>> input_features("core", RNN(5, 8))
    5
    >>> input_features("core", Embedding(9, 4))
    Traceback (most recent call last):
    ValueError: core: expected a layer that reads features (B, T, D),
    got Embedding(num_embeddings=9, embedding_dim=4)
    """
    if isinstance(layer, Layer):
        for size in ("input_size", "in_features"):
            if hasattr(layer, size):
                return int(getattr(layer, size))
    raise ValueError(
        f"{name}: expected a layer that reads features (B, T, D), "
        f"got {layer!r}"
    )


def shapes_of(parts: Mapping[str, Module]) -> dict[str, tuple[int, ...]]:
    """Tell which weights several parts take together.

    Parameters
    ----------
    parts
        Each under the name that its weights' names begin with.

    Returns
    -------
    shapes
        The shape of each parameter, by its full name.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> shapes_of({"readout": Linear(2, 3, bias=False)})
    {'readout.weight': (3, 2)}
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for name, part in parts.items():
        shapes |= prefixed(part.parameter_shapes(), name)
    return shapes


def init_all(
    parts: Mapping[str, Module], rng: np.random.Generator, dtype: DTypeLike
) -> Params:
    """Draw the first weights of several parts, one part after the other.

    Parameters
    ----------
    parts
        Each under the name that its weights' names begin with.
    rng
        Where the randomness comes from.
    dtype
        Floating type of the weights.

    Returns
    -------
    params
        The weights, by their full names.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> rng = np.random.default_rng(0)
    >>> sorted(init_all({"readout": Linear(2, 3)}, rng, np.float32))
    ['readout.bias', 'readout.weight']
    """
    params: Params = {}
    for name, part in parts.items():
        params |= prefixed(part.init(rng, dtype), name)
    return params
