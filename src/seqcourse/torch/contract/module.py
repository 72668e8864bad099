"""What every part of a model on autograd shares: its weights."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import torch
from torch import nn

from seqcourse import numpy as reference
from seqcourse.numpy.attention.position_encodings import PositionEncoding
from seqcourse.numpy.contract import arguments, parameters
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.configurable import (
    Configurable,
    from_description,
)
from seqcourse.numpy.contract.layer import Params
from seqcourse.torch.contract.validation import (
    as_array,
    as_tensor,
    check_known_type,
)


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

    Raises
    ------
    ValueError
        If an argument is of another kind, no weights can lie on the device,
        or the type is not floating.

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
        if "__init__" in vars(cls):
            of_any: Any = cls
            of_any.__init__ = checked(vars(cls)["__init__"])
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
        check_device(device)
        check_dtype(dtype)
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
        made: Self = from_description(config, Module._types, cls, _Part)
        return made

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
            If a name or a shape is not the part's, or the weights are not
            finite or not all of one floating type. Nothing is loaded then.
        """
        parameters.check_weights(params, self.config.parameter_shapes())
        for name, array in params.items():
            check_known_type(**{f"params[{name!r}]": array})
            arguments.check_finite_array(**{f"params[{name!r}]": array})
        # All are made before the first is put in place: all or none change.
        loaded = [
            as_tensor(np.array(params[name]), weight.device)
            for name, weight in self.named_parameters()
        ]
        for weight, new in zip(self.parameters(), loaded, strict=True):
            weight.data = new
        return self

    def to_params(self) -> Params:
        """Give the weights as NumPy arrays.

        Returns
        -------
        params
            Copies, under the same names; of bfloat16 weights in float32.
        """
        return {
            name: as_array(weight).copy()
            for name, weight in self.state_dict().items()
        }


def check_device(device: torch.device | str | None) -> None:
    """Refuse a device that weights cannot lie on.

    Parameters
    ----------
    device
        A device or its name; None for torch's default.

    Raises
    ------
    ValueError
        If there is none of this name here, or it has no memory.

    Examples
    --------
    >>> check_device("meta")
    Traceback (most recent call last):
    ValueError: device: expected one with memory, such as 'cpu', got 'meta'
    """
    try:
        place = torch.empty(0, device=device).device
    except (RuntimeError, AssertionError):  # unknown, or not built in
        raise ValueError(
            "device: expected one that PyTorch finds here, such as 'cpu', "
            f"got {str(device)!r}"
        ) from None
    if place.type == "meta":
        raise ValueError(
            "device: expected one with memory, such as 'cpu', got 'meta'"
        )


def check_dtype(dtype: torch.dtype | None) -> None:
    """Refuse a type that weights cannot have.

    Parameters
    ----------
    dtype
        A type; None for torch's default.

    Raises
    ------
    ValueError
        If no layer computes in it.

    Examples
    --------
    >>> check_dtype(torch.int64)
    Traceback (most recent call last):
    ValueError: dtype: expected a floating type such as torch.float32, got
    torch.int64
    """
    if dtype is not None and dtype not in FLOATING:
        raise ValueError(
            "dtype: expected a floating type such as torch.float32, "
            f"got {dtype}"
        )


#: The types that every layer computes in.
FLOATING = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


class _Part:
    """A part of a module: a module, or a position encoding."""

    @staticmethod
    def from_config(config: dict[str, Any]) -> Any:
        ours = Configurable._types.get(str(config.get("type")), Module)
        known: Any = (
            PositionEncoding if issubclass(ours, PositionEncoding) else Module
        )
        return known.from_config(config)
