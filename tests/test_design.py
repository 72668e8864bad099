"""How the source is laid out: small files, each of one idea."""

import ast
import re
from pathlib import Path

import pytest

import seqcourse

SOURCE = Path(seqcourse.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
WIDEST, LONGEST = 78, 300
NO_IDEA = {"base", "common", "helpers", "manager", "misc", "utils"}
#: Words that would write how the work was done into the work.
PRIVATE = re.compile(r"\bTODO\b|\bFIXME\b|\bXXX\b|(?<!\w)/(tmp|work)/")

each_file = pytest.mark.parametrize(
    "path", FILES, ids=[str(path.relative_to(SOURCE)) for path in FILES]
)


def test_there_is_something_to_look_at():
    assert len(FILES) > 20


@each_file
def test_a_file_is_short(path):
    lines = path.read_text("utf-8").count("\n")
    assert lines <= LONGEST, f"{lines} lines"


@each_file
def test_a_line_fits_the_page(path):
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        assert len(line) <= WIDEST, f"line {number}: {len(line)} columns"
        assert line == line.rstrip(), f"line {number} ends in spaces"


@each_file
def test_a_file_is_named_after_its_idea(path):
    words = {*path.relative_to(SOURCE).with_suffix("").parts}
    assert not words & NO_IDEA
    assert not {word for part in words for word in part.split("_")} & {
        "helper",
        *NO_IDEA,
    }


@each_file
def test_a_file_says_first_what_it_is(path):
    tree = ast.parse(path.read_text("utf-8"))
    docstring = ast.get_docstring(tree)
    assert docstring
    assert docstring.split("\n")[0].endswith((".", ":", "?"))


@each_file
def test_nothing_private_or_unfinished_is_left(path):
    found = PRIVATE.search(path.read_text("utf-8"))
    assert not found


@each_file
def test_nothing_is_printed(path):
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [call.func.id for call in calls if hasattr(call.func, "id")]
    if path.name != "__main__.py":
        assert "print" not in names


def test_each_numpy_model_has_its_twin():
    rooms = SOURCE / "numpy", SOURCE / "torch"
    layers, twins = (
        {
            path.name
            for path in room.glob("*.py")
            if re.search(
                r"^class \w+\(Layer\)", path.read_text("utf-8"), re.M
            )
        }
        for room in rooms
    )
    assert layers
    assert layers <= twins | {"layer.py"}


def test_what_a_module_offers_exists_and_is_sorted():
    for path in FILES:
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Assign) and any(
                getattr(target, "id", "") == "__all__"
                for target in node.targets
            ):
                names = ast.literal_eval(node.value)
                assert len(set(names)) == len(names), path
