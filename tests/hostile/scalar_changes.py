"""Numbers, texts and functions, and what a hostile caller makes of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.hostile.change import (
    EITHER,
    REFUSED,
    SAME_OR_REFUSED,
    Change,
    Part,
)

#: No constructor of NumPy's side allocates anything, whatever the size.
HUGE = st.sampled_from([10**12, 2**63, 10**30])
EDGES = (0.0, -0.0, 1.0, -1.0, 1e39, 1e-300, 5e-324, 1e308, 0, 1, 10**400)
TEXTS = (
    *("", " ", "a", "\n", "nonsense", "é\0", "<script>&", "a" * 3000),
    *("\ufeff", "\ufeffa b", "\ud800"),
)


def of_a_bool(part: Part) -> Iterator[Change]:
    yield part.made("a NumPy bool", SAME_OR_REFUSED, np.bool_)
    yield part.made("the word", REFUSED, str)


def of_an_int(part: Part) -> Iterator[Change]:
    yield part.made("a NumPy int", SAME_OR_REFUSED, np.int64)
    yield part.made("a short NumPy int", SAME_OR_REFUSED, np.int32)
    yield part.made("an int as an array", EITHER, np.array)
    yield part.made("a whole float", EITHER, float)
    yield part.drawn("another int", EITHER, st.integers(-3, 40))
    if "seed" in part.place:
        below = st.integers(max_value=-1)
        yield part.drawn("a negative seed", REFUSED, below)


def of_a_float(part: Part) -> Iterator[Change]:
    yield part.made("a NumPy float", SAME_OR_REFUSED, np.float64)
    yield part.made("a float as an array", EITHER, np.array)
    numbers = st.sampled_from(EDGES) | st.floats(-2, 2)
    yield part.drawn("another float", EITHER, numbers)


def of_a_dtype(part: Part) -> Iterator[Change]:
    """Give types of no real numbers: weights and states are real."""
    kinds: list[Any] = [np.int64, "bool", np.complex64, object, "M8", "U3"]
    if "torch" in str(part.hint):
        import torch

        kinds = [torch.int64, torch.bool, torch.complex64]
    yield part.drawn("not of real numbers", REFUSED, st.sampled_from(kinds))


def of_a_text(part: Part) -> Iterator[Change]:
    """Give other texts; where a docstring names the word, it is a choice."""
    texts = st.sampled_from(TEXTS) | st.text(max_size=5)
    if re.search(rf"[\"`']{re.escape(part.value)}[\"`']", part.told):
        words = texts.map(lambda text: f"{text}?")
        yield part.drawn("an unknown word", REFUSED, words)
    else:
        yield part.drawn("another text", EITHER, texts)


def of_a_function(part: Part) -> Iterator[Change]:
    for name, answer in (
        ("None", None),
        ("a string", "nonsense"),
        ("NaN", math.nan),
        ("a list", []),
        ("a huge number", 10**400),
        ("an array", np.zeros(3)),
    ):
        yield part.made(
            f"a function that gives {name}",
            EITHER,
            lambda _, answer=answer: lambda *_, **__: answer,
        )
