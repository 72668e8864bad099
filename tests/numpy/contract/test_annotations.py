"""A call whose arguments are of another kind is refused in a sentence."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import pytest
from numpy.typing import ArrayLike, DTypeLike, NDArray

from seqcourse.numpy import RNN, Layer, Stack
from seqcourse.numpy.contract.annotations import checked, described, kinds
from seqcourse.numpy.contract.configurable import Configurable

Array = NDArray[Any]


class Named(Protocol):
    """Something with a name."""

    @property
    def name(self) -> str: ...


@checked
def call(
    whole: int = 1,
    number: float = 1.0,
    yes: bool = True,
    word: str = "",
    choice: Literal["a", "b"] = "a",
    maybe: int | None = None,
    either: float | Array = 1.0,
    x: Array | None = None,
    sizes: tuple[int, ...] = (),
    pair: tuple[int, str] = (1, ""),
    params: dict[str, Array] | None = None,
    by_name: Mapping[str, int] | None = None,
    rng: np.random.Generator | None = None,
    dtype: DTypeLike = np.float32,
    layer: Layer | None = None,
    kind: type[Layer] = RNN,
    do: Callable[[int], int] | None = None,
    path: Path | str = "",
    several: Sequence[int] = (),
    lines: Iterable[str] = (),
    points: ArrayLike = (),
    scores: Mapping[str, ArrayLike | tuple[ArrayLike, str]] | None = None,
    counts: Mapping[int, int] | None = None,
    named: Named | None = None,
    anything: Any = None,
) -> dict[str, Any]:
    return locals()


WRONG = [
    ("whole", "1", "a whole number, got '1'"),
    ("whole", 1.0, "a whole number, got 1.0"),
    ("whole", True, "a whole number, got True"),
    ("whole", None, "a whole number, got None"),
    ("whole", np.ones(1, int), "a whole number, got an array of shape (1,)"),
    ("number", "1e-3", "a number, got '1e-3'"),
    ("number", float("nan"), "a finite number, got nan"),
    ("number", np.float32("nan"), "a finite number, got nan"),
    ("number", True, "a number, got True"),
    ("number", 1j, "a number, got 1j"),
    ("yes", "False", "True or False, got 'False'"),
    ("yes", 1, "True or False, got 1"),
    ("word", b"a", "a string, got b'a'"),
    ("choice", "c", "one of a, b, got 'c'"),
    ("choice", ["a"], "one of a, b, got ['a']"),
    ("maybe", "1", "a whole number or None, got '1'"),
    ("either", "1", "a number or an array of numbers, got '1'"),
    ("x", "abc", "an array of numbers or None, got 'abc'"),
    ("x", [[1], [1, 2]], "an array of numbers or None, got [[1], [1, 2]]"),
    ("x", np.array(["a"]), "an array of numbers or None, got <U1"),
    ("x", np.array([None]), "an array of numbers or None, got object"),
    ("x", np.ones(2, complex), "an array of numbers or None, got complex128"),
    ("x", {}, "an array of numbers or None, got {}"),
    ("sizes", 3, "a tuple, got 3"),
    ("pair", (1, "", 2), "a tuple of 2, got (1, '', 2)"),
    ("rng", 0, "a generator as np.random.default_rng(0) makes it or None"),
    ("dtype", int, "a floating type such as np.float32, got the class int"),
    ("dtype", None, "a floating type such as np.float32, got None"),
    ("dtype", "float31", "a floating type such as np.float32, got 'float31'"),
    ("layer", RNN, "a Layer or None, got the class seqc"),
    ("kind", int, "a subclass of seqcourse.numpy.Layer, got the class int"),
    ("do", 3, "a function or None, got 3"),
    ("path", 3, "a string or a pathlib.Path, got 3"),
    ("several", 3, "several values, such as a list, got 3"),
    ("several", "abc", "several values, such as a list, got 'abc'"),
    ("several", iter([1]), "several values, such as a list, got a"),
    ("several", {1}, "several values, such as a list, got {1}"),
    ("points", "abc", "an array of numbers, got 'abc'"),
    ("points", np.array([None]), "an array of numbers, got object"),
    ("points", [[1], [1, 2]], "an array of numbers, got [[1], [1, 2]]"),
    ("params", [], "a dictionary or None, got []"),
    ("named", object(), "a named with name or None, got an object"),
]
#: What is wrong lies within the argument.
WITHIN = [
    ("sizes", (1, "2"), "sizes[1]: expected a whole number, got '2'"),
    ("several", [1, None], "several[1]: expected a whole number, got None"),
    ("params", {"w": None}, "params['w']: expected an array of numbers, got"),
    ("params", {3: None}, "params[3]: expected a dictionary by names, got 3"),
    ("several", np.array([0.5]), "several[0]: expected a whole number, got"),
    ("scores", {"a": ([1], 2)}, "scores['a'][1]: expected a string, got 2"),
    ("counts", {"a": 1}, "counts['a']: expected a whole number, got 'a'"),
    ("by_name", {"a": 1.5}, "by_name['a']: expected a whole number, got 1.5"),
]


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_another_kind_is_refused(name, value, said):
    sentence = re.escape(f"{name}: expected {said}")
    with pytest.raises(ValueError, match=f"^{sentence}"):
        call(**{name: value})


@pytest.mark.parametrize(("name", "value", "said"), WITHIN)
def test_the_place_within_is_named(name, value, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        call(**{name: value})


RIGHT = [
    ("whole", np.int64(3), 3),
    ("whole", 10**400, 10**400),
    ("number", np.float32(0.5), 0.5),
    ("number", 3, 3),
    ("yes", np.True_, True),
    ("word", np.str_("a"), "a"),
    ("choice", "b", "b"),
    ("sizes", [1, np.int8(2)], (1, 2)),
    ("dtype", "float64", "float64"),
    ("kind", RNN, RNN),
    ("path", Path("a"), Path("a")),
    ("named", Path("a"), Path("a")),
    ("several", np.arange(2), [0, 1]),
    ("counts", {np.int64(1): np.int64(2)}, {1: 2}),
    ("anything", ..., ...),
]


@pytest.mark.parametrize(("name", "value", "expected"), RIGHT)
def test_what_fits_goes_through_as_pythons_own(name, value, expected):
    got = call(**{name: value})[name]
    assert got == expected
    assert type(got) is type(expected)


def test_what_needs_no_change_is_handed_on_itself():
    x, params = np.ones(2), {"w": np.ones(3)}
    lines = iter("ab")
    got = call(x=x, params=params, lines=lines, either=x)
    assert got["x"] is x
    assert got["either"] is x
    assert got["params"] is params
    assert got["lines"] is lines


def test_lists_of_numbers_become_arrays():
    got = call(x=[[1, 2]], either=2)
    np.testing.assert_array_equal(got["x"], [[1, 2]])
    assert got["either"] == 2
    got = call(points=range(2), scores={"a": ([1.5], "rnn"), "b": (1, 2)})
    np.testing.assert_array_equal(got["points"], [0, 1])
    np.testing.assert_array_equal(got["scores"]["a"][0], [1.5])
    np.testing.assert_array_equal(got["scores"]["b"], [1, 2])


def test_arguments_by_place_and_any_number_of_them_are_checked():
    @checked
    def total(*numbers: int, **named: float) -> float:
        return sum(numbers) + sum(named.values())

    assert total(1, np.int32(2), a=0.5) == 3.5
    with pytest.raises(ValueError, match=r"^numbers\[1\]: expected a whole"):
        total(1, "2")
    with pytest.raises(ValueError, match=r"^a: expected a number, got None"):
        total(a=None)


def test_pythons_own_refusals_stay():
    with pytest.raises(TypeError, match="unexpected keyword argument 'size'"):
        call(size=3)
    with pytest.raises(TypeError, match="hidden_size"):
        RNN(3)


def test_a_function_stays_what_it_was():
    assert call.__name__ == "call"
    assert next(iter(signature(call).parameters)) == "whole"
    assert [*signature(RNN).parameters][:2] == ["input_size", "hidden_size"]


def test_constructors_are_checked_those_of_a_reader_too():
    @dataclass(frozen=True)
    class Mine(Configurable):
        width: int
        depth: "Unknown" = None  # noqa: F821

    @dataclass(frozen=True)
    class Known(Configurable):
        width: int

    assert Known(np.int64(2)).to_config() == {"type": "Known", "width": 2}
    with pytest.raises(ValueError, match=r"^width: expected a whole number"):
        Known("2")
    assert Mine("2").width == "2"  # nobody knows what Unknown is
    assert Stack([RNN(2, 3)]) == Stack((RNN(2, 3),))


class Evil:
    def __repr__(self):
        raise RuntimeError

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = None


@pytest.mark.parametrize("name", [name for name, *_ in WRONG])
def test_an_evil_value_raises_nothing_of_its_own(name):
    for value in (Evil(), [Evil()], {"a": Evil()}):
        with suppress(ValueError):
            call(**{name: value})


def test_a_description_is_short():
    assert len(described("a" * 10_000)) < 100
    assert len(described(list(range(10_000)))) < 100
    assert "Evil" in described([Evil()])


@pytest.mark.parametrize("name", ["DTypeLike", "ArrayLike"])
def test_numpys_own_names_may_be_no_unions(name, monkeypatch):
    """From NumPy 2.4 on they are names, which have no parts."""
    monkeypatch.setattr(kinds, name, object())
    convert = kinds.conversion.__wrapped__(int | None)
    assert convert(3) == 3
