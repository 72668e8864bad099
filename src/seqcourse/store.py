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

from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.from_config import from_config
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.interop.torch_nn import from_torch_nn, to_torch_nn
from seqcourse.numpy.storage import safetensors
from seqcourse.numpy.storage.atomic_write import check_writable
from seqcourse.numpy.storage.stored_layer import check_weights, layer_from

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


@checked
def save(
    path: str | Path, params: Mapping[str, Any], layer: Configured
) -> None:
    """Write weights and configuration to a file.

    Parameters
    ----------
    path
        Where; a file already there is replaced once the new one is complete.
        Of a link, the file that it points to is replaced.
    params
        The weights, as arrays or tensors of floating-point numbers. What
        NumPy does not have, such as bfloat16, is written as float32, which
        holds the same numbers.
    layer
        The layer they belong to, of either backend.

    Raises
    ------
    ValueError
        If the weights are not the layer's, or not finite numbers.
    OSError
        If no file can be written there; the message names the path.

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
    arrays = {name: _to_array(name, value) for name, value in params.items()}
    config = layer.to_config()
    check_weights(arrays, from_config(config))
    check_writable("path", path)
    safetensors.write(path, arrays, {"config": json.dumps(config)})


@checked
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
    OSError
        If there is no such file, or it cannot be read; the message begins
        with the path.
    ValueError
        If the file is damaged, cut short, not one of ours, or holds weights
        that are not its layer's or not finite; the message begins with the
        path.

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
        layer = layer_from(metadata["config"], len(params))
        check_weights(params, layer)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return params, layer


def _to_array(name: str, value: Any) -> Array:
    if hasattr(value, "detach"):  # a tensor, on whichever device
        value = value.detach().cpu()
        try:
            value = value.numpy()
        except TypeError:  # a type that NumPy does not have
            value = value.float().numpy()
    try:
        array = np.asarray(value, order="C")
    except ValueError:  # ragged
        array = np.asarray(None)
    if array.dtype not in (np.float16, np.float32, np.float64):
        got = described(value) if array.dtype == object else array.dtype
        raise ValueError(
            f"params[{name!r}]: expected floating-point numbers, got {got}"
        )
    return array
