"""What every part of a model on autograd shares: its weights."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any, ClassVar, Self

import numpy as np
import torch
from torch import nn

from seqcourse import numpy as reference
from seqcourse.numpy.attention.position_encodings import PositionEncoding
from seqcourse.numpy.contract import parameters
from seqcourse.numpy.contract.configurable import (
    Configurable,
    check_names,
)
from seqcourse.numpy.contract.layer import Params
from seqcourse.torch.contract.validation import as_array


class Module(nn.Module):
    """`seqcourse.numpy.Module` as a ``torch.nn.Module`` with its own weights.

    The NumPy part's own ``init`` draws the initial weights, with a seed from
    torch's generator: ``torch.manual_seed`` decides them.

    Parameters
    ----------
    config
        The NumPy part.
    device
        Where the weights lie.
    dtype
        Floating type of the weights; None for torch's default.

    Examples
    --------
    The NumPy twin with the same weights gives the same output:

    >>> from seqcourse.torch import Linear
    >>> layer, x = Linear(3, 2), torch.ones(1, 5, 3)
    >>> y, _, _ = layer.config.forward(layer.to_params(), x.numpy())
    >>> torch.allclose(layer(x)[0], torch.from_numpy(y))
    True
    """

    _types: ClassVar[dict[str, type[Module]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found = Module._types.setdefault(cls.__name__, cls)
        if not found.__module__.startswith("seqcourse."):
            Module._types[cls.__name__] = cls  # the reader's own, once more

    def __init__(
        self,
        config: reference.Module,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self._configure(config)
        seed = int(torch.randint(2**63 - 1, ()))
        weights = config.init(np.random.default_rng(seed), np.float64)
        kind = dtype or torch.get_default_dtype()
        for name, weight in weights.items():
            tensor = torch.from_numpy(weight).to(device, kind)
            part, _, own = name.rpartition(".")
            if part and not hasattr(self, part):
                self.add_module(part, nn.Module())
            owner = getattr(self, part) if part else self
            owner.register_parameter(own, nn.Parameter(tensor))

    def _configure(self, config: reference.Module) -> None:
        self.config = config

    def to_config(self) -> dict[str, Any]:
        """`seqcourse.numpy.Module.to_config` of the NumPy twin.

        It leaves out the engine, the device and the dtype.
        """
        return self.config.to_config()

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """`seqcourse.numpy.Module.from_config`, with new weights."""
        kind = config.get("type")
        found = Module._types.get(str(kind))
        if found is None or not issubclass(found, cls):
            raise ValueError(
                f'config: expected the "type" of a {cls.__name__}, '
                f"got {kind!r}, which may be a name from another version"
            )
        arguments = {
            name: _made(value)
            for name, value in config.items()
            if name != "type"
        }
        check_names(str(kind), arguments, signature(found).parameters)
        make: Callable[..., Self] = found
        return make(**arguments)

    def load_params(self, params: Params) -> Self:
        """Load the NumPy part's weights, and take their floating type.

        Parameters
        ----------
        params
            The weights, as NumPy arrays.

        Returns
        -------
        module
            The same module.

        Raises
        ------
        ValueError
            If a name or a shape is not the part's.
        """
        parameters.check_parameter_shapes(
            params, self.config.parameter_shapes()
        )
        for name, weight in self.named_parameters():
            weight.data = torch.tensor(params[name], device=weight.device)
        return self

    def to_params(self) -> Params:
        """Give the weights as NumPy arrays.

        Returns
        -------
        params
            Copies, under the same names; float32 where the module has
            bfloat16, which NumPy has not.
        """
        return {
            name: as_array(weight).copy()
            for name, weight in self.state_dict().items()
        }


def _made(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_made(part) for part in value)
    if not isinstance(value, dict):
        return value
    ours = Configurable._types.get(str(value.get("type")), Module)
    known: Any = (
        PositionEncoding if issubclass(ours, PositionEncoding) else Module
    )
    return known.from_config(value)
