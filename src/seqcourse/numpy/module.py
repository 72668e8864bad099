"""What every part of a model has: weights by name, and a description."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import fields
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array: TypeAlias = NDArray[Any]
Params: TypeAlias = dict[str, Array]


class Module(ABC):
    """A part of a model: it names its weights and can be described in JSON.

    Subclasses are frozen dataclasses: configuration only. What a part does
    with its weights is said further down, by `Layer`, which reads sequences,
    and by `Attention`, which looks into a memory.

    Examples
    --------
    >>> from seqcourse.numpy import DotAttention, from_config
    >>> part = DotAttention(query_size=3, key_size=4, score="general")
    >>> part.parameter_shapes()
    {'weight': (3, 4)}
    >>> from_config(part.to_config()) == part
    True
    """

    _types: ClassVar[dict[str, type[Module]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found = Module._types.setdefault(cls.__name__, cls)
        if not found.__module__.startswith("seqcourse."):
            Module._types[cls.__name__] = cls  # the reader's own, once more

    @abstractmethod
    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Tell which weights it takes.

        Returns
        -------
        shapes
            The shape of each parameter, by name.
        """

    @abstractmethod
    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        """Draw first weights.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        dtype
            Floating type of the weights, and so of every later computation.

        Returns
        -------
        params
            A flat dictionary from name to array.
        """

    def to_config(self) -> dict[str, Any]:
        """Describe the part in JSON's own types.

        Returns
        -------
        config
            The constructor's arguments and, at every level, a ``"type"``.
        """
        config: dict[str, Any] = {"type": type(self).__name__}
        for field in fields(self):  # type: ignore[arg-type]
            config[field.name] = _described(getattr(self, field.name))
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a part from its description.

        Parameters
        ----------
        config
            What `to_config` gave.

        Returns
        -------
        part
            An equal part.

        Raises
        ------
        ValueError
            If the type is unknown, or not the class this was called on.
        """
        kind = config.get("type")
        found = Module._types.get(str(kind))
        if found is None or not issubclass(found, cls):
            raise ValueError(
                f'config: expected the "type" of a {cls.__name__}, '
                f"got {kind!r}"
            )
        arguments = {
            name: _made(value)
            for name, value in config.items()
            if name != "type"
        }
        return found(**arguments)


def _described(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_described(part) for part in value]
    return value.to_config() if isinstance(value, Module) else value


def _made(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_made(part) for part in value)
    described = isinstance(value, dict) and "type" in value
    return Module.from_config(value) if described else value
