"""What comes next in a noisy sum of sines?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import MOST_STEPS, Batch, check_draw
from seqcourse.tasks.contract.scores import mean_squared_error


@dataclass(frozen=True)
class Sines(metaclass=CheckedArguments):
    """Say the next value of a noisy sum of sines, at every step.

    A series is one sine of each period, with a phase drawn anew for each
    series, and noise that is drawn anew at each step::

        x[t] = sum over k of sin(2 pi t / period[k] + phase[k]) + noise e[t]

    with e[t] independent and standard normal. At step t, x[0] to x[t] have
    been read and x[t + 1] is asked. The score is the mean squared error.

    - ``best`` is noise squared: e[t + 1] is independent of all that can be
      read, so the error is at least its variance. Who knows the phases gets
      exactly that; who must find them from x[0] to x[t] gets more, above all
      at the first steps.
    - ``best_linear`` is what the best weighted sum of all values so far gets:
      a floor for linear models, and a mark within reach of any.
    - ``chance`` is the variance of the series, half of one for each sine plus
      noise squared: what the answer 0 gets, the mean of x[t + 1].

    Parameters
    ----------
    length
        Values read, T.
    periods
        Period of each sine, in steps, above 2: a shorter one would look like
        a longer one.
    noise
        Standard deviation of the noise; 0 or more.

    Raises
    ------
    ValueError
        If length is below 1, there is no period, a period is not above 2, or
        the noise is below 0.

    Examples
    --------
    >>> task = Sines(noise=0.2)
    >>> round(task.best, 2), round(task.best_linear, 2), round(task.chance, 2)
    (0.04, 0.07, 1.04)
    """

    length: int = 64
    periods: tuple[float, ...] = (7.0, 19.0)
    noise: float = 0.1

    kind: ClassVar[str] = "tag"
    loss: ClassVar[str] = "squared_error"
    #: Numbers read at a step.
    input_size: ClassVar[int] = 1
    #: Numbers answered at a step, by the name that a tagger has for them.
    num_classes: ClassVar[int] = 1

    def __post_init__(self) -> None:
        arguments.check_positive(length=self.length)
        arguments.check_at_most(MOST_STEPS, length=self.length)
        if not self.periods:
            raise ValueError("periods: expected at least one period, got ()")
        for period in self.periods:
            if not 2 < period < np.inf:
                raise ValueError(
                    f"periods: expected numbers above 2, got {period!r}"
                )
        if not 0 <= self.noise < np.inf:
            raise ValueError(
                f"noise: expected a number of at least 0, got {self.noise!r}"
            )

    @property
    def best(self) -> float:
        """The variance of the noise."""
        return float(self.noise) ** 2

    @property
    def chance(self) -> float:
        """The variance of the series: a sine's is a half."""
        return len(self.periods) / 2 + self.best

    @property
    def best_linear(self) -> float:
        """The mean squared error of the best weighted sum of what was read.

        With phases drawn uniformly the covariance of two values that stand d
        steps apart is ::

            r[d] = sum over k of cos(2 pi d / period[k]) / 2 + noise^2 [d = 0]

        and the best weights w for the n values read solve ``R w = r``, with
        ``R[i, j] = r[abs(i - j)]`` and ``r = (r[1], ..., r[n])``. Their error
        is ``r[0] - r w``, here averaged over n = 1, ..., T.

        Raises
        ------
        ValueError
            If the length is above 512: there are as many systems to solve.
        """
        arguments.check_at_most(512, length=self.length)
        apart = np.arange(self.length + 1)
        r = sum(np.cos(2 * np.pi * apart / p) / 2 for p in self.periods)
        r = r + self.best * (apart == 0)
        R = r[np.abs(apart[:, None] - apart)]
        errors = [
            # Without noise R is singular; least squares still finds a w.
            r[0] - r[1 : n + 1] @ np.linalg.lstsq(R[:n, :n], r[1 : n + 1])[0]
            for n in range(1, self.length + 1)
        ]
        return float(np.mean(errors))

    @checked
    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Draw series.

        Parameters
        ----------
        rng
            Where the randomness comes from. The same seed gives the same
            phases whatever the noise.
        size
            How many.

        Returns
        -------
        batch
            Inputs (B, T, 1) and targets (B, T, 1), float32.

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size, self.length * len(self.periods))
        phases = rng.uniform(0, 2 * np.pi, (size, 1, len(self.periods)))
        t = np.arange(self.length + 1)[:, None]
        turns = t / np.array(self.periods)
        series = np.sin(2 * np.pi * turns + phases).sum(-1)
        series += self.noise * rng.standard_normal(series.shape)
        values = series[..., None].astype(np.float32)
        return Batch(
            inputs=values[:, :-1].copy(),
            targets=values[:, 1:].copy(),
            lengths=np.full(size, self.length, np.int64),
            weights=np.ones((size, self.length), np.float32),
        )

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the mean squared error.

        Parameters
        ----------
        outputs
            Values (B, T, 1).
        batch
            What was asked.

        Returns
        -------
        error
            Mean squared error.
        """
        return mean_squared_error(outputs, batch)
