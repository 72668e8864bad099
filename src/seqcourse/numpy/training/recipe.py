"""All that decides the bits of a run: what a checkpoint is recognised by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.contract.task import TaskProtocol
from seqcourse.numpy.optimizers.optimizer import Optimizer
from seqcourse.numpy.storage.description import description


def recipe(
    config: Mapping[str, Any],
    task: TaskProtocol,
    optimizer: Optimizer,
    params: Params | None,
    **others: Any,
) -> dict[str, Any]:
    """Describe a run.

    Parameters
    ----------
    config
        The model's configuration.
    task
        Where the batches come from.
    optimizer
        How a gradient becomes a change.
    params
        The weights that the caller gave, or None; their hash is kept.
    **others
        What else decides the bits, in JSON's own types. A run in NumPy is
        on the CPU, without engines and frozen weights.

    Returns
    -------
    recipe
        In JSON's own types.

    Raises
    ------
    ValueError
        If the task or the optimiser cannot be described.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, SGD
    >>> from seqcourse.tasks import DelayedRecall
    >>> of = recipe(RNN(3, 4).to_config(), DelayedRecall(), SGD(0.1), None)
    >>> of["optimizer"]["learning_rate"]
    0.1
    """
    numpys = {"device": "cpu", "engines": {}, "frozen": []}
    return {
        **others,
        **(numpys | others),
        "model": dict(config),
        "task": description("task", task),
        "optimizer": description("optimizer", optimizer),
        "params": None if params is None else description("params", params),
    }


def dtype_of(params: Params) -> str:
    """Name the floating type of weights, or the types where there are more.

    Parameters
    ----------
    params
        The weights.

    Returns
    -------
    dtype
        A name.

    Examples
    --------
    >>> import numpy as np
    >>> dtype_of({"weight": np.zeros(3, np.float32)})
    'float32'
    """
    return ", ".join(
        sorted({weight.dtype.name for weight in params.values()})
    )
