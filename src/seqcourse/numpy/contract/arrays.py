"""What the arrays of a call are called: weights, state, cache, gradients."""

from __future__ import annotations

from typing import Any, TypeAlias

from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Params: TypeAlias = dict[str, Array]
State: TypeAlias = tuple[Array, ...]
#: Integers have no gradient: where a state holds some, the entry is None.
StateGradient: TypeAlias = tuple[Array | None, ...]
Cache: TypeAlias = tuple[Any, ...]
