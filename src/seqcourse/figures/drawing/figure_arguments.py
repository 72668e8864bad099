"""What figures ask of their arguments, each refusal a sentence.

`checked` has looked at the types before; these look at the values, so that
what is drawn is neither nonsense nor more than a page can hold.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.arguments import (
    check_array_shape,
    check_finite,
    check_finite_array,
    first_of,
)

Values: TypeAlias = NDArray[np.float64]

#: The largest number that is drawn; sums and ranges of such stay finite.
LARGEST = 1e100
#: The smallest above zero on a scale of powers of ten.
SMALLEST = 1e-300


def numbers(name: str, given: ArrayLike, *shape: int | str) -> Values:
    """Read an array of numbers that can be drawn.

    Parameters
    ----------
    name
        What the caller calls it.
    given
        The numbers.
    *shape
        The size of each axis, or a letter where any will do; nothing if any
        shape will.

    Returns
    -------
    values
        The same numbers in double precision.

    Raises
    ------
    ValueError
        If it is no array of numbers, has another shape, or holds one that is
        not finite or above `LARGEST`.

    Examples
    --------
    >>> numbers("cell", [1, 2, 4], 3)
    array([1., 2., 4.])
    >>> numbers("results['rnn'].lags", "abc")
    Traceback (most recent call last):
    ValueError: results['rnn'].lags: expected an array of numbers, got 'abc'
    """
    values = some_numbers(name, given, *shape)
    check_finite_array(**{name: values})
    most = f"numbers of at most {LARGEST:g}"
    check_all(most, abs(values) <= LARGEST, **{name: values})
    return values


def some_numbers(name: str, given: ArrayLike, *shape: int | str) -> Values:
    """Read an array of numbers, of which some may be NaN.

    Parameters
    ----------
    name
        What the caller calls it.
    given
        The numbers.
    *shape
        As for `numbers`.

    Returns
    -------
    values
        The same numbers in double precision.

    Raises
    ------
    ValueError
        If it is no array of numbers, or has another shape.

    Examples
    --------
    >>> some_numbers("left", [1, np.nan], "T")
    array([ 1., nan])
    """
    try:
        array = _array(given)
    except ValueError as error:
        raise ValueError(str(error).replace("given", name, 1)) from None
    if array.dtype.kind == "b":
        raise ValueError(f"{name}: expected numbers, got True and False")
    if shape:
        check_array_shape(shape, **{name: array})
    with np.errstate(over="ignore"):  # of numbers wider than float64
        return array.astype(np.float64)


@checked
def _array(given: ArrayLike) -> NDArray[np.generic]:
    return np.asarray(given)


def check_all(
    expected: str, fits: NDArray[np.bool_], **array: Values
) -> None:
    """Refuse an array of which a number does not fit, and say where.

    Parameters
    ----------
    expected
        What was expected, in the plural.
    fits
        For each number whether it does.
    **array
        The one argument by its name.

    Raises
    ------
    ValueError
        If one does not.

    Examples
    --------
    >>> row = np.array([0.5, 1.5])
    >>> check_all("numbers below 1", row < 1, row=row)
    Traceback (most recent call last):
    ValueError: row: expected numbers below 1, got 1.5 at [1]
    """
    for name, values in array.items():
        if not fits.all():
            raise ValueError(
                f"{name}: expected {expected}, got {first_of(values, ~fits)}"
            )


def check_shares(**arrays: Values) -> None:
    """Refuse arrays with a number outside of 0 to 1.

    Parameters
    ----------
    **arrays
        Each argument by its name.

    Raises
    ------
    ValueError
        If a number is below 0, above 1, or NaN.

    Examples
    --------
    >>> check_shares(gate=np.array([0.5, 1.5]))
    Traceback (most recent call last):
    ValueError: gate: expected shares between 0 and 1, got 1.5 at [1]
    """
    for name, values in arrays.items():
        # What a float32 softmax gives may be off in its last digits.
        fits = (values >= 0) & (values <= 1 + 1e-6)
        check_all("shares between 0 and 1", fits, **{name: values})


def check_sums(off: float, **arrays: Values) -> None:
    """Refuse arrays with a row whose sum is not 1.

    Parameters
    ----------
    off
        How far a sum may be off.
    **arrays
        Each argument by its name; a row is the last axis.

    Raises
    ------
    ValueError
        If a row does not sum to 1.

    Examples
    --------
    >>> check_sums(1e-6, weights=np.array([[0.5, 0.5], [0.5, 0.25]]))
    Traceback (most recent call last):
    ValueError: weights: expected rows that sum to 1, got 0.75 at [1]
    """
    for name, values in arrays.items():
        sums = values.sum(-1)
        fits = abs(sums - 1) <= off
        check_all("rows that sum to 1", fits, **{name: sums})


def check_attention_weights(**arrays: Values) -> None:
    """Refuse arrays with a row that no softmax gives, whatever is masked.

    Parameters
    ----------
    **arrays
        Each argument by its name; a row is the last axis.

    Raises
    ------
    ValueError
        If a weight is not between 0 and 1, or a row sums to more than 1.

    Examples
    --------
    >>> check_attention_weights(weights=np.array([[0.5, 0.75]]))
    Traceback (most recent call last):
    ValueError: weights: expected rows that sum to at most 1, got 1.25 at [0]
    """
    check_shares(**arrays)
    for name, values in arrays.items():
        sums = values.sum(-1)
        at_most = "rows that sum to at most 1"
        check_all(at_most, sums <= 1.01, **{name: sums})


def check_logarithms(**arrays: Values) -> None:
    """Refuse arrays with a number that has no place among powers of ten.

    Parameters
    ----------
    **arrays
        Each argument by its name.

    Raises
    ------
    ValueError
        If a number is not finite, not above 0, or below `SMALLEST`.

    Examples
    --------
    >>> check_logarithms(sizes=np.array([0.5, 0.0]))
    Traceback (most recent call last):
    ValueError: sizes: expected finite numbers above 0, got 0.0 at [1]
    """
    for name, values in arrays.items():
        fits = np.isfinite(values) & (values > 0)
        check_all("finite numbers above 0", fits, **{name: values})
        least = f"numbers of at least {SMALLEST:g}"
        check_all(least, values >= SMALLEST, **{name: values})


def check_rising(**arrays: Values) -> None:
    """Refuse rows of numbers of which one is not above the one before.

    Parameters
    ----------
    **arrays
        Each argument by its name.

    Raises
    ------
    ValueError
        If a row does not rise.

    Examples
    --------
    >>> check_rising(lengths=np.array([4.0, 4.0]))
    Traceback (most recent call last):
    ValueError: lengths: expected rising numbers, got 4 after 4
    """
    for name, values in arrays.items():
        falls = np.flatnonzero(~(np.diff(values) > 0))
        if len(falls):
            before, after = values[falls[0] : falls[0] + 2]
            raise ValueError(
                f"{name}: expected rising numbers, got {after:g} after "
                f"{before:g}"
            )


def check_share(**values: float | None) -> None:
    """Refuse numbers outside of 0 to 1; None passes.

    Parameters
    ----------
    **values
        Each argument by its name.

    Raises
    ------
    ValueError
        If one is below 0, above 1, or no number.

    Examples
    --------
    >>> check_share(chance=12.5)
    Traceback (most recent call last):
    ValueError: chance: expected a share between 0 and 1, got 12.5
    """
    for name, value in values.items():
        if value is not None and not 0 <= value <= 1:
            raise ValueError(
                f"{name}: expected a share between 0 and 1, "
                f"got {described(value)}"
            )


def check_drawable(**values: float | None) -> None:
    """Refuse single numbers that no axis can hold; None passes.

    Parameters
    ----------
    **values
        Each argument by its name.

    Raises
    ------
    ValueError
        If one is not finite, or above `LARGEST`.

    Examples
    --------
    >>> check_drawable(best=float("inf"))
    Traceback (most recent call last):
    ValueError: best: expected a finite number, got inf
    """
    for name, value in values.items():
        if value is not None:
            check_finite(**{name: value})
            if abs(value) > LARGEST:
                raise ValueError(
                    f"{name}: expected a number of at most {LARGEST:g}, "
                    f"got {value:g}"
                )


def check_count(least: int, most: int, what: str, **several: Sized) -> None:
    """Refuse fewer or more than can be drawn.

    Parameters
    ----------
    least, most
        How many there may be.
    what
        What they are, in the plural.
    **several
        Each argument by its name.

    Raises
    ------
    ValueError
        If there are fewer, or more.

    Examples
    --------
    >>> check_count(2, 24, "words", words=["one"])
    Traceback (most recent call last):
    ValueError: words: expected 2 to 24 words, got 1
    """
    for name, each in several.items():
        if not least <= len(each) <= most:
            raise ValueError(
                f"{name}: expected {least} to {most} {what}, got {len(each)}"
            )


def check_whole(least: int, most: int, **values: int) -> None:
    """Refuse a whole number outside of a range.

    Parameters
    ----------
    least, most
        The range.
    **values
        Each argument by its name.

    Raises
    ------
    ValueError
        If one is outside.

    Examples
    --------
    >>> check_whole(1, 40, slots=0)
    Traceback (most recent call last):
    ValueError: slots: expected 1 to 40, got 0
    """
    for name, value in values.items():
        if not least <= value <= most:
            raise ValueError(
                f"{name}: expected {least} to {most}, got {described(value)}"
            )
