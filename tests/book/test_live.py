"""What the pages need in order to run: cells, tests, runtime, policy."""

import base64
import hashlib
import importlib
import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.table import MUTANTS

pytestmark = pytest.mark.book

DATA = "script[type='application/json']"


def policy(page: Any) -> dict[str, list[str]]:
    tag = page.soup.select_one("meta[http-equiv='Content-Security-Policy']")
    rules = (rule.split() for rule in tag["content"].split(";"))
    return {name: values for name, *values in rules}


@pytest.fixture(scope="module")
def told(site: Path, pages: dict[str, Any]) -> dict[str, Any]:
    """Give what the pages know of the runtime.

    A book that was built where no source could be reached has none. Then no
    page may offer to run anything, and there is nothing to look at.
    """
    path = site / "_static" / "python" / "manifest.js"
    if not path.is_file():
        for page in pages.values():
            assert not page.soup.select(f"{DATA}#live"), page
        nothing = {key: {} for key in ("sizes", "stages", "weights")}
        return {"lock": {"packages": {}}, **nothing}
    text = path.read_text("utf-8")
    start, end = text.index("{"), text.index(";\n")
    return dict(json.loads(text[start:end]))


def test_every_page_has_a_strict_policy(page: Any) -> None:
    rules = policy(page)
    assert rules["default-src"] == ["'self'"]
    assert rules["frame-src"] == rules["object-src"] == ["'none'"]
    assert rules["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    # A blob is the page's own: taking one back is how Python hears of Stop.
    assert rules["connect-src"] == ["'self'", "blob:"]
    # One made from an address would have no policy of its own.
    assert rules["worker-src"] == ["blob:", "data:"]
    for name, values in rules.items():
        assert not any("http" in value or "*" in value for value in values)
        if not name.startswith("style-src"):
            assert "'unsafe-inline'" not in values
        assert "'unsafe-eval'" not in values
    head = page.soup.head
    policies = head.select("meta[http-equiv]")
    assert not policies[0].find_all_previous(["script", "link"])


def test_no_script_is_written_into_a_page(page: Any) -> None:
    for script in page.soup.select("script"):
        is_data = script.get("type") == "application/json"
        assert script.get("src") or is_data
    for tag in page.soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert not str(tag.get("href", "")).startswith("javascript:")


def test_a_lesson_carries_its_cells(
    lesson: Any, told: dict[str, Any]
) -> None:
    if not told["sizes"]:
        return
    (block,) = lesson.soup.select(f"{DATA}#live")
    known = json.loads(block.string)
    sources = [cell["source"] for cell in known["cells"]]
    of_page = [
        cell.source
        for cell in lesson.cells
        if "torch" not in cell.metadata.get("tags", ())
    ]
    assert sources == of_page
    shown = [cell for cell in known["cells"] if not cell["hidden"]]
    assert len(shown) == len(lesson.article.select("div.cell"))
    assert not any("twin_difference" in source for source in sources)
    for stage in ("start", "drawing"):
        files = told["stages"][stage]["files"]
        assert known[stage] == sum(told["sizes"][file] for file in files)
    assert 5e6 < known["start"] < 10e6


def test_every_proof_is_a_test_that_passes(
    pages: dict[str, Any], root: Path
) -> None:
    tests = {
        row["data-test"]
        for page in pages.values()
        for row in page.soup.select(".proofs > li")
    }
    assert len(tests) >= 15
    names = [f"tests/{test}" for test in sorted(tests)]
    options = ["-q", "-p", "no:cacheprovider", "-n", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *names],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]


def test_every_bug_is_one_that_its_test_catches(lesson: Any) -> None:
    known = {mutant.bug: mutant for mutant in MUTANTS}
    rows = lesson.soup.select(".proofs > li")
    bugs = [row for row in rows if row.has_attr("data-bug")]
    assert len(bugs) >= 2
    for row in bugs:
        mutant = known[row["data-bug"]]
        file, _, test = mutant.test.partition(": ")
        folder, slash, name = file.rpartition("/")
        assert row["data-test"].startswith(
            f"{folder}{slash}test_{name}.py::test_{test}"
        )
        # Tests outside the table of the contract have no row.
        named = mutant.given.get("row", "")
        assert row["data-test"].rstrip("]").endswith(named)


def test_three_to_five_exercises_from_easy_to_hard(lesson: Any) -> None:
    boxes = lesson.article.select("[data-exercise]")
    assert 3 <= len(boxes) <= 5
    grades = [len(box.select(".grade i[style]")) for box in boxes]
    assert grades == sorted(grades)
    assert grades[0] == 1
    assert grades[-1] == 3
    for number, box in enumerate(boxes, 1):
        heading = box.select_one("h3").get_text()
        assert heading.startswith(f"Exercise {number}. ")
        folds = box.select(".folds details:not([open])")
        assert folds[-1].summary.get_text() == "Solution"
        assert len(folds) >= 3


def test_the_runtime_is_what_pyodide_says_it_is(
    site: Path, told: dict[str, Any]
) -> None:
    folder = site / "_static" / "python"
    for package in told["lock"]["packages"].values():
        content = (folder / f"{package['file_name']}.bin").read_bytes()
        assert hashlib.sha256(content).hexdigest() == package["sha256"]
    if told["sizes"]:
        assert {"numpy", "matplotlib"} <= told["lock"]["packages"].keys()


def test_every_file_is_there_twice_and_of_its_size(
    site: Path, told: dict[str, Any]
) -> None:
    folder = site / "_static" / "python"
    for name, size in told["sizes"].items():
        sent = (folder / f"{name}.bin").read_bytes()
        assert len(sent) == size
        script = (folder / f"{name}.js").read_text("ascii")
        key, text = re.findall(r'"([^"]*)"', script)
        assert key == name
        assert base64.b64decode(text) == sent
        if name in told["packed"]:
            assert len(zlib.decompress(sent)) > size
    used = {
        name for stage in told["stages"].values() for name in stage["files"]
    }
    recorded = {*told["weights"]}
    assert not used & recorded
    assert used | recorded == told["sizes"].keys()


def test_recorded_runs_are_those_of_the_book_and_not_in_the_wheel(
    site: Path, root: Path, told: dict[str, Any]
) -> None:
    if not told["sizes"]:
        return
    folder = site / "_static" / "python"
    weights = root / "book" / "weights"
    paths = [*weights.glob("*.safetensors"), *weights.glob("*.json")]
    assert told["weights"].keys() == {path.name for path in paths}
    for path in paths:
        sent = (folder / f"{path.name}.bin").read_bytes()
        content = zlib.decompress(sent)
        assert content == path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        assert told["weights"][path.name] == digest
    (own,) = (name for name in told["sizes"] if name.startswith("seqcourse"))
    sent = zlib.decompress((folder / f"{own}.bin").read_bytes())
    with zipfile.ZipFile(io.BytesIO(sent)) as wheel:
        assert wheel.testzip() is None
        inside = wheel.namelist()
    assert "seqcourse/recipes/recipe.py" in inside
    assert not [name for name in inside if "weights/" in name]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("load('recall-20-rnn')", ["recall-20-rnn"]),
        ("a = {'x': ['recall-20-rnn', 'look']}", ["recall-20-rnn"]),
        ("print('recall-20', 'recall-20-rnn-')", []),
        (
            "[f'recall-{n}-{k}' for n in (20, 50) for k in ('rnn', 'lstm')]",
            ["recall-20-rnn", "recall-50-rnn", "recall-20-lstm"],
        ),
        ("row = 'rnn'\nload(f'recall-{100}-{row}')", ["recall-100-rnn"]),
        ("f'recall-{n}-{k}'", []),
        ("print(f'{1}', f'{x}', '')", []),
        ("load('recall-20-rnn'", []),
        ("print('\\d', 'a' * 2) or load('recall-20-rnn')", ["recall-20-rnn"]),
        ("(" * 5000, []),
        ("load_sweep('rates')", ["rates"]),
        ("for n in (10, 20): load_sweep(f'rates-{n}')", ["rates-10"]),
    ],
)
def test_weights_are_seen_in_code(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    names: list[str],
) -> None:
    monkeypatch.syspath_prepend(root / "book" / "_web" / "live")
    weights = importlib.import_module("weights")
    known = {
        **dict.fromkeys(("recall-20-rnn", "recall-50-rnn"), "safetensors"),
        **dict.fromkeys(("recall-100-rnn", "recall-20-lstm"), "safetensors"),
        **dict.fromkeys(("rates", "rates-10"), "json"),
    }
    files = [f"{name}.{kind}" for name, kind in known.items()]
    wanted = [f"{name}.{known[name]}" for name in names]
    assert weights.named(source, files) == wanted


def test_everything_served_has_its_licence(
    site: Path, told: dict[str, Any]
) -> None:
    if not told["sizes"]:
        return
    folder = site / "_static" / "python" / "licences"
    found = {path.name.partition("-")[0] for path in folder.iterdir()}
    packages = {
        name.partition("-")[0]
        for name in told["sizes"]
        if name.endswith(".whl")
    }
    assert packages <= found
    assert {"pyodide.txt", "python.txt"} <= {p.name for p in folder.iterdir()}
    assert {"pytest", "pluggy", "pygments"} <= found
    for path in folder.iterdir():
        assert path.read_text("utf-8").strip()


@pytest.fixture
def runtime(root: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the extension that gathers the runtime."""
    monkeypatch.syspath_prepend(root / "book" / "_ext")
    return importlib.import_module("assets.runtime")


def test_a_second_source_is_tried_and_then_it_is_said(
    runtime: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tried = []

    def fail(kind: type[Exception]) -> Any:
        def source(names: list[str], folder: Path) -> None:
            tried.append(kind)
            raise kind("no way")

        return source

    wheels = runtime.wheels
    monkeypatch.setattr(wheels, "_from_home", fail(OSError))
    monkeypatch.setattr(wheels, "_from_carrier", fail(OSError))
    with pytest.raises(wheels.UnreachableError, match="no way; no way"):
        wheels.fetch(["numpy"], tmp_path)
    assert len(tried) == 2
    monkeypatch.setattr(wheels, "_from_carrier", lambda *_: None)
    assert list(wheels.fetch(["numpy"], tmp_path)) == ["numpy"]


def test_a_wheel_that_is_another_is_refused(
    runtime: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def download(url: str, output_file: str, pooch: Any) -> None:
        Path(output_file).write_bytes(b"something else")

    wheels = runtime.wheels
    monkeypatch.setattr(wheels.pooch, "HTTPDownloader", lambda **_: download)
    monkeypatch.setattr(
        wheels, "_from_carrier", lambda *_: (_ for _ in ()).throw(OSError)
    )
    with pytest.raises(wheels.UnreachableError, match="SHA256 hash"):
        wheels.fetch(["six"], tmp_path)
    assert not list(tmp_path.glob("*.whl"))


def test_without_a_source_the_book_goes_without(
    runtime: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    class App:
        class builder:  # noqa: N801
            name = "html"

        class config:  # noqa: N801
            html_context: dict[str, Any] = {}  # noqa: RUF012

    def collect() -> None:
        raise runtime.wheels.UnreachableError("no way,\nnor another")

    monkeypatch.setattr(runtime.npm, "BUILD", tmp_path)
    monkeypatch.setattr(runtime, "collect", collect)
    runtime.prepare(App)
    assert App.config.html_context == {}
    (line,) = capsys.readouterr().err.splitlines()
    assert "without its Run buttons" in line
    assert line.endswith("(no way, nor another).")
