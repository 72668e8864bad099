"""From a layer's description in JSON back to the layer."""

from __future__ import annotations

from typing import Any

from seqcourse.numpy.layer import Layer


def from_config(config: dict[str, Any]) -> Layer:
    """Make any layer from its description.

    Parameters
    ----------
    config
        What `Layer.to_config` gave.

    Returns
    -------
    layer
        An equal layer.

    Raises
    ------
    ValueError
        If the type is unknown.

    Examples
    --------
    >>> from_config({"type": "Linear", "in_features": 2, "out_features": 3})
    Linear(in_features=2, out_features=3, bias=True)
    """
    return Layer.from_config(config)
