"""Arrays and tensors, and what a hostile caller makes of them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any, get_origin

import numpy as np

from tests.hostile.change import (
    EITHER,
    REFUSED,
    SAME,
    SAME_OR_REFUSED,
    Change,
    Part,
)
from tests.hostile.sorts import SEQUENCES, accepted

#: A shape as a docstring gives it: ``(B, T, D)``.
SHAPE = re.compile(r"\(([A-Z]\w*(?:, \w+)*),?\)")
#: Arrays of numbers that belong together: each has one shape.
OWNED = re.compile(r"(d?state|params)\[")


def of_an_array(part: Part) -> Iterator[Change]:
    x = part.value
    yield part.made("read-only", SAME, _read_only)
    if x.ndim > 1:
        yield part.made("not contiguous", SAME, np.asfortranarray)
    if x.ndim:
        yield part.made(
            "with strides", SAME, lambda x: np.repeat(x, 2, -1)[..., ::2]
        )
        yield part.made(
            "backwards in memory",
            SAME,
            lambda x: x[..., ::-1].copy()[..., ::-1],
        )
    yield part.made("a list of numbers", SAME_OR_REFUSED, np.ndarray.tolist)
    yield part.made("a tensor", SAME_OR_REFUSED, _tensor)
    yield from _shapes(part)
    if not x.size:
        return
    if x.dtype.kind == "f":
        for kind in ("float16", "float32", "int64", "uint8"):
            yield part.made(
                f"of {kind}",
                EITHER,
                lambda x, kind=kind: np.clip(x, 0, 99).astype(kind),
            )
        yield from _of_reals(part)
    if x.dtype.kind in "iu":
        for kind in ("int32", "int8", "uint8", "uint64"):
            yield part.made(
                f"of {kind}",
                SAME_OR_REFUSED if _fits(x, kind) else EITHER,
                lambda x, kind=kind: x.astype(kind),
            )
        yield from _of_integers(part)
    if x.dtype.kind != "b" and x.size > 1:
        yield part.made("of bools", REFUSED, lambda x: x > 0)
    yield part.made("of complex numbers", REFUSED, lambda x: x + 0j)
    # Where any sequence of numbers will do, this is one.
    verdict = EITHER if get_origin(part.hint) in SEQUENCES else REFUSED
    yield part.made("of objects", verdict, lambda x: x.astype(object))
    yield part.made("of strings", REFUSED, lambda x: x.astype(str))


def of_a_tensor(part: Part) -> Iterator[Change]:
    import torch

    x = part.value.detach()
    yield part.made(
        "with strides",
        SAME,
        lambda x: torch.repeat_interleave(x, 2, -1)[..., ::2],
    )
    yield part.made("an array", SAME_OR_REFUSED, lambda x: x.detach().numpy())
    yield part.made("a list of numbers", SAME_OR_REFUSED, torch.Tensor.tolist)
    yield from _shapes(part)
    if not x.numel():
        return
    real = x.dtype.is_floating_point
    kinds: dict[Any, str] = dict.fromkeys(
        (torch.float16, torch.bfloat16, torch.float32, torch.int64), EITHER
    )
    if not real:
        kinds = dict.fromkeys(
            (torch.int32, torch.int8, torch.uint8), SAME_OR_REFUSED
        )
    for kind, verdict in kinds.items():
        name = f"of {str(kind).removeprefix('torch.')}"
        yield part.made(name, verdict, lambda x, kind=kind: x.to(kind))
    yield from _of_reals(part) if real else _of_integers(part)
    yield part.made("of bools", REFUSED, lambda x: x > 0)
    yield part.made("of complex numbers", REFUSED, lambda x: x + 0j)
    yield part.made("on another device", REFUSED, lambda x: x.to("meta"))


def _of_reals(part: Part) -> Iterator[Change]:
    # What becomes of these may be finite: a row that nobody reads.
    lax = re.match(r"targets|params|batch\.targets|d[a-z]+\b", part.place)
    for name, number in (("NaN", math.nan), ("infinity", math.inf)):
        yield part.made(
            f"{name} inside",
            EITHER if lax else REFUSED,
            lambda x, number=number: _with(x, number),
        )
    for number in (1e38, -1e38, 1e-300):
        yield part.made(
            f"{number} inside",
            EITHER,
            lambda x, number=number: _with(x, number),
        )


def _of_integers(part: Part) -> Iterator[Change]:
    yield part.made("of floats", EITHER, lambda x: x * 1.0)
    yield part.made("of broken numbers", REFUSED, lambda x: x + 0.5)
    counts = re.search(r"[Tt]oken|real steps|Real steps", part.told)
    limited = counts or "length" in part.place
    verdict = REFUSED if limited else EITHER
    yield part.made("-1 inside", verdict, lambda x: _with(x, -1))
    if "state" in part.place:
        verdict = EITHER
    yield part.made("a huge one inside", verdict, lambda x: _with(x, 10**9))


def _shapes(part: Part) -> Iterator[Change]:
    """Give an array other shapes; what they mean depends on the function."""
    x = part.value
    told = {shape.count(",") for shape in SHAPE.findall(part.told)}
    fixed = len(told) == 1 or OWNED.match(part.place)
    verdict = REFUSED if fixed else EITHER
    yield part.made("one axis more", verdict, lambda x: x[None])
    if x.ndim and 0 not in x.shape:
        yield part.made("one axis less", verdict, lambda x: x[0])
        if accepted(part.hint) & {"int", "float"}:
            verdict = EITHER
        yield part.made("one number", verdict, lambda x: x.reshape(-1)[0])
    for axis, n in enumerate(x.shape):
        verdict = REFUSED if _tied(part, axis) else EITHER
        for name, indices in (
            ("one longer", [*range(n), n - 1]),
            ("one shorter", [*range(n - 1)]),
            ("of 1", [0]),
            ("of 0", []),
        ):
            if n > 2 or (n and name in {"one longer", "of 0"}):
                yield part.made(
                    f"axis {axis} {name}", verdict, _taken(axis, indices)
                )


def _tied(part: Part, axis: int) -> bool:
    """Tell whether an axis has the size that something else gives it."""
    if part.place.startswith("params[") or part.place in {"lengths", "dy"}:
        return True
    if OWNED.match(part.place):
        return axis == 0  # sequences; an axis of positions may grow
    shapes = SHAPE.findall(part.told)
    if part.place in {"x", "x_t"} and len(shapes) == 1:
        letters = shapes[0].split(", ")
        return axis < len(letters) and letters[axis] in {"D", "H"}
    return False


def _taken(axis: int, indices: list[int]) -> Callable[[Any], Any]:
    return lambda x: x[(slice(None),) * axis + (indices,)]


def _with(x: Any, number: float) -> Any:
    """Put a number into the first place of a copy."""
    if isinstance(x, np.ndarray):
        changed = x.astype(np.int64) if x.dtype.kind in "iu" else x.copy()
        with np.errstate(all="ignore"):
            changed[(0,) * x.ndim] = number
        return changed
    changed = x.detach().clone()
    changed = changed if changed.is_floating_point() else changed.long()
    changed[(0,) * x.ndim] = number
    return changed


def _fits(x: Any, kind: str) -> bool:
    return bool((x.astype(kind) == x).all())


def _read_only(x: Any) -> Any:
    x = x.copy()
    x.flags.writeable = False
    return x


def _tensor(x: Any) -> Any:
    import torch

    return torch.tensor(x)
