"""What one more token costs, after so many: bytes to carry, and time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.probes.answers import (
    check_causal,
    check_memory,
    check_weights,
    last_step,
)
from seqcourse.probes.speed import speed


@dataclass(frozen=True)
class DecodingCost:
    """The cost of one more token, after prefixes of several lengths.

    Parameters
    ----------
    lengths
        Tokens T read before.
    state_bytes
        What one sequence carries on after each.
    seconds
        Time of one more step of one sequence (rounds, lengths).

    Examples
    --------
    >>> seconds = np.array([[1.0, 3.0], [3.0, 3.0]])
    >>> DecodingCost((1, 2), (8, 8), seconds).per_token
    (2.0, 3.0)
    """

    lengths: tuple[int, ...]
    state_bytes: tuple[int, ...]
    seconds: Array

    @property
    def per_token(self) -> tuple[float, ...]:
        """Median seconds of one more token, after each length."""
        return tuple(np.median(self.seconds, axis=0).tolist())


@checked
@np.errstate(over="ignore", invalid="ignore")
def decoding_cost(
    model: Layer,
    params: Params,
    x: Array,
    lengths: Sequence[int],
    *,
    rounds: int = 11,
    clock: Callable[[], float] = time.perf_counter,
) -> DecodingCost:
    """Measure what a model carries, and what one more token takes.

    The prefix is read once, and its state kept; what is timed is one step
    from there. The steps take turns, as in `speed`.

    Parameters
    ----------
    model
        Any causal model, with a step.
    params
        Its weights.
    x
        One sequence, longer than the longest prefix: tokens (1, T) or real
        numbers (1, T, D).
    lengths
        Lengths of the prefixes, at least 1 each.
    rounds
        How often each step is timed.
    clock
        Gives the time in seconds.

    Returns
    -------
    cost
        Bytes and seconds, for each length.

    Raises
    ------
    ValueError
        If there is no length, one is below 1, x is not one sequence that is
        longer than all of them, or the model sees the future.
    DivergenceError
        If the memory is not finite after a prefix.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, MultiHeadAttention
    >>> x = np.ones((1, 33, 8), np.float32)
    >>> for model in RNN(8, 8), MultiHeadAttention(8, 2, causal=True):
    ...     params = model.init(np.random.default_rng(0))
    ...     cost = decoding_cost(model, params, x, (16, 32), rounds=3)
    ...     print(cost.state_bytes)
    (32, 32)
    (1032, 2056)
    """
    check_weights(model, params)
    check_causal(model)
    last_step(x, None)
    if len(lengths) == 0:
        raise ValueError("lengths: expected at least one, got none")
    for i, T in enumerate(lengths):
        arguments.check_positive(**{f"lengths[{i}]": T})
    if len(x) != 1 or x.shape[1] <= max(lengths):
        raise ValueError(
            f"x: expected one sequence of more than {max(lengths)} steps "
            f"(axis 1, T), got shape {x.shape}"
        )
    dtype = next(iter(params.values())).dtype if params else x.dtype

    def next_step(T: int) -> Callable[[], object]:
        _, state, _ = model.forward(params, x[:, :T])
        check_memory(state)
        return lambda: model.step(params, x[:, T], state)

    steps = {str(T): next_step(T) for T in lengths}
    times = speed(steps, rounds=rounds, clock=clock)
    return DecodingCost(
        tuple(lengths),
        tuple(model.state_bytes(T, dtype) for T in lengths),
        times.seconds,
    )
