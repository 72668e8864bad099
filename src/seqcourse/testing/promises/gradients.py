"""Gradients are right and none is missing, with and without dropout."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract.layer import Array
from seqcourse.testing.finite_differences import wrong_gradients
from seqcourse.testing.promises.arrays import (
    arrays,
    named,
    require,
    require_same_bits,
    tree,
)
from seqcourse.testing.promises.example import (
    LENGTHS,
    LONGER,
    Example,
    Results,
    T,
)
from seqcourse.testing.promises.promise import FULL_AND_PADDED, Cases, promise
from seqcourse.testing.promises.subject import Subject

DROPOUT_SEED = 5

#: Also where large weights saturate the units, and beyond the first steps.
SLOPES: Cases = {
    **FULL_AND_PADDED,
    "saturated": {"lengths": LENGTHS, "scale": 6.0},
    "longer": {"lengths": np.array([7, LONGER, 2]), "T": LONGER},
}


@promise("gradients", "each agrees with finite differences", SLOPES)
def gradients_are_the_slopes_of_finite_differences(
    subject: Subject, lengths: Array | None, T: int = T, scale: float = 1.0
) -> None:
    T = min(T, subject.longest)
    if lengths is not None:
        lengths = np.minimum(lengths, T)
    _require_slopes(subject.example(lengths, T=T, scale=scale))


def _require_slopes(c: Example, dropout_seed: int | None = None) -> None:
    """Compare each gradient with the slope, and see that they agree."""
    wrong = wrong_gradients(
        c.layer,
        c.params,
        c.x,
        c.state,
        c.lengths,
        tolerance=5e-9,
        dropout_seed=dropout_seed,
    )
    for name, error in wrong.items():
        raise AssertionError(
            f"the gradient for {name} differs from the slope of the loss "
            f"(relative error {error:.1e})"
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


@promise("dropout", "the same seed gives the same bits", FULL_AND_PADDED)
def the_seed_decides_what_is_dropped(
    subject: Subject, lengths: Array | None
) -> None:
    c = subject.example(lengths)
    require_same_bits(
        _with_dropout(c),
        _with_dropout(c),
        "differs between two generators of the same seed",
    )


@promise(
    "dropout", "gradients agree with finite differences for a fixed seed"
)
def gradients_follow_dropout(subject: Subject) -> None:
    c = subject.example(LENGTHS)
    whole, thinned = c.results(), _with_dropout(c)
    if any(
        not np.array_equal(a, b)
        for a, b in zip(arrays(whole[:2]), arrays(thinned[:2]), strict=True)
    ):
        _require_slopes(c, DROPOUT_SEED)
    else:  # the generator is not used
        require_same_bits(
            whole,
            thinned,
            "differs between rng=None and a generator, though y and state "
            "do not",
        )


def _with_dropout(c: Example) -> Results:
    rng = np.random.default_rng(DROPOUT_SEED)
    y, state, cache = c.layer.forward(
        c.params, c.x, c.state, c.lengths, rng=rng
    )
    return Results(y, state, *c.backward(cache))
