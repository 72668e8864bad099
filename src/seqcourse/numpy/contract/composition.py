"""Layers made of parts: whose weights and whose memory is whose."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.layer import Array, Layer, Params, State
from seqcourse.numpy.contract.module import Module
from seqcourse.numpy.contract.parameters import prefixed


class Composite(Layer):
    """A layer made of parts, each of which keeps weights of its own::

        params["child.weight"] = the child's params["weight"]
        state = first child's state + second child's state + ...

    Containers and whole models are composites: they say what their children
    are, and how a sequence runs through them.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceTagger
    >>> model = SequenceTagger(Embedding(9, 4), RNN(4, 8), num_classes=3)
    >>> list(model.children())
    ['embedding', 'core', 'readout']
    >>> sorted(model.parameter_shapes())[-2:]
    ['readout.bias', 'readout.weight']

    References
    ----------
    The names are those that ``torch.nn.Module`` gives its children.
    """

    @abstractmethod
    def children(self) -> Mapping[str, Module]:
        """Give the parts by their parameters' prefix.

        Returns
        -------
        children
            In the order in which their weights are drawn and their states
            stand.
        """

    def _check_x(
        self, x: Array, dtype: DTypeLike | None, one_step: bool = False
    ) -> Array:
        part = self._reader()
        if isinstance(part, Layer):
            return part._check_x(x, dtype, one_step)
        return super()._check_x(x, dtype, one_step)

    def _reader(self) -> Module:
        """Give the part that reads what the whole is given: the first.

        Returns
        -------
        part
            One of `children`.
        """
        return next(iter(self.children().values()))

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {}
        for name, part in self.children().items():
            shapes |= prefixed(part.parameter_shapes(), name)
        return shapes

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        params: Params = {}
        for name, part in self.children().items():
            params |= prefixed(part.init(rng, dtype), name)
        return params

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        state: State = ()
        for part in self.children().values():
            if isinstance(part, Layer):
                state += part.initial_state(batch_size, dtype)
        return state

    def state_bytes(self, T: int, dtype: DTypeLike = np.float32) -> int:
        return sum(
            part.state_bytes(T, dtype)
            for part in self.children().values()
            if isinstance(part, Layer)
        )


def check_parts(
    embedding: Layer | None,
    core: Layer,
    names: tuple[str, str] = ("embedding", "core"),
) -> None:
    """Refuse parts that do not fit together.

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
        If the core takes another number of features than the embedding
        gives.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding
    >>> check_parts(Embedding(9, 4), RNN(5, 8))
    Traceback (most recent call last):
    ValueError: core: expected input_size 4, the embedding's, got 5
    """
    taken = getattr(core, "input_size", None)
    given = embedding and embedding.output_size
    if given and taken and given != taken:
        raise ValueError(
            f"{names[1]}: expected input_size {given}, the {names[0]}'s, "
            f"got {taken}"
        )


def input_features(name: str, layer: Module) -> int:
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
        If it does not read a number of features.

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
    for size in ("input_size", "in_features"):
        found = getattr(layer, size, None)  # once: it may lie levels deep
        if found is not None:
            return int(found)
    raise ValueError(
        f"{name}: expected a layer that reads features (B, T, D), "
        f"got {layer!r}"
    )
