"""Bugs of softmax and of losses."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "a fully masked row gives NaN",
        "numpy.functional.softmax",
        "x = np.where(nothing, 0, x)",
        "pass",
        "numpy/functional/functional: what_is_hidden_gets_nothing",
        error=FloatingPointError,
    ),
    Mutant(
        "softmax over the wrong axis",
        "numpy.functional.softmax",
        "e / e.sum(-1, keepdims=True)",
        "e / e.sum(0, keepdims=True)",
        "numpy/functional/functional: "
        "softmax_sums_to_one_over_the_last_axis_alone",
    ),
    Mutant(
        "loss over padding",
        "numpy.functional.losses",
        "weights = weights.astype(logits.dtype)",
        "weights = np.ones_like(weights, logits.dtype)",
        "numpy/functional/functional: padding_does_not_thin_the_mean",
        {"kind": "cross_entropy"},
    ),
    Mutant(
        "a loss cut off to an integer",
        "numpy.functional.losses",
        "(outputs,) = floating(outputs=outputs)",
        "pass",
        "numpy/functional/functional: no_loss_is_cut_off_to_an_integer",
    ),
    Mutant(
        "padding thins the mean",
        "numpy.functional.losses",
        "loss = (share * (error * error).mean(-1)).sum()",
        "loss = (weights * (error * error).mean(-1)).mean()",
        "numpy/functional/functional: padding_does_not_thin_the_mean",
        {"kind": "squared_error"},
    ),
    Mutant(
        "the loss's mean left out of its gradient",
        "numpy.functional.losses",
        "d *= share[..., None]",
        "d *= share[..., None] > 0",
        "numpy/functional/functional: a_loss_gradient_is_the_slope",
        {"kind": "cross_entropy"},
    ),
    Mutant(
        "the bell left out of the slope of GELU",
        "numpy.functional.gelu",
        "part *= density",
        "part *= 0",
        "numpy/functional/gelu: the_slope_is_that_of_finite_differences",
    ),
]
