"""How a gradient becomes a change of the weights.

An optimiser is configuration; what it remembers between updates (a momentum,
running squares) is handed in and out, as a layer's memory is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.optimizers.schedules import (
    Rate,
    check_learning_rate,
    rate_at,
)

OptimizerState: TypeAlias = dict[str, Any]


class Optimizer(Protocol):
    """What `fit` asks of an optimiser.

    Examples
    --------
    >>> optimizer: Optimizer = SGD(0.1)
    >>> params = {"weight": np.array([1.0])}
    >>> state = optimizer.init(params)
    >>> grads = {"weight": np.array([2.0])}
    >>> params, state = optimizer.update(grads, state, params)
    >>> params["weight"]
    array([0.8])
    """

    def init(self, params: Params) -> OptimizerState:
        """Give what is remembered before the first update."""
        ...

    def update(
        self, grads: Params, state: OptimizerState, params: Params
    ) -> tuple[Params, OptimizerState]:
        """Give new weights and what to remember; the old stay as they are."""
        ...


@dataclass(frozen=True)
class SGD:
    """Step against the gradient::

        v = momentum v + g
        w = w - learning_rate v

    Parameters
    ----------
    learning_rate
        How far a step goes: a number, or a schedule.
    momentum
        How much of the last direction is kept, 0 to below 1.

    Raises
    ------
    ValueError
        If the rate is not positive or the momentum not in [0, 1).

    Examples
    --------
    >>> sgd = SGD(learning_rate=0.5)
    >>> params = {"weight": np.array([1.0])}
    >>> sgd.update({"weight": np.array([1.0])}, sgd.init(params), params)[0]
    {'weight': array([0.5])}

    References
    ----------
    Robbins and Monro (1951), A stochastic approximation method. The form of
    the momentum is that of ``torch.optim.SGD``.
    """

    learning_rate: Rate
    momentum: float = 0.0

    def __post_init__(self) -> None:
        check_learning_rate(self.learning_rate)
        arguments.check_below_one(momentum=self.momentum)

    def init(self, params: Params) -> OptimizerState:
        """Give the velocities of a beginning, all zero.

        Parameters
        ----------
        params
            The weights.

        Returns
        -------
        state
            What to hand to the first update.
        """
        return {"n": 0, "velocity": _zeros_like(params)}

    def update(
        self, grads: Params, state: OptimizerState, params: Params
    ) -> tuple[Params, OptimizerState]:
        """Take one step.

        Parameters
        ----------
        grads
            Gradient of the loss for each weight.
        state
            What the last update handed on.
        params
            The weights; they are not changed.

        Returns
        -------
        params
            New weights.
        state
            What to hand to the next update.
        """
        velocity = {
            name: self.momentum * state["velocity"][name] + g
            for name, g in grads.items()
        }
        n = state["n"]
        learning_rate = rate_at(self.learning_rate, n)
        moved = {
            name: w - learning_rate * velocity[name]
            for name, w in params.items()
        }
        return moved, {"n": n + 1, "velocity": velocity}


@dataclass(frozen=True)
class Adam:
    """Step by the mean gradient over its own typical size::

        m = b1 m + (1 - b1) g
        s = b2 s + (1 - b2) g**2
        w = w - rate (m / (1 - b1**n)) / (sqrt(s / (1 - b2**n)) + eps)

    Parameters
    ----------
    learning_rate
        How far a step goes, about, in the unit of the weights: a number, or a
        schedule.
    betas
        The decays b1 and b2, each in [0, 1).
    eps
        Keeps the division from zero.

    Raises
    ------
    ValueError
        If the rate or eps is not positive, or a beta not in [0, 1).

    Examples
    --------
    >>> adam = Adam(learning_rate=0.5)
    >>> params = {"weight": np.array([1.0])}
    >>> grads = {"weight": np.array([9.0])}
    >>> moved, _ = adam.update(grads, adam.init(params), params)
    >>> moved["weight"].round(6)  # the first step has length learning_rate
    array([0.5])

    References
    ----------
    Kingma and Ba (2015), Adam, algorithm 1.
    """

    learning_rate: Rate = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8

    def __post_init__(self) -> None:
        check_learning_rate(self.learning_rate)
        arguments.check_above_zero(eps=self.eps)
        arguments.check_below_one(
            **{"betas[0]": self.betas[0], "betas[1]": self.betas[1]}
        )

    def init(self, params: Params) -> OptimizerState:
        """Give the running means of a beginning, all zero.

        Parameters
        ----------
        params
            The weights.

        Returns
        -------
        state
            What to hand to the first update.
        """
        return {
            "n": 0,
            "mean": _zeros_like(params),
            "square": _zeros_like(params),
        }

    def update(
        self, grads: Params, state: OptimizerState, params: Params
    ) -> tuple[Params, OptimizerState]:
        """Take one step.

        Parameters
        ----------
        grads
            Gradient of the loss for each weight.
        state
            What the last update handed on.
        params
            The weights; they are not changed.

        Returns
        -------
        params
            New weights.
        state
            What to hand to the next update.
        """
        b1, b2 = self.betas
        n = state["n"] + 1
        learning_rate = rate_at(self.learning_rate, n - 1) / (1 - b1**n)
        moved, mean, square = {}, {}, {}
        for name, g in grads.items():
            mean[name] = b1 * state["mean"][name] + (1 - b1) * g
            square[name] = b2 * state["square"][name] + (1 - b2) * g * g
            size = np.sqrt(square[name] / (1 - b2**n)) + self.eps
            moved[name] = params[name] - learning_rate * mean[name] / size
        return moved, {"n": n, "mean": mean, "square": square}


def clip_by_global_norm(
    grads: Params, max_norm: float
) -> tuple[Params, float]:
    """Shorten the gradient, all arrays taken as one vector.

    The direction stays: every array is multiplied by
    ``min(1, max_norm / norm)``.

    Parameters
    ----------
    grads
        Gradient for each weight.
    max_norm
        The largest length that is let through.

    Returns
    -------
    grads
        The same gradients where they are short enough, else shorter ones.
    norm
        The length before.

    Raises
    ------
    ValueError
        If max_norm is not positive.

    Examples
    --------
    >>> grads = {"weight": np.array([3.0, 4.0])}
    >>> grads, norm = clip_by_global_norm(grads, 1.0)
    >>> grads["weight"], norm
    (array([0.6, 0.8]), 5.0)

    References
    ----------
    Pascanu et al. (2013), On the difficulty of training recurrent neural
    networks, algorithm 1.
    """
    arguments.check_above_zero(max_norm=max_norm)
    squares = (np.vdot(g, g).astype(np.float64) for g in grads.values())
    norm = float(np.sqrt(sum(squares)))
    if norm > max_norm:
        grads = {
            name: g * np.asarray(max_norm / norm, g.dtype)
            for name, g in grads.items()
        }
    return grads, norm


def _zeros_like(params: Params) -> Params:
    return {name: np.zeros_like(w) for name, w in params.items()}
