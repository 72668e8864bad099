"""The package's tests and pytest in one archive, to run in the page."""

from __future__ import annotations

import io
import zipfile
from importlib.metadata import distribution
from pathlib import Path

from assets.npm import ROOT

#: What a first test loads.
TESTING = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")
#: Folders of tests that need PyTorch, the built book or much time.
ELSEWHERE = ("torch", "book", "browser", "bench", "hostile", "mistakes")


def pack() -> bytes:
    """Pack pytest as it is installed here, and the tests that pages may run.

    Everything in it is plain Python, so that it runs there as it does here.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as to:
        for name in TESTING:
            for file in distribution(name).files or ():
                path = Path(str(file.locate()))
                if ".." not in file.parts and path.suffix != ".pyc":
                    _add(to, f"site/{file.as_posix()}", path)
        for path in sorted((ROOT / "tests").rglob("*.py")):
            inside = path.relative_to(ROOT)
            if inside.parts[1] not in ELSEWHERE:
                _add(to, f"site/{inside.as_posix()}", path)
        _add(to, "site/pyproject.toml", ROOT / "pyproject.toml")
    return archive.getvalue()


def _add(to: zipfile.ZipFile, name: str, path: Path) -> None:
    # Of one date, so that the same files make the same bytes.
    to.writestr(zipfile.ZipInfo(name), path.read_bytes())
