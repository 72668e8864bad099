"""Errors as Python and NumPy raise them are told in plain words."""

import numpy as np
import pytest

from seqcourse.diagnosis import explained

A, B = np.ones((2, 3)), np.ones((4, 3))


def endless():
    endless()


def add_to_whole_numbers():
    counts = np.zeros(3, int)
    counts += 0.5


def one_argument(x):
    return x


def unset():
    value += 1  # noqa: F821, F841


#: What raises, and a piece of what is said of it.
RAISED = {
    "broadcasting": (lambda: A + B, "(2,3) and (4,3) do not fit"),
    "matmul": (lambda: A @ B, "on the left has size 3"),
    "matmul by a number": (lambda: A @ 3.0, "with `*`"),
    "dot": (lambda: A.dot(B), "(2,3) and (4,3) cannot be multiplied"),
    "truth": (lambda: bool(A > 1), "`&`, `|`, `~`"),
    "read-only": (
        lambda: np.broadcast_to(1.0, 3).__setitem__(0, 2.0),
        "`.copy()`",
    ),
    "axis": (lambda: A.sum(2), "no axis 2 in an array with 2"),
    "place": (lambda: A[5], "no place 5 along axis 0, which has 2"),
    "indices": (lambda: A[0, 0, 0], "with 2 axes takes no 3 indices"),
    "mask": (lambda: A[np.ones(5, bool)], "5 places where axis 0"),
    "float index": (lambda: A[0.5], "must be a whole number"),
    "two index arrays": (
        lambda: A[[0, 1], [0, 1, 2]],
        "(2,) and (3,) do not fit",
    ),
    "list place": (lambda: [1].__getitem__(3), "A list has no such place"),
    "assignment": (
        lambda: A.copy().__setitem__(0, np.ones(5)),
        "shape (5,), and does not fit into the place of shape (3,)",
    ),
    "reshape": (lambda: A.reshape(4, 2), "6 numbers do not fill"),
    "ragged": (lambda: np.array([[1], [1, 2]]), "Rows of different lengths"),
    "joining": (lambda: np.concatenate([A, B.T]), "cannot be joined"),
    "joining axes": (lambda: np.concatenate([A, A[0]]), "`[None]`"),
    "stacking": (lambda: np.stack([A, B]), "Only arrays of one shape"),
    "transpose": (lambda: A.transpose(0, 1, 2), "each axis of the array"),
    "casting": (add_to_whole_numbers, "Make the array of floats"),
    "one number": (lambda: float(A), "One number is needed"),
    "list by array": (
        lambda: [1, 2][np.array([0, 1])],
        "make it an array first",
    ),
    "list by tuple": (
        lambda: [[1]].__getitem__((0, 0)),
        "`[i][j]`",
    ),
    "calling": (lambda: A(1), "this is an array"),
    "asking a part": (lambda: (1.0).__class__(2.0)[0], "a float has none"),
    "looping": (lambda: sum(3), "`range(...)`"),
    "range of a float": (lambda: range(2.5), "this is a float"),
    "too few": (one_argument, "leaves out 'x'"),
    "too many": (lambda: one_argument(1, 2), "takes 1 and is called with 2"),
    "keyword": (lambda: np.sum(A, axs=1), "no argument `axs`"),
    "None": (lambda: A[0, 0] + None, "What gave None?"),
    "list times float": (lambda: [1] * 2.5, "`np.array(...)`"),
    "module": (lambda: np.foo, "no `foo` in numpy"),
    "append": (lambda: A.append(1), "Collect in a list"),
    "shape of a list": (lambda: [1].shape, "Make an array of it"),
    "part of None": (lambda: None.shape, "What gave None?"),
    "name": (lambda: nowhere, "`nowhere` has no value here"),  # noqa: F821
    "unset name": (unset, "`value` has no value here"),
    "key": (lambda: {}["bias"], "no key 'bias'"),
    "zero": (lambda: 1 / 0, "divided by 0"),
    "recursion": (endless, "When should it stop?"),
    "module to import": (lambda: __import__("pandaz"), "no `pandaz` here"),
    "inverse": (lambda: np.linalg.inv(0 * A.T @ A), "has no inverse"),
    "not square": (lambda: np.linalg.inv(A), "A square matrix"),
}  # fmt: skip


@pytest.mark.parametrize("name", RAISED)
@pytest.mark.filterwarnings("ignore")
def test_an_error_is_told_in_plain_words(name):
    call, words = RAISED[name]
    with pytest.raises(Exception) as raised:  # noqa: PT011
        call()
    said = explained(raised.type.__name__, str(raised.value))
    assert words in said
    assert said[0].isupper() or said[0] in "`0123456789"
    assert "{" not in said


def test_what_is_clear_already_is_left_alone():
    assert explained("ValueError", "expected 3 lengths, got 4") is None
    assert explained("Rare", "rare") is None
