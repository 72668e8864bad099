"""Does a layer's twin in PyTorch compute what the layer computes?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.layer import Array, Layer, State
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.testing.comparison import (
    ROUNDINGS,
    check_can_be_read,
    check_shape_like,
    error_beyond_rounding,
    random_gradient,
)


@checked
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
        gradients for the input, the first state and every parameter;
        infinity where a number is not finite. Differences of no more than
        some roundings of the largest number are in units of 1.

    Raises
    ------
    AssertionError
        If a gradient is missing, or of another shape.
    ValueError
        If an argument is refused by ``forward``, or the layer has no twin.
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

    arguments.check_at_least(0, seed=seed)
    check_can_be_read({}, x)
    try:
        twin = seqcourse.torch.from_config(layer.to_config())
    except ValueError as error:
        raise ValueError(
            "layer: expected one with a twin in seqcourse.torch, "
            f"got {described(layer)}"
        ) from error
    rng = np.random.default_rng(seed)
    params = layer.init(rng, dtype)
    if state is None:
        state = layer.initial_state(len(x), dtype)
    y, last, cache = layer.forward(params, x, state, lengths)
    dy = rng.standard_normal(y.shape).astype(dtype)
    dlast = tuple(random_gradient(part, rng) for part in last)
    with inside_a_model():  # a NaN is to be measured here, not raised
        dx, dstate, grads = layer.backward(params, dy, dlast, cache)

    twin.load_params(params).eval()
    reals = x.dtype.kind == "f"
    x_t = torch.tensor(
        x.astype(dtype) if reals else x.copy(), requires_grad=reals
    )
    state_t = tuple(
        torch.tensor(part.copy(), requires_grad=part.dtype.kind == "f")
        for part in state
    )
    lengths_t = None if lengths is None else torch.tensor(lengths.copy())
    y_t, last_t = twin(x_t, state_t, lengths_t)
    loss = (y_t * torch.tensor(dy)).sum()
    for part_t, d in zip(last_t, dlast, strict=True):
        if d is not None:
            loss = loss + (part_t * torch.tensor(d)).sum()
    loss.backward()

    pairs: list[tuple[str, Any, Any]] = [("y", y, y_t.detach())]
    pairs += [
        (f"state[{i}]", a, b.detach())
        for i, (a, b) in enumerate(zip(last, last_t, strict=True))
    ]
    gradients = [("dx", dx, x_t)]
    gradients += [
        (f"dstate[{i}]", d, part)
        for i, (d, part) in enumerate(zip(dstate, state_t, strict=True))
    ]
    gradients += [
        (f"grads[{name!r}]", grads.get(name), w)
        for name, w in twin.named_parameters()
    ]
    for name, found, of in gradients:
        if of.requires_grad:
            missing = of.grad is None
            pairs.append(
                (name, found, of.new_zeros(of.shape) if missing else of.grad)
            )
    sizes = [np.abs(b.numpy()).max(initial=0.0) for _, _, b in pairs]
    rounding = ROUNDINGS * float(np.finfo(dtype).eps * max(sizes))
    errors = []
    for name, a, b in pairs:
        check_shape_like(name, a, b.numpy())
        errors.append(error_beyond_rounding(a, b.numpy(), rounding))
    return max(errors)
