"""What every part of a model has: weights by name, and a description."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.arrays import Array, Params
from seqcourse.numpy.contract.calls import CHECKED
from seqcourse.numpy.contract.configurable import Configurable

__all__ = ["Array", "Module", "Params"]


class Module(Configurable, ABC):
    """A part of a model: it names its weights and can be described in JSON.

    Subclasses are frozen dataclasses: configuration only. What a part does
    with its weights is said further down, by `Layer`, which reads sequences,
    and by `AttentionMechanism`, which looks into a memory.

    Examples
    --------
    >>> from seqcourse.numpy import DotAttention, from_config
    >>> part = DotAttention(query_size=3, key_size=4, score="general")
    >>> part.parameter_shapes()
    {'weight': (3, 4)}
    >>> from_config(part.to_config()) == part
    True
    """

    #: The methods whose calls from outside are checked.
    _methods: ClassVar[tuple[str, ...]] = ("init",)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in cls._methods:
            if name in vars(cls):
                setattr(cls, name, CHECKED[name](vars(cls)[name]))

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
