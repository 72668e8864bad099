"""Imports point one way, and nobody loads what nobody asked for."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import seqcourse

SOURCE = Path(seqcourse.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
ROOMS = ["numpy", "tokenizers", "tasks", "probes", "figures", "diagnosis"]
ROOMS += ["exercises"]
#: What asks for either backend, once it is called.
MIXED = {"testing", "store", "text_models", "__main__"}
HEAVY = {
    "IPython",
    "matplotlib",
    "pooch",
    "safetensors",
    "torch",
    "tqdm",
}
#: What the reader's browser has before a page installs anything else.
LIGHT = ["seqcourse", "seqcourse.numpy", "seqcourse.testing"]


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = [name_of(path) for path in FILES]


def room_of(module: str) -> str:
    return [*module.split("."), ""][1]


def imports(tree: ast.AST, package: str, *, lazy: bool = True) -> list[str]:
    """List what a module imports, with or without its functions' bodies."""
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: -node.level] if node.level else []
            base += [node.module] if node.module else []
            found += [".".join([*base, alias.name]) for alias in node.names]
        elif lazy or not isinstance(node, ast.FunctionDef | ast.Lambda):
            found += imports(node, package, lazy=lazy)
    return found


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("module", LIGHT)
def test_a_light_module_loads_nothing_heavy(module):
    loaded = run(f"import sys, {module}; print(*sys.modules)").split()
    assert not {name.split(".")[0] for name in loaded} & HEAVY


def test_the_package_alone_loads_not_even_numpy():
    loaded = run("import sys, seqcourse; print(*sys.modules)").split()
    assert "numpy" not in loaded
    assert [name for name in loaded if name.startswith("seqcourse.")] == []


def test_numpy_layers_need_numpy_and_python_alone():
    allowed = {"numpy", "seqcourse", *sys.stdlib_module_names}
    for path, module in zip(FILES, MODULES, strict=True):
        if room_of(module) == "numpy":
            tree = ast.parse(path.read_text("utf-8"))
            tops = {
                name.split(".")[0]
                for name in imports(tree, module, lazy=False)
            }
            assert tops <= allowed, path


def test_everything_but_the_twins_imports_where_there_is_no_torch():
    wanted = [
        module
        for module in MODULES
        if room_of(module) not in ("torch", "__main__")
    ]
    run(
        "import importlib, sys; sys.modules['torch'] = None\n"
        f"for name in {wanted}: importlib.import_module(name)"
    )


@pytest.mark.parametrize(
    "code",
    [
        "import seqcourse.torch",
        "from seqcourse.torch.recurrent.rnn import RNN",
        (
            "from seqcourse import numpy, testing\n"
            "testing.twin_difference(numpy.RNN(1, 1), [[[0.0]]])"
        ),
    ],
    ids=["package", "module", "twin check"],
)
def test_without_torch_the_twins_say_what_to_install(code):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.modules['torch'] = None\n{code}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: seqcourse.torch needs PyTorch")
    assert last.endswith('; pip install "seqcourse[torch]" installs it')


#: What needs no twin: torch clips by itself, weights cross by NumPy's side,
#: and both backends raise the same error.
ALONE = {
    "Container",
    "DivergenceError",
    "clip_by_global_norm",
    "from_torch_nn",
    "to_torch_nn",
}


@pytest.mark.torch
def test_every_public_name_has_its_twin():
    import seqcourse.numpy
    import seqcourse.torch

    ours, twins = {*seqcourse.numpy.__all__}, {*seqcourse.torch.__all__}
    assert ours - twins == ALONE
    assert twins <= ours


@pytest.mark.torch
def test_a_twin_writes_wherever_the_package_alone_was_imported():
    tokens = run(
        "from seqcourse.torch import RNN, Embedding, LanguageModel, greedy;"
        "model = LanguageModel(Embedding(9, 4), RNN(4, 8));"
        "found = greedy(model, model.to_params(), prefix=3, max_length=4);"
        "print(found.tokens.shape)"
    )
    assert tokens.strip() == "(1, 4)"


def test_torch_is_imported_in_its_own_room():
    for path, module in zip(FILES, MODULES, strict=True):
        if room_of(module) == "torch":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for name in imports(tree, module, lazy=False):
            assert not name.startswith(("torch", "seqcourse.torch")), path
        if room_of(module) not in MIXED:
            for name in imports(tree, module):
                found = name.startswith(("torch", "seqcourse.torch"))
                assert not found, path


def test_imports_point_one_way():
    for path, module in zip(FILES, MODULES, strict=True):
        room = room_of(module)
        tree = ast.parse(path.read_text("utf-8"))
        rooms = {
            room_of(name)
            for name in imports(tree, module)
            if name.startswith("seqcourse.") and room_of(name) != room
        }
        if room in ROOMS:
            beside = {"testing"} if room == "exercises" else set()
            allowed = {*ROOMS[: ROOMS.index(room)], *beside}
        elif room == "torch":
            allowed = {"numpy"}
        elif room == "store":
            allowed = {"numpy", "tokenizers"}
        elif room == "text_models":
            allowed = {"numpy", "tokenizers", "store"}
        elif room == "testing":
            allowed = {"numpy", "torch"}
        else:
            continue
        assert rooms <= allowed, path


@pytest.mark.parametrize(
    ("room", "first"),
    [
        ("numpy", "contract"),
        ("torch", "contract"),
        ("tasks", "contract"),
        ("figures", "drawing"),
    ],
)
def test_imports_between_folders_go_one_way(room, first):
    """In an order of the folders, each imports from those before it alone."""
    above = {
        path.name: set()
        for path in (SOURCE / room).iterdir()
        if (path / "__init__.py").is_file()
    }
    for path in (SOURCE / room).glob("*/*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for name in imports(tree, name_of(path)):
            package, other, folder, *_ = [*name.split("."), "", ""]
            if (package, other) == ("seqcourse", room) and folder in above:
                above[path.parent.name].add(folder)
    for folder, below in above.items():
        below.discard(folder)
    order = [*TopologicalSorter(above).static_order()]  # or a CycleError
    assert len(order) >= 5
    assert order[0] == first


def test_the_readers_of_imports_read():
    code = """
import a.b
from c import d
from . import e
from .f import g
from ..h import i
def function():
    import lazy
class Eager:
    import eager
if True:
    import conditional
"""
    tree = ast.parse(code)
    always = imports(tree, "p.q.r", lazy=False)
    assert always == [
        "a.b",
        "c.d",
        "p.q.e",
        "p.q.f.g",
        "p.h.i",
        "eager",
        "conditional",
    ]
    assert "lazy" in imports(tree, "p.q.r")
