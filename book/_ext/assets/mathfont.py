"""The mathematics font, cut down to the glyphs that the book uses.

STIX Two Math is 400 KB; a book needs a tenth of it. When the pages are
written, the characters of all their formulas are known, and the font is cut
to these and to the larger forms that its MATH table has for them.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
from html import unescape
from typing import TYPE_CHECKING, Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from assets import npm

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sphinx.application import Sphinx

NAME = "stix-two-math"
_MATH = re.compile(r"<math[ >].*?</math>", re.DOTALL)
# The sign of a partial derivative is a variable here, and no letter.
_ITALIC = re.compile(r"<mi(?: [^>]*)?>([^<&])</mi>")
_ROOT = re.compile(r"<m(?:sqrt|root)[ >]")
_TAG = re.compile(r"<[^>]*>")

logging.getLogger("fontTools.subset").setLevel(logging.WARNING)


def characters(pages: Iterable[str]) -> set[str]:
    """Collect what the formulas of some pages need from the font."""
    needed = set("0123456789")
    for page in pages:
        for formula in _MATH.findall(page):
            needed.update(unescape(_TAG.sub("", formula)))
            needed.update(map(italic, _ITALIC.findall(formula)))
            if _ROOT.search(formula):
                needed.add("√")  # which the browser draws for the tag
    return {c for c in needed if not c.isspace()}


def italic(letter: str) -> str:
    """Give the letter that a browser shows for a variable of that name."""
    if letter == "h":
        return "ℎ"
    for first, last, start in (
        ("A", "Z", 0x1D434),
        ("a", "z", 0x1D44E),
        ("Α", "Ω", 0x1D6E2),
        ("α", "ω", 0x1D6FC),
    ):
        if first <= letter <= last:
            return chr(start + ord(letter) - ord(first))
    others = {"∂": "𝜕", "ϵ": "𝜖", "ϑ": "𝜗", "ϕ": "𝜙", "ϱ": "𝜚", "ϖ": "𝜛"}
    return others.get(letter, letter)


def cut(needed: set[str]) -> Path:
    """Cut the font to some characters, or find the cut made before."""
    text = "".join(sorted(needed))
    package = npm.modules() / "@fontsource" / NAME
    key = hashlib.sha256(f"{package} {text}".encode()).hexdigest()[:12]
    target = npm.BUILD / "mathfont" / f"{key}.woff2"
    if not target.exists():
        options = Options(
            flavor="woff2", layout_features=["*"], notdef_outline=True
        )
        with TTFont(
            package / "files" / f"{NAME}-latin-400-normal.woff2"
        ) as font:
            cutter = Subsetter(options)
            cutter.populate(text=text)
            cutter.subset(font)
            target.parent.mkdir(parents=True, exist_ok=True)
            font.flavor = "woff2"
            font.save(target)
    return target


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Lay the cut font and its licence beside the other fonts."""
    if exception or app.builder.name != "html":
        return
    pages = (
        p.read_text(encoding="utf-8") for p in app.outdir.rglob("*.html")
    )
    fonts = app.outdir / "_static" / "fonts"
    shutil.copy(cut(characters(pages)), fonts / f"{NAME}.woff2")
    licence = npm.modules() / "@fontsource" / NAME / "LICENSE"
    shutil.copy(licence, fonts / f"LICENSE-{NAME}.txt")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
