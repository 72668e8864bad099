"""Whose memory is whose: what is given is not written, nor kept."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.testing.promises.arrays import (
    arrays,
    copies,
    freeze,
    named,
    require,
    require_same_bits,
)
from seqcourse.testing.promises.example import LENGTHS, B, Results, T
from seqcourse.testing.promises.promise import FULL_AND_PADDED, promise
from seqcourse.testing.promises.subject import Subject


@promise("ownership", "arguments are never written to", FULL_AND_PADDED)
def inputs_are_never_written_to(
    subject: Subject, lengths: Array | None
) -> None:
    c = subject.example(None if lengths is None else lengths.copy())
    free = subject.example(lengths)
    freeze((c.params, c.x, c.state, c.dy, c.dstate, c.lengths))
    with _nothing_written("forward", c.params, "x, state or lengths"):
        y, state, cache = c.forward()
    freeze(cache)
    with _nothing_written("backward", c.params, "dy, dstate or the cache"):
        back = c.backward(cache)
    changed = "differs when the arguments are read-only"
    require_same_bits(Results(y, state, *back), free.results(), changed)
    require_same_bits(
        Results(None, None, *back),
        Results(None, None, *c.backward(cache)),
        "differs when backward is called again with the same cache",
    )
    if subject.causal:
        with _nothing_written("step", c.params, "x_t or state"):
            c.layer.step(c.params, c.x[:, 0], c.state)


@contextlib.contextmanager
def _nothing_written(
    method: str, params: Params, others: str
) -> Iterator[None]:
    before = dict(params)
    try:
        yield
    except ValueError as error:
        if "read-only" in str(error):
            raise AssertionError(
                f"{method} writes to params, {others}; copy before writing"
            ) from error
        raise
    changed = [
        name
        for name in sorted(before.keys() | params.keys())
        if name not in before or params.get(name) is not before[name]
    ]
    require(
        not changed,
        f"{method} changes the caller's dictionary params "
        f"({', '.join(changed)}); copy it first",
    )


@promise("ownership", "results belong to the caller", FULL_AND_PADDED)
def what_was_returned_belongs_to_the_caller(
    subject: Subject, lengths: Array | None
) -> None:
    c = subject.example(lengths)
    expected = copies(c.results())
    y, state, cache = c.forward()
    for array in arrays((y, state)):
        array[...] = 99
    require_same_bits(
        Results(None, None, *c.backward(cache)),
        expected._replace(y=None, state=None),
        "changes when the caller writes to y or to the state; "
        "forward must return copies of what the cache holds",
    )


@promise("ownership", "no two results share memory", FULL_AND_PADDED)
def no_two_results_share_memory(
    subject: Subject, lengths: Array | None
) -> None:
    c = subject.example(lengths)
    results = [*named(c.results())]
    arguments = ("params", "x", "state", "dy", "dstate")
    given = [*named({name: getattr(c, name) for name in arguments})]
    for (a, left), (b, right) in itertools.combinations(results, 2):
        _require_apart(f"{a} and {b}", left, right)
    for (a, left), (b, right) in itertools.product(results, given):
        _require_apart(f"{a}, a result, and {b}, an argument,", left, right)
    if subject.causal:
        y_t, state = c.layer.step(c.params, c.x[:, 0], c.state)
        stepped = [*named({"y_t": y_t, "state": state})]
        for (a, left), (b, right) in itertools.combinations(stepped, 2):
            _require_apart(f"{a} and {b}, results of step,", left, right)
        for (a, left), (b, right) in itertools.product(stepped, given):
            _require_apart(
                f"{a}, a result of step, and {b}, an argument,", left, right
            )


def _require_apart(which: str, left: Array, right: Array) -> None:
    require(
        not np.shares_memory(left, right),
        f"{which} share memory; copy one of them",
    )


@promise(
    "ownership", "every output is written, none left as np.empty made it"
)
def every_output_is_written(subject: Subject) -> None:
    c = subject.example(LENGTHS)
    with poisoned_memory(-99.0):
        expected = c.results()
    with poisoned_memory():
        require(bool(np.isnan(np.empty(1)).all()), "np.empty is not np.empty")
        require_same_bits(
            c.results(),
            expected,
            "holds memory from np.empty that was never written",
        )


@promise(
    "ownership",
    "the cache of an earlier call may be reused",
    {
        "same": {"lengths": None, "shape": (B, T)},
        "from other lengths": {
            "lengths": LENGTHS,
            "shape": (B, T),
            "before": np.array([1, 2, 5]),
        },
        "from no lengths": {"lengths": LENGTHS, "shape": (B, T)},
        "from lengths, without them now": {
            "lengths": None,
            "shape": (B, T),
            "before": LENGTHS,
        },
        "larger": {"lengths": LENGTHS, "shape": (B + 1, T)},
        "shorter": {"lengths": LENGTHS, "shape": (B, T - 1)},
    },
)
def an_old_cache_may_be_written_again(
    subject: Subject,
    lengths: Array | None,
    shape: tuple[int, int],
    before: Array | None = None,
) -> None:
    c = subject.example(lengths)
    expected = c.results()
    old = subject.example(before, seed=1, B=shape[0], T=shape[1])
    y, state, cache = old.forward()
    kept = copies({"y": y, "state": state})
    y_2, state_2, cache_2 = c.layer.forward(
        c.params, c.x, c.state, c.lengths, out=cache
    )
    require_same_bits(
        Results(y_2, state_2, *c.backward(cache_2)),
        expected,
        "differs when the cache of an earlier call is passed as out",
    )
    require_same_bits(
        {"y": y, "state": state},
        kept,
        "of an earlier call changes when its cache is passed as out",
    )


@promise("ownership", "a second call gives the same bits")
def a_second_call_gives_the_same_bits(subject: Subject) -> None:
    c = subject.example(LENGTHS)
    first = c.results()
    subject.example(seed=1).results()  # what happens between changes nothing
    require_same_bits(
        first, c.results(), "differs when the same layer is called again"
    )


@promise("ownership", "two calls may be in flight at once")
def two_calls_may_be_in_flight(subject: Subject) -> None:
    c, other = subject.example(LENGTHS), subject.example(seed=1)
    _, _, cache = c.forward()
    _, _, cache_2 = other.forward()
    back_2, back = other.backward(cache_2), c.backward(cache)
    for found, example in ((back, c), (back_2, other)):
        require_same_bits(
            Results(None, None, *found),
            example.results()._replace(y=None, state=None),
            "changes when another forward comes between forward and "
            "backward; keep what backward needs in the cache",
        )


@promise("ownership", "gradients outlive the next call of backward")
def gradients_outlast_the_next_way_back(subject: Subject) -> None:
    c = subject.example(LENGTHS)
    _, _, cache = c.forward()
    back = Results(None, None, *c.backward(cache))
    kept = copies(back)
    c.layer.backward(c.params, 2 * c.dy, c.dstate, cache)
    require_same_bits(
        back, kept, "of one backward is overwritten by the next"
    )


@contextlib.contextmanager
def poisoned_memory(poison: float = np.nan) -> Iterator[None]:
    """Let uninitialised memory hold what nobody can mistake for a result.

    Parameters
    ----------
    poison
        What ``np.empty`` and ``np.empty_like`` hold meanwhile, as far as
        their dtype can; integers hold one of their largest numbers.

    Yields
    ------
    None
        For the time of the ``with`` block.

    Examples
    --------
    >>> with poisoned_memory():
    ...     np.empty(2)
    array([nan, nan])
    """

    def poisoned(make: Callable[..., Array]) -> Callable[..., Array]:
        def made(*args: Any, **options: Any) -> Array:
            array = make(*args, **options)
            kind = array.dtype.kind
            if kind in "fc":
                array[...] = poison
            elif kind in "iu":  # another for each poison, beyond any index
                below = 0 if np.isnan(poison) else 1
                array[...] = np.iinfo(array.dtype).max - below
            elif kind == "b":
                array[...] = np.isnan(poison)
            return array

        return made

    own: dict[str, Callable[..., Array]] = {
        "empty": np.empty,
        "empty_like": np.empty_like,
    }
    try:
        for name, make in own.items():
            vars(np)[name] = poisoned(make)
        yield
    finally:
        vars(np).update(own)
