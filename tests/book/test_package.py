"""What is handed on: sources that build the book, and a wheel with its data.

Hatchling lists the files, which takes no time; it comes with the book's own
needs.
"""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.book


def listed(builder: Any) -> set[str]:
    """Give the paths of what a build of Hatchling's would hold."""
    return {
        Path(file.distribution_path).as_posix()
        for file in builder.recurse_included_files()
    }


def own(folder: Path) -> set[Path]:
    """Give the files of a folder that nothing has generated."""
    generated = {"__pycache__", "node_modules"}
    return {
        path
        for path in folder.rglob("*")
        if path.is_file() and not generated & {*path.parts}
    }


def test_the_sources_build_and_test_the_book(root: Path) -> None:
    from hatchling.builders.sdist import SdistBuilder

    # pyproject.toml is always there, and no list names it.
    wanted = {
        "CHANGELOG.md",
        "CITATION.cff",
        "CONTRIBUTING.md",
        "LICENSE",
        "README.md",
        "conf.py",
        "constraints.txt",
        "hatch_build.py",
        "noxfile.py",
    }
    for folder in ("book", "src", "tests"):
        paths = own(root / folder)
        wanted |= {path.relative_to(root).as_posix() for path in paths}
    assert listed(SdistBuilder(str(root))) >= wanted


def test_the_wheel_has_the_package_and_its_data_alone(root: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    source, weights = root / "src", root / "book" / "weights"
    paths = own(source / "seqcourse")
    wanted = {path.relative_to(source).as_posix() for path in paths}
    wanted |= {
        f"seqcourse/weights/{path.name}"
        for kind in ("safetensors", "json")
        for path in weights.glob(f"*.{kind}")
    }
    assert "seqcourse/tasks/series/digits.csv.gz" in wanted
    assert listed(WheelBuilder(str(root))) == wanted


def test_readme_links_to_nothing_that_an_index_does_not_have(
    root: Path,
) -> None:
    readme = (root / "README.md").read_text("utf-8")
    assert re.findall(r"\]\((?!https://)[^)]*\)", readme) == []


def test_the_command_is_among_the_wheels_entry_points(
    root: Path, tmp_path: Path
) -> None:
    from hatchling.builders.wheel import WheelBuilder

    (made,) = WheelBuilder(str(root)).build(directory=str(tmp_path))
    with zipfile.ZipFile(made) as wheel:
        (name,) = (n for n in wheel.namelist() if "entry_points" in n)
        assert b"seqcourse = seqcourse.cli.main:main" in wheel.read(name)
