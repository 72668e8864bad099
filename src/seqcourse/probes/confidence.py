"""How sure is a measured share, or a mean of a few runs?"""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array

#: Two-sided, 95 %: Student's t for 1 to 5 degrees of freedom.
_T_OF_FEW = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706)
_NORMAL = 1.959964


@checked
def t_quantile(degrees: int) -> float:
    """Give the two-sided 95 % quantile of Student's t.

    From 6 degrees on by the expansion in 1/degrees, to three decimals.

    Parameters
    ----------
    degrees
        Degrees of freedom, runs - 1.

    Returns
    -------
    t
        In standard errors.

    Raises
    ------
    ValueError
        If degrees is not a whole number of at least 1.

    Examples
    --------
    >>> t_quantile(2), round(t_quantile(19), 4)
    (4.3027, 2.093)

    References
    ----------
    Fisher and Cornish (1960), The percentile points of distributions having
    known cumulants; Abramowitz and Stegun (1964), formula 26.7.5.
    """
    arguments.check_positive(degrees=degrees)
    if degrees <= len(_T_OF_FEW):
        return _T_OF_FEW[degrees - 1]
    z = _NORMAL
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z)
        / 92160,
    )
    powers = (term / degrees**k for k, term in enumerate(terms, 1))
    return float(z + sum(powers))


@checked
def t_interval(runs: Array) -> tuple[Array, Array]:
    """Give the 95 % confidence interval of a mean over runs::

        mean -+ t[R - 1] std / sqrt(R)

    Parameters
    ----------
    runs
        One row for each run (R, ...), at least 2.

    Returns
    -------
    low
        Lower end (...).
    high
        Upper end (...).

    Raises
    ------
    ValueError
        If there are fewer than 2 runs, or a number is not finite.

    Examples
    --------
    >>> low, high = t_interval(np.array([[1.0], [2.0], [3.0]]))
    >>> low.round(2), high.round(2)
    (array([-0.48]), array([4.48]))

    References
    ----------
    Student (1908), The probable error of a mean.
    """
    if runs.ndim < 1 or len(runs) < 2:
        raise ValueError(
            f"runs: expected at least 2 on axis 0 (R), got shape {runs.shape}"
        )
    arguments.check_finite_array(runs=runs)
    count = len(runs)
    mean = runs.mean(0)
    reach = t_quantile(count - 1) * runs.std(0, ddof=1) / np.sqrt(count)
    return mean - reach, mean + reach


def check_shares(**shares: Array) -> None:
    """Refuse what is not from 0 to 1.

    Parameters
    ----------
    **shares
        Arrays of any shape, by name.

    Raises
    ------
    ValueError
        If a number is below 0, above 1 or NaN.

    Examples
    --------
    >>> check_shares(accuracy=np.array([0.5, 1.5]))
    Traceback (most recent call last):
    ValueError: accuracy: expected numbers from 0 to 1, got 1.5
    """
    for name, share in shares.items():
        within = (share >= 0) & (share <= 1)
        if not within.all():
            raise ValueError(
                f"{name}: expected numbers from 0 to 1, "
                f"got {share[~within].flat[0] if share.ndim else share}"
            )


@checked
def share_interval(share: Array, size: int) -> tuple[Array, Array]:
    """Give the 95 % confidence interval of a share of right answers.

    It is Wilson's: also where all or none were right, it says how little a
    few answers prove.

    Parameters
    ----------
    share
        Shares, 0 to 1, any shape.
    size
        Answers behind each.

    Returns
    -------
    low
        Lower ends.
    high
        Upper ends.

    Raises
    ------
    ValueError
        If size is not a whole number of at least 1, or a share is not from
        0 to 1.

    Examples
    --------
    >>> low, high = share_interval(np.array([1.0]), 10)
    >>> low.round(3), high.round(3)
    (array([0.722]), array([1.]))

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical
    inference.
    """
    arguments.check_positive(size=size)
    check_shares(share=share)
    z2 = _NORMAL**2
    middle = (share + z2 / (2 * size)) / (1 + z2 / size)
    reach = np.sqrt(z2 * (share * (1 - share) + z2 / (4 * size)) / size)
    reach = reach / (1 + z2 / size)
    return np.maximum(middle - reach, 0), np.minimum(middle + reach, 1)
