"""Series of measurements."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.series.downloads import RemoteFile, fetch

SUNSPOTS = RemoteFile(
    name="sunspots_yearly_1700_2008.csv",
    url="https://raw.githubusercontent.com/statsmodels/statsmodels/v0.14.4/"
    "statsmodels/datasets/sunspots/sunspots.csv",
    sha256="f67889b1d9002cd5227f0e0ef54e35b419cdd85a31279adef6f73fb41e5c0a9b",
)


def sunspots() -> tuple[Array, Array]:
    """Give the yearly sunspot numbers from 1700 to 2008.

    Their rise and fall of about eleven years makes them the oldest series to
    try a forecast on. The table is in the public domain (National Oceanic and
    Atmospheric Administration); it is downloaded once (`downloads.fetch`).

    Returns
    -------
    years
        The years (309,), int64.
    values
        The year's mean sunspot number (309,), float64.

    Raises
    ------
    ValueError
        If the file found is not the right one.
    ConnectionError
        If it must be downloaded and cannot be.

    Examples
    --------
    >>> sunspots.__module__, SUNSPOTS.name
    ('seqcourse.tasks.series.sunspots', 'sunspots_yearly_1700_2008.csv')

    References
    ----------
    Yule (1927), On a method of investigating periodicities in disturbed
    series, with special reference to Wolfer's sunspot numbers.
    """
    table = np.loadtxt(fetch(SUNSPOTS), delimiter=",", skiprows=1)
    return table[:, 0].astype(np.int64), table[:, 1]
