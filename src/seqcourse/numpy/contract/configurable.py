"""Configuration to and from JSON: what a thing is called and made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from inspect import signature
from typing import Any, ClassVar, Self

from seqcourse.numpy.contract.annotations import CheckedArguments


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
        kind = config.get("type")
        found = Configurable._types.get(str(kind))
        if found is None or not issubclass(found, cls):
            raise ValueError(
                f'config: expected the "type" of a {cls.__name__}, '
                f"got {kind!r}, which may be a name from another version"
            )
        arguments = {
            name: _made(value)
            for name, value in config.items()
            if name != "type"
        }
        check_names(str(kind), arguments, signature(found).parameters)
        return found(**arguments)


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
    strange = sorted(set(names) - set(known))
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


def _made(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_made(part) for part in value)
    described = isinstance(value, dict) and "type" in value
    return Configurable.from_config(value) if described else value
