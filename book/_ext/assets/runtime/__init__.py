"""What Python in the page is made of, laid out once for all pages.

npm has Pyodide's core; the wheels stay in a cache outside the build. Where
they cannot be had the book is built without its Run buttons.

Beside each file lies a script with the same bytes: a page that was opened
from a folder may load scripts, and nothing else.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pooch

from assets import npm
from assets.runtime import licences, manifest, test_archive, wheels
from assets.runtime.atomic import write
from assets.runtime.manifest import FONTS, WEIGHTS, Runtime

if TYPE_CHECKING:
    from sphinx.application import Sphinx

CORE = ("pyodide.asm.wasm", "python_stdlib.zip")
#: What a first drawing loads.
DRAWING = ("matplotlib",)
WITHOUT = (
    "The book is built without its Run buttons: "
    "what Python in the page needs could not be had"
)


def weights() -> dict[str, bytes]:
    """Give all weights and sweeps; a page fetches those that it uses."""
    found = sorted((npm.ROOT / "book" / "weights").iterdir())
    return {
        path.name: path.read_bytes()
        for path in found
        if path.name.endswith(WEIGHTS)
    }


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
    place = f"pyodide-{wheels.version()}"
    cached = Path(pooch.os_cache("seqcourse")) / place
    start, drawing = wheels.closure("numpy"), wheels.closure(*DRAWING)
    paths = wheels.fetch(sorted({*start, *drawing}), cached)
    own, wheel = wheels.own()
    core = wheels.pyodide()
    files = {name: (core / name).read_bytes() for name in CORE}
    files |= {path.name: path.read_bytes() for path in paths.values()}
    worker = (npm.BUILD / "worker.js").read_bytes()
    files |= {own: wheel, "worker.js": worker}
    files |= {"tests.zip": test_archive.pack(), **fonts(), **weights()}
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
    lock = wheels.lock()
    packages = {name: lock["packages"][name] for name in paths}
    return Runtime({**lock, "packages": packages}, stages, files)


def lay_out(
    runtime: Runtime, travels: dict[str, bytes], folder: Path
) -> None:
    """Write what travels, each file as it is sent and as a script."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "licences").mkdir(parents=True)
    for name, sent in travels.items():
        (folder / f"{name}.bin").write_bytes(sent)
        text = base64.b64encode(sent).decode()
        script = f'(window.seqcourseFiles ??= {{}})["{name}"] = "{text}";\n'
        (folder / f"{name}.js").write_text(script, encoding="ascii")
    for name, text in licences.find(runtime.files):
        (folder / "licences" / f"{name}.txt").write_bytes(text)


def digest(runtime: Runtime) -> str:
    """Sum up what the runtime is made of, and how it is laid out."""
    total = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
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
    except wheels.UnreachableError as problem:
        shutil.rmtree(folder, ignore_errors=True)
        # Not a warning, which would end the build, and not for -q to hide.
        why = " ".join(str(problem).split())
        sys.stderr.write(f"{WITHOUT} ({why}).\n")
        return
    script = folder / "manifest.js"
    made_of = digest(runtime)
    if not script.is_file() or made_of not in script.read_text("utf-8"):
        travels = manifest.sent(runtime)
        lay_out(runtime, travels, folder)
        told = json.dumps(manifest.describe(runtime, travels), sort_keys=True)
        text = f"window.seqcoursePython = {told};\n// {made_of}\n"
        write(script, text.encode())
    for stage, content in runtime.stages.items():
        files = (folder / f"{name}.bin" for name in content["files"])
        size = sum(file.stat().st_size for file in files)
        app.config.html_context[f"python_{stage}_bytes"] = size


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", prepare)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
