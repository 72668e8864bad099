"""Gradients are right, and none is missing."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract.layer import Array
from seqcourse.testing.finite_differences import gradient_check
from seqcourse.testing.promises.arrays import (
    named,
    require,
    require_same_bits,
    tree,
)
from seqcourse.testing.promises.example import LENGTHS
from seqcourse.testing.promises.promise import FULL_AND_PADDED, promise
from seqcourse.testing.promises.subject import Subject


@promise("gradients", "each agrees with finite differences", FULL_AND_PADDED)
def gradients_are_the_slopes_of_finite_differences(
    subject: Subject, lengths: Array | None
) -> None:
    c = subject.example(lengths)
    shapes = c.layer.parameter_shapes()
    grads = c.results().grads
    require(
        grads.keys() == shapes.keys(),
        f"backward gives grads for {', '.join(sorted(grads)) or 'nothing'}; "
        f"expected {', '.join(sorted(shapes)) or 'none'}",
    )
    errors = gradient_check(
        c.layer, c.params, c.x, c.state, c.lengths, directions=1
    )
    reals = {
        f"state[{i}]"
        for i, part in enumerate(c.state)
        if part.dtype.kind == "f"
    }
    expected = (
        reals | shapes.keys() | (set() if subject.vocabulary else {"x"})
    )
    missing = expected - errors.keys()
    require(
        not missing,
        f"backward gives no gradient for {', '.join(sorted(missing))}",
    )
    for name, error in errors.items():  # one by one: max() loses a NaN
        require(
            error <= 5e-9,
            f"the gradient for {name} differs from the slope of the loss "
            f"(relative error {error:.1e})",
        )


@promise("gradients", "none is zero throughout", FULL_AND_PADDED)
def no_gradient_is_zero_by_neglect(
    subject: Subject, lengths: Array | None
) -> None:
    results = subject.example(lengths).results()
    back = {"dx": results.dx, "dstate": results.dstate}
    for name, gradient in named(back):
        require(gradient.any(), f"{name} is zero everywhere")
    for name, gradient in results.grads.items():
        unused = name.startswith(subject.encoder_parts or "-")
        require(
            gradient.any() != unused,
            f"grads[{name!r}] is {'not ' * unused}zero everywhere",
        )


@promise("gradients", "dstate=None means a dstate of zeros")
def no_dstate_means_zeros(subject: Subject) -> None:
    c = subject.example(LENGTHS)
    zeros = tree(np.zeros_like)(c.dstate)
    require_same_bits(
        c.results(dstate=None),
        c.results(dstate=zeros),
        "differs between dstate=None and a dstate of zeros",
    )


@promise("gradients", "real numbers have one, integers have none")
def integers_have_no_gradient(subject: Subject) -> None:
    c = subject.example()
    _, _, dx, dstate, _ = c.results()
    tokens = subject.vocabulary is not None
    require(
        (dx is None) == tokens,
        f"dx is {'given for tokens' if tokens else 'None for real numbers'}",
    )
    require(
        len(dstate) == len(c.state),
        f"backward gives {len(dstate)} gradients for a state of "
        f"{len(c.state)} arrays",
    )
    for i, (part, gradient) in enumerate(zip(c.state, dstate, strict=True)):
        require(
            (gradient is None) == (part.dtype.kind == "i"),
            f"dstate[{i}] is {'None' if gradient is None else 'an array'}, "
            f"and state[{i}] is of {part.dtype}",
        )
