"""The prose that models learn from is that which MyST itself reads."""

import json
import re
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from seqcourse.tasks import book_text
from seqcourse.tasks.language.book_prose import PROSE, _sayable, prose
from tests.book import myst_reading
from tests.tasks.language.myst_pages import page as random_page

pytestmark = pytest.mark.book

BOOK = Path(__file__).parents[2] / "book"
FILE = "seqcourse/tasks/language/book_text.txt"
SOURCES = sorted(
    path.relative_to(BOOK).as_posix()
    for path in BOOK.rglob("*.md")
    if path.relative_to(BOOK).parts[0] in ("reference", "index.md")
    or path.relative_to(BOOK).parts[0][0].isdigit()
)
#: Blocks in which there is no prose, or none that reads as such.
LEFT_OUT = {
    "all-controls",
    "bibliography",
    "code-cell",
    "controls",
    "course-map",
    "door",
    "doors",
    "eval-rst",
    "exercise",
    "field",
    "ledger",
    "lesson-head",
    "nb-exec-table",
    "next",
    "progress",
    "proofs",
    "results",
    "source",
    "toctree",
    "twins",
}
CODE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import seqcourse
from seqcourse.tasks import book_text
print(json.dumps([seqcourse.__file__, book_text()]))
"""


def check(source: str) -> None:
    """Hold the collector's reading against the parser's, line by line."""
    front = re.match(r"---\n.*?\n---\n", source, re.DOTALL)
    read = [*myst_reading.read(source[front.end() if front else 0 :])]
    found = [line for line in prose(source).split("\n") if line]
    at = 0
    for kind, raw in read:
        line = _sayable(raw)
        if kind == "entry" and line[:9] != raw[:9]:  # the term is not said
            continue
        here = found[at] if at < len(found) else ""
        if line in ("", here):
            at += bool(line)
        elif line.endswith(":") and kind == "paragraph":
            # It announces what is left out: so its last sentence is, too.
            at += bool(here) and line.startswith(f"{here} ")
        else:  # a heading without prose below it
            assert kind == "heading", (line, here)
    assert at == len(found), found[at:]


@pytest.mark.parametrize("name", SOURCES)
def test_a_page_is_read_as_myst_reads_it(name: str) -> None:
    check((BOOK / name).read_text("utf-8"))


@pytest.mark.parametrize("seed", range(100))
def test_a_random_page_is_read_as_myst_reads_it(seed: int) -> None:
    check(random_page(seed)[0])


@pytest.mark.parametrize("name", SOURCES)
def test_every_block_is_known(name: str) -> None:
    """Whoever writes a new one decides whether its text is prose."""
    source = (BOOK / name).read_text("utf-8")
    used = set(re.findall(r"^[:`]{3,}\{([\w:-]+)\}", source, re.MULTILINE))
    assert used <= PROSE | LEFT_OUT
    assert not PROSE & LEFT_OUT


def test_no_markup_is_left() -> None:
    text = book_text()
    assert not re.search(r"[`*{}$\\<>|\[\]#@=]|https?:|::|\.md\b", text)
    assert not re.search(r"  |^ | $|\n\n\n| [,.;:]", text, re.MULTILINE)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("wheel")
    (made,) = WheelBuilder(str(BOOK.parent)).build(
        directory=str(folder), versions=["standard"]
    )
    return Path(made)


def test_the_wheel_carries_it_with_its_hash(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(FILE)
        expected = archive.read(f"{FILE}.sha256").decode("ascii")
    assert content.decode("utf-8") == book_text()
    assert expected == f"{sha256(content).hexdigest()}\n"


@pytest.mark.parametrize("unpacked", [True, False])
def test_an_installed_wheel_reads_it_without_the_book(
    wheel: Path, unpacked: bool, tmp_path: Path
) -> None:
    place = wheel
    if unpacked:
        place = tmp_path / "site"
        zipfile.ZipFile(wheel).extractall(place)
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", CODE, str(place)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    found, text = json.loads(done.stdout)
    assert found.startswith(str(place))
    assert text == book_text()
