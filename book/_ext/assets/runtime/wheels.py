"""The wheels: those compiled for Pyodide, and the package's own.

Pyodide's come from its own distribution or, where that cannot be reached, out
of a package on PyPI that carries them; in both cases they must have the
SHA-256 that the core's own lock gives.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pooch
from hatchling.builders.wheel import WheelBuilder

from assets import npm
from assets.runtime.atomic import write

#: Where Pyodide's own distribution is.
HOME = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file}"
#: A package on PyPI that carries it, and where in it.
CARRIER = "open-webui==0.12.4"
INSIDE = "open_webui/frontend/pyodide/{file}"


class UnreachableError(Exception):
    """Neither source of the wheels could be reached."""


def pyodide() -> Path:
    """Give the folder of Pyodide's core."""
    return npm.modules() / "pyodide"


@cache
def lock() -> dict[str, Any]:
    """Read which packages Pyodide has, and what they hash to."""
    text = (pyodide() / "pyodide-lock.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def version() -> str:
    """Give Pyodide's version."""
    text = (pyodide() / "package.json").read_text(encoding="utf-8")
    return str(json.loads(text)["version"])


def closure(*names: str) -> list[str]:
    """List packages with all that they need, each once."""
    found: list[str] = []
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.append(name)
            todo += lock()["packages"][name]["depends"]
    return sorted(found)


def fetch(names: list[str], folder: Path) -> dict[str, Path]:
    """Have the wheels of some packages in a folder; say where each is."""
    packages = lock()["packages"]
    paths = {name: folder / packages[name]["file_name"] for name in names}
    if not all(path.is_file() for path in paths.values()):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _from_home(names, folder)
        except (OSError, ValueError) as first:
            try:
                _from_carrier(names, folder)
            except (OSError, subprocess.SubprocessError) as second:
                raise UnreachableError(f"{first}; {second}") from second
    return paths


def _from_home(names: list[str], folder: Path) -> None:
    pooch.get_logger().setLevel("ERROR")
    for name in names:
        package = lock()["packages"][name]
        file = package["file_name"]
        url = HOME.format(version=version(), file=file)
        pooch.retrieve(
            url,
            package["sha256"],
            file,
            folder,
            downloader=pooch.HTTPDownloader(timeout=20),
        )


def _from_carrier(names: list[str], folder: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "pip", "download", "--quiet"]
        # It says which Pythons it is for; of it only files are taken.
        command += ["--no-deps", "--only-binary=:all:"]
        command += ["--python-version=3.12", f"--dest={place}", CARRIER]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        (wheel,) = Path(place).glob("*.whl")
        with zipfile.ZipFile(wheel) as carrier:
            for name in names:
                package = lock()["packages"][name]
                file = package["file_name"]
                content = carrier.read(INSIDE.format(file=file))
                if sha256(content).hexdigest() != package["sha256"]:
                    raise OSError(f"{file}: not what Pyodide's lock expects")
                write(folder / file, content)


def own() -> tuple[str, bytes]:
    """Build the package's own wheel, without what no page can use."""
    name, content = build(
        "/book/weights",
        "/src/seqcourse/__main__.py",
        "/src/seqcourse/cli",
        "/src/seqcourse/tasks/language/book_prose.py",  # its text is there
        "/src/seqcourse/torch/*/",  # what is left says what is missing
    )
    return name, _stored(content)


def _stored(content: bytes) -> bytes:
    """Store a wheel's files as they are, without its record of hashes.

    Nothing is installed from it with pip, which alone reads that.
    """
    stored = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as wheel,
        zipfile.ZipFile(stored, "w") as as_it_is,
    ):
        for info in wheel.infolist():
            if not info.filename.endswith(".dist-info/RECORD"):
                as_it_is.writestr(
                    info,
                    wheel.read(info),
                    compress_type=zipfile.ZIP_STORED,
                )
    return stored.getvalue()


def build(*without: str) -> tuple[str, bytes]:
    """Build the package's wheel; give its name and its bytes."""
    builder = WheelBuilder(str(npm.ROOT))
    builder.target_config["exclude"] = [*without]
    with tempfile.TemporaryDirectory() as place:
        (wheel,) = builder.build(directory=place, versions=["standard"])
        return Path(wheel).name, Path(wheel).read_bytes()
