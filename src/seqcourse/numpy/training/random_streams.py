"""Independent sources of randomness from one seed."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments


def streams(seed: int) -> list[np.random.Generator]:
    """Give three independent sources of randomness for one run.

    Parameters
    ----------
    seed
        The run's seed.

    Returns
    -------
    generators
        For the first weights, for the batches, for the dropout.

    Raises
    ------
    ValueError
        If the seed is not a whole number of at least 0.

    Examples
    --------
    >>> len(streams(0))
    3
    """
    arguments.check_at_least(0, seed=seed)
    return np.random.default_rng(seed).spawn(3)


def evaluation_stream(seed: int) -> np.random.Generator:
    """Give a source of randomness apart from every run's.

    Parameters
    ----------
    seed
        Which one.

    Returns
    -------
    generator
        For drawing a batch to score on.

    Raises
    ------
    ValueError
        If the seed is not a whole number of at least 0.

    Examples
    --------
    >>> a, b = evaluation_stream(0), np.random.default_rng(0)
    >>> bool(a.random() == b.random())
    False
    """
    arguments.check_at_least(0, seed=seed)
    return np.random.default_rng(seed).spawn(4)[3]
