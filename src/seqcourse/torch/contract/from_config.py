"""Modules from their configuration."""

from __future__ import annotations

from typing import Any

from seqcourse.torch.contract.module import Module


def from_config(config: dict[str, Any]) -> Any:
    """`seqcourse.numpy.from_config` for modules, which get new weights.

    Examples
    --------
    >>> from seqcourse import numpy as reference
    >>> from_config(reference.Linear(2, 3).to_config()).weight.shape
    torch.Size([3, 2])
    """
    return Module.from_config(config)
