"""Does it look ahead? The future is changed, and the past compared."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.probes.answers import (
    at_every_step,
    check_still_finite,
    check_weights,
    last_step,
    others,
)


@checked
@np.errstate(over="ignore", invalid="ignore")
def leak_test(
    model: Layer, params: Params, x: Array, *, seed: int = 0
) -> float:
    """Change the future, and measure what changes before it::

        max over s, t < s of |y[t] - y'[t]|

    where y' is what the model says of an input that is another one from step
    s on, at every sequence. A model that sees no future gives exactly 0.

    Parameters
    ----------
    model
        A core or a whole model; of a classifier, what it would answer at
        every step.
    params
        Its weights.
    x
        Input (B, T, D), or tokens (B, T), with at least 2 steps.
    seed
        Fixes the other futures.

    Returns
    -------
    leak
        The largest change, in units of the output.

    Raises
    ------
    ValueError
        If there are fewer than 2 steps, or the input does not fit the model.
    DivergenceError
        If an output is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Bidirectional
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((2, 5, 3))
    >>> layer = RNN(3, 4)
    >>> leak_test(layer, layer.init(rng), x)
    0.0
    >>> both = Bidirectional(RNN(3, 4), RNN(3, 4))
    >>> leak_test(both, both.init(rng), x) > 0.1
    True
    """
    arguments.check_at_least(0, seed=seed)
    check_weights(model, params)
    model = at_every_step(model)
    last_step(x, None)
    T = x.shape[1]
    if T < 2:
        raise ValueError(f"x: expected at least 2 steps on axis 1, got {T}")
    rng = np.random.default_rng(seed)
    before, _, _ = model.forward(params, x)
    largest = 0.0
    for s in range(1, T):
        changed = x.copy()
        changed[:, s:] = others(model, x[:, s:], rng)
        after, _, _ = model.forward(params, changed)
        apart = np.abs(after[:, :s] - before[:, :s])
        check_still_finite(leak=apart)
        largest = max(largest, float(apart.max()))
    return largest
