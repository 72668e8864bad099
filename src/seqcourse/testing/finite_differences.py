"""Is the gradient that a layer gives the slope that can be measured?

The answer is the largest relative error found rather than a verdict, so that
a page can show it and a test can hold it to a tolerance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array, Layer, Params, State
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.testing.comparison import (
    check_shape_like,
    random_gradient,
    relative_error,
)


def gradient_check(
    layer: Layer,
    params: Params,
    x: Array,
    state: State | None = None,
    lengths: Array | None = None,
    *,
    seed: int = 0,
    directions: int = 3,
    dropout_seed: int | None = None,
) -> dict[str, float]:
    """Hold a layer's gradients against finite differences.

    The loss is ``sum(y dy) + sum(state dstate)`` with random dy and dstate.
    Along a random direction u its slope is ``(L(+e u) - L(-e u)) / 2e``, and
    must equal the gradient's component along u. All is done in float64.

    Parameters
    ----------
    layer
        What is checked.
    params
        Its weights.
    x
        Input (B, T, D), or tokens (B, T).
    state
        The memory to begin from, or None.
    lengths
        Real steps of each sequence (B,), or None.
    seed
        Fixes dy, dstate and the directions.
    directions
        How many directions are tried for each array.
    dropout_seed
        Seeds a new generator for each call of ``forward``, so that every
        call drops the same units; None for no dropout.

    Returns
    -------
    errors
        For ``"x"``, ``"state[0]"`` … and every parameter, the largest
        relative difference between slope and gradient.

    Raises
    ------
    AssertionError
        If ``backward`` does not give one gradient for each weight, or if a
        gradient does not have the shape of its array.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> rng = np.random.default_rng(0)
    >>> rnn = RNN(3, 5)
    >>> x = rng.normal(size=(2, 4, 3))
    >>> errors = gradient_check(rnn, rnn.init(rng), x)
    >>> sorted(errors)
    ['bias_hh', 'bias_ih', 'state[0]', 'weight_hh', 'weight_ih', 'x']
    >>> max(errors.values()) < 1e-8
    True

    References
    ----------
    Directions instead of coordinates: HIPS autograd, ``test_util``.
    """
    rng = np.random.default_rng(seed)
    params = {name: w.astype(np.float64) for name, w in params.items()}
    if state is None:
        state = layer.initial_state(len(x), np.float64)

    def forward(
        params: Params, x: Array, state: State
    ) -> tuple[Array, State, Any]:
        if dropout_seed is None:
            return layer.forward(params, x, state, lengths)
        again = np.random.default_rng(dropout_seed)
        return layer.forward(params, x, state, lengths, rng=again)

    y, last, cache = forward(params, x, state)
    dy = rng.standard_normal(y.shape)
    dlast = tuple(random_gradient(part, rng) for part in last)
    with inside_a_model():  # a NaN is to be measured here, not raised
        dx, dstate, grads = layer.backward(params, dy, dlast, cache)
    _check_gradients(x, dx, state, dstate, params, grads)

    def loss(params: Params, x: Array, state: State) -> float:
        y, last, _ = forward(params, x, state)
        kept = zip(last, dlast, strict=True)
        return float((y * dy).sum()) + sum(
            float((part * d).sum()) for part, d in kept if d is not None
        )

    checked: dict[str, tuple[Array, Any, Callable[[Array], float]]] = {}
    if dx is not None:
        checked["x"] = (
            x.astype(np.float64),
            dx,
            lambda moved: loss(params, moved, state),
        )
    for i, (part, d) in enumerate(zip(state, dstate, strict=True)):
        if d is not None:
            checked[f"state[{i}]"] = (
                part,
                d,
                _at_state(loss, params, x, state, i),
            )
    for name, w in params.items():
        checked[name] = (
            w,
            grads[name],
            _at_param(loss, params, x, state, name),
        )

    return {
        name: max(_slope_error(at, d, f, rng) for _ in range(directions))
        for name, (at, d, f) in checked.items()
    }


def _check_gradients(
    x: Array,
    dx: Any,
    state: State,
    dstate: Any,
    params: Params,
    grads: Any,
) -> None:
    """Refuse gradients that do not fit what they are the gradients for."""
    if grads.keys() != params.keys():
        expected = ", ".join(sorted(params)) or "none"
        got = ", ".join(sorted(grads)) or "none"
        raise AssertionError(f"grads: expected {expected}; got {got}")
    for name, w in params.items():
        check_shape_like(f"grads[{name!r}]", grads[name], w)
    if dx is not None:
        check_shape_like("dx", dx, x)
    if len(dstate) != len(state):
        raise AssertionError(
            f"dstate: expected {len(state)} gradients, got {len(dstate)}"
        )
    for i, (part, d) in enumerate(zip(state, dstate, strict=True)):
        if d is not None:
            check_shape_like(f"dstate[{i}]", d, part)


def _slope_error(
    at: Array,
    gradient: Array,
    f: Callable[[Array], float],
    rng: np.random.Generator,
) -> float:
    """Compare slope and gradient along one random direction."""
    u = rng.standard_normal(at.shape)
    u /= np.linalg.norm(u)
    e = 1e-5
    # Richardson's step removes the error of order e**2.
    coarse = (f(at + 2 * e * u) - f(at - 2 * e * u)) / (4 * e)
    fine = (f(at + e * u) - f(at - e * u)) / (2 * e)
    return relative_error(
        (4 * fine - coarse) / 3, float((gradient * u).sum())
    )


def _at_state(
    loss: Callable[..., float], params: Params, x: Array, state: State, i: int
) -> Callable[[Array], float]:
    return lambda moved: loss(params, x, (*state[:i], moved, *state[i + 1 :]))


def _at_param(
    loss: Callable[..., float],
    params: Params,
    x: Array,
    state: State,
    name: str,
) -> Callable[[Array], float]:
    return lambda moved: loss({**params, name: moved}, x, state)
