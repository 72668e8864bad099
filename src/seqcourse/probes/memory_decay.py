"""How long does it take to forget half? By a gate, and as measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from seqcourse.numpy.contract import arguments, validation
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Layer, Params, State
from seqcourse.probes.answers import (
    at_every_step,
    check_input,
    check_memory,
    check_still_finite,
    check_weights,
    in_float64,
)
from seqcourse.probes.confidence import check_shares


@checked
def half_life(forget: ArrayLike) -> Array:
    """Tell how many steps a forget gate takes to let go of half::

        forget**steps = 1/2,    steps = log(1/2) / log(forget)

    Parameters
    ----------
    forget
        What the gate keeps at each step, 0 to 1, any shape.

    Returns
    -------
    steps
        0 where nothing is kept, infinity where all is.

    Raises
    ------
    ValueError
        If a gate is no number from 0 to 1.

    Examples
    --------
    >>> bias = np.array([0.0, 1.0, 2.0, 4.0])
    >>> half_life(1 / (1 + np.exp(-bias))).round(1)
    array([ 1. ,  2.2,  5.5, 38.2])

    References
    ----------
    Tallec and Ollivier (2018), Can recurrent neural networks warp time?,
    section 2, counts in 1 / (1 - forget) steps instead.
    """
    gate = np.asarray(forget)
    if gate.dtype.kind == "b":
        raise ValueError(
            f"forget: expected gates from 0 to 1, got {gate.dtype}"
        )
    gate = gate.astype(np.float64)
    check_shares(forget=gate)
    with np.errstate(divide="ignore"):
        steps: Array = np.log(0.5) / np.log(gate)
    return np.where(gate == 1, np.inf, steps)


@dataclass(frozen=True)
class MemoryDecay:
    """What is left of a small change of the memory, step by step.

    Parameters
    ----------
    left
        Share that is left after 0, 1, ..., T steps; the first is 1.

    Examples
    --------
    >>> round(MemoryDecay(np.array([1.0, 0.8, 0.4])).half_life, 2)
    1.68
    """

    left: Array

    @property
    def half_life(self) -> float:
        """Steps until half is left for the first time.

        Between two steps the share is taken to fall by a constant factor;
        infinity where half is never reached.
        """
        below = np.flatnonzero(self.left <= 0.5)
        if len(below) == 0:
            return float("inf")
        t = int(below[0])
        before, after = self.left[t - 1], self.left[t]
        if after == 0:
            return float(t)
        return t - 1 + float(np.log(before / 0.5) / np.log(before / after))


@checked
@np.errstate(over="ignore", invalid="ignore")
def memory_decay(
    layer: Layer,
    params: Params,
    x: Array,
    state: State | None = None,
    *,
    part: int | None = None,
    directions: int = 8,
    size: float = 1e-6,
    seed: int = 0,
) -> MemoryDecay:
    """Nudge the memory, read on, and measure what is left of the nudge::

        left[t] = mean of |m'[t] - m[t]| / |m'[0] - m[0]|

    where m is the memory and m' the nudged one, both reading the same input.
    For a linear recurrence it is exact; for any other, at that input and for
    so small a change.

    Parameters
    ----------
    layer
        A core or a whole model with a state of fixed size.
    params
        Its weights; the probe works in float64.
    x
        Input (B, T, D), or tokens (B, T).
    state
        The memory to begin from; None for a beginning.
    part
        Which array of the state is nudged and compared: 1 is the cell of an
        LSTM. None takes all of them as one vector.
    directions
        Random directions of the nudge.
    size
        Its length.
    seed
        Fixes the directions.

    Returns
    -------
    decay
        Mean over sequences and directions.

    Raises
    ------
    ValueError
        If there is no such part, it holds no real numbers, the input does
        not fit the layer, or the nudge is lost in the memory's rounding.
    DivergenceError
        If the distance is not finite any more.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> layer = RNN(1, 1, nonlinearity="relu", bias=False)
    >>> params = {"weight_ih": np.ones((1, 1)),
    ...           "weight_hh": np.full((1, 1), 0.731)}
    >>> left = memory_decay(layer, params, np.ones((1, 9, 1)))
    >>> round(left.half_life, 2), half_life(0.731).round(2).item()
    (2.21, 2.21)
    """
    arguments.check_positive(directions=directions)
    arguments.check_above_zero(size=size)
    arguments.check_at_least(0, seed=seed)
    check_weights(layer, params)
    layer, params = at_every_step(layer), in_float64(params)
    check_input(layer, params, x, state)
    B, T = x.shape[:2]
    state = validation.state(state, layer.initial_state(B, np.float64))
    chosen = _chosen(state, part)
    rng = np.random.default_rng(seed)
    x = np.repeat(x, directions, axis=0)
    read: State = tuple(np.repeat(p, directions, axis=0) for p in state)
    nudged = list(read)
    push = {k: rng.standard_normal(read[k].shape) for k in chosen}
    length = _apart(list(push.values()))
    for k, d in push.items():
        along = (size / length).reshape(-1, *(1,) * (d.ndim - 1))
        nudged[k] = read[k] + along * d

    other: State = tuple(nudged)
    distances = [_between(read, other, chosen)]
    if not distances[0].all():
        raise ValueError(
            "size: expected a nudge that moves the memory, "
            f"got {size}, which is lost in its rounding"
        )
    for t in range(T):
        _, read = layer.step(params, x[:, t], check_memory(read))
        _, other = layer.step(params, x[:, t], check_memory(other))
        distances.append(_between(read, other, chosen))
    left = (np.array(distances) / distances[0]).mean(1)
    check_still_finite(left=left)
    return MemoryDecay(left)


def _chosen(state: State, part: int | None) -> list[int]:
    real = [k for k, p in enumerate(state) if p.dtype.kind == "f" and p.size]
    if part is None and real:
        return real
    if part not in real:
        raise ValueError(
            f"part: expected one of {real}, the real parts of the state, "
            f"got {part}"
        )
    return [part]


def _between(a: State, b: State, chosen: list[int]) -> Array:
    return _apart([b[k] - a[k] for k in chosen])


def _apart(parts: list[Array]) -> Array:
    flat = np.concatenate([p.reshape(len(p), -1) for p in parts], axis=1)
    length: Array = np.linalg.norm(flat, axis=1)
    return length
