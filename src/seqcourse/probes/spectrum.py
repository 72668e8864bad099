"""What one step does to a small change of the memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract import validation
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Layer, Params, State
from seqcourse.numpy.contract.shapes import called
from seqcourse.probes.answers import (
    at_every_step,
    check_still_finite,
    check_weights,
    in_float64,
)


@dataclass(frozen=True)
class Spectrum:
    """The Jacobian of one step, and what it stretches.

    Parameters
    ----------
    jacobian
        What each number of the memory makes of each other one, (B, n, n).
    singular_values
        The stretch along the axes (B, n), the largest first.
    eigenvalues
        Complex (B, n), the largest in size first.

    Examples
    --------
    >>> Spectrum(np.eye(2)[None], np.ones((1, 2)), np.ones((1, 2))).radius
    array([1.])
    """

    jacobian: Array
    singular_values: Array
    eigenvalues: Array

    @property
    def radius(self) -> Array:
        """Spectral radius (B,): the factor per step in the long run."""
        size: Array = np.abs(self.eigenvalues).max(-1)
        return size

    @property
    def norm(self) -> Array:
        """Largest singular value (B,): the most that one step stretches."""
        largest: Array = self.singular_values.max(-1)
        return largest


@checked
@np.errstate(over="ignore", invalid="ignore")
def jacobian_spectrum(
    layer: Layer, params: Params, x_t: Array, state: State | None = None
) -> Spectrum:
    """Take one step apart: which changes of the memory it keeps::

        J[i, j] = d state'[i] / d state[j]

    Its spectral radius is the factor per step in the long run of such steps,
    ``lim |J**k|**(1/k)``. Its largest singular value bounds a single step:
    below 1 at every step, gradients must vanish; above 1 they need not
    explode.

    Parameters
    ----------
    layer
        A core or a whole model, with a state of fixed size.
    params
        Its weights; the probe works in float64.
    x_t
        Input of the step (B, D), or tokens (B,).
    state
        The memory before it; None for a beginning. Several arrays, such as
        (h, c), count as one vector, one array after the other.

    Returns
    -------
    spectrum
        Jacobian, singular values and eigenvalues for each sequence.

    Raises
    ------
    ValueError
        If the layer carries nothing, its state grows, or the input does not
        fit it.
    DivergenceError
        If a derivative is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> layer = RNN(1, 2, nonlinearity="relu", bias=False)
    >>> params = {"weight_ih": np.ones((2, 1)),
    ...           "weight_hh": np.array([[0.9, 1.0], [0.0, 0.5]])}
    >>> spectrum = jacobian_spectrum(layer, params, np.ones((1, 1)))
    >>> spectrum.radius, spectrum.norm.round(2)  # it fades, yet may grow once
    (array([0.9]), array([1.4]))

    References
    ----------
    Pascanu, Mikolov and Bengio (2013), On the difficulty of training
    recurrent neural networks, section 2.
    """
    check_weights(layer, params)
    layer, params = at_every_step(layer), in_float64(params)
    if x_t.ndim < 1 or len(x_t) == 0:
        raise ValueError(
            "x_t: expected one step of at least one sequence, (B, D) or "
            f"tokens (B,), got shape {x_t.shape}"
        )
    B = len(x_t)
    zeros = layer.initial_state(B, np.float64)
    state = validation.state(state, zeros)
    real = [k for k, part in enumerate(zeros) if part.dtype.kind == "f"]
    n = sum(zeros[k][0].size for k in real)
    if n == 0:
        raise ValueError(
            "layer: expected one that carries a memory of fixed size, "
            f"got {type(layer).__name__}"
        )

    # One copy of each sequence for each number of its memory.
    x = np.repeat(x_t, n, axis=0)[:, None]
    before = tuple(np.repeat(part, n, axis=0) for part in state)
    with called(x="x_t"):
        y, after, cache = layer.forward(params, x, before)
    if [a.shape for a in after] != [b.shape for b in before]:
        raise ValueError(
            "layer: expected one whose state keeps its size, "
            f"got {type(layer).__name__}"
        )
    units = np.tile(np.eye(n), (B, 1))
    sizes = [after[k][0].size for k in real]
    shares = np.split(units, np.cumsum(sizes)[:-1], axis=1)
    given: list[Array | None] = [None] * len(after)
    for k, share in zip(real, shares, strict=True):
        given[k] = share.reshape(after[k].shape)
    _, back, _ = layer.backward(params, np.zeros_like(y), tuple(given), cache)
    rows = [part for part in back if part is not None]
    jacobian = np.concatenate(
        [part.reshape(B * n, -1) for part in rows], axis=1
    ).reshape(B, n, n)

    check_still_finite(jacobian=jacobian)
    eigenvalues = np.linalg.eigvals(jacobian).astype(complex)
    order = np.argsort(-np.abs(eigenvalues), axis=1)
    return Spectrum(
        jacobian,
        np.linalg.svd(jacobian, compute_uv=False),
        np.take_along_axis(eigenvalues, order, 1),
    )
