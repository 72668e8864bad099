"""Does a layer keep the contract? Asked of any class that somebody writes."""

from __future__ import annotations

from typing import Any

from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.layer import Layer
from seqcourse.testing.report import ContractReport


def contract(
    layer: type[Layer] | Layer, /, **arguments: Any
) -> ContractReport:
    """Check that a layer keeps all the promises of the layer contract.

    Its gradients are compared with finite differences, its ``forward`` with
    its ``step``, a padded batch with each sequence alone, and so on. One line
    is printed for each promise; where one fails, the line says why.

    Parameters
    ----------
    layer
        Your own class, or a small instance of it. From a class, small
        instances are made here, with each of its booleans both ways.
    **arguments
        Arguments of the class, besides the sizes that it requires.

    Returns
    -------
    report
        True if all promises hold; ``report.findings`` has each of them.

    Raises
    ------
    TypeError
        If it is neither a `Layer` class nor an instance of one, or if
        arguments come with an instance. Whatever goes wrong inside the layer
        is a line of the report.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from seqcourse.numpy import RNN
    >>> @dataclass(frozen=True)
    ... class Forgetful(RNN):
    ...     def step(self, params, x_t, state=None):
    ...         return super().step(params, x_t, None)
    >>> report = contract(Forgetful, bias=False)  # doctest: +ELLIPSIS
    holds   construction: Forgetful(input_size=7, hidden_size=9, ...)
    holds   gradients: each agrees with finite differences
    holds   gradients: none is zero throughout
    holds   gradients: dstate=None means a dstate of zeros
    holds   gradients: real numbers have one, integers have none
    holds   dropout: the same seed gives the same bits
    holds   dropout: gradients agree with finite differences for a fixed seed
    fails   splitting: forward gives the same as step, called once per step;
    y of forward differs from that of step, called once per step ...
    holds   splitting: reading in two parts gives the same as reading at once
    holds   causality: the future changes nothing before it
    ...
    >>> report.broken[0].group
    'splitting'
    >>> bool(report)
    False
    """
    cls = layer if isinstance(layer, type) else type(layer)
    if not issubclass(cls, Layer):
        raise TypeError(
            "layer: expected a class derived from seqcourse.numpy.Layer or "
            f"an instance of one, got {described(layer)}"
        )
    if arguments and cls is not layer:
        raise TypeError(
            f"{', '.join(arguments)}: expected no arguments with an "
            f"instance, got them with {described(layer)}"
        )
    # Only who asks waits until all promises are loaded.
    from seqcourse.testing.findings import findings

    found = []
    for finding in findings(layer, arguments):
        print(finding, flush=True)
        found.append(finding)
    return ContractReport(cls.__name__, tuple(found))
