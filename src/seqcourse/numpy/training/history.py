"""What a run leaves behind: the weights, and how it went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract.divergence import DivergenceError
from seqcourse.numpy.contract.layer import Array, Params


@dataclass(frozen=True)
class History:
    """What was measured at each step of training.

    Parameters
    ----------
    loss
        The loss on each step's batch, before the update.
    grad_norm
        The gradient's length, before clipping.

    Examples
    --------
    >>> History(np.array([1.0, 0.5]), np.array([3.0, 2.0])).loss[-1].item()
    0.5
    """

    loss: Array
    grad_norm: Array


@dataclass(frozen=True)
class Run:
    """A run's weights and history, at its end or so far.

    Parameters
    ----------
    params
        The trained weights.
    history
        How it went.

    Examples
    --------
    >>> run = Run({}, History(np.zeros(3), np.zeros(3)))
    >>> len(run.history.loss)
    3
    """

    params: Params
    history: History

    def copy(self) -> Run:
        """Give the run with arrays of its own.

        Returns
        -------
        run
            The same numbers; changing them changes nothing else.
        """
        loss, norm = self.history.loss, self.history.grad_norm
        return Run(
            {name: weight.copy() for name, weight in self.params.items()},
            History(loss.copy(), norm.copy()),
        )


def check_finite_loss(loss: float, step: int, run: Run) -> None:
    """Refuse to go on from a loss that is no number.

    Parameters
    ----------
    loss
        The loss of this step.
    step
        Its number, from 0.
    run
        What is kept: the last good weights and the history so far.

    Raises
    ------
    DivergenceError
        If the loss is infinite or NaN; a ``FloatingPointError``.

    Examples
    --------
    >>> empty = Run({}, History(np.zeros(0), np.zeros(0)))
    >>> try:
    ...     check_finite_loss(float("nan"), 7, empty)
    ... except FloatingPointError as error:
    ...     print(error)
    the loss became nan at step 7;
    try a smaller learning rate or a smaller max_grad_norm
    """
    if not np.isfinite(loss):
        raise DivergenceError(
            f"the loss became {loss} at step {step}; "
            "try a smaller learning rate or a smaller max_grad_norm",
            run,
        )
