"""What should be answered, and how much each answer counts."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array

#: By the name that a task gives its loss: whether targets are classes.
CLASSES = {"cross_entropy": True, "squared_error": False}


def checked_targets(
    kind: str,
    lengths: Array,
    T: int,
    targets: Array,
    weights: Array | None = None,
) -> tuple[Array, Array]:
    """Check one answer for each sequence, or one for each step.

    Parameters
    ----------
    kind
        ``"cross_entropy"`` or ``"squared_error"``.
    lengths
        Real steps of each sequence (B,).
    T
        Steps.
    targets
        Classes (B,) or (B, T), or numbers (B, C) or (B, T, C).
    weights
        How much each answer counts, (B,) or (B, T), 0 beyond the lengths;
        None counts all others alike.

    Returns
    -------
    targets, weights
        As `checked_answers` gives them.

    Raises
    ------
    ValueError
        If the shapes do not fit, an answer beyond the lengths counts, or
        `checked_answers` refuses them.

    Examples
    --------
    >>> targets, lengths = [[3, 0], [3, 4]], np.array([1, 2])
    >>> checked_targets("cross_entropy", lengths, 2, targets)[1]
    array([[1., 0.],
           [1., 1.]])
    """
    arguments.check_one_of(CLASSES, kind=kind)
    if not are_arrays(targets, weights):
        targets, weights = _answers(targets, weights)
    B, inner = len(lengths), () if CLASSES[kind] else ("C",)
    if weights is not None and weights.shape not in ((B,), (B, T)):
        raise ValueError(
            f"weights: expected shape ({B},) or ({B}, {T}), "
            f"got {weights.shape}"
        )
    answers = targets.shape[: targets.ndim - len(inner)]
    expected = ((B,), (B, T)) if weights is None else (weights.shape,)
    if answers not in expected or targets.ndim < len(inner):
        either = " or ".join(
            str((*one, *inner)).replace("'", "") for one in expected
        )
        raise ValueError(
            f"targets: expected shape {either}, got {targets.shape}"
        )
    padded = len(answers) == 2 and lengths.min() < T
    beyond = np.arange(T if padded else 0) >= lengths[:, None]
    if weights is None and padded:
        weights = (~beyond).astype(np.float64)
    targets, weights = _checked_answers(kind, targets, weights)
    if padded and weights[beyond].any():
        raise ValueError(
            "weights: expected 0 beyond the lengths, "
            f"got {arguments.first_of(weights, beyond & (weights > 0))}"
        )
    return targets, weights


def are_arrays(*values: object) -> bool:
    """Tell the usual case, in which there is nothing to convert.

    Parameters
    ----------
    *values
        What came.

    Returns
    -------
    arrays
        Whether all are NumPy arrays.

    Examples
    --------
    >>> are_arrays(np.zeros(1)), are_arrays(np.zeros(1), [0.0])
    (True, False)
    """
    return all(type(value) is np.ndarray for value in values)


@checked
def _answers(
    targets: Array, weights: Array | None
) -> tuple[Array, Array | None]:
    return targets, weights


def checked_answers(
    kind: str,
    targets: Array,
    weights: Array | None = None,
    outputs: tuple[int, ...] | None = None,
) -> tuple[Array, Array]:
    """Check what should be answered, and how much each answer counts.

    Parameters
    ----------
    kind
        ``"cross_entropy"``: classes (...); ``"squared_error"``: numbers
        (..., C).
    targets
        What should be answered.
    weights
        How much each answer counts (...); None counts all alike.
    outputs
        The shape (..., C) of a model's outputs, where it is known.

    Returns
    -------
    targets
        Integers of any type as int64; what does not count and could not be
        answered is 0.
    weights
        The same; divided by the largest where that is out of the range of
        float32.

    Raises
    ------
    ValueError
        If types or shapes do not fit, a target that counts is not finite or
        no class, a weight is negative or not finite, or none is above 0.

    Examples
    --------
    >>> checked_answers("cross_entropy", [1, -100], [1, 0], (2, 3))
    (array([1, 0]), array([1., 0.]))
    >>> checked_answers("cross_entropy", [1, -100], [1, 1], (2, 3))
    Traceback (most recent call last):
    ValueError: targets: expected classes from 0 to 2, got -100 at [1]
    """
    arguments.check_one_of(CLASSES, kind=kind)
    if not are_arrays(targets, weights):
        targets, weights = _answers(targets, weights)
    return _checked_answers(kind, targets, weights, outputs)


def _checked_answers(
    kind: str,
    targets: Array,
    weights: Array | None,
    outputs: tuple[int, ...] | None = None,
) -> tuple[Array, Array]:
    if CLASSES[kind]:
        arguments.check_integers(targets=targets)
    elif targets.dtype.kind not in "fiu":
        raise ValueError(f"targets: expected numbers, got {targets.dtype}")
    if outputs is not None:
        check_fit(kind, targets, outputs)
    targets = plain(targets)
    shape = targets.shape if CLASSES[kind] else targets.shape[:-1]
    weights = _checked_weights(shape, weights)
    return readable(kind, targets, weights, outputs), weights


def check_fit(kind: str, targets: Array, outputs: tuple[int, ...]) -> None:
    """Refuse targets that a model's outputs do not answer.

    Parameters
    ----------
    kind
        ``"cross_entropy"`` or ``"squared_error"``.
    targets
        Classes (...) or numbers (..., C).
    outputs
        The shape (..., C) of a model's outputs.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> check_fit("squared_error", np.zeros((3, 3)), (3, 3, 1))
    Traceback (most recent call last):
    ValueError: targets: expected shape (3, 3, 1), got (3, 3)
    """
    expected = outputs[:-1] if CLASSES[kind] else outputs
    if targets.shape != expected:
        raise ValueError(
            f"targets: expected shape {expected}, got {targets.shape}"
        )


def readable(
    kind: str,
    targets: Array,
    weights: Array,
    outputs: tuple[int, ...] | None = None,
) -> Array:
    """Put 0 where a target counts nothing and could not be answered.

    Parameters
    ----------
    kind
        ``"cross_entropy"`` or ``"squared_error"``.
    targets
        Classes (...) or numbers (..., C).
    weights
        How much each answer counts (...).
    outputs
        The shape (..., C) of a model's outputs, where it is known.

    Returns
    -------
    targets
        The same array where all can be answered.

    Raises
    ------
    ValueError
        If a target that counts is not finite, or no class.

    Examples
    --------
    >>> readable("squared_error", np.array([[np.nan]]), np.zeros(1))
    array([[0.]])
    """
    if not CLASSES[kind]:
        wrong, expected = ~np.isfinite(targets), "finite numbers"
        if not wrong.any():
            return targets
        counts = weights[..., None] > 0
    elif outputs is None or (
        targets.min() >= 0 and targets.max() < outputs[-1]
    ):
        return targets
    else:
        wrong = (targets < 0) | (targets >= outputs[-1])
        expected, counts = f"classes from 0 to {outputs[-1] - 1}", weights > 0
    if (wrong & counts).any():
        raise ValueError(
            f"targets: expected {expected}, "
            f"got {arguments.first_of(targets, wrong & counts)}"
        )
    return np.where(wrong, targets.dtype.type(0), targets)


def _checked_weights(shape: tuple[int, ...], weights: Array | None) -> Array:
    if weights is None:
        return np.ones(shape)
    arguments.check_array_shape(shape, weights=weights)
    if weights.dtype.kind not in "fiub":
        raise ValueError(f"weights: expected numbers, got {weights.dtype}")
    if weights.dtype.kind != "f":
        weights = weights.astype(np.float64)
    lowest, largest = float(weights.min()), float(weights.max())
    if not (lowest >= 0 and largest < np.inf):
        possible = (weights >= 0) & (weights < np.inf)
        raise ValueError(
            "weights: expected finite numbers of at least 0, "
            f"got {arguments.first_of(weights, ~possible)}"
        )
    if largest == 0:
        raise ValueError(
            "weights: expected at least one answer that counts, got 0 alone"
        )
    return plain(in_range(weights, largest))


def in_range(weights: Array, largest: float) -> Array:
    """Give weights that float32 can hold; only their proportions matter.

    Parameters
    ----------
    weights
        How much each answer counts.
    largest
        The largest of them.

    Returns
    -------
    weights
        The same array where it is in range.

    Examples
    --------
    >>> in_range(np.array([1e-60, 2e-60]), 2e-60)
    array([0.5, 1. ])
    """
    if 1e-30 < largest < 1e30:
        return weights
    return weights.astype(np.float64) / largest


def plain(array: Array) -> Array:
    """Give an array in a type that both backends have.

    Parameters
    ----------
    array
        Of numbers.

    Returns
    -------
    array
        Integers as int64, others as float32 or float64.

    Examples
    --------
    >>> plain(np.zeros(1, np.uint8)).dtype
    dtype('int64')
    """
    if array.dtype == np.uint64:  # beyond int64 none is a class or a token
        array = np.minimum(array, np.uint64(2**63 - 1))
    if array.dtype.kind in "iu":
        return array.astype(np.int64, copy=False)
    if array.dtype in (np.float32, np.float64):
        return array.astype(array.dtype.newbyteorder("="), copy=False)
    return array.astype(np.float64)
