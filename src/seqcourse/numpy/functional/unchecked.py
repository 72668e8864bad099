"""The functions of this folder without their checks.

For layers, which call them at each step with arrays of their own.
"""

from __future__ import annotations

from seqcourse.numpy.functional import activations, losses
from seqcourse.numpy.functional.checking import unchecked
from seqcourse.numpy.functional.dropout import dropout as _dropout
from seqcourse.numpy.functional.gelu import gelu_and_slope as _gelu_and_slope
from seqcourse.numpy.functional.softmax import log_softmax as _log_softmax
from seqcourse.numpy.functional.softmax import softmax as _softmax
from seqcourse.numpy.functional.softmax import (
    softmax_backward as _softmax_backward,
)

activate_gates = unchecked(activations.activate_gates)
gate_scale = unchecked(activations.gate_scale)
sigmoid = unchecked(activations.sigmoid)
tanh = unchecked(activations.tanh)
tanh_backward = unchecked(activations.tanh_backward)

dropout = unchecked(_dropout)
gelu_and_slope = unchecked(_gelu_and_slope)

log_softmax = unchecked(_log_softmax)
softmax = unchecked(_softmax)
softmax_backward = unchecked(_softmax_backward)

cross_entropy = unchecked(losses.cross_entropy)
cross_entropy_backward = unchecked(losses.cross_entropy_backward)
squared_error = unchecked(losses.squared_error)
squared_error_backward = unchecked(losses.squared_error_backward)
