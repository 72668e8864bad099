"""From a description in JSON back to the module."""

from __future__ import annotations

from typing import Any

from seqcourse.torch.contract.module import Module


def from_config(config: dict[str, Any]) -> Any:
    """Make any module from its description.

    Parameters
    ----------
    config
        What ``to_config`` of either backend gave.

    Returns
    -------
    module
        A module with new weights.

    Raises
    ------
    ValueError
        If the type is unknown.

    Examples
    --------
    >>> config = {"type": "Linear", "in_features": 2, "out_features": 3}
    >>> layer = from_config(config)
    >>> tuple(layer.weight.shape)
    (3, 2)
    """
    return Module.from_config(config)
