"""Handwritten digits, read as a sequence of rows or of pixels."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import ClassVar

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.tasks.contract.batch import Batch, check_draw
from seqcourse.tasks.contract.scores import accuracy

_TEST_SIZE = 360  # a fifth


@lru_cache(maxsize=1)
def digits() -> tuple[Array, Array]:
    """Give 1,797 handwritten digits.

    They are the test set of the Optical Recognition of Handwritten Digits,
    by 13 writers, which the package carries under its authors' licence,
    `CC BY 4.0 <https://creativecommons.org/licenses/by/4.0/>`_.

    Returns
    -------
    images
        Ink (1797, 8, 8), from 0 to 1, float32; read-only.
    labels
        What was written (1797,), 0 to 9, int64; read-only.

    Examples
    --------
    >>> images, labels = digits()
    >>> images.shape, labels[:3].tolist()
    ((1797, 8, 8), [0, 1, 2])

    References
    ----------
    Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits, UCI
    Machine Learning Repository, https://doi.org/10.24432/C50P49.
    """
    here = files("seqcourse.tasks.series")
    packed = here.joinpath("digits.csv.gz").read_bytes()
    lines = gzip.decompress(packed).decode("ascii").splitlines()
    table = np.loadtxt(lines, np.uint8, delimiter=",")
    images = (table[:, :64].reshape(-1, 8, 8) / 16).astype(np.float32)
    labels = table[:, 64].astype(np.int64)
    images.flags.writeable = labels.flags.writeable = False
    return images, labels


@dataclass(frozen=True)
class Digits(metaclass=CheckedArguments):
    """Say which digit an image shows, reading it piece by piece.

    - ``best`` is 1, an upper bound: no known limit is lower, but a few images
      are hard for people too.
    - ``chance`` is the share of the split's most common digit: what it gets
      to answer that one always.

    Parameters
    ----------
    by
        ``"row"``: eight steps of eight pixels, top to bottom. ``"pixel"``: 64
        steps of one pixel, as one reads.
    split
        ``"train"``: 1,437 images. ``"test"``: the other 360, the same ones
        always.

    Raises
    ------
    ValueError
        If one of them is another word.

    Examples
    --------
    >>> Digits().batch(np.random.default_rng(0), 2).inputs.shape
    (2, 8, 8)
    >>> Digits(by="pixel", split="test").whole().inputs.shape
    (360, 64, 1)
    """

    by: str = "row"
    split: str = "train"

    kind: ClassVar[str] = "classify"
    loss: ClassVar[str] = "cross_entropy"
    best: ClassVar[float] = 1.0
    num_classes: ClassVar[int] = 10
    #: What each class means.
    answers: ClassVar[tuple[str, ...]] = tuple("0123456789")

    def __post_init__(self) -> None:
        arguments.check_one_of(("row", "pixel"), by=self.by)
        arguments.check_one_of(("train", "test"), split=self.split)

    @property
    def input_size(self) -> int:
        """Pixels read at a step."""
        return 8 if self.by == "row" else 1

    @property
    def chance(self) -> float:
        """The share of the most common digit."""
        _, labels = digits()
        counts = np.bincount(labels[self.rows])
        return float(counts.max() / counts.sum())

    @property
    def rows(self) -> Array:
        """Which of the 1,797 images belong to this split."""
        _, labels = digits()
        order = np.random.default_rng(1797).permutation(len(labels))
        cut = len(labels) - _TEST_SIZE
        return order[:cut] if self.split == "train" else order[cut:]

    @checked
    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Draw images, each time from all of the split.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        size
            How many.

        Returns
        -------
        batch
            Inputs (B, 8, 8) or (B, 64, 1), targets (B,).

        Raises
        ------
        ValueError
            If rng is not a NumPy generator, or size is not a whole number of
            at least 1.
        """
        check_draw(rng, size)
        return self._read(rng.choice(self.rows, size))

    def whole(self) -> Batch:
        """Give every image of the split once.

        Returns
        -------
        batch
            Inputs (B, 8, 8) or (B, 64, 1), targets (B,).
        """
        return self._read(self.rows)

    @checked
    def metric(self, outputs: Array, batch: Batch) -> float:
        """Give the share of right answers.

        Parameters
        ----------
        outputs
            Scores (B, 10).
        batch
            What was asked.

        Returns
        -------
        share
            From 0 to 1.
        """
        return accuracy(outputs, batch)

    def _read(self, rows: Array) -> Batch:
        images, labels = digits()
        size = len(rows)
        inputs = images[rows].reshape(size, -1, self.input_size)
        return Batch(
            inputs=inputs,
            targets=labels[rows],
            lengths=np.full(size, inputs.shape[1], np.int64),
            weights=np.ones(size, np.float32),
        )
