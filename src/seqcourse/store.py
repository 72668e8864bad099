"""Weights and configuration on disk: one file, the same for both backends.

The file is safetensors; its header carries the layer's configuration as JSON.
It is written beside its place and renamed when complete, so that a crash
leaves the old file or the new one, never half of one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from seqcourse.numpy.contract.from_config import from_config
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.interop.torch_nn import from_torch_nn, to_torch_nn
from seqcourse.numpy.storage import safetensors

__all__ = ["from_torch_nn", "load", "save", "to_torch_nn"]


class Configured(Protocol):
    """A layer of either backend.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> layer: Configured = RNN(3, 4)
    >>> layer.to_config()["hidden_size"]
    4
    """

    def to_config(self) -> dict[str, Any]:
        """Describe the layer in JSON's own types."""
        ...


def save(
    path: str | Path, params: Mapping[str, Any], layer: Configured
) -> None:
    """Write weights and configuration to a file.

    Parameters
    ----------
    path
        Where; a file already there is replaced once the new one is complete.
    params
        The weights, as arrays or tensors.
    layer
        The layer they belong to, of either backend.

    Raises
    ------
    ValueError
        If the weights are not the layer's.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from seqcourse.numpy import RNN
    >>> layer = RNN(3, 4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> with TemporaryDirectory() as folder:
    ...     save(Path(folder, "rnn.safetensors"), params, layer)
    ...     again, same = load(Path(folder, "rnn.safetensors"))
    >>> same == layer, bool((again["weight_hh"] == params["weight_hh"]).all())
    (True, True)
    """
    path = Path(path)
    arrays = {name: _to_array(value) for name, value in params.items()}
    config = layer.to_config()
    _check(arrays, from_config(config), path)
    safetensors.write(path, arrays, {"config": json.dumps(config)})


def load(path: str | Path) -> tuple[Params, Layer]:
    """Read weights and configuration from a file.

    Parameters
    ----------
    path
        What `save` wrote.

    Returns
    -------
    params
        The weights, as NumPy arrays.
    layer
        The NumPy layer; its twin is
        ``seqcourse.torch.from_config(layer.to_config())``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, cut short, not one of ours, or holds weights
        that are not its layer's; the message names the file.

    Examples
    --------
    >>> load("nothing.safetensors")
    Traceback (most recent call last):
    FileNotFoundError: nothing.safetensors: no such file
    """
    path = Path(path)
    params, metadata = safetensors.read(path)
    if "config" not in metadata:
        raise ValueError(
            f"{path}: holds no configuration; was it written by store.save?"
        )
    try:
        layer = from_config(json.loads(metadata["config"]))
        layer.parameter_shapes()  # fails where a part is no layer
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path}: its configuration is not a layer's ({error})"
        ) from error
    _check(params, layer, path)
    return params, layer


def _check(params: Params, layer: Layer, path: Path) -> None:
    from seqcourse.numpy.contract.parameters import check_parameter_shapes

    try:
        check_parameter_shapes(params, layer.parameter_shapes())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _to_array(value: Any) -> Array:
    if hasattr(value, "detach"):  # a tensor, on whichever device
        value = value.detach().cpu().numpy()
    return np.ascontiguousarray(value)
