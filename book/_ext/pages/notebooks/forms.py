"""The forms of Markdown, from words that are Markdown already."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGES = {"ipython3": "python", "default": "", "none": "", "text": ""}
_NUMBER = re.compile(r"^(\d+)([.)])(?=\s)")
_BULLET = re.compile(r"^([-+#])(?=[\s#])")


def paragraph(words: str) -> str:
    """Write words in one line that Markdown takes for nothing else."""
    line = " ".join(words.split())
    return _BULLET.sub(r"\\\1", _NUMBER.sub(r"\1\\\2", line))


def code(text: str) -> str:
    """Write code in a line."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    marks = "`" * (longest + 1)
    return f"{marks} {text} {marks}" if longest else f"`{text}`"


def fence(text: str, language: str) -> str:
    """Write a block of code."""
    longest = max(map(len, re.findall("`{3,}", text)), default=2)
    marks = "`" * (longest + 1)
    language = LANGUAGES.get(language, language)
    return f"{marks}{language}\n{text.strip(chr(10))}\n{marks}"


def items(mark: str | int, bodies: Iterable[str]) -> str:
    """Write a list, with bullets or counted from a number."""
    written = []
    for i, body in enumerate(bodies):
        start = f"{mark + i}. " if isinstance(mark, int) else f"{mark} "
        written.append(start + indented(body, " " * len(start)).lstrip())
    loose = any("\n\n" in item for item in written)
    return ("\n\n" if loose else "\n").join(written)


def table(rows: Iterable[Iterable[str]]) -> str:
    """Write a table; its first row is its head."""
    first, *others = (
        [cell.replace("|", r"\|") for cell in row] for row in rows
    )
    lines = [first, ["---"] * len(first), *others]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def indented(text: str, by: str) -> str:
    """Put something before every line that is not empty."""
    return re.sub(r"^(?=.)", by, text, flags=re.MULTILINE)


def quote(text: str) -> str:
    """Write a block as quoted."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def details(summary: str, body: str) -> str:
    """Fold a block away."""
    head = f"<summary>{html.escape(summary, quote=False)}</summary>"
    return f"<details>\n{head}\n\n{body}\n\n</details>"
