"""Functions without weights: softmax, losses, activations, dropout."""

from seqcourse.numpy.functional.losses import (
    cross_entropy,
    cross_entropy_backward,
    squared_error,
    squared_error_backward,
)
from seqcourse.numpy.functional.softmax import (
    log_softmax,
    log_softmax_backward,
    softmax,
    softmax_backward,
)

__all__ = [
    "cross_entropy",
    "cross_entropy_backward",
    "log_softmax",
    "log_softmax_backward",
    "softmax",
    "softmax_backward",
    "squared_error",
    "squared_error_backward",
]
