"""What the gates do along a sequence: how open they stand, and how evenly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from seqcourse.numpy.containers.stack import Stack
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Layer, Params, State
from seqcourse.numpy.contract.parameters import child
from seqcourse.numpy.functional.activations import sigmoid
from seqcourse.probes.answers import (
    check_input,
    check_memory,
    check_still_finite,
    check_weights,
    in_float64,
    last_step,
)
from seqcourse.probes.confidence import check_shares

Gates: TypeAlias = dict[str, Array]


@dataclass(frozen=True)
class GateStatistics:
    """How one gate stands at each step, over sequences and units.

    Parameters
    ----------
    mean
        Mean at each step (T,).
    quantiles
        One row for each quantile that was asked for (Q, T).

    Examples
    --------
    >>> GateStatistics(np.array([0.5]), np.array([[0.1], [0.9]])).mean.item()
    0.5
    """

    mean: Array
    quantiles: Array


@checked
@np.errstate(over="ignore", invalid="ignore")
def gates(
    layer: Layer, params: Params, x: Array, state: State | None = None
) -> Gates:
    """Read a sequence step by step and give every gate at every step.

    Parameters
    ----------
    layer
        An LSTM, a GRU, a stack with some of them, or a whole model around
        one.
    params
        Its weights; the probe works in float64.
    x
        Input (B, T, D), or tokens (B, T) where the model has an embedding.
    state
        The memory to begin from; None for a beginning.

    Returns
    -------
    gates
        Arrays (B, T, H): ``i``, ``f``, ``g`` and ``o`` of an LSTM, ``r``,
        ``z`` and ``n`` of a GRU; in a stack, ``layers.0.f`` and so on. g and
        n, the candidates, are from -1 to 1, all others from 0 to 1.

    Raises
    ------
    ValueError
        If the layer has no gates that the probe knows, or the input does not
        fit it.
    DivergenceError
        If a gate is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import LSTM
    >>> layer = LSTM(input_size=3, hidden_size=4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> found = gates(layer, params, np.zeros((2, 5, 3)))
    >>> sorted(found), found["f"].shape
    (['f', 'g', 'i', 'o'], (2, 5, 4))
    """
    check_weights(layer, params)
    check_input(layer, params, x, state)
    found = _gates(layer, in_float64(params), x, state)
    if not found:
        raise ValueError(
            f"layer: expected one with gates ({', '.join(_GATED)}), "
            f"got {type(layer).__name__}"
        )
    check_still_finite(**found)
    return found


@checked
def gate_statistics(
    layer: Layer,
    params: Params,
    x: Array,
    lengths: Array | None = None,
    *,
    state: State | None = None,
    quantiles: ArrayLike = (0.05, 0.5, 0.95),
) -> dict[str, GateStatistics]:
    """Sum up every gate at each step of a sequence.

    Parameters
    ----------
    layer
        As `gates` takes it.
    params
        Its weights.
    x
        Input (B, T, D), or tokens (B, T) where the model has an embedding.
    lengths
        Real steps (B,); what lies beyond counts nowhere. None for all T.
    state
        The memory to begin from; None for a beginning.
    quantiles
        Which ones, each from 0 to 1.

    Returns
    -------
    statistics
        Mean and quantiles of each gate; ``nan`` at steps that none has.

    Raises
    ------
    ValueError
        If the layer has no gates, or the arguments do not fit together.

    Examples
    --------
    >>> from seqcourse.numpy import LSTM
    >>> layer = LSTM(3, 64, forget_bias=1)
    >>> params = layer.init(np.random.default_rng(0))
    >>> found = gate_statistics(layer, params, np.zeros((1, 2, 3)))
    >>> found["f"].mean.round(1), found["f"].quantiles.shape
    (array([0.7, 0.7]), (3, 2))
    """
    shares = np.asarray(quantiles, np.float64)
    arguments.check_array_shape(("Q",), quantiles=shares)
    check_shares(quantiles=shares)
    last = last_step(x, lengths)
    real = np.arange(x.shape[1]) <= last[:, None]
    found = {}
    for name, gate in gates(layer, params, x, state).items():
        rows = np.full((1 + len(shares), x.shape[1]), np.nan)
        for t in range(int(last.max()) + 1):
            at = gate[real[:, t], t]
            rows[0, t] = at.mean()
            rows[1:, t] = np.quantile(at, shares)
        found[name] = GateStatistics(rows[0], rows[1:])
    return found


def _gates(
    layer: Any, params: Params, x: Array, state: State | None
) -> Gates:
    if hasattr(layer, "core"):  # a whole model
        if layer.embedding is not None:
            x, _, _ = layer.embedding.forward(child(params, "embedding"), x)
        return _gates(layer.core, child(params, "core"), x, state)
    if isinstance(layer, Stack):
        found: Gates = {}
        shares: list[Any] = [*layer.split_state(state)]
        parts = zip(layer.children().items(), shares, strict=True)
        for (name, part), share in parts:
            own = child(params, name)
            inner = _gates(part, own, x, share)
            found |= {f"{name}.{key}": gate for key, gate in inner.items()}
            x, _, _ = part.forward(own, x, share)
        return found
    for kind in type(layer).__mro__:
        if kind.__name__ in _GATED:
            return _along(layer, params, x, state, _GATED[kind.__name__])
    return {}


def _along(
    layer: Layer,
    params: Params,
    x: Array,
    state: State | None,
    at: Callable[..., Gates],
) -> Gates:
    before = state or layer.initial_state(len(x), np.float64)
    steps = []
    for t in range(x.shape[1]):
        _, after = layer.step(params, x[:, t], before)
        steps.append(at(layer, params, x[:, t], before, after))
        before = check_memory(after)
    return {
        name: np.stack([step[name] for step in steps], axis=1)
        for name in steps[0]
    }


def _lstm(
    layer: Any, params: Params, x_t: Array, before: State, after: State
) -> Gates:
    del layer
    (h, c), (_, c_after) = before, after
    a = x_t @ params["weight_ih"].T + h @ params["weight_hh"].T
    if "bias_ih" in params:
        a = a + params["bias_ih"] + params["bias_hh"]
    i, f, g, o = np.split(a, 4, axis=1)
    if "peephole_i" in params:
        i = i + params["peephole_i"] * c
        f = f + params["peephole_f"] * c
        o = o + params["peephole_o"] * c_after
    return {
        "i": sigmoid(i),
        "f": sigmoid(f),
        "g": np.tanh(g),
        "o": sigmoid(o),
    }


def _gru(
    layer: Any, params: Params, x_t: Array, before: State, after: State
) -> Gates:
    del after
    (h,) = before
    says = x_t @ params["weight_ih"].T + params.get("bias_ih", 0.0)
    holds = h @ params["weight_hh"].T + params.get("bias_hh", 0.0)
    (x_r, x_z, x_n), (h_r, h_z, h_n) = (
        np.split(a, 3, axis=1) for a in (says, holds)
    )
    r, z = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
    if getattr(layer, "reset_after", True):
        n = np.tanh(x_n + r * h_n)
    else:
        W_n = np.split(params["weight_hh"], 3)[2]
        H = W_n.shape[0]
        b_n = params["bias_hh"][2 * H :] if "bias_hh" in params else 0.0
        n = np.tanh(x_n + (r * h) @ W_n.T + b_n)
    return {"r": r, "z": z, "n": n}


#: How the gates follow from weights, input and memory, by the core's name.
_GATED: dict[str, Callable[..., Gates]] = {"LSTM": _lstm, "GRU": _gru}
