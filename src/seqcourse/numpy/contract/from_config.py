"""From a description in JSON back to what it describes."""

from __future__ import annotations

from typing import Any

from seqcourse.numpy.contract.configurable import Configurable


def from_config(config: dict[str, Any]) -> Any:
    """Make any layer or attention from its description.

    Parameters
    ----------
    config
        What ``to_config`` gave.

    Returns
    -------
    part
        An equal one.

    Raises
    ------
    ValueError
        If the type is unknown.

    Examples
    --------
    >>> from_config({"type": "Linear", "in_features": 2, "out_features": 3})
    Linear(in_features=2, out_features=3, bias=True)
    """
    return Configurable.from_config(config)
