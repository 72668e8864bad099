"""A call's arguments, checked against the annotations of what is called.

What a function takes stands in its signature. `checked` holds every call to
it, so that a string where a number belongs is refused in a sentence, and not
three calls further in. What annotations cannot say (a shape, a range) the
function checks itself.
"""

from __future__ import annotations

from abc import ABCMeta
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import cache, wraps
from inspect import Parameter, Signature, signature
from typing import Any, ParamSpec, TypeVar, cast, get_type_hints

from seqcourse.numpy.contract.annotations.kinds import conversion
from seqcourse.numpy.contract.annotations.values import (
    Convert,
    MismatchError,
    described,
)

P = ParamSpec("P")
R = TypeVar("R")


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Check the arguments of every call of a function by its annotations.

    NumPy's own numbers become Python's, nested lists of numbers become
    arrays where an array is asked for, and lists become tuples where a tuple
    is.

    Parameters
    ----------
    function
        A function or method with annotations.

    Returns
    -------
    checked
        The same, but it raises ``ValueError`` where an argument is of
        another kind; the message names the argument.

    Examples
    --------
    >>> import numpy as np
    >>> @checked
    ... def repeated(word: str, times: int = 2) -> str:
    ...     return word * times
    >>> repeated("la", np.int64(3))
    'lalala'
    >>> repeated("la", 1.5)
    Traceback (most recent call last):
    ValueError: times: expected a whole number, got 1.5
    """
    hinted = getattr(function, "__func__", function)
    return _checked(function, lambda: get_type_hints(hinted))


def _checked(
    function: Callable[P, R], hints: Callable[[], dict[str, Any]]
) -> Callable[P, R]:
    parameters = signature(function).parameters
    names, rest, others = list[str](), "", ""
    for name, parameter in parameters.items():
        if parameter.kind is Parameter.VAR_POSITIONAL:
            rest = name
        elif parameter.kind is Parameter.VAR_KEYWORD:
            others = name
        elif parameter.kind is not Parameter.KEYWORD_ONLY:
            names.append(name)
    kinds: dict[str, Convert | None] = {}
    order: list[Convert | None] = []

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if not kinds:  # late, when all that the annotations name is there
            found = hints()
            of = {n: conversion(found.get(n, Any)) for n in parameters}
            kinds.update({"": None}, **of)
            order.extend(of[name] for name in names)
        if not kwargs and len(args) <= len(order):
            try:  # almost every call, at a third of the time
                fitting: Any = [
                    value if kind is None else kind(value)
                    for kind, value in zip(order, args, strict=False)
                ]
            except MismatchError:  # the way below finds which, and says so
                pass
            else:
                return function(*fitting)  # type: ignore[call-arg]
        given = [
            _converted(kinds[name], name, value)
            for name, value in zip(names, args, strict=False)
        ]
        given += [
            _converted(kinds[rest], f"{rest}[{i}]", value)
            for i, value in enumerate(args[len(names) :])
        ]
        named = {
            name: _converted(kinds.get(name, kinds[others]), name, value)
            for name, value in kwargs.items()
        }
        return function(*given, **named)

    return call


class CheckedArguments(ABCMeta):
    """The metaclass of classes whose constructors are `checked`.

    Examples
    --------
    >>> import numpy as np
    >>> from seqcourse.numpy import RNN
    >>> RNN(3, np.int64(4)) == RNN(3, 4)
    True
    >>> RNN(3, "4")
    Traceback (most recent call last):
    ValueError: hidden_size: expected a whole number, got '4'
    """

    def __call__(cls: type[R], *args: Any, **kwargs: Any) -> R:
        made: Any = cls
        return cast("R", _constructor(made)(cls, *args, **kwargs))

    @property
    def __signature__(cls) -> Signature:
        """What a constructor takes; else ``inspect`` reads the above."""
        made: Any = cls
        if made.__init__ is object.__init__:
            return Signature()
        of_init = signature(made.__init__)
        return of_init.replace(
            parameters=list(of_init.parameters.values())[1:],
            return_annotation=Signature.empty,
        )


@cache
def _constructor(cls: Any) -> Callable[..., Any]:
    @wraps(cls.__init__)
    def made(_: Any, *args: Any, **kwargs: Any) -> Any:
        return type.__call__(cls, *args, **kwargs)

    def hints() -> dict[str, Any]:
        try:
            # a dataclass's __init__ does not know the modules of its bases
            return get_type_hints(cls if is_dataclass(cls) else cls.__init__)
        except NameError:  # a reader's class, within a function
            return {}

    return _checked(made, hints)


def _converted(kind: Convert | None, name: str, value: Any) -> Any:
    if kind is None:
        return value
    try:
        return kind(value)
    except MismatchError as other:
        refusal = (
            f"{name}{other.inside}: expected {other.expected}, "
            f"got {described(other.got)}"
        )
    raise ValueError(refusal)
