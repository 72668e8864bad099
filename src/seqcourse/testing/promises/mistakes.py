"""Ways to be wrong about what a layer is given, each with its sentence."""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array
from seqcourse.testing.promises.arrays import tree
from seqcourse.testing.promises.example import B
from seqcourse.testing.promises.refusal import Mistake


def _put(array: Array, value: Any) -> Array:
    array = array.copy()
    array[tuple(map(min, (1, 2), np.subtract(array.shape, 1)))] = value
    return array


#: Every mistake, in the order in which they are made.
MISTAKES = (
    Mistake(
        "too few features",
        lambda c: {"x": c.x[..., :-1]},
        r"x: expected {D} features on axis 2 \(D\), got shape \(3, 5, \d+\)",
        of="numbers",
    ),
    Mistake(
        "too many features",
        lambda c: {"x": np.concatenate([c.x, c.x], 2)},
        r"x: expected {D} features on axis 2 \(D\), got shape \(3, 5, \d+\)",
        of="numbers",
    ),
    Mistake(
        "two axes of numbers",
        lambda c: {"x": c.x[0]},
        r"x: expected 3 axes \(B, T, D\), got shape \(5, {D}\)",
        of="numbers",
    ),
    Mistake(
        "four axes of numbers",
        lambda c: {"x": c.x[None]},
        r"x: expected 3 axes \(B, T, D\), got shape \(1, 3, 5, {D}\)",
        of="numbers",
    ),
    Mistake(
        "not a number",
        lambda c: {"x": _put(c.x, np.nan)},
        r"x: expected finite numbers, got nan at \[1, 2, 0\]",
        of="numbers",
    ),
    Mistake(
        "infinite",
        lambda c: {"x": _put(c.x, -np.inf)},
        r"x: expected finite numbers, got -inf at \[1, 2, 0\]",
        of="numbers",
    ),
    Mistake(
        "integers",
        lambda c: {"x": c.x.astype(np.int64)},
        r"x: expected floating-point numbers, got int64",
        of="numbers",
    ),
    Mistake(
        "float tokens",
        lambda c: {"x": c.x.astype(np.float32)},
        r"x: expected integer tokens, got float32",
        of="tokens",
    ),
    Mistake(
        "one axis of tokens",
        lambda c: {"x": c.x[0]},
        r"x: expected 2 axes \(B, T\), got shape \(5,\)",
        of="tokens",
    ),
    Mistake(
        "three axes of tokens",
        lambda c: {"x": c.x[..., None]},
        r"x: expected 2 axes \(B, T\), got shape \(3, 5, 1\)",
        of="tokens",
    ),
    Mistake(
        "unknown token",
        lambda c: {"x": _put(c.x, c.subject.vocabulary)},
        r"x: expected tokens from 0 to {last}, got {V} at \[1, 2\]",
        of="tokens",
    ),
    Mistake(
        "negative token",
        lambda c: {"x": _put(c.x, -1)},
        r"x: expected tokens from 0 to {last}, got -1 at \[1, 2\]",
        of="tokens",
    ),
    Mistake(
        "empty batch",
        lambda c: {"x": c.x[:0], "state": None},
        r"x: expected at least 1 sequence on axis 0 \(B\), got shape \(0, 5",
    ),
    Mistake(
        "no steps",
        lambda c: {"x": c.x[:, :0]},
        r"x: expected at least 1 step on axis 1 \(T\), got shape \(3, 0",
    ),
    Mistake(
        "length zero",
        lambda _: {"lengths": np.array([3, 0, 1])},
        r"lengths: expected 1 to 5 \(axis 1 of x, T\), got 0 to 3",
    ),
    Mistake(
        "length beyond T",
        lambda _: {"lengths": np.array([3, 6, 1])},
        r"lengths: expected 1 to 5 \(axis 1 of x, T\), got 1 to 6",
    ),
    Mistake(
        "float lengths",
        lambda _: {"lengths": np.array([3.0, 5.0, 1.0])},
        r"lengths: expected integers, got float64",
    ),
    Mistake(
        "too few lengths",
        lambda _: {"lengths": np.array([3, 5])},
        r"lengths: expected shape \(3,\), one for each sequence on axis 0 "
        r"\(B\), got \(2,\)",
    ),
    Mistake(
        "lengths of two axes",
        lambda _: {"lengths": np.array([[3, 5, 1]])},
        r"lengths: expected shape \(3,\), .* got \(1, 3\)",
    ),
    Mistake(
        "state for another batch",
        lambda c: {"state": tree(lambda part: part[:2])(c.state)},
        r"state\[0\]: expected shape \(3,.* got \(2,",
        of="memory",
    ),
    Mistake(
        "state of another width",
        lambda c: {"state": (c.state[0][..., :-1], *c.state[1:])},
        r"state\[0\]: expected shape \(3,.*, got \((3, |2,)",
        of="memory",
    ),
    Mistake(
        "one array of state too many",
        lambda c: {"state": (*c.state, np.zeros((B, 9)))},
        r"state: expected a tuple of \d+ arrays?, got \d+",
    ),
    Mistake(
        "state missing",
        lambda _: {"state": ()},
        r"state: expected a tuple of \d+ arrays?, got 0",
        of="memory",
    ),
    Mistake(
        "a bare array for a state",
        lambda c: {"state": c.state[0]},
        r"state: expected a tuple of \d+ arrays?, got (ndarray|Tensor)",
        of="memory",
    ),
    Mistake(
        "state not finite",
        lambda c: {"state": (_put(c.state[0], np.nan), *c.state[1:])},
        r"state\[0\]: expected finite numbers, got nan",
        of="real memory",
    ),
    Mistake(
        "weight missing",
        lambda c: {"params": dict(list(c.params.items())[1:])},
        r"params: expected .*weight.*, got ",
        of="weights",
        in_torch=False,
    ),
    Mistake(
        "weight unknown",
        lambda c: {"params": {**c.params, "nonsense": c.dy}},
        r"params: expected .*weight.*, got .*nonsense",
        of="weights",
        in_torch=False,
    ),
    Mistake(
        "weight turned",
        lambda c: {
            "params": {name: w.T.copy() for name, w in c.params.items()}
        },
        r"params\['[\w.]*weight[\w.]*'\]: expected shape \(\d+(, \d+)+\), "
        r"got \(\d+(, \d+)+\)",
        of="matrices",
        in_torch=False,
    ),
    Mistake(
        "too long",
        lambda c: {
            "x": np.repeat(c.x, c.subject.window, 1)[
                :, : c.subject.window + 1
            ],
            "state": None,
        },
        r"x: expected at most {W} steps on axis 1 \(T\), one for each "
        r"position, got {more}",
        of="window",
    ),
    Mistake(
        "too long after what was read before",
        lambda c: {
            "state": tuple(
                np.array([0, c.subject.window - 4, 2])
                if part.dtype.kind == "i"
                else part
                for part in c.state
            )
        },
        r"x: expected at most {W} steps on axis 1 \(T\), one for each "
        r"position, got {more}",
        of="window",
    ),
)
