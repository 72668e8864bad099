"""Matplotlib's SVG, made ready to stand inside a page.

Matplotlib writes a file of its own: fixed fonts, fixed colours, ids that
clash. A page needs the drawing alone, in its face and in its two inks.
"""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET

from seqcourse.figures.drawing.marks import mark
from seqcourse.figures.drawing.markup import Safe, number
from seqcourse.figures.drawing.palette import BEST, INKS, PALETTE, ink

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")

# Every colour a drawing may use, and what the page makes of it.
COLOURS = {
    "none": "none",
    "#000000": "currentColor",
    **{value: ink(name) for name, value in INKS.items()},
    **{look.light: look.colour for look in PALETTE.values()},
}
_KEPT = (
    "fill", "stroke", "stroke-width", "stroke-dasharray", "opacity",
    "text-anchor", "font-weight", "font-style", "clip-path",
)  # fmt: skip


def inline_svg(text: str, kind: str, *, shown: bool = True) -> Safe:
    """Turn an SVG file into an element of the page.

    Groups with an id that begins with ``class:`` keep the rest of it as their
    class; in a group of the class ``marks`` every point becomes the mark of
    the model that the class names.

    Parameters
    ----------
    text
        What Matplotlib wrote.
    kind
        The class of the new element: ``"wide"`` or ``"narrow"``.
    shown
        Whether it is seen where the book's sheet is missing.

    Returns
    -------
    markup
        ``<svg>`` with the page's colours and face, one unit to a pixel.

    Raises
    ------
    ValueError
        If the drawing has a colour that the palette does not know.

    Examples
    --------
    >>> file = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
    >>> inline_svg(file, "wide").split(" font")[0]
    '<svg class="wide" viewBox="0 0 9 9" width="9" height="9"
    aria-hidden="true" focusable="false" fill="currentColor"'
    """
    root = ET.fromstring(text)
    box = root.get("viewBox", "0 0 0 0")
    inside = "".join(_write(child, "") for child in root)
    inside = _unique(inside, kind)
    width, height = box.split()[2:]
    hidden = "" if shown else ' display="none"'
    return Safe(
        f'<svg class="{kind}" viewBox="{box}" width="{width}" '
        f'height="{height}" aria-hidden="true" focusable="false" '
        f'fill="currentColor" font-size="14"{hidden}>{inside}</svg>'
    )


def _write(element: ET.Element, kind: str) -> str:
    name = element.tag.removeprefix(_SVG)
    words = kind.split()
    if name in ("style", "metadata") or (name == "defs" and "marks" in words):
        return ""
    if "marks" in words and name == "use":
        return _mark(element, words)
    if name == "g":
        # A group is only a bracket: its class goes to what it holds.
        own = element.get("id", "")
        kind = (
            own.removeprefix("class:") if own.startswith("class:") else kind
        )
        return "".join(_write(child, kind) for child in element)
    if name == "path" and element.get("style") == "fill: none":
        return ""
    attributes = _attributes(element, kind)
    inside = _escape(element.text or "") if name == "text" else ""
    inside += "".join(_write(child, "") for child in element)
    if name == "defs" and not inside:
        return ""
    written = "".join(
        f' {key}="{value}"' for key, value in attributes.items()
    )
    if not inside:
        return f"<{name}{written}/>"
    return f"<{name}{written}>{inside}</{name}>"


def _mark(element: ET.Element, words: list[str]) -> str:
    looks = [PALETTE[word[2:]] for word in words if word.startswith("m-")]
    x, y = float(element.get("x", 0)), float(element.get("y", 0))
    radius = 3.8 if "small" in words else 4.2
    return mark(looks[0], x, y, radius, second="second" in words)


def _attributes(element: ET.Element, kind: str) -> dict[str, str]:
    found = {"class": kind} if kind else {}
    for key in ("id", "d", "x", "y", "width", "height", "patternUnits"):
        if key in element.attrib:
            found[key] = _short(element.attrib[key])
    if "fill" in element.attrib:  # of the ground of a hatch
        found["fill"] = _colour(element.attrib["fill"])
    if _LINK in element.attrib:
        found["href"] = element.attrib[_LINK]
    if element.tag == _SVG + "text":
        # Upright text needs no transform; its face comes from the page.
        turn = element.get("transform", "rotate(-0 ")
        if not turn.startswith("rotate(-0 "):
            found["transform"] = _short(turn)
    elif "transform" in element.attrib:
        found["transform"] = _short(element.attrib["transform"])
    if "clip-path" in element.attrib:
        found["clip-path"] = element.attrib["clip-path"]
    for part in element.get("style", "").split(";"):
        key, _, value = (piece.strip() for piece in part.partition(":"))
        if key in ("fill", "stroke"):
            found[key] = _colour(value)
        elif key in _KEPT and value != "start":
            found[key] = value.replace(",", " ")
    return found | _of_model(kind.split())


def _of_model(words: list[str]) -> dict[str, str]:
    # What the sheet says of these classes, for where there is no sheet.
    looks = [PALETTE[word[2:]] for word in words if word.startswith("m-")]
    if looks and "name" in words:
        weight = {} if "level" in words else {"font-weight": "600"}
        return {"fill": looks[0].colour, **weight}
    if looks and "line" in words:
        dash = BEST if "best" in words else looks[0].strokes
        return {"stroke-dasharray": dash}
    return {}


def _colour(value: str) -> str:
    if value.startswith("url("):
        return value
    if value not in COLOURS:
        raise ValueError(
            f"colour: expected one of the palette's, got {value!r}; "
            "a figure's colours come from seqcourse.figures.drawing.palette"
        )
    return COLOURS[value]


def _short(value: str) -> str:
    value = _NUMBER.sub(lambda found: number(float(found[0])), value)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", " ".join(value.split()))


def _escape(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    )


def _unique(markup: str, kind: str) -> str:
    # Two drawings on one page must not answer to the same id.
    prefix = hashlib.sha256(f"{kind}{markup}".encode()).hexdigest()[:6]
    return re.sub(
        r'( id="| href="#|url\(#)',
        lambda found: f"{found[1]}d{prefix}-",
        markup,
    )
