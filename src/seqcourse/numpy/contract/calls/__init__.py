"""A model's edge: calls from outside, checked before and after they run.

A layer computes; it doesn't ask whether x is a list, whether a weight is
missing or dy has another shape. Its methods are wrapped when its class is
made, so that all of this is checked in one place, for our layers and a
reader's. Within a model the parts call each other, and nothing is checked
twice.
"""

from seqcourse.numpy.contract.calls import beginning, reading

#: What each method becomes when a class that has it is made.
CHECKED = {
    "init": beginning.init,
    "initial_state": beginning.initial_state,
    "state_bytes": beginning.state_bytes,
    "forward": reading.forward,
    "step": reading.step,
    "backward": reading.backward,
}

__all__ = ["CHECKED"]
