"""Bugs that live in other people's tutorials, planted one at a time.

Each row changes one piece of the source; the test that it names must pass
before and fail after. A row whose text is no longer in the source fails.
"""

import importlib
import tempfile
import types
from pathlib import Path
from typing import Any

import pytest

import seqcourse.numpy
from tests.contract import table
from tests.mutants.changed import changed, classes_of, heirs
from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS, TWINS


def name_of(mutant: Mutant) -> str:
    return mutant.bug.replace(" ", "-")


@pytest.mark.parametrize(
    "mutant",
    [
        *(pytest.param(m, id=name_of(m)) for m in MUTANTS),
        *(
            pytest.param(m, id=name_of(m), marks=pytest.mark.torch)
            for m in TWINS
        ),
    ],
)
def test_a_planted_bug_is_found(mutant, load, monkeypatch):
    test = planted(mutant, mutant.old, load, monkeypatch)
    test()
    test = planted(mutant, mutant.new, load, monkeypatch)
    with pytest.raises(mutant.error):
        test()


def planted(
    mutant: Mutant, new: str, load: Any, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Give the named test, run on a copy of the source."""
    place, _, name = mutant.test.partition(": ")
    folder, _, file = place.rpartition("/")
    module = f"seqcourse.{mutant.where}"
    copy = changed(module, mutant.old, new)
    classes = classes_of(copy) | heirs(module, copy)
    if folder == "contract":
        tests = importlib.import_module(f"tests.contract.test_{file}")
    else:
        tests = read_once(str(Path(folder, f"test_{file}.py")), load)
    if mutant.where.startswith("torch."):
        # A twin is found by its name; a fixture puts the right ones back.
        seqcourse.torch.Layer._types |= classes
    elif folder == "contract":
        found = vars(seqcourse.numpy) | classes
        monkeypatch.setattr(table, "layers", types.SimpleNamespace(**found))
    else:
        setattr(tests, file, copy)
    given = {
        key: argument(tests, load, key, value)
        for key, value in mutant.given.items()
    }
    return lambda: getattr(tests, f"test_{name}")(**used(tests, name, given))


LOADED: dict[str, tuple[types.ModuleType, dict[str, Any]]] = {}


def read_once(file: str, load: Any) -> types.ModuleType:
    """Give a file of tests as it is; it is read once, since many bugs ask."""
    if file not in LOADED:
        module = load(file)
        LOADED[file] = module, dict(vars(module))
    module, untouched = LOADED[file]
    vars(module).update(untouched)
    return module


def used(tests: Any, name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the test does not ask for; take a case that it has."""
    test = getattr(tests, f"test_{name}")
    asked = test.__code__.co_varnames[: test.__code__.co_argcount]
    found = {key: value for key, value in given.items() if key in asked}
    cases = getattr(test, "cases", None)
    if cases and found["case"] not in cases:
        found["case"] = next(iter(cases))
    return found


def argument(tests: Any, load: Any, key: str, value: Any) -> Any:
    if key == "row":
        return table.TABLE[value]
    if key == "cuts":
        return tests.CUTS[value]
    if isinstance(value, str) and key in ("case", "x"):
        fixture = getattr(tests, key, None)  # the file's own, if it has one
        return fixture.__wrapped__() if fixture else value
    if key == "tmp_path":
        return Path(tempfile.mkdtemp())
    if key == "backwards":
        return load("lessons.py").backwards
    if key in ("lesson", "classifier", "series"):
        example = load("lessons.py").example
        return lambda layers: example(value, layers)
    return value


def test_a_row_whose_text_is_gone_fails():
    with pytest.raises(AssertionError, match="is there 0 times"):
        changed(
            "seqcourse.numpy.recurrent.rnn", "h[t] = nothing like this", ""
        )


def test_the_planted_bug_is_in_the_copy_alone():
    before = Path(seqcourse.numpy.recurrent.rnn.__file__).read_text("utf-8")
    copy = changed(
        "seqcourse.numpy.recurrent.rnn", "activation(sums)", "sums"
    )
    assert copy.RNN is not seqcourse.numpy.RNN
    assert (
        Path(seqcourse.numpy.recurrent.rnn.__file__).read_text("utf-8")
        == before
    )
