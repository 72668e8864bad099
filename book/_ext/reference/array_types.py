"""Types as readers know them: ``NDArray``, not what NumPy expands it to.

Both classes are frozen dataclasses, not functions: Sphinx can compare and
pickle an instance, and a configuration that cannot be compared is a
configuration that has changed, at every build.
"""

from __future__ import annotations

import sys
import types
import typing
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike
from sphinx_autodoc_typehints import format_annotation

if typing.TYPE_CHECKING:
    from sphinx.config import Config

_UNIONS = {"ArrayLike": ArrayLike, "DTypeLike": DTypeLike}


@dataclass(frozen=True)
class ArrayTypes:
    """Write a type by the name that it has in the source."""

    def __call__(self, annotation: object, config: Config) -> str | None:
        origin = typing.get_origin(annotation)
        if origin is np.ndarray:
            return _array(annotation)
        if origin in (typing.Union, types.UnionType):
            return _union(annotation, config)
        if isinstance(annotation, type) and not _is_public(annotation):
            return f"``{annotation.__name__}``"
        return None


def _array(annotation: object) -> str:
    name = ":py:data:`~numpy.typing.NDArray`"
    _, dtype = typing.get_args(annotation)
    (scalar,) = typing.get_args(dtype) or (None,)
    if isinstance(scalar, type) and issubclass(scalar, np.generic):
        return rf"{name}\ \[:py:class:`~numpy.{scalar.__name__}`]"
    return name


def _union(annotation: object, config: Config) -> str | None:
    """Find NumPy's large unions in a larger one, such as with None."""
    members = typing.get_args(annotation)
    for name, union in _UNIONS.items():
        parts = typing.get_args(union)
        if set(parts) <= set(members):
            others = [part for part in members if part not in parts]
            written = [format_annotation(part, config) for part in others]
            return " | ".join([f":py:data:`~numpy.typing.{name}`", *written])
    return None


def _is_public(found: type) -> bool:
    """Tell whether a class of ours has an entry to link to."""
    if not found.__module__.startswith("seqcourse."):
        return True
    module = sys.modules.get(PublicModule()(found.__module__))
    return found.__name__ in getattr(module, "__all__", ())


@dataclass(frozen=True)
class PublicModule:
    """Name a thing by the module that its users import it from."""

    def __call__(self, module: str) -> str:
        head, _, last = module.rpartition(".")
        if last.startswith("_"):
            return self(head)
        place = head if module.startswith("seqcourse.") else ""
        while "." in place:  # a folder may leave its names to its parent
            if hasattr(sys.modules.get(place), "__all__"):
                return place
            place = place.rpartition(".")[0]
        return module
