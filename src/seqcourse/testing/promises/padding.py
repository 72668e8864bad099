"""What lies beyond a sequence's end does not exist."""

from __future__ import annotations

from operator import itemgetter

import numpy as np

from seqcourse.numpy.contract.layer import Array
from seqcourse.testing.comparison import check_shape_like
from seqcourse.testing.promises.arrays import (
    require,
    require_close,
    require_same_bits,
    tree,
)
from seqcourse.testing.promises.example import LENGTHS, B, T, sized
from seqcourse.testing.promises.promise import Cases, promise
from seqcourse.testing.promises.subject import Subject

#: Throughout: all sequences end before the batch does.
PADDED: Cases = {
    "padded": {"lengths": LENGTHS},
    "padded throughout": {"lengths": np.array([2, 3, 1])},
}


@promise(
    "padding", "a padded batch gives the same as each sequence alone", PADDED
)
def a_padded_batch_is_each_sequence_alone(
    subject: Subject, lengths: Array
) -> None:
    c = subject.example(lengths)
    y, last, cache = c.forward()
    check_shape_like("y", y, c.dy)
    dx, dstate, grads = c.backward(cache)
    if dx is not None:
        check_shape_like("dx", dx, c.x)
    total = {name: np.zeros_like(w) for name, w in grads.items()}
    for b, length in enumerate(lengths):
        alone = c.of(slice(b, b + 1))
        alone.x = alone.x[:, :length]
        if not subject.one_output:
            alone.dy = alone.dy[:, :length]
        y_1, last_1, dx_1, dstate_1, grads_1 = alone.results()
        mine = tree(itemgetter(slice(b, b + 1)))
        y_b, last_b, dx_b = mine(y), mine(last), mine(dx)
        if not subject.one_output:
            y_b = y_b[:, :length]
            require(
                not y[b, length:].any(),
                f"y[{b}] is not zero beyond the length, which is {length}",
            )
        if dx is not None:
            dx_b = dx_b[:, :length]
            require(
                not dx[b, length:].any(),
                f"dx[{b}] is not zero beyond the length, which is {length}",
            )
        cut = tuple(map(sized, last_b, last_1))
        beyond = tuple(map(sized, last_1, last_b))  # zeros beyond
        other = (
            f"of sequence {b} ({length} of {T} steps) differs between a "
            "padded batch and the sequence alone"
        )
        require_close(
            {"y": y_b, "state": cut, "dx": dx_b, "dstate": mine(dstate)},
            {"y": y_1, "state": last_1, "dx": dx_1, "dstate": dstate_1},
            other,
        )
        require_close({"state": last_b}, {"state": beyond}, other)
        for name, gradient in grads_1.items():
            total[name] += gradient
    require_close(
        {"grads": grads},
        {"grads": total},
        "of a padded batch differs from the sum over its sequences alone",
    )


def _beyond(lengths: Array) -> Array:
    """Say which steps (B, T) are padding."""
    return np.arange(T) >= lengths[:, None]


@promise("padding", "the content of the padding has no effect", PADDED)
def what_lies_in_the_padding_has_no_effect(
    subject: Subject, lengths: Array
) -> None:
    c = subject.example(lengths)
    x = c.x.copy()
    x[_beyond(lengths)] = 0 if subject.vocabulary else 1e30
    require_same_bits(
        c.results(),
        c.results(x=x),
        "depends on what x holds beyond the lengths",
    )


@promise(
    "padding",
    "a gradient beyond a sequence's end has no effect",
    PADDED,
    asked_of=lambda subject: not subject.one_output,
)
def a_gradient_beyond_the_end_has_no_effect(
    subject: Subject, lengths: Array
) -> None:
    c = subject.example(lengths)
    dy = c.dy.copy()
    dy[_beyond(lengths)] = np.nan
    with np.errstate(all="ignore"):
        require_same_bits(
            c.results(),
            c.results(dy=dy),
            "depends on what dy holds beyond the lengths",
        )


@promise("padding", "lengths that are all T change nothing")
def full_lengths_are_no_lengths(subject: Subject) -> None:
    c = subject.example()
    require_close(
        c.results(),
        c.results(lengths=np.full(B, T)),
        f"differs between lengths that are all {T} and lengths=None",
    )
