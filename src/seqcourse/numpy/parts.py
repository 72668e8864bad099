"""Whether the parts of a model fit together."""

from __future__ import annotations

from seqcourse.numpy.layer import Layer


def parts_fit(embedding: Layer | None, core: Layer) -> None:
    """Refuse parts that are no layers, or do not fit together.

    Parameters
    ----------
    embedding
        What turns the input into features, or None.
    core
        What carries the memory.

    Raises
    ------
    ValueError
        If a part is no layer, or the core takes another number of features
        than the embedding gives.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding
    >>> parts_fit(Embedding(9, 4), RNN(5, 8))
    Traceback (most recent call last):
    ValueError: core: expected input_size 4, the embedding's, got 5
    """
    if embedding is not None and not isinstance(embedding, Layer):
        raise ValueError(
            f"embedding: expected a layer or None, got {embedding!r}"
        )
    if not isinstance(core, Layer):
        raise ValueError(f"core: expected a layer, got {core!r}")
    taken = getattr(core, "input_size", None)
    given = embedding and embedding.output_size
    if given and taken and given != taken:
        raise ValueError(
            f"core: expected input_size {given}, the embedding's, got {taken}"
        )


def features_taken(name: str, layer: Layer) -> int:
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
    >>> features_taken("core", RNN(5, 8))
    5
    >>> features_taken("core", Embedding(9, 4))
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
