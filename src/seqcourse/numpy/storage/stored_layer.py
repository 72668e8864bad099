"""A layer and its weights as a file has them: nothing in it is trusted."""

from __future__ import annotations

import json
from typing import Any

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.from_config import from_config
from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.contract.module import Module
from seqcourse.numpy.contract.parameters import check_parameter_shapes


def layer_from(config: str, num_arrays: int) -> Any:
    """Make a layer from its description in JSON.

    Parameters
    ----------
    config
        What a file says.
    num_arrays
        How many arrays the file has; a layer of more parts is refused before
        it is asked for its parameters.

    Returns
    -------
    layer
        The layer.

    Raises
    ------
    ValueError
        If it is not the description of a layer.

    Examples
    --------
    >>> layer_from('{"type": "RotaryPositionEmbedding"}', 1)
    Traceback (most recent call last):
    ValueError: its configuration is not a layer's (expected a layer, got a
    seqcourse.numpy.RotaryPositionEmbedding)
    """
    try:
        read = json.loads(config)
        check_num_layers(read, num_arrays)
        if not isinstance(read, dict):
            raise ValueError(f"expected a dictionary, got {described(read)}")
        layer = from_config(read)
        if not isinstance(layer, Module):
            raise ValueError(f"expected a layer, got {described(layer)}")
        layer.parameter_shapes()  # fails where a part is no layer
    except Exception as error:  # whatever a constructor says of nonsense
        raise ValueError(
            f"its configuration is not a layer's ({error})"
        ) from error
    return layer


def check_num_layers(config: Any, num_arrays: int) -> None:
    """Refuse a description of more layers than a file has arrays.

    Parameters
    ----------
    config
        Read from JSON.
    num_arrays
        How many arrays the file has.

    Raises
    ------
    ValueError
        If a ``num_layers`` at any level is larger: each layer has weights.

    Examples
    --------
    >>> check_num_layers({"core": {"num_layers": 1_000_000_000}}, 24)
    Traceback (most recent call last):
    ValueError: num_layers: expected at most 24, the arrays of the file, got
    1000000000
    """
    levels = [config]
    while levels:
        level = levels.pop()
        if isinstance(level, dict):
            count = level.get("num_layers", 0)
            if isinstance(count, int) and count > num_arrays:
                raise ValueError(
                    f"num_layers: expected at most {num_arrays}, the arrays "
                    f"of the file, got {count}"
                )
            levels += level.values()
        elif isinstance(level, list):
            levels += level


def check_weights(params: Params, layer: Module) -> None:
    """Refuse weights that a layer cannot compute with.

    Parameters
    ----------
    params
        The weights.
    layer
        Whose they should be.

    Raises
    ------
    ValueError
        If a name is missing or unknown, a shape is another, or the numbers
        are integers, infinite or NaN.

    Examples
    --------
    >>> import numpy as np
    >>> from seqcourse.numpy import Linear
    >>> weight = np.array([[np.nan]])
    >>> check_weights({"weight": weight}, Linear(1, 1, bias=False))
    Traceback (most recent call last):
    ValueError: params['weight']: expected finite numbers, got nan at [0, 0]
    """
    check_parameter_shapes(params, layer.parameter_shapes())
    named = {f"params[{name!r}]": value for name, value in params.items()}
    arguments.check_floating(**named)
    arguments.check_finite_array(**named)
