"""What every layer promises, one module for each group of promises."""

from seqcourse.testing.promises import (
    causality,
    configuration,
    dtypes,
    gradients,
    independence,
    ownership,
    padding,
    splitting,
    wrong_input,
)
from seqcourse.testing.promises.promise import Promise

#: Every promise, in the order in which a layer is asked for them.
PROMISES = tuple(
    found
    for module in (
        gradients,
        splitting,
        causality,
        padding,
        independence,
        ownership,
        dtypes,
        configuration,
        wrong_input,
    )
    for found in vars(module).values()
    if isinstance(found, Promise)
)

__all__ = ["PROMISES", "Promise"]
