"""Is the gradient that a layer gives the slope that can be measured?

The answer is the largest relative error found rather than a verdict, so that
a page can show it and a test can hold it to a tolerance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from seqcourse.numpy.contract import arguments, validation
from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.layer import Array, Layer, Params, State
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.testing.comparison import (
    check_can_be_read,
    check_shape_like,
    random_gradient,
)

#: From the arrays that are moved, by name, to the loss and its size.
Loss: TypeAlias = Callable[[dict[str, Array]], tuple[float, float]]
#: An array, and the gradient for it.
Pair: TypeAlias = tuple[Array, Any]


@checked
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

    The error is relative, however small the gradient. Only what rounding can
    make is none: over a step e it parts the slope from the gradient by about
    ``eps S / e``, where S is the sum of the sizes of the loss's terms and
    eps is 2.2e-16. Where the gradient is as small as that, longer steps are
    tried.

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
        relative difference between slope and gradient; infinity where either
        is not finite. A parameter called ``x``, too, is ``"params['x']"``.

    Raises
    ------
    AssertionError
        If ``backward`` does not give one gradient for each weight and each
        array of real numbers, or if a gradient does not have the shape of
        its array.
    ValueError
        If an argument is refused by ``forward``, or a number is below 1, or
        a seed below 0.

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
    arguments.check_at_least(0, seed=seed)
    arguments.check_positive(directions=directions)
    if dropout_seed is not None:
        arguments.check_at_least(0, dropout_seed=dropout_seed)
    check_can_be_read(params, x)
    rng = np.random.default_rng(seed)
    compared, loss = _measured(
        layer, params, x, state, lengths, rng, dropout_seed
    )
    return {
        name: max(_error_of(name, pair, loss, rng) for _ in range(directions))
        for name, pair in compared.items()
    }


def wrong_gradients(
    layer: Layer,
    params: Params,
    x: Array,
    state: State,
    lengths: Array | None,
    *,
    tolerance: float,
    dropout_seed: int | None = None,
) -> dict[str, float]:
    """Find the gradients that are not the slopes.

    All arrays are moved at once, each by so much that its gradient foretells
    the same share of the change in the loss. If the loss changes as foretold,
    to within the tolerance of a single share, every gradient is right. Only
    if it does not, and for gradients too small to be seen beside the others,
    is one array moved at a time, as `gradient_check` does.

    Parameters
    ----------
    layer
        What is checked.
    params
        Its weights.
    x
        Input (B, T, D), or tokens (B, T).
    state
        The memory to begin from.
    lengths
        Real steps of each sequence (B,), or None.
    tolerance
        The largest relative error of a right gradient.
    dropout_seed
        As for `gradient_check`.

    Returns
    -------
    errors
        For each wrong gradient, the relative difference from the slope.

    Raises
    ------
    AssertionError
        As by `gradient_check`.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> rng = np.random.default_rng(0)
    >>> rnn = RNN(3, 5)
    >>> x, state = rng.normal(size=(2, 4, 3)), rnn.initial_state(2, float)
    >>> wrong_gradients(rnn, rnn.init(rng), x, state, None, tolerance=1e-8)
    {}
    """
    rng = np.random.default_rng(0)
    compared, loss = _measured(
        layer, params, x, state, lengths, rng, dropout_seed
    )
    seen = _right_at_once(compared, loss, tolerance, rng)
    errors = {
        name: _error_of(name, pair, loss, rng)
        for name, pair in compared.items()
        if name not in seen
    }
    return {name: e for name, e in errors.items() if not e <= tolerance}


def _measured(
    layer: Layer,
    params: Params,
    x: Array,
    state: State | None,
    lengths: Array | None,
    rng: np.random.Generator,
    dropout_seed: int | None,
) -> tuple[dict[str, Pair], Loss]:
    """Give each array with its gradient, and the loss with some moved."""
    params = {name: w.astype(np.float64) for name, w in params.items()}
    zeros = layer.initial_state(len(x), np.float64)
    state = validation.state(state, zeros)

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

    compared: dict[str, Pair] = {}
    if dx is not None:
        compared["x"] = x.astype(np.float64), dx
    of_state = [f"state[{i}]" for i in range(len(state))]
    for name, part, d in zip(of_state, state, dstate, strict=True):
        if d is not None:
            compared[name] = part, d
    of_params = {
        name if name not in compared else f"params[{name!r}]": name
        for name in params
    }
    for called, name in of_params.items():
        compared[called] = params[name], grads[name]

    def loss(moved: dict[str, Array]) -> tuple[float, float]:
        """Give the loss, and the sum of the sizes of its terms."""
        y, last, _ = forward(
            {n: moved.get(c, params[n]) for c, n in of_params.items()},
            moved.get("x", x),
            tuple(map(moved.get, of_state, state)),
        )
        terms = [y * dy]
        kept = zip(last, dlast, strict=True)
        terms += [part * d for part, d in kept if d is not None]
        return (
            sum(float(term.sum()) for term in terms),
            sum(float(np.abs(term).sum()) for term in terms),
        )

    return compared, loss


def _right_at_once(
    compared: dict[str, Pair],
    loss: Loss,
    tolerance: float,
    rng: np.random.Generator,
) -> set[str]:
    """Give the names of gradients that are right: of all moved, or none.

    A share is as small as rounding in the loss allows, and no array is moved
    by more than a thousandth of its largest number.
    """
    _, size = loss({})
    share = 1e-6 * size
    moves, along = dict[str, Array](), 0.0
    for name, (at, gradient) in compared.items():
        norm = float(np.linalg.norm(gradient))
        widest = float(np.abs(at).max(initial=0.0)) or 1.0
        if not 0 < share <= 1e-3 * widest * norm < np.inf:
            continue
        u = rng.standard_normal(at.shape)
        moves[name] = u * (share / norm / np.linalg.norm(u))
        along += float((gradient * moves[name]).sum())
    slope, _, _ = _slope(
        np.zeros(()),
        np.ones(()),
        1.0,
        lambda t: loss({n: compared[n][0] + t * u for n, u in moves.items()}),
    )
    return {*moves} if abs(slope - along) <= tolerance * share else set()


def _error_of(
    name: str, pair: Pair, loss: Loss, rng: np.random.Generator
) -> float:
    return _slope_error(*pair, lambda moved: loss({name: moved}), rng)


def _one_gradient(name: str, gradient: Any, array: Array) -> None:
    """Refuse a gradient that is missing, or of another shape."""
    if array.dtype.kind == "f":
        check_shape_like(name, gradient, array)
    elif gradient is not None:
        raise AssertionError(
            f"{name}: expected None for integers, got {described(gradient)}"
        )


def _check_gradients(
    x: Array,
    dx: Any,
    state: State,
    dstate: Any,
    params: Params,
    grads: Any,
) -> None:
    """Refuse gradients that do not fit what they are the gradients for."""
    if not isinstance(grads, dict) or grads.keys() != params.keys():
        expected = ", ".join(sorted(params)) or "none"
        got = described(grads)
        if isinstance(grads, dict):
            got = ", ".join(sorted(map(str, grads))) or "none"
        raise AssertionError(f"grads: expected {expected}; got {got}")
    for name, w in params.items():
        check_shape_like(f"grads[{name!r}]", grads[name], w)
    _one_gradient("dx", dx, x)
    if not isinstance(dstate, tuple | list) or len(dstate) != len(state):
        count = "gradient" if len(state) == 1 else "gradients"
        raise AssertionError(
            f"dstate: expected a tuple of {len(state)} {count}, "
            f"got {described(dstate)}"
        )
    for i, (part, d) in enumerate(zip(state, dstate, strict=True)):
        _one_gradient(f"dstate[{i}]", d, part)


def _slope_error(
    at: Array,
    gradient: Array,
    f: Callable[[Array], tuple[float, float]],
    rng: np.random.Generator,
) -> float:
    """Compare slope and gradient along one random direction.

    The difference is given in units of the gradient. One that rounding alone
    can make is given in units of the loss, and is then below 1e-9.
    """
    u = rng.standard_normal(at.shape)
    u /= np.linalg.norm(u)
    norm = float(np.linalg.norm(gradient))
    if not np.isfinite(norm):
        return np.inf
    along = float((gradient * u).sum())
    widest = float(np.abs(at).max(initial=0.0)) or 1.0
    e, largest = 1e-5 * widest, 0.1 * max(1.0, widest)
    slope, noise, loss = _slope(at, u, e, f)
    # Too small a slope for such a step? A longer one has less rounding, as
    # long as the loss does not bend on the way.
    while abs(slope - along) <= noise > 1e-6 * norm and e < largest:
        e *= 10
        further, less, _ = _slope(at, u, e, f)
        if less >= noise or not abs(further - slope) <= less + noise:
            break
        slope, noise = further, less
    apart, size = abs(slope - along), max(abs(slope), norm)
    if not np.isfinite(apart):
        return np.inf
    if apart <= noise:
        size = max(size, loss)
    return apart / size if apart else 0.0


def _slope(
    at: Array,
    u: Array,
    e: float,
    f: Callable[[Array], tuple[float, float]],
) -> tuple[float, float, float]:
    """Measure a slope; give it, its noise and the size of the loss.

    A loss whose terms have the size S in sum is known to some eps S, and its
    slope over a step e to some eps S / e. What the step is too long for
    shows in the slope over two of them.
    """
    losses = [f(at + step * e * u) for step in (-2, -1, 1, 2)]
    (a, _), (b, _), (c, _), (d, _) = losses
    coarse, fine = (d - a) / (4 * e), (c - b) / (2 * e)
    size = max(size for _, size in losses)
    # Four times the most that the layers of this package show.
    noise = 8 * np.finfo(np.float64).eps * size / e
    # Richardson's step removes the error of order e**2.
    return (4 * fine - coarse) / 3, noise + abs(fine - coarse), size
