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
