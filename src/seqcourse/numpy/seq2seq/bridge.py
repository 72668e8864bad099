"""From one network's last state to another's first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, validation
from seqcourse.numpy.contract.calls import kept_cache
from seqcourse.numpy.contract.calls.function import edge
from seqcourse.numpy.contract.calls.gradients import check_end_gradients
from seqcourse.numpy.contract.initialization import uniform
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)
from seqcourse.numpy.contract.module import Module
from seqcourse.numpy.contract.parameters import check_params
from seqcourse.numpy.functional.unchecked import tanh, tanh_backward


def check_forward(
    layer: Bridge, params: Params, state: State
) -> dict[str, Any]:
    """Check what `Bridge.forward` is given.

    Parameters
    ----------
    layer
        The bridge.
    params, state
        As it takes them.

    Returns
    -------
    replaced
        The state in the weights' type.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or values.

    Examples
    --------
    >>> bridge = Bridge(sizes_in=(4, 5), sizes_out=(6,))
    >>> params = bridge.init(np.random.default_rng(0))
    >>> check_forward(bridge, params, (np.ones((2, 4)), np.ones((1, 5))))
    Traceback (most recent call last):
    ValueError: state[1]: expected shape (2, 5), got (1, 5)
    """
    dtype = np.dtype(check_params(params, layer))
    B = max([1, *(len(part) for part in state[:1] if part.ndim)])
    kinds = tuple(((B, size), dtype) for size in layer.sizes_in)
    return {"state": validation.check_state(state, kinds)}


def check_backward(
    layer: Bridge, params: Params, dstate: StateGradient, cache: Any
) -> dict[str, Any]:
    """Check what `Bridge.backward` is given.

    Parameters
    ----------
    layer
        The bridge.
    params, dstate, cache
        As it takes them.

    Returns
    -------
    replaced
        The gradients in the state's type, zeros for None.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or values.

    Examples
    --------
    >>> bridge = Bridge(sizes_in=(4,), sizes_out=(6,))
    >>> params = bridge.init(np.random.default_rng(0))
    >>> _, cache = bridge.forward(params, (np.ones((2, 4)),))
    >>> check_backward(bridge, params, (np.ones((1, 6)),), cache)
    Traceback (most recent call last):
    ValueError: dstate[0]: expected shape (2, 6), got (1, 6)
    """
    check_params(params, layer)
    kept_cache.check_cache(layer, cache)
    found = check_end_gradients(dstate, cache.ends) or ()
    zeros = (np.zeros(*end) for end in cache.ends)
    pairs = zip(found, zeros, strict=True)
    return {"dstate": tuple(z if d is None else d for d, z in pairs)}


@dataclass(frozen=True)
class Bridge(Module):
    """Make a state of other sizes, each part from all that was handed on::

        first[i] = tanh(W[i] [last[1]; ...; last[n]] + b[i])

    All W[i] stand one below the other in one weight.

    Parameters
    ----------
    sizes_in
        Numbers in each part of the state that comes in.
    sizes_out
        Numbers in each part of the state that is made.

    Raises
    ------
    ValueError
        If there is no part on one side, or a size is not a whole number of
        at least 1.

    Examples
    --------
    >>> bridge = Bridge(sizes_in=(4, 5), sizes_out=(6,))
    >>> params = bridge.init(np.random.default_rng(0))
    >>> last = np.ones((2, 4)), np.ones((2, 5))
    >>> (first,), cache = bridge.forward(params, last)
    >>> first.shape
    (2, 6)

    References
    ----------
    Bahdanau, Cho and Bengio (2015), Neural machine translation by jointly
    learning to align and translate, appendix A.2.2, where it is made of the
    state of the reader from the back alone.
    """

    sizes_in: tuple[int, ...]
    sizes_out: tuple[int, ...]

    def __post_init__(self) -> None:
        for name in ("sizes_in", "sizes_out"):
            sizes = tuple(getattr(self, name))
            if not sizes:
                raise ValueError(f"{name}: expected at least 1 part, got 0")
            for i, size in enumerate(sizes):
                arguments.check_positive(**{f"{name}[{i}]": size})
            object.__setattr__(self, name, sizes)

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        H = sum(self.sizes_out)
        return {"weight": (H, sum(self.sizes_in)), "bias": (H,)}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        fan_in = sum(self.sizes_in)
        return uniform(rng, self.parameter_shapes(), fan_in, dtype)

    @edge("state", "", check=check_forward)
    def forward(self, params: Params, state: State) -> tuple[State, Cache]:
        """Make one network's first state from another's last.

        Parameters
        ----------
        params
            The weights.
        state
            What was handed on, each part (B, size).

        Returns
        -------
        state
            What to begin from.
        cache
            What `backward` needs.
        """
        last = np.concatenate(state, 1)
        first = tanh(last @ params["weight"].T + params["bias"])
        state = _parts(first, self.sizes_out)
        return state, kept_cache.kept(self, first, state, (last, first))

    @edge("dstate", "grads", check=check_backward)
    def backward(
        self, params: Params, dstate: StateGradient, cache: Cache
    ) -> tuple[State, Params]:
        """Carry gradients back through one call of `forward`.

        Parameters
        ----------
        params
            The weights that `forward` was given.
        dstate
            Gradient for each part of the state that was made; None for zeros.
        cache
            What `forward` returned.

        Returns
        -------
        dstate
            Gradient for each part of the state that came in.
        grads
            Gradient for every weight, under the weight's name.
        """
        last, first = cache
        gradients: Any = dstate  # all of it numbers, so that none is None
        d = tanh_backward(np.concatenate(gradients, 1), first)
        grads = {"weight": d.T @ last, "bias": d.sum(0)}
        return _parts(d @ params["weight"], self.sizes_in), grads


def _parts(whole: Array, sizes: tuple[int, ...]) -> State:
    parts = np.split(whole, np.cumsum(sizes)[:-1], 1)
    return tuple(part.copy() for part in parts)


def bridge_between(encoder: Layer, decoder: Layer) -> Bridge | None:
    """Give what leads from one core's last state to another's first.

    Parameters
    ----------
    encoder
        Whose state is handed on.
    decoder
        Who begins from it.

    Returns
    -------
    bridge
        None where the decoder's state has the encoder's shapes.

    Raises
    ------
    ValueError
        If the two states differ and are not made of vectors (B, size), or
        one of them is empty.

    Examples
    --------
    >>> from seqcourse.numpy import GRU, LSTM
    >>> bridge_between(LSTM(3, 4), LSTM(5, 4)) is None
    True
    >>> bridge_between(LSTM(3, 4), GRU(5, 6))
    Bridge(sizes_in=(4, 4), sizes_out=(6,))
    """
    sizes = []
    states = [
        core.initial_state(1, np.float32) for core in (encoder, decoder)
    ]
    kinds = [[(part.shape, part.dtype) for part in s] for s in states]
    if kinds[0] and kinds[0] == kinds[1]:
        return None
    for name, state in zip(("encoder", "decoder"), states, strict=True):
        vectors = [p.ndim == 2 and p.dtype.kind == "f" for p in state]
        if not state or not all(vectors):
            shapes = ", ".join(str(part.shape) for part in state) or "none"
            raise ValueError(
                f"{name}: expected a core whose state is vectors (1, H), as "
                f"an RNN's, LSTM's or GRU's, got {shapes}"
            )
        sizes.append(tuple(part.shape[1] for part in state))
    return Bridge(*sizes)
