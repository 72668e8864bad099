"""How a gradient becomes a change of the weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.divergence import check_not_diverged
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.optimizers.optimizer import (
    OptimizerState,
    check_floating,
    check_update,
    check_updated,
    zeros_like,
)
from seqcourse.numpy.optimizers.schedules import (
    Rate,
    check_learning_rate,
    rate_at,
)


@dataclass(frozen=True)
class SGD(metaclass=CheckedArguments):
    """Step against the gradient::

        v = momentum v + g
        w = w - learning_rate v

    A weight without a gradient stays as it is, and so does its v.

    Parameters
    ----------
    learning_rate
        How far a step goes: a number, or a schedule.
    momentum
        How much of the last direction is kept, 0 to below 1.

    Raises
    ------
    ValueError
        If the rate is neither a positive number nor a function, or the
        momentum not in [0, 1).

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

    @checked
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
        return {"n": 0, "velocity": zeros_like(params)}

    def update(
        self, grads: Params, state: OptimizerState, params: Params
    ) -> tuple[Params, OptimizerState]:
        """Take one step.

        Parameters
        ----------
        grads
            Gradient of the loss for each weight that shall move.
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

        Raises
        ------
        ValueError
            If a gradient is of no weight, has another shape or is not
            finite, or the state is not one of these weights.
        DivergenceError
            If what is new is not finite.
        """
        check_update(grads, state, params, {"velocity": float})
        n = state["n"]
        learning_rate = rate_at(self.learning_rate, n)
        moved = _kept(params, grads)
        velocity = _kept(state["velocity"], grads)
        with np.errstate(all="ignore"):
            for name, g in grads.items():
                velocity[name] = self.momentum * velocity[name] + g
                moved[name] = params[name] - learning_rate * velocity[name]
        given = {"grads": grads, "state": state, "params": params}
        check_updated(given, moved, {"velocity": velocity})
        return moved, {"n": n + 1, "velocity": velocity}


@dataclass(frozen=True)
class Adam(metaclass=CheckedArguments):
    """Step by the mean gradient over its own typical size::

        m = b1 m + (1 - b1) g
        s = b2 s + (1 - b2) g**2
        w = w - rate (m / (1 - b1**n)) / (sqrt(s / (1 - b2**n)) + eps)

    where n counts the updates of this weight. A weight without a gradient
    stays as it is, and so do its m, s and n.

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
        If the rate is neither a positive number nor a function, eps not
        positive, or a beta not in [0, 1).

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

    @checked
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
            "updates": dict.fromkeys(params, 0),
            "mean": zeros_like(params),
            "square": zeros_like(params),
        }

    def update(
        self, grads: Params, state: OptimizerState, params: Params
    ) -> tuple[Params, OptimizerState]:
        """Take one step.

        Parameters
        ----------
        grads
            Gradient of the loss for each weight that shall move.
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

        Raises
        ------
        ValueError
            If a gradient is of no weight, has another shape or is not
            finite, or the state is not one of these weights.
        DivergenceError
            If what is new is not finite.
        """
        check_update(
            grads,
            state,
            params,
            {"updates": int, "mean": float, "square": float},
        )
        b1, b2 = self.betas
        learning_rate = rate_at(self.learning_rate, state["n"])
        moved, updates = _kept(params, grads), dict(state["updates"])
        mean = _kept(state["mean"], grads)
        square = _kept(state["square"], grads)
        with np.errstate(all="ignore"):
            for name, g in grads.items():
                updates[name] = n = updates[name] + 1
                mean[name] = b1 * mean[name] + (1 - b1) * g
                square[name] = b2 * square[name] + (1 - b2) * g * g
                size = np.sqrt(square[name] / (1 - b2**n)) + self.eps
                step = learning_rate / (1 - b1**n) * mean[name] / size
                moved[name] = (
                    self._decayed(params[name], learning_rate) - step
                )
        given = {"grads": grads, "state": state, "params": params}
        moments = {"mean": mean, "square": square}
        check_updated(given, moved, moments)
        return moved, {"n": state["n"] + 1, "updates": updates, **moments}

    def _decayed(self, w: Array, learning_rate: float) -> Array:
        del learning_rate
        return w


@checked
def clip_by_global_norm(
    grads: Params, max_norm: float
) -> tuple[Params, float]:
    """Clip the gradient to a norm, all arrays taken as one vector.

    The direction stays: every array is multiplied by
    ``min(1, max_norm / norm)``.

    Parameters
    ----------
    grads
        Gradient for each weight.
    max_norm
        The largest norm that is let through; infinity lets all through.

    Returns
    -------
    grads
        The same gradients where their norm is small enough, else shorter
        ones.
    norm
        The norm before.

    Raises
    ------
    ValueError
        If max_norm is not positive, or a gradient not of finite
        floating-point numbers.
    DivergenceError
        If the norm alone is not finite, which float64 then cannot hold.

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
    if max_norm != np.inf:
        arguments.check_above_zero(max_norm=max_norm)
    check_floating("grads", grads)
    norm = global_norm(grads)
    if not np.isfinite(norm):
        arguments.check_finite_array(
            **{f"grads[{name!r}]": g for name, g in grads.items()}
        )
        check_not_diverged({"the norm of grads": np.array(norm)})
    if norm > max_norm:
        grads = {
            name: _scaled(g, max_norm / norm) for name, g in grads.items()
        }
    return grads, norm


def global_norm(grads: Params) -> float:
    """Measure the gradient, all arrays taken as one vector.

    Parameters
    ----------
    grads
        Gradient for each weight.

    Returns
    -------
    norm
        Right also where the squares overflow or vanish; infinite or NaN if a
        gradient is.

    Examples
    --------
    >>> long = {"weight": np.array([3e30, 4e30], np.float32)}
    >>> f"{global_norm(long):.0e}"
    '5e+30'
    """
    norm = float(np.sqrt(sum(_square(g) for g in grads.values())))
    if 0 < norm < np.inf:
        return norm
    largest = float(
        np.max([np.abs(g).max(initial=0) for g in grads.values()], initial=0)
    )
    if not 0 < largest < np.inf:
        return largest
    small = (g.astype(np.float64) / largest for g in grads.values())
    return largest * float(np.sqrt(sum(map(_square, small))))


def _square(g: Array) -> float:
    return float(np.vdot(g, g))


def _scaled(g: Array, share: float) -> Array:
    if share > np.finfo(g.dtype).tiny:
        g = g * np.asarray(share, g.dtype)
    else:
        g = (g.astype(np.float64) * share).astype(g.dtype)
    return g


def _kept(arrays: Params, grads: Params) -> Params:
    """Copy what has no gradient; what has one is replaced after this."""
    others = {n: a.copy() for n, a in arrays.items() if n not in grads}
    return {name: arrays[name] for name in grads} | others
