"""HTML and SVG as text: whatever is not markup already is escaped.

Figures show words from tasks, tunes and readers' own data. Here is the one
place where such words become markup, so none of them can become a tag.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from typing import TypeAlias

Attribute: TypeAlias = str | float | bool | None

_ALONE = frozenset(
    ("input", "br", "rect", "circle", "line", "path", "polyline", "polygon")
)
# What neither XML nor UTF-8 can hold.
_ILLEGIBLE = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_INLINE = re.compile(r"&lt;(/?)(b|code|em|i|strong|sub|sup)&gt;")


class Safe(str):
    """Text that is markup: written by us, or escaped by us.

    Examples
    --------
    >>> Safe("<b>bold</b>")
    '<b>bold</b>'
    """

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: Attribute) -> Safe:
    """Write one element, with everything that came from outside escaped.

    Parameters
    ----------
    name
        The element's name.
    *children
        What stands inside: `Safe` as it is, any other text escaped.
    **attributes
        Its attributes. A trailing underscore is dropped (``class_``), any
        other becomes a hyphen (``aria_label``). None and False leave the
        attribute out, True gives it an empty value, numbers are rounded.

    Returns
    -------
    markup
        The element.

    Examples
    --------
    >>> tag("p", "1 < 2", class_="says", hidden=True)
    '<p class="says" hidden="">1 &lt; 2</p>'
    >>> tag("rect", x=1.26, width=3.0)
    '<rect x="1.3" width="3"/>'
    """
    written = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        text = "" if value is True else value
        if not isinstance(text, str):
            text = number(text)
        text = legible(text)
        plain = key.rstrip("_").replace("_", "-")
        written.append(f'{plain}="{html.escape(text)}"')
    opening = " ".join(written)
    if name in _ALONE:
        return Safe(f"<{opening}/>")
    return Safe(f"<{opening}>{join(*children)}</{name}>")


def join(*children: str) -> Safe:
    """Put pieces side by side; those that are not markup are escaped.

    Parameters
    ----------
    *children
        The pieces.

    Returns
    -------
    markup
        All of them.

    Examples
    --------
    >>> join("a & b", Safe("<br/>"))
    'a &amp; b<br/>'
    """
    return Safe(
        "".join(
            child if isinstance(child, Safe) else html.escape(legible(child))
            for child in children
        )
    )


def inline(text: str) -> Safe:
    """Escape a caption, but let plain inline tags through.

    Parameters
    ----------
    text
        Text in which ``<b>``, ``<code>``, ``<em>``, ``<i>``, ``<strong>``,
        ``<sub>`` and ``<sup>`` may stand, without attributes.

    Returns
    -------
    markup
        The text with every other tag made harmless.

    Raises
    ------
    ValueError
        If a tag is not closed, or closed in the wrong order.

    Examples
    --------
    >>> inline("<em>h</em> fades <script>")
    '<em>h</em> fades &lt;script&gt;'
    """
    plain = html.escape(legible(text), quote=False)
    escaped = _INLINE.sub(r"<\1\2>", plain)
    try:
        ET.fromstring(f"<p>{escaped}</p>")
    except ET.ParseError:
        raise ValueError(
            "caption: expected every inline tag to be closed in order, "
            f"got {text!r}"
        ) from None
    return Safe(escaped)


def legible(text: str) -> str:
    r"""Put U+FFFD for what no page can hold, as browsers do.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    text
        The same without control characters and halves of characters.

    Examples
    --------
    >>> legible("a\x00b")
    'a�b'
    """
    return _ILLEGIBLE.sub("\ufffd", text)


def number(value: float) -> str:
    """Write a coordinate: one decimal is enough for a screen.

    Parameters
    ----------
    value
        The number.

    Returns
    -------
    text
        The number, rounded, without a needless zero.

    Examples
    --------
    >>> number(3.14159), number(2.0), number(-0.01)
    ('3.1', '2', '0')
    """
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")
