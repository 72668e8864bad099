"""The weights' type rules, and nothing given means a beginning."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract.layer import Array
from seqcourse.testing.promises.arrays import (
    named,
    require,
    require_same_bits,
)
from seqcourse.testing.promises.example import LENGTHS, B
from seqcourse.testing.promises.promise import promise
from seqcourse.testing.promises.subject import Subject


@promise(
    "types",
    "everything has the dtype of the weights",
    {
        "float32": {"lengths": LENGTHS, "dtype": np.float32},
        "float64": {"lengths": None, "dtype": np.float64},
    },
)
def the_weights_type_rules(
    subject: Subject, lengths: Array | None, dtype: DTypeLike
) -> None:
    c = subject.example(lengths, dtype=dtype)
    other = np.float64 if dtype == np.float32 else np.float32
    tokens = subject.vocabulary is not None
    x = c.x.astype(other) if c.params and not tokens else c.x
    results = c.results(x=x)
    step = None
    if subject.causal:
        step = c.layer.step(c.params, c.x[:, 0], c.state)
    for name, array in named(
        {"params": c.params, **results._asdict(), "step": step}
    ):
        require(
            array.dtype in (dtype, np.int64),
            f"{name} is {array.dtype}, with weights of {np.dtype(dtype)}",
        )
    for i, (part, given) in enumerate(
        zip(results.state, c.state, strict=True)
    ):
        require(
            part.dtype == given.dtype,
            f"state[{i}] is {given.dtype} before a call, {part.dtype} after",
        )


@promise("types", "the initial state has the requested dtype and is zero")
def the_first_state_is_of_the_type_asked_for(subject: Subject) -> None:
    for dtype in (np.float32, np.float64):
        for name, part in named(
            {"initial_state": subject.make().initial_state(B, dtype)}
        ):
            require(
                part.dtype in (dtype, np.int64),
                f"{name} is {part.dtype}, expected {np.dtype(dtype)}",
            )
            require(
                len(part) == B,
                f"{name} has shape {part.shape}, expected {B} sequences "
                "on axis 0",
            )
            require(not part.any(), f"{name} is not zero")


@promise("types", "state=None means the initial state")
def no_state_means_the_first_state(subject: Subject) -> None:
    c = subject.example(LENGTHS)
    first = c.layer.initial_state(B, np.float64)
    require_same_bits(
        c.results(state=None, dstate=None),
        c.results(state=first, dstate=None),
        "differs between state=None and initial_state",
    )
