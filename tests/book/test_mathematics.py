"""Formulas are whole, and the shipped font can draw all of them."""

import html
import re
import unicodedata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

pytestmark = pytest.mark.book

MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)\w+;")
XML = "{http://www.w3.org/1998/Math/MathML}"
ELEMENTS = re.compile(
    r"math|mrow|mi|mn|mo|mtext|mspace|ms|msub|msup|msubsup|munder|mover"
    r"|munderover|mfrac|msqrt|mroot|mtable|mtr|mtd|mstyle|mpadded|mphantom"
    r"|menclose|semantics|annotation"
)
#: How many parts an element has; with another number it draws an error.
PARTS = {
    "msub": 2,
    "msup": 2,
    "munder": 2,
    "mover": 2,
    "mfrac": 2,
    "mroot": 2,
    "msubsup": 3,
    "munderover": 3,
}


def formulas(page: Any) -> list[ET.Element]:
    """Parse a page's formulas as XML, which forgives nothing."""
    return [
        ET.fromstring(NAMED.sub(_plain, text))
        for text in MATH.findall(page.html)
    ]


def _plain(match: re.Match[str]) -> str:
    return html.unescape(match[0])


def test_formulas_are_well_formed(page: Any) -> None:
    assert page.html.count("<math") == len(MATH.findall(page.html))
    for formula in formulas(page):
        assert "".join(formula.itertext()).strip(), f"{page}: empty formula"
        for tag in formula.iter():
            name = tag.tag.removeprefix(XML)
            assert ELEMENTS.fullmatch(name), f"{page}: <{name}>"
            wanted = PARTS.get(name)
            assert wanted is None or len(tag) == wanted, (
                f"{page}: {ET.tostring(tag, 'unicode')}"
            )


def test_no_formula_was_left_as_tex(page: Any) -> None:
    assert not page.soup.select(".temml-error, .katex-error, merror")
    for tag in page.soup.select(".math"):
        assert tag.find("math") is not None, f"{page}: {tag.get_text()!r}"
        shown = "".join(
            text
            for text in tag.find_all(string=True)
            if text.find_parent("annotation") is None
        )
        assert "\\" not in shown, f"{page}: {shown!r}"


def test_the_font_has_every_character(
    pages: dict[str, Any], site: Path
) -> None:
    from fontTools.ttLib import TTFont

    fonts = [path for path in site.rglob("*.woff2") if "stix" in path.name]
    assert len(fonts) == 1, f"expected one STIX font, found {fonts}"
    with TTFont(fonts[0]) as font:
        drawn = set(font.getBestCmap())
        assert "MATH" in font
    for page in pages.values():
        for formula in formulas(page):
            for tag in formula.iter():
                if tag.tag.removeprefix(XML) == "annotation":
                    continue
                missing = {
                    f"U+{ord(letter):04X} {unicodedata.name(letter, '?')}"
                    for letter in _letters(tag)
                    if ord(letter) not in drawn
                }
                assert not missing, f"{page}: {missing}"


def _letters(tag: ET.Element) -> set[str]:
    """Give what the browser draws for an element's own text.

    An identifier of one letter is drawn in italics, and those letters are
    characters of their own; what is invisible needs no glyph. A root has a
    sign that no text names.
    """
    text = (tag.text or "").strip()
    if tag.tag.removeprefix(XML) in ("msqrt", "mroot"):
        text += "√"
    plain = tag.get("mathvariant") == "normal"
    if tag.tag.removeprefix(XML) == "mi" and len(text) == 1 and not plain:
        text = _italic(text)
    return {
        letter
        for letter in text
        if not letter.isspace() and unicodedata.category(letter) != "Cf"
    }


def _italic(letter: str) -> str:
    """Give the mathematical italic of a letter, where there is one."""
    if letter == "h":
        return "ℎ"
    name = unicodedata.name(letter, "")
    kind = "SMALL" if " SMALL LETTER " in name else "CAPITAL"
    wanted = name.removeprefix("LATIN ").removeprefix("GREEK ")
    wanted = wanted.replace(f"{kind} LETTER ", f"{kind} ")
    try:
        return unicodedata.lookup(f"MATHEMATICAL ITALIC {wanted}")
    except KeyError:
        return letter
