"""From one network's last state to another's first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments
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
from seqcourse.numpy.functional.unchecked import tanh, tanh_backward


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
        return _parts(first, self.sizes_out), (last, first)

    def backward(
        self, params: Params, dstate: StateGradient, cache: Cache
    ) -> tuple[State, Params]:
        """Carry gradients back through one call of `forward`.

        Parameters
        ----------
        params
            The weights that `forward` was given.
        dstate
            Gradient for each part of the state that was made.
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
