"""Everything public says what it is, in numpydoc's form.

A class or function in ``torch`` says what differs from its NumPy twin, and
names it. What the twin's docstring describes is described.
"""

import ast
import importlib
import inspect
import pydoc
import re
import textwrap
from functools import cache
from pathlib import Path

import pytest
from numpydoc import validate
from numpydoc.docscrape import get_doc_object

import seqcourse

SOURCE = Path(seqcourse.__file__).parent
#: https://numpydoc.readthedocs.io/en/latest/validation.html
CHECKS = {
    "GL03",  # two blank lines
    "GL05",  # tabs
    "GL06",  # unknown section
    "GL08",  # no docstring
    "GL10",  # directive without its colons
    "SS01",  # no summary
    "SS02",  # summary begins with a small letter
    "SS04",  # summary begins with spaces
    "SS05",  # "Gives" for "Give"
    "SS06",  # summary of two lines
    "PR01",  # parameter not described
    "PR02",  # unknown parameter
    "PR03",  # parameters in another order
    "PR07",  # parameter without description
    "PR08",  # description begins with a small letter
    "PR09",  # description without a period
    "RT01",  # no Returns
    "RT03",  # return value without description
    "RT04",  # description begins with a small letter
    "RT05",  # description without a period
    "YD01",  # no Yields
}
ORDER = ["Parameters", "Attributes", "Returns", "Yields", "Raises"]
ORDER += ["Notes", "Examples", "References"]
#: Calls that refuse wrong arguments, so that the caller raises, too.
REFUSALS = re.compile(
    r"^(\w+\.)*_?check_\w+$"
    r"|^(validation\.)?(features|tokens|padding_mask|state)$"
)
#: A line of so many letters in the docstrings of both twins is a repetition.
LETTERS = 30


def modules() -> list[str]:
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        if not any(re.match("_[a-z]|__main__", part) for part in parts):
            found.append(".".join(p for p in parts if p != "__init__"))
    return found


def room_of(name: str) -> str:
    return ".".join(name.split(".")[:2])


def mark(room: str):
    torch = room == "seqcourse.torch"
    return pytest.param(room, marks=pytest.mark.torch if torch else ())


each_room = pytest.mark.parametrize(
    "room", [mark(room) for room in sorted({*map(room_of, modules())})]
)


@cache
def public(room: str) -> dict[str, object]:
    """Give a room's own public classes and functions, by full name."""
    names = [name for name in modules() if room_of(name) == room]
    return {
        full: thing
        for name in names
        for full, thing in public_in(name).items()
    }


@cache
def public_in(name: str) -> dict[str, object]:
    module = importlib.import_module(name)
    return {
        f"{name}.{key}": thing
        for key, thing in vars(module).items()
        if (inspect.isclass(thing) or inspect.isfunction(thing))
        and thing.__module__ == name
        and not key.startswith("_")
    }


@cache
def methods(room: str) -> dict[str, object]:
    """Give the public methods and properties of a room's classes."""
    found = {}
    for full, thing in public(room).items():
        if inspect.isclass(thing):
            for key, member in vars(thing).items():
                plain = getattr(member, "__func__", member)
                callable_ = inspect.isfunction(plain)
                if not key.startswith("_") and (
                    callable_ or isinstance(member, property)
                ):
                    found[f"{full}.{key}"] = getattr(thing, key)
    return found


def sections(thing: object) -> list[str]:
    return headings(inspect.getdoc(thing) or "")


def headings(text: str) -> list[str]:
    return re.findall(r"^(\w[\w ]*)\n-+$", text, re.MULTILINE)


def twin(thing: object) -> object | None:
    """Give what has the same name in the same file of the NumPy backend."""
    plain = getattr(thing, "fget", thing)
    home, name = plain.__module__, plain.__qualname__
    if not home.startswith("seqcourse.torch."):
        return None
    return pydoc.locate(f"{home.replace('torch', 'numpy', 1)}.{name}")


def names_twin(thing: object) -> bool:
    text = inspect.getdoc(thing) or ""
    named = re.findall(r"`~?(seqcourse\.numpy\.[\w.]+)`", text)
    return twin(thing) in map(pydoc.locate, named)


def text_with_twin(thing: object) -> str:
    both = [it for it in (twin(thing), thing) if it is not None]
    return "\n\n".join(inspect.getdoc(it) or "" for it in both)


def sections_with_twin(thing: object) -> list[str]:
    return headings(text_with_twin(thing))


def signature_of(thing: object) -> list[str]:
    found = validate.Validator(get_doc_object(thing))
    return list(found.signature_parameters)


def own_parameters(thing: object) -> list[str]:
    """Give the parameters that a docstring describes, in its order."""
    found = validate.Validator(get_doc_object(thing)).doc_all_parameters
    return [name.replace("\\", "") for name in found]


def parameters_with_twin(thing: object) -> list[str]:
    """Give the parameters that are described here or at the NumPy twin.

    They come in the signature's order, unless those that are described here
    do not: then these alone are given.
    """
    own, reference = own_parameters(thing), twin(thing)
    if reference is None:
        return own
    known = {*own, *own_parameters(reference)}
    names = [name for name in signature_of(thing) if name in known]
    return names if own == [name for name in names if name in own] else own


def protocol(thing: object) -> bool:
    return getattr(thing, "_is_protocol", False)


def complaints(thing: object) -> list[str]:
    if inherits_docstring(thing):  # which is read where it is written
        return []
    checks, found = CHECKS, []
    if isinstance(thing, property) or protocol(thing):  # no arguments
        checks = CHECKS - {"RT01", "PR01"}
    elif twin(thing) is not None:
        checks = CHECKS - {"PR01", "PR03"}
        if "Returns" in sections(twin(thing)):
            checks -= {"RT01"}
        described, names = parameters_with_twin(thing), signature_of(thing)
        if described != names:
            found += [f"parameters: expected {names}, got {described}"]
    if twin(thing) is not None and not names_twin(thing):
        found += ["does not name its NumPy twin"]
    errors = validate.validate(get_doc_object(thing))["errors"]
    found += [f"{code} {text}" for code, text in errors if code in checks]
    return found


def inherits_docstring(thing: object) -> bool:
    return not thing.__doc__ and bool(inspect.getdoc(thing))


@each_room
def test_an_inherited_docstring_fits_the_heir(room):
    for full, thing in methods(room).items():
        if inherits_docstring(thing) and inspect.isfunction(thing):
            assert parameters_with_twin(thing) == signature_of(thing), full


@each_room
def test_every_name_in_all_is_documented_somewhere(room):
    for name in modules():
        if room_of(name) != room:
            continue
        module = importlib.import_module(name)
        assert inspect.getdoc(module), name
        for key in getattr(module, "__all__", []):
            thing = getattr(module, key)
            if inspect.isclass(thing) or inspect.isfunction(thing):
                full = f"{thing.__module__}.{key}"
                assert full in public_in(thing.__module__), name


@each_room
def test_classes_and_functions_are_documented(room):
    wrong = {
        full: found
        for full, thing in public(room).items()
        if (found := complaints(thing))
    }
    assert not wrong


@each_room
def test_methods_are_documented(room):
    protocols = [f for f, thing in public(room).items() if protocol(thing)]
    wrong = {
        full: found
        for full, thing in methods(room).items()
        if full.rpartition(".")[0] not in protocols
        if (found := complaints(thing))
    }
    assert not wrong


@each_room
def test_methods_of_a_protocol_say_what_they_give(room):
    for full, thing in methods(room).items():
        assert inspect.getdoc(thing), full


@each_room
def test_there_is_an_example(room):
    for full, thing in public(room).items():
        if protocol(thing):
            continue
        assert ">>> " in text_with_twin(thing), full
        assert "Examples" in sections_with_twin(thing), full


@each_room
def test_sections_come_in_one_order(room):
    for full, thing in (public(room) | methods(room)).items():
        found = sections(thing)
        assert found == [part for part in ORDER if part in found], full


@each_room
def test_what_is_raised_is_said(room):
    silent = [
        full
        for full, thing in (public(room) | methods(room)).items()
        if raises(thing) and not protocol(thing)
        if "Raises" not in sections_with_twin(thing)
    ]
    assert not silent


def raises(thing: object) -> bool:
    """Tell whether the code raises or hands its arguments to a refusal."""
    if inspect.isclass(thing):
        thing = vars(thing).get("__post_init__", vars(thing).get("__init__"))
    if isinstance(thing, property):
        thing = thing.fget
    thing = getattr(thing, "__func__", thing)
    if not inspect.isfunction(thing) or thing.__qualname__.startswith(
        "__create_fn__"
    ):
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(thing)))
    except OSError:  # written by dataclass
        return False
    return any(
        (isinstance(node, ast.Raise) and node.exc is not None)
        or (
            isinstance(node, ast.Call)
            and REFUSALS.match(ast.unparse(node.func))
        )
        for node in ast.walk(tree)
    )


@each_room
def test_layers_and_optimisers_name_their_source(room):
    for full, thing in public(room).items():
        if is_model(thing):
            where = text_with_twin(thing).partition("References\n")[2]
            assert re.search(r"\(\d{4}\)|torch\.nn\.", where), full


def is_model(thing: object) -> bool:
    names = {base.__name__ for base in getattr(thing, "__mro__", ())[1:]}
    named = getattr(thing, "__name__", "")
    return "Layer" in names or named in ("SGD", "Adam", "clip_by_global_norm")


@each_room
def test_every_equation_of_a_layer_stands_apart(room):
    for full, thing in public(room).items():
        if inspect.isclass(thing) and is_model(thing):
            text = text_with_twin(thing)
            assert re.search(r"::\n\n    \S", text), full


def test_a_twin_says_nothing_that_its_numpy_twin_says():
    repeated = {}
    for path in sorted((SOURCE / "torch").rglob("*.py")):
        name = path.relative_to(SOURCE / "torch")
        reference = SOURCE / "numpy" / name
        if reference.exists():
            here, there = (
                long_lines(file.read_text("utf-8"))
                for file in (path, reference)
            )
            if here & there:
                repeated[str(name)] = sorted(here & there)
    assert not repeated


def long_lines(code: str) -> set[str]:
    """Give the long lines of all docstrings of a file, imports aside."""
    return {
        line.strip()
        for node in ast.walk(ast.parse(code))
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        for line in (ast.get_docstring(node) or "").splitlines()
        if sum(map(str.isalpha, line)) >= LETTERS
        if not line.strip().startswith((">>> from ", ">>> import "))
    }


# --- can these fail? ------------------------------------------------------


def test_a_bare_function_is_found_out():
    def bare(x, y):
        """gives the sum"""
        if not x:
            raise ValueError("x")
        return x + y

    codes = {text[:4] for text in complaints(bare)}
    assert codes == {"SS02", "SS05", "PR01", "RT01"}
    assert raises(bare)
    assert "Raises" not in sections(bare)


def test_a_full_docstring_is_let_through():
    from seqcourse.numpy.functional import cross_entropy

    assert not complaints(cross_entropy)
    assert sections(cross_entropy) == [
        "Parameters",
        "Returns",
        "Raises",
        "Examples",
    ]
    assert not raises(cross_entropy) or "Raises" in sections(cross_entropy)


def test_an_overriding_method_has_the_contracts_docstring():
    from seqcourse.numpy import RNN, Layer

    assert RNN.step.__doc__ is None
    assert inspect.getdoc(RNN.step) == inspect.getdoc(Layer.step)
    assert "seqcourse.numpy.recurrent.rnn.RNN.step" in methods(
        "seqcourse.numpy"
    )


@pytest.mark.torch
def test_a_twin_that_leaves_too_much_out_is_found_out():
    from seqcourse.numpy import RNN

    def forward(self, x, state=None, engine="auto", device=None):
        """Read a batch.

        Parameters
        ----------
        device
            Where.
        engine
            How.
        """
        return self, x, state, engine, device

    forward.__module__ = "seqcourse.torch.recurrent.rnn"
    forward.__qualname__ = "RNN.forward"
    assert twin(forward) is RNN.forward
    parameters, link = complaints(forward)
    assert parameters.endswith("got ['device', 'engine']")  # out of order
    assert "twin" in link

    forward.__doc__ = """`seqcourse.numpy.RNN.forward` on autograd.

    Parameters
    ----------
    engine
        How.
    """
    (parameters,) = complaints(forward)
    assert parameters.endswith("got ['x', 'state', 'engine']")  # no device


def test_a_repeated_line_is_found_out():
    line = "What an earlier call handed on; None begins from nothing."
    code = f'def f():\n    """Read.\n\n    {line}\n    """'
    assert long_lines(code) == {line}
