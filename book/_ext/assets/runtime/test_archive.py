"""The package's tests and pytest in one archive, to run in the page."""

from __future__ import annotations

import io
import zipfile
from importlib.metadata import distribution
from pathlib import Path

from assets.npm import ROOT

#: What a first test loads.
TESTING = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")


def pack() -> bytes:
    """Pack pytest as it is installed here, and the tests that need no torch.

    Everything in it is plain Python, so that it runs there as it does here.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, True, 9) as to:
        for name in TESTING:
            for file in distribution(name).files or ():
                path = Path(str(file.locate()))
                if ".." not in file.parts and path.suffix != ".pyc":
                    _add(to, f"site/{file.as_posix()}", path)
        for path in sorted((ROOT / "tests").rglob("*.py")):
            inside = path.relative_to(ROOT)
            if inside.parts[1] not in ("torch", "book", "browser", "bench"):
                _add(to, f"site/{inside.as_posix()}", path)
        _add(to, "site/pyproject.toml", ROOT / "pyproject.toml")
    return packed.getvalue()


def _add(to: zipfile.ZipFile, name: str, path: Path) -> None:
    # Of one date, so that the same files make the same bytes.
    to.writestr(zipfile.ZipInfo(name), path.read_bytes(), to.compression, 9)
