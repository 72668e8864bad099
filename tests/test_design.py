"""How the source is laid out: small files, each of one idea."""

import ast
import re
from pathlib import Path

import seqcourse

SOURCE = Path(seqcourse.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
WIDEST, LONGEST = 78, 220  # columns, lines of code
MOST_MODULES = 15  # in one folder
NO_IDEA = {"base", "common", "helpers", "manager", "misc", "utils"}
#: What is asked for lines to read, and gives them.
PRINT = {SOURCE / "testing" / "contract.py", *(SOURCE / "cli").glob("*.py")}
#: Words that would write how the work was done into the work.
PRIVATE = re.compile(r"\bTODO\b|\bFIXME\b|\bXXX\b|(?<!\w)/(tmp|work)/")


def test_there_is_something_to_look_at():
    assert len(FILES) > 20


def lines_of_code(path):
    """Count what is no docstring, no comment and not empty."""
    text = path.read_text("utf-8")
    described = set()
    for node in ast.walk(ast.parse(text)):
        kinds = ast.Module | ast.ClassDef | ast.FunctionDef
        if isinstance(node, kinds) and ast.get_docstring(node) is not None:
            first = node.body[0]
            described |= {*range(first.lineno, first.end_lineno + 1)}
    lines = enumerate(map(str.strip, text.split("\n")), 1)
    return sum(
        bool(line) and line[0] != "#" and number not in described
        for number, line in lines
    )


def test_a_file_is_short():
    for path in FILES:
        lines = lines_of_code(path)
        assert lines <= LONGEST, f"{path}: {lines} lines"


def test_a_line_fits_the_page():
    for path in FILES:
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            where = f"{path}, line {number}"
            assert len(line) <= WIDEST, f"{where}: {len(line)} columns"
            assert line == line.rstrip(), f"{where} ends in spaces"


def test_a_file_is_named_after_its_idea():
    for path in FILES:
        words = {*path.relative_to(SOURCE).with_suffix("").parts}
        parts = {part for word in words for part in word.split("_")}
        assert not (words | parts) & {"helper", *NO_IDEA}, path


def test_a_file_says_first_what_it_is():
    for path in FILES:
        docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
        assert docstring, path
        assert docstring.split("\n")[0].endswith((".", ":", "?")), path


def test_nothing_private_or_unfinished_is_left():
    for path in FILES:
        assert not PRIVATE.search(path.read_text("utf-8")), path


def test_nothing_is_printed():
    for path in {*FILES} - PRINT:
        tree = ast.parse(path.read_text("utf-8"))
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
        names = [call.func.id for call in calls if hasattr(call.func, "id")]
        assert "print" not in names, path


def test_each_numpy_model_has_its_twin():
    layers, twins = (
        {
            path.relative_to(SOURCE / room)
            for path in (SOURCE / room).rglob("*.py")
            if re.search(
                r"^class \w+\((Recurrent)?Layer\)",
                path.read_text("utf-8"),
                re.MULTILINE,
            )
        }
        for room in ("numpy", "torch")
    )
    assert len(layers) > 10
    assert layers <= twins | {Path("contract/layer.py")}


def test_a_folder_holds_what_one_can_survey():
    for folder in {path.parent for path in FILES}:
        modules = [p for p in folder.glob("*.py") if p.name != "__init__.py"]
        assert len(modules) <= MOST_MODULES, folder


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
