"""Python's and NumPy's common errors, in words that help."""

from __future__ import annotations

import re

from seqcourse.diagnosis import numpy_errors, python_errors
from seqcourse.numpy.contract.annotations import checked

#: What is added where a name tells what was meant.
ADVICE = {
    "append extend pop insert": (
        "An array's size is fixed. Collect in a list, and make an array of "
        "it at the end."
    ),
    "shape ndim sum mean max min T reshape dot copy astype transpose": (
        "Make an array of it first: `np.array(...)`."
    ),
}
#: What is added where None was used.
NONE = (
    "What gave None? A function without `return`, or one that changes in "
    "place, such as `sort`."
)


@checked
def explained(kind: str, message: str) -> str | None:
    """Say in plain words what an error means, and what it often comes from.

    Parameters
    ----------
    kind
        The error's name: ``"ValueError"``.
    message
        What it says.

    Returns
    -------
    sentence
        None where the error's own words are as good as any.

    Raises
    ------
    ValueError
        If an argument has another type.

    Examples
    --------
    >>> explained("ZeroDivisionError", "division by zero")
    'Something is divided by 0.'
    >>> explained("AttributeError", "'list' object has no attribute 'T'")
    'A list has no `T`. Make an array of it first: `np.array(...)`.'
    """
    for kinds, pattern, words in (
        *numpy_errors.EXPLANATIONS,
        *python_errors.EXPLANATIONS,
    ):
        if kind not in kinds.split():
            continue
        if found := re.search(pattern, message):
            said = words.format(*map(_named, found.groups()))
            said = said[0].upper() + said[1:]
            return " ".join([said, *_advice(kind, found.groups())])
    return None


def _named(part: str) -> str:
    """Give a type the name that people use for it."""
    kinds = {
        "numpy.ndarray": "an array", "NoneType": "None", "int": "an int",
        "list": "a list", "tuple": "a tuple", "float": "a float",
        "dict": "a dictionary", "str": "a word", "function": "a function",
        "numpy.float64": "a number", "bool": "a truth value",
    }  # fmt: skip
    return kinds.get(part, part)


def _advice(kind: str, parts: tuple[str, ...]) -> list[str]:
    if kind in ("TypeError", "AttributeError") and "NoneType" in parts:
        return [NONE]
    if kind == "AttributeError":
        return [
            words
            for names, words in ADVICE.items()
            if parts[1] in names.split()
        ]
    if "Casting" in kind or kind == "UFuncTypeError":
        whole = parts[1].startswith(("int", "uint", "bool"))
        return ["Make the array of floats: `np.zeros(...)`."] if whole else []
    return []
