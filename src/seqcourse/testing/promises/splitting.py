"""One way of reading is every way of reading."""

from __future__ import annotations

import dataclasses

import numpy as np

from seqcourse.numpy.contract.layer import Array
from seqcourse.testing.promises.arrays import require_close
from seqcourse.testing.promises.example import (
    LONGER,
    B,
    Example,
    Results,
    T,
)
from seqcourse.testing.promises.promise import promise
from seqcourse.testing.promises.subject import Subject


@promise(
    "splitting",
    "forward gives the same as step, called once per step",
    {
        "state": {"begun": True},
        "no state": {"begun": False},
        "longer": {"begun": True, "T": LONGER},
    },
    lambda subject: subject.causal,
)
def forward_is_the_loop_of_step(
    subject: Subject, begun: bool, T: int = T
) -> None:
    T = min(T, subject.longest)
    c = subject.example(T=T)
    state = c.state if begun else None
    y, last, _ = c.forward(state=state)
    answers = []
    for t in range(T):
        y_t, state = c.layer.step(c.params, c.x[:, t], state)
        answers.append(y_t)
    looped = answers[-1] if subject.one_output else np.stack(answers, 1)
    require_close(
        {"y": y, "state": last},
        {"y": looped, "state": state},
        "of forward differs from that of step, called once per step",
    )


@promise(
    "splitting",
    "reading in two parts gives the same as reading at once",
    {"full": {"lengths": None}, "padded": {"lengths": np.array([4, 5, 3])}},
    lambda subject: subject.causal,
)
def split_anywhere(subject: Subject, lengths: Array | None) -> None:
    c = subject.example(lengths)
    whole = c.results()
    for split in range(1, T if lengths is None else lengths.min()):
        require_close(
            whole,
            _in_two(c, split),
            f"differs when x is read in two parts, {split} of {T} steps "
            "and then the rest, with the state handed on",
        )


def _in_two(c: Example, split: int) -> Results:
    """Read x in two halves, and carry the gradients back through both."""
    parted = (slice(None), slice(split)), (slice(None), slice(split, None))
    first, second = (
        dataclasses.replace(
            c, x=c.x[at], dy=c.dy if c.subject.one_output else c.dy[at]
        )
        for at in parted
    )
    if c.subject.one_output:
        first.dy = np.zeros_like(c.dy)  # the answer comes at the end
    if c.lengths is not None:
        first.lengths = np.full(B, split)
        second.lengths = c.lengths - split
    y_1, middle, cache_1 = first.forward()
    y_2, last, cache_2 = second.forward(state=middle)
    dx_2, dmiddle, grads_2 = second.backward(cache_2)
    dx_1, dstate, grads_1 = first.backward(cache_1, dstate=dmiddle)

    y = y_2 if c.subject.one_output else np.concatenate([y_1, y_2], 1)
    dx = None if dx_1 is None else np.concatenate([dx_1, dx_2], 1)
    grads = {name: grads_1[name] + grads_2[name] for name in grads_1}
    return Results(y, last, dx, dstate, grads)
