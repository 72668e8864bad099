"""Learning rates that change while a model learns."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import (
    CheckedArguments,
    checked,
    described,
)


@dataclass(frozen=True)
class WarmupCosine(metaclass=CheckedArguments):
    """Climb to a rate along a line, and go down from it along a cosine::

        rate(n) = peak (n + 1) / (warmup + 1)                       n < warmup
        rate(n) = floor + (peak - floor) (1 + cos(pi share)) / 2
        share   = (n - warmup) / (steps - warmup)

    and ``floor`` from then on.

    Parameters
    ----------
    peak
        The highest rate.
    steps
        Updates until the floor is reached.
    warmup
        Updates of the climb; 0 for none.
    floor
        The last rate.

    Raises
    ------
    ValueError
        If a rate is not above 0 (the floor: below 0), the floor is above the
        peak, or the climb does not end before the last step.

    Examples
    --------
    >>> schedule = WarmupCosine(peak=1.0, steps=100, warmup=9, floor=0.1)
    >>> [round(schedule(n), 3) for n in (0, 4, 9, 100, 500)]
    [0.1, 0.5, 1.0, 0.1, 0.1]

    References
    ----------
    The cosine: Loshchilov and Hutter (2017), SGDR: stochastic gradient
    descent with warm restarts, equation 5, without restarts; the climb:
    Vaswani et al. (2017), Attention is all you need, section 5.3.
    """

    peak: float
    steps: int
    warmup: int = 0
    floor: float = 0.0

    def __post_init__(self) -> None:
        arguments.check_above_zero(peak=self.peak)
        arguments.check_positive(steps=self.steps)
        arguments.check_at_least(0, warmup=self.warmup)
        if not 0 <= self.floor <= self.peak:
            raise ValueError(
                f"floor: expected 0 to the peak, {self.peak}, "
                f"got {self.floor!r}"
            )
        if self.warmup >= self.steps:
            raise ValueError(
                f"warmup: expected below steps, {self.steps}, "
                f"got {self.warmup}"
            )

    @checked
    def __call__(self, n: int) -> float:
        """Give the rate of an update.

        Parameters
        ----------
        n
            How many updates there were before it.

        Returns
        -------
        learning_rate
            How far its step goes.

        Raises
        ------
        ValueError
            If n is not a whole number of at least 0.
        """
        arguments.check_at_least(0, n=n)
        if n < self.warmup:
            return self.peak * (n + 1) / (self.warmup + 1)
        share = min(1.0, (n - self.warmup) / (self.steps - self.warmup))
        height = (1 + math.cos(math.pi * share)) / 2
        return self.floor + (self.peak - self.floor) * height


#: One rate for all updates, or one for each, by the updates before it.
Rate: TypeAlias = float | Callable[[int], float]


def rate_at(learning_rate: Rate, n: int) -> float:
    """Give the rate of an update.

    Parameters
    ----------
    learning_rate
        A number, or a schedule.
    n
        How many updates there were before it.

    Returns
    -------
    learning_rate
        How far its step goes.

    Raises
    ------
    ValueError
        If a schedule gives no number of at least 0.

    Examples
    --------
    >>> rate_at(0.1, 7), rate_at(WarmupCosine(0.1, steps=4), 4)
    (0.1, 0.0)
    """
    if not callable(learning_rate):
        return learning_rate
    rate = learning_rate(n)
    if not arguments.is_finite(rate) or rate < 0:
        raise ValueError(
            "learning_rate: expected a schedule of finite numbers of at "
            f"least 0, got {described(rate)} for update {n}"
        )
    return float(rate)  # NumPy's own would widen float32 weights


def check_learning_rate(learning_rate: Rate) -> None:
    """Refuse a learning rate that is none.

    Parameters
    ----------
    learning_rate
        A number, or a schedule.

    Raises
    ------
    ValueError
        If it is a number not above 0.

    Examples
    --------
    >>> check_learning_rate(0.0)
    Traceback (most recent call last):
    ValueError: learning_rate: expected a number above 0, got 0.0
    """
    if not callable(learning_rate):
        arguments.check_above_zero(learning_rate=learning_rate)
