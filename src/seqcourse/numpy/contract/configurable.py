"""Configuration to and from JSON: what a thing is called and made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from inspect import Parameter, signature
from typing import Any, ClassVar, Self

from seqcourse.numpy.contract.annotations import (
    CheckedArguments,
    described,
)


class Configurable(metaclass=CheckedArguments):
    """A frozen dataclass that can say in JSON's own types what it is.

    Subclasses are known by their names, the reader's own included; where two
    have one name, ours is the first and the reader's later ones replace each
    other.

    Examples
    --------
    >>> from seqcourse.numpy import RotaryPositionEmbedding
    >>> RotaryPositionEmbedding().to_config()
    {'type': 'RotaryPositionEmbedding', 'base': 10000.0}
    >>> Configurable.from_config({"type": "RMSNorm", "normalized_shape": 4})
    RMSNorm(normalized_shape=4, eps=1e-05)
    """

    _types: ClassVar[dict[str, type[Configurable]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found = Configurable._types.setdefault(cls.__name__, cls)
        if not found.__module__.startswith("seqcourse."):
            Configurable._types[cls.__name__] = cls  # the reader's own, again

    def to_config(self) -> dict[str, Any]:
        """Describe it in JSON's own types.

        Returns
        -------
        config
            The constructor's arguments and, at every level, a ``"type"``.
        """
        config: dict[str, Any] = {"type": type(self).__name__}
        for field in fields(self):  # type: ignore[arg-type]
            config[field.name] = _described(getattr(self, field.name))
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make it from its description.

        Parameters
        ----------
        config
            What `to_config` gave.

        Returns
        -------
        made
            An equal object.

        Raises
        ------
        ValueError
            If the type is unknown, or not the class this was called on, or
            has other arguments; names may have changed since it was written.
        """
        made: Self = from_description(
            config, Configurable._types, cls, Configurable
        )
        return made


def from_description(
    config: Any,
    types: Mapping[str, type[Any]],
    wanted: type[Any],
    parts: type[Any],
) -> Any:
    """Make an object from its description, and its parts before it.

    Parameters
    ----------
    config
        What ``to_config`` gave.
    types
        The classes by their names.
    wanted
        A class that the object must be of.
    parts
        The class whose ``from_config`` makes the parts.

    Returns
    -------
    made
        The object.

    Raises
    ------
    ValueError
        If it is no description, of an unknown type or another class, has
        unknown arguments or lacks some, or one is refused.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> from_description({"type": "RNN"}, {"RNN": RNN}, RNN, RNN)
    Traceback (most recent call last):
    ValueError: config: expected all arguments of RNN, got no input_size,
    hidden_size
    """
    if not isinstance(config, dict):
        raise ValueError(
            f"config: expected a dictionary, got {described(config)}"
        )
    kind: Any = config.get("type")
    found = types.get(kind) if isinstance(kind, str) else None
    if found is None or not issubclass(found, wanted):
        raise ValueError(
            f'config: expected the "type" of a {wanted.__name__}, got '
            f"{described(kind)}, which may be a name from another version"
        )
    known = signature(found).parameters
    check_names(kind, (name for name in config if name != "type"), known)
    missing = [
        name
        for name, parameter in known.items()
        if parameter.default is Parameter.empty and name not in config
    ]
    if missing:
        raise ValueError(
            f"config: expected all arguments of {kind}, "
            f"got no {', '.join(missing)}"
        )
    try:
        arguments = {
            name: _made(value, parts)
            for name, value in config.items()
            if name != "type"
        }
        return found(**arguments)
    except RecursionError:
        raise ValueError(
            "config: expected parts within parts at most a few hundred "
            "levels deep, got more"
        ) from None


def check_names(
    kind: str, names: Iterable[str], known: Iterable[str]
) -> None:
    """Refuse a description with names that its class does not have.

    Parameters
    ----------
    kind
        The ``"type"`` of the description.
    names
        The arguments that it names.
    known
        The arguments of the class.

    Raises
    ------
    ValueError
        If a name is not an argument: it may have changed since.

    Examples
    --------
    >>> check_names("DelayedRecall", ["lag"], ["delay", "symbols"])
    Traceback (most recent call last):
    ValueError: config: expected arguments of DelayedRecall, got 'lag', which
    may be a name from another version
    """
    strange = sorted(set(map(str, names)) - set(known))
    if strange:
        raise ValueError(
            f"config: expected arguments of {kind}, got "
            f"{', '.join(map(repr, strange))}, which may be a name from "
            "another version"
        )


def _described(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_described(part) for part in value]
    return value.to_config() if isinstance(value, Configurable) else value


def _made(value: Any, parts: type[Any]) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(_made(part, parts) for part in value)
    is_part = isinstance(value, dict) and "type" in value
    return parts.from_config(value) if is_part else value
