"""What a run leaves behind: the weights, and how it went."""

from __future__ import annotations

from dataclasses import dataclass

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
    >>> import numpy as np
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
    >>> import numpy as np
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
