"""What the browser loads: script, sheet, the models' colours, fonts.

esbuild makes one script and one sheet of the small files in book/_web. The
fonts come from npm with their licences; Matplotlib cannot read woff2, so they
are also written as TrueType, for figures to measure their text with.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fontTools.ttLib import TTFont

from assets import npm
from seqcourse.figures.drawing import palette

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

STATIC = npm.BUILD / "static"
FONTS = npm.BUILD.parent / "fonts"
ENTRIES = (
    "book.mjs",
    "early.mjs",
    "live.mjs",
    "search.mjs",
    "book.css",
    "search.css",
)
FACES = {
    "source-serif-4": ("400-normal", "400-italic", "600-normal"),
    "ibm-plex-mono": ("400-normal", "600-normal"),
}


def bundle() -> None:
    """Make what the pages load, and the worker that Python runs in."""
    entries = (str(npm.WEB / name) for name in ENTRIES)
    # A page that was opened as a file may not load modules.
    _esbuild(*entries, "--format=iife", f"--outdir={STATIC}")
    _esbuild(
        str(npm.WEB / "live" / "worker.mjs"),
        "--format=esm",
        "--loader:.py=text",
        "--external:node:*",
        f"--outfile={npm.BUILD / 'worker.js'}",
    )


def _esbuild(*arguments: str) -> None:
    npm.run(
        str(npm.modules() / "esbuild" / "bin" / "esbuild"),
        *arguments,
        "--bundle",
        "--minify",
        "--target=es2022",
        "--external:*.woff2",
        "--log-level=warning",
        NODE_PATH=str(npm.modules()),
    )


def fonts() -> None:
    """Lay out the text fonts, for the pages and for Matplotlib."""
    (STATIC / "fonts").mkdir(parents=True, exist_ok=True)
    for family, faces in FACES.items():
        package = npm.modules() / "@fontsource" / family
        licence = STATIC / "fonts" / f"LICENSE-{family}.txt"
        shutil.copy(package / "LICENSE", licence)
        for face in faces:
            font = package / "files" / f"{family}-latin-{face}.woff2"
            shutil.copy(font, STATIC / "fonts")
            _as_truetype(font, FONTS / family)


def _as_truetype(font: Path, folder: Path) -> None:
    target = folder / font.with_suffix(".ttf").name
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with TTFont(font) as face:
            face.flavor = None
            face.save(target)


def prepare(app: Sphinx, config: Config) -> None:
    """Have everything in place before Sphinx looks at its static folders."""
    STATIC.mkdir(parents=True, exist_ok=True)
    bundle()
    fonts()
    (STATIC / "palette.css").write_text(palette.css(), encoding="utf-8")
    config.html_static_path.append(str(STATIC))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("config-inited", prepare, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
