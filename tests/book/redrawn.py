"""Recorded runs made once more with other seeds, for the pages that use them.

A claim that rests on five recorded runs is tried on five others. These lie in
a folder of the build, where a page's run finds them in place of the book's.
"""

import dataclasses
import functools
import hashlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.book.page_run import BOOK, ROOT, cells

FOLDER = ROOT / "_build" / "claims" / "weights"


def _module(name: str, path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.cache
def listed() -> dict[str, Any]:
    """Give the book's recipes and sweeps by the names of their files."""
    sys.path.append(str(BOOK / "weights"))  # it imports the script beside it
    book = _module("recipes_of_the_book", BOOK / "weights" / "recipes.py")
    found = {f"{n}.safetensors": each for n, each in book.RECIPES.items()}
    return found | {f"{n}.json": each for n, each in book.SWEEPS.items()}


@functools.cache
def package() -> str:
    """Sum up the package, which decides what a run gives."""
    total = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


def used(page: Path) -> list[str]:
    """List the files of recorded runs that a page loads."""
    # The browser reads in a cell's source what to fetch, and so do we.
    reading = _module("weights", BOOK / "_web" / "live" / "weights.py")
    found = {
        name
        for source in cells(page)
        for name in reading.named(source, listed())
    }
    return sorted(found)


def other(name: str, draw: int) -> Any:
    """Give a recipe or sweep with other seeds."""
    made_by = listed()[name]
    seeds = tuple(seed + 1000 * draw for seed in made_by.seeds)
    return dataclasses.replace(made_by, seeds=seeds)


def folder(draw: int) -> Path:
    """Give the folder of a draw; another package has others."""
    return FOLDER / package()[:12] / str(draw)


def make(names: list[str], draw: int, processes: int) -> Iterator[str]:
    """Make what is missing in the folder of a draw; say what is made."""
    from seqcourse import recipes

    for name in names:
        path, made_by = folder(draw) / name, other(name, draw)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and _is_of(path, made_by):
            continue
        yield f"{name}: training with seeds {made_by.seeds}"
        if path.suffix == ".safetensors":
            recipes.save(path, made_by.follow())
            continue
        partial = path.with_suffix(".partial")
        swept = made_by.follow(processes=processes, partial=partial)
        recipes.save_sweep(path, swept)
        partial.unlink()


def _is_of(path: Path, made_by: Any) -> bool:
    from seqcourse import recipes

    if path.suffix == ".json":
        return recipes.load_sweep(path).sweep == made_by
    return recipes.load(path).recipe == made_by


def check_names(names: list[str]) -> list[str]:
    """Give the files of names, of all where there are none."""
    known = {Path(file).stem: file for file in listed()}
    unknown = {*names} - known.keys()
    if unknown:
        sys.exit(f"no recipe or sweep: {', '.join(sorted(unknown))}")
    return [known[name] for name in names or known]
