"""A call's arguments, checked against the annotations of what is called."""

from seqcourse.numpy.contract.annotations.calls import (
    CheckedArguments,
    checked,
)
from seqcourse.numpy.contract.annotations.values import described

__all__ = ["CheckedArguments", "checked", "described"]
