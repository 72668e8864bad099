"""The hostile suite finds what it is made to find."""

import math
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from seqcourse.numpy.contract.layer import Array
from tests.hostile import outcomes
from tests.hostile.base_calls import Call
from tests.hostile.catalogue import Entry
from tests.hostile.change import Change
from tests.hostile.changes import changes_of

pytestmark = pytest.mark.torch


def made(body: Callable[[Any, Any], Any]) -> Call:
    """Give a call of a function that does something with two arguments."""

    def repeated(x: Array, times: int = 2) -> Any:
        """Add an array to itself.

        Parameters
        ----------
        x
            Any numbers (B, T).
        times
            How often.
        """
        return body(x, times)

    x = np.arange(6.0).reshape(2, 3)
    entry = Entry("testing.repeated", repeated, "probes and testing")
    return Call(entry, None, {"x": x, "times": 2})


def found(
    body: Callable[[Any, Any], Any], place: str, kind: str
) -> outcomes.Outcome:
    """Judge the function's call with one argument replaced."""
    call = made(body)
    (change,) = (
        change
        for change in changes_of(call)
        if (change.place, change.kind) == (place, kind)
    )
    return outcomes.outcome_of(call, [(change, value_of(change))])


def value_of(change: Change) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is meant for the prompt
        return change.values.example()


def checked(x: Any, times: Any) -> Any:
    if type(times) is not int:
        raise ValueError(f"times: expected a whole number, got {times!r}")
    right = isinstance(x, np.ndarray) and x.dtype == np.float64
    if not right or x.ndim != 2 or not np.isfinite(x).all():
        raise ValueError(f"x: expected real numbers (B, T), got {x!r}")
    return x * times


@pytest.mark.parametrize("change", changes_of(made(checked)), ids=str)
def test_a_function_that_checks_everything_passes(change):
    what = outcomes.outcome_of(made(checked), [(change, value_of(change))])
    assert not what.is_failure, what


@pytest.mark.parametrize(
    ("body", "place", "kind", "what"),
    [
        (lambda x, n: x[0] * n, "x", "None", outcomes.RAW),
        (lambda x, n: x * n, "x", "NaN inside", outcomes.NONSENSE),
        (lambda x, n: x * n, "x", "one axis more", outcomes.NONSENSE),
        (lambda *_: 2.0, "times", "a string", outcomes.NONSENSE),
        (lambda *_: math.nan, "x", "of int64", outcomes.NONSENSE),
        (
            lambda x, n: x * n if type(n) is int else x * 3,
            "times",
            "a NumPy int",
            outcomes.NONSENSE,
        ),
        (
            lambda x, n: x.__imul__(n) if x.flags.writeable else x[99],
            "x",
            "read-only",
            outcomes.RAW,
        ),
        (
            lambda x, n: checked(x if x.flags.writeable else None, n),
            "x",
            "read-only",
            outcomes.REFUSED_WRONGLY,
        ),
        (lambda *_: warnings.warn("!", stacklevel=1), "x", "None", "raw"),
        (lambda *_: time.sleep(9), "x", "None", outcomes.HANGS),
    ],
)
def test_a_fault_is_found(body, place, kind, what, monkeypatch):
    monkeypatch.setattr(outcomes, "LIMIT", 0.1)
    assert found(body, place, kind).what.startswith(what)


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (ValueError("x: expected an array, got None"), outcomes.SENTENCE),
        (ValueError("x[0]: expected a number, got None"), outcomes.SENTENCE),
        (TypeError("x, times: expected one of them"), outcomes.SENTENCE),
        (ValueError("y: expected an array, got None"), outcomes.RAW),
        (ValueError("expected an array for x"), outcomes.RAW),
        (KeyError("x: expected an array, got None"), outcomes.RAW),
        (RuntimeError("x: expected an array, got None"), outcomes.RAW),
        (SystemExit(2), outcomes.RAW),
        (ImportError("torch is missing: pip install torch"), "refused"),
        (ImportError("No module named 'torch'"), outcomes.RAW),
    ],
    ids=repr,
)
def test_a_sentence_names_an_argument(error, what):
    def body(x, times):
        raise error

    assert found(body, "x", "None").what.startswith(what)
