"""A predict box that cannot work is refused while the book is built."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.book

GLUED = {
    "one": "50.4",
    "whole": "64",
    "high": "120.0",
    "three": "[97.4, 40.0, 12.5]",
    "words": "'a lot'",
    "array": "np.float64(0.5)",
}
CURVE = "```{predict} How?\n:kind: curve\n"
CHOICE = "```{predict} Which?\n:kind: choice\n\n"
NUMBER = "```{predict} How many?\n:kind: number\n"
#: What is wrong, and what the build must say of it.
WRONG = {
    "unmeasured": (
        "```{predict} How?\n\nSo.\n```",
        "expected :measured:, a glued number",
    ),
    "unknown": (
        "```{predict} How?\n:measured: none\n\nSo.\n```",
        "nothing is glued as 'none'",
    ),
    "words": (
        "```{predict} How?\n:measured: words\n\nSo.\n```",
        "words: expected a plain number, or a list of them, got 'a lot'",
    ),
    "array": (
        "```{predict} How?\n:measured: array\n\nSo.\n```",
        "array: expected a plain number, or a list of them, got np.float64",
    ),
    "outside": (
        "```{predict} How?\n:measured: high\n\nSo.\n```",
        "expected 0 to 100, got 120",
    ),
    "several": (
        "```{predict} How?\n:measured: three\n\nSo.\n```",
        "expected one number, got 3",
    ),
    "short": (
        CURVE + ":at: 2, 4\n:place: p\n:measured: three\n\nSo.\n```",
        "expected 2 numbers, one for each of :at:, got 3",
    ),
    "single": (
        CURVE + ":at: 2, 4, 6\n:place: p\n:measured: one\n\nSo.\n```",
        "expected 3 numbers, one for each of :at:, got 1",
    ),
    "nowhere": (
        CURVE + ":at: 2, 4, 6\n:measured: three\n\nSo.\n```",
        "a curve needs :at: 1, 2, … and :place:",
    ),
    "silent": (
        "```{predict} How?\n:measured: one\n```",
        "expected words on what was measured",
    ),
    "unmarked": (
        CHOICE + "- [ ] this\n- that\n\nSo.\n```",
        "expected [ ] or [x], got 'that'",
    ),
    "undecided": (
        CHOICE + "- [ ] this\n- [ ] that\n\nSo.\n```",
        "expected one choice marked [x], got 0",
    ),
    "torn": (
        CHOICE + "- [x] this\n- [x] that\n\nSo.\n```",
        "expected one choice marked [x], got 2",
    ),
    "listless": (CHOICE + "So.\n```", "expected a list of choices"),
}
RIGHT = {
    "percent": "```{predict} How?\n:measured: one\n\nSo.\n```",
    "number": NUMBER + ":measured: whole\n:unit: bytes\n\nSo.\n```",
    "curve": CURVE
    + ":at: 1, 2, 9\n:place: p\n:measured: three:.1f\n\nSo.\n```",
    "named": CURVE.replace("How", "Who")
    + ":at: ant, bee, cow\n:place: who\n:measured: three\n\nSo.\n```",
    "choice": CHOICE + "- [ ] this\n- [x] **that** one\n\nSo.\n```",
}


def notebook(text: str) -> str:
    """Make a page of which one cell has run and glued all of `GLUED`."""
    prefix = "application/papermill.record/"
    outputs = [
        {
            "output_type": "display_data",
            "data": {f"{prefix}text/plain": value},
            "metadata": {"scrapbook": {"name": name, "mime_prefix": prefix}},
        }
        for name, value in GLUED.items()
    ]
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": text},
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {},
            "outputs": outputs,
            "source": "",
        },
    ]
    page = {
        "cells": cells,
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    return json.dumps(page)


@pytest.fixture(scope="module")
def built(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """Build a book of these boxes alone; give its folder and its warnings."""
    source = tmp_path_factory.mktemp("boxes")
    (source / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(root / 'book' / '_ext')!r})\n"
        "extensions = ['myst_nb', 'pages.blocks']\n"
        "nb_execution_mode = 'off'\n"
    )
    (source / "index.md").write_text(
        "# Boxes\n\n```{toctree}\n:glob:\n\n*\n```\n"
    )
    for name, text in RIGHT.items():
        page = notebook(f"# {name}\n\n{text}")
        (source / f"right-{name}.ipynb").write_text(page)
    for name, (text, _) in WRONG.items():
        page = notebook(f"# {name}\n\n{text}")
        (source / f"wrong-{name}.ipynb").write_text(page)
    run = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "html", source, "html"],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return source / "html", run.stderr


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said(built: tuple[Path, str], name: str) -> None:
    """A warning fails the book's build."""
    complaints = [
        line
        for line in built[1].splitlines()
        if f"wrong-{name}.ipynb" in line and "predict: " in line
    ]
    assert len(complaints) == 1, built[1]
    assert WRONG[name][1] in complaints[0]


def test_what_is_right_is_built_in_silence(built: tuple[Path, str]) -> None:
    assert "right-" not in built[1]


def box(built: tuple[Path, str], name: str) -> Any:
    from bs4 import BeautifulSoup

    html = (built[0] / f"right-{name}.html").read_text("utf-8")
    return BeautifulSoup(html, "lxml").select_one(".predict")


def test_measured_numbers_are_written_as_asked(
    built: tuple[Path, str],
) -> None:
    assert json.loads(box(built, "percent")["data-measured"]) == [50]
    assert json.loads(box(built, "number")["data-measured"]) == [64]
    curve = box(built, "curve")
    assert json.loads(curve["data-measured"]) == [97.4, 40.0, 12.5]
    cells = [tag.get_text() for tag in curve.select("td .number")]
    assert cells == ["97.4", "40.0", "12.5"]


def test_curve_stands_where_its_numbers_are(built: tuple[Path, str]) -> None:
    """Labels that are rising numbers are a scale; others stand evenly."""
    for name, share in (("curve", 1 / 8), ("named", 1 / 2)):
        for yours in box(built, name).select("g.yours"):
            first, second, third = map(float, yours["data-x"].split())
            assert (second - first) / (third - first) == pytest.approx(
                share, abs=0.01
            )


def test_choice_marks_what_was_measured(built: tuple[Path, str]) -> None:
    choice = box(built, "choice")
    assert json.loads(choice["data-measured"]) == [2]
    labels = [tag.get_text() for tag in choice.select(".choice label")]
    assert labels == ["this", "that one"]
    assert choice.select_one(".verdict").get_text().startswith("You said")
    assert "Measured: that one." in choice.select_one(".verdict").get_text()
