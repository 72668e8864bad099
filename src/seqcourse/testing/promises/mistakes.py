"""Ways to be wrong about what a layer is given, each with its sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array
from seqcourse.testing.promises.arrays import tree
from seqcourse.testing.promises.example import B, Example
from seqcourse.testing.promises.refusal import refusal
from seqcourse.testing.promises.subject import Subject


@dataclass(frozen=True)
class Mistake:
    """One way to be wrong, and the sentence that it must get.

    Parameters
    ----------
    name
        What is wrong.
    change
        What becomes of an example's arguments.
    sentence
        How the message of the refusal begins, as a regular expression with
        fields for the sizes.
    of
        Where it can be made: every, weights, matrices, numbers, tokens,
        memory, real memory or window.
    in_torch
        Whether it can be made in a call of a twin, too.

    Examples
    --------
    >>> MISTAKES[0].name, MISTAKES[0].argument
    ('too few features', 'x')
    """

    name: str
    change: Callable[[Example], dict[str, Any]]
    sentence: str
    of: str = "every"
    in_torch: bool = True

    @property
    def argument(self) -> str:
        """Which argument is wrong."""
        return re.split(r"\W", self.sentence, maxsplit=1)[0]

    def refusal(self, example: Example, call: Callable[[], Any]) -> str:
        """Make the mistake.

        Parameters
        ----------
        example
            What the sentence's sizes are taken from.
        call
            What makes the mistake.

        Returns
        -------
        said
            The message with which it was refused.

        Raises
        ------
        AssertionError
            If it was not refused, or in another way.
        """
        of = example.subject
        V, W = of.vocabulary or 0, of.window or 0
        sizes = {"D": of.width, "V": V, "last": V - 1, "W": W, "more": W + 1}
        return refusal(
            call,
            f"{self.argument} that is wrong ({self.name})",
            self.argument,
            None if of.own_words else self.sentence.format(**sizes),
        )


def mistakes(subject: Subject) -> Iterator[Mistake]:
    """Give the mistakes that can be made with a layer.

    Parameters
    ----------
    subject
        The layer.

    Returns
    -------
    mistakes
        Those of `MISTAKES` that apply.

    Examples
    --------
    >>> from seqcourse.numpy import Embedding
    >>> embedding = Subject("Embedding", lambda: Embedding(11, 7), 11)
    >>> next(mistakes(embedding)).name
    'float tokens'
    """
    return (one for one in MISTAKES if one.of in _what_it_takes(subject))


@cache
def _what_it_takes(subject: Subject) -> frozenset[str]:
    """Say which kinds of mistake can be made with a layer."""
    layer = subject.make()
    shapes = layer.parameter_shapes().values()
    state = layer.initial_state(1, np.float64)
    kinds = {
        "every": True,
        "weights": bool(shapes),
        "matrices": any(shape != shape[::-1] for shape in shapes),
        "numbers": subject.vocabulary is None,
        "tokens": subject.vocabulary is not None,
        "memory": bool(state),
        "real memory": bool(state) and state[0].dtype.kind == "f",
        "window": subject.window is not None,
    }
    return frozenset(kind for kind, is_so in kinds.items() if is_so)


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
        r"params\['[\w.]*weight[\w.]*'\]: expected shape \(\d+, \d+\), "
        r"got \(\d+, \d+\)",
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
        r"x: expected at most {W} steps on axis 1 \(T\), one for each slot, "
        r"got {more}",
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
        r"x: expected at most {W} steps on axis 1 \(T\), one for each slot, "
        r"got {more}",
        of="window",
    ),
)
