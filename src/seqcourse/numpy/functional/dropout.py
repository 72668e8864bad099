"""Dropout: some numbers left out at random, so that none is relied upon."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.functional.checking import checking, numbers


@checked
def _drawn(
    x: Array, share: float, rng: np.random.Generator | None
) -> tuple[Array, float, np.random.Generator | None]:
    arguments.check_below_one(share=share)
    return *numbers(x), share, rng


@checking(_drawn, "y")
def dropout(
    x: Array, share: float, rng: np.random.Generator | None
) -> tuple[Array, Array | None]:
    """Leave out a share of the numbers, and enlarge the rest to make up.

    With kept numbers k of mean 1 - share, ``y = x k / (1 - share)``, whose
    mean is x. The way back is the same product: ``dx = dy * mask``.

    Parameters
    ----------
    x
        Any array.
    share
        How likely each number is left out, 0 to below 1.
    rng
        Where the randomness comes from; without it nothing is left out.

    Returns
    -------
    y
        The input, thinned.
    mask
        What it was multiplied by; None where nothing was left out.

    Raises
    ------
    ValueError
        If x is empty, no numbers or not finite, the share is not from 0 to
        below 1, or rng is no generator.

    Examples
    --------
    >>> y, mask = dropout(np.ones(6), 0.5, np.random.default_rng(0))
    >>> y
    array([2., 0., 0., 0., 2., 2.])
    >>> dropout(np.ones(6), 0.5, None)
    (array([1., 1., 1., 1., 1., 1.]), None)

    References
    ----------
    Srivastava et al. (2014), Dropout; enlarged while training, as in
    ``torch.nn.Dropout``.
    """
    if rng is None or share == 0:
        return x, None
    kept = rng.random(x.shape) >= share
    mask = kept.astype(x.dtype) / np.asarray(1 - share, x.dtype)
    return x * mask, mask
