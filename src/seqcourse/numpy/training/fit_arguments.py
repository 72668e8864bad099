"""What `fit` asks of its arguments, in both backends alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.contract.parameters import check_parameter_shapes
from seqcourse.numpy.contract.task import TaskProtocol
from seqcourse.numpy.training.loss import LOSSES


def check_training(
    model: Any, task: Any, seed: int, batch_size: int, max_grad_norm: float
) -> None:
    """Refuse what no backend could train with.

    Parameters
    ----------
    model
        The NumPy model.
    task
        Where the batches come from.
    seed
        Of the run.
    batch_size
        Sequences in a batch.
    max_grad_norm
        Where the gradient is clipped; infinity clips nothing.

    Raises
    ------
    ValueError
        If a number is out of its range, the task's loss is unknown, or the
        model has no weights.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> from seqcourse.tasks import DelayedRecall
    >>> check_training(RNN(3, 4), DelayedRecall(), -1, 32, 1.0)
    Traceback (most recent call last):
    ValueError: seed: expected a whole number of at least 0, got -1
    """
    arguments.check_at_least(0, seed=seed)
    arguments.check_positive(batch_size=batch_size)
    if max_grad_norm != np.inf:
        arguments.check_above_zero(max_grad_norm=max_grad_norm)
    arguments.check_one_of(LOSSES, loss=task.loss)
    if not model.parameter_shapes():
        raise ValueError(
            "model: expected one with weights to train, "
            f"got a {type(model).__name__} without"
        )


def check_finite_params(
    params: Params, shapes: dict[str, tuple[int, ...]]
) -> None:
    """Refuse weights that are not a model's, or not finite.

    Parameters
    ----------
    params
        The weights.
    shapes
        The shape that each must have, by name.

    Raises
    ------
    ValueError
        If a name, a shape, a type or a number is wrong.

    Examples
    --------
    >>> check_finite_params({"bias": np.array([np.inf])}, {"bias": (1,)})
    Traceback (most recent call last):
    ValueError: params['bias']: expected finite numbers, got inf at [0]
    """
    check_parameter_shapes(params, shapes)
    named = {f"params[{name!r}]": weight for name, weight in params.items()}
    arguments.check_floating(**named)
    arguments.check_finite_array(**named)


def draw(
    task: TaskProtocol, rng: np.random.Generator, size: int, name: str
) -> Any:
    """Draw a batch, or refuse a size that memory does not hold.

    Parameters
    ----------
    task
        What draws.
    rng
        Where the randomness comes from.
    size
        Sequences in the batch.
    name
        What the caller calls the size.

    Returns
    -------
    batch
        As the task gives it.

    Raises
    ------
    ValueError
        If there is not enough memory.

    Examples
    --------
    >>> from seqcourse.tasks import DelayedRecall
    >>> draw(DelayedRecall(), np.random.default_rng(0), 10**30, "size")
    Traceback (most recent call last):
    ValueError: size: expected a batch that fits into memory,
    got 1000000000000000000000000000000
    """
    try:
        return task.batch(rng, size)
    except (MemoryError, OverflowError):
        pass
    except ValueError as error:
        if not str(error).startswith(("Maximum allowed", "array is too big")):
            raise
    raise ValueError(
        f"{name}: expected a batch that fits into memory, got {size}"
    )
