"""Two questions to ask of any layer: is its gradient right, and its twin's?

Both give the largest relative error they find rather than a verdict, so that
a page can show it and a test can hold it to a tolerance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.layer import Array, Layer, Params, State

__all__ = ["gradient_check", "relative_error", "twin_difference"]


def relative_error(a: Array | float, b: Array | float) -> float:
    """Give the largest difference of two arrays, in units of their size.

    It is ``max |a - b| / max(1, max |a|, max |b|)``, so that numbers near
    zero are compared as they are.

    Parameters
    ----------
    a
        Any shape.
    b
        The same shape.

    Returns
    -------
    error
        0 where they are equal.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> relative_error(np.array([100.0, 1.0]), np.array([101.0, 1.0])) < 0.01
    True
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"b: expected shape {a.shape}, got {b.shape}")
    if a.size == 0:
        return 0.0
    size = max(1.0, float(np.abs(a).max()), float(np.abs(b).max()))
    return float(np.abs(a - b).max()) / size


def gradient_check(
    layer: Layer,
    params: Params,
    x: Array,
    state: State | None = None,
    lengths: Array | None = None,
    *,
    seed: int = 0,
    directions: int = 3,
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

    Returns
    -------
    errors
        For ``"x"``, ``"state[0]"`` … and every parameter, the largest
        relative difference between slope and gradient.

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
    y, last, cache = layer.forward(params, x, state, lengths)
    dy = rng.standard_normal(y.shape)
    dlast = tuple(_random_like(part, rng) for part in last)
    dx, dstate, grads = layer.backward(params, dy, dlast, cache)

    def loss(params: Params, x: Array, state: State) -> float:
        y, last, _ = layer.forward(params, x, state, lengths)
        kept = zip(last, dlast, strict=True)
        return float((y * dy).sum()) + sum(
            float((part * d).sum()) for part, d in kept if d is not None
        )

    places: dict[str, tuple[Array, Any, Callable[[Array], float]]] = {}
    if dx is not None:
        places["x"] = (
            x.astype(np.float64),
            dx,
            lambda moved: loss(params, moved, state),
        )
    for i, (part, d) in enumerate(zip(state, dstate, strict=True)):
        if d is not None:
            places[f"state[{i}]"] = (
                part,
                d,
                _at_state(loss, params, x, state, i),
            )
    for name, w in params.items():
        places[name] = w, grads[name], _at_param(loss, params, x, state, name)

    return {
        name: max(_slope_error(at, d, f, rng) for _ in range(directions))
        for name, (at, d, f) in places.items()
    }


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


def _random_like(part: Array, rng: np.random.Generator) -> Array | None:
    return rng.standard_normal(part.shape) if part.dtype.kind == "f" else None


def twin_difference(
    layer: Layer,
    x: Array,
    state: State | None = None,
    lengths: Array | None = None,
    *,
    seed: int = 0,
    dtype: DTypeLike = np.float64,
) -> float:
    """Run a NumPy layer and its PyTorch twin on the same weights and compare.

    Parameters
    ----------
    layer
        The NumPy layer.
    x
        Input (B, T, D), or tokens (B, T).
    state
        The memory to begin from, or None.
    lengths
        Real steps of each sequence (B,), or None.
    seed
        Fixes the weights and the gradients that come in.
    dtype
        Floating type of both.

    Returns
    -------
    difference
        The largest relative difference over the output, the state, and the
        gradients for the input, the first state and every parameter.

    Raises
    ------
    ImportError
        If PyTorch is not installed.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> x = np.random.default_rng(1).normal(size=(2, 4, 3))
    >>> twin_difference(RNN(3, 5), x) < 1e-12  # doctest: +SKIP
    True
    """
    import seqcourse.torch  # first: it says what to install

    # isort: split
    import torch

    rng = np.random.default_rng(seed)
    params = layer.init(rng, dtype)
    if state is None:
        state = layer.initial_state(len(x), dtype)
    y, last, cache = layer.forward(params, x, state, lengths)
    dy = rng.standard_normal(y.shape).astype(dtype)
    dlast = tuple(_random_like(part, rng) for part in last)
    dx, dstate, grads = layer.backward(params, dy, dlast, cache)

    twin = seqcourse.torch.from_config(layer.to_config())
    twin.load_params(params).eval()
    reals = x.dtype.kind == "f"
    x_t = torch.tensor(x.astype(dtype) if reals else x, requires_grad=reals)
    state_t = tuple(
        torch.tensor(part, requires_grad=part.dtype.kind == "f")
        for part in state
    )
    lengths_t = None if lengths is None else torch.tensor(lengths)
    y_t, last_t = twin(x_t, state_t, lengths_t)
    loss = (y_t * torch.tensor(dy)).sum()
    for part_t, d in zip(last_t, dlast, strict=True):
        if d is not None:
            loss = loss + (part_t * torch.tensor(d)).sum()
    loss.backward()

    pairs: list[tuple[Any, Any]] = [(y, y_t.detach())]
    pairs += [(a, b.detach()) for a, b in zip(last, last_t, strict=True)]
    pairs += [(dx, x_t.grad)]
    pairs += [(d, part.grad) for d, part in zip(dstate, state_t, strict=True)]
    pairs += [(grads[name], w.grad) for name, w in twin.named_parameters()]
    errors = [
        relative_error(a, np.zeros_like(a) if b is None else b.numpy())
        for a, b in pairs
        if a is not None
    ]
    return float(np.max(errors))  # Python's max() would lose a NaN
