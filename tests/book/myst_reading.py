"""A page's paragraphs as MyST's own parser reads them.

It is what `seqcourse.tasks.language.book_prose` is held against: that one has
the standard library alone.
"""

import re
import textwrap
from collections.abc import Iterator
from functools import cache
from typing import Any

from seqcourse.tasks.language.book_prose import PROSE

#: Stands for what cannot be said.
UNSAID = "\ufffc"
STRAIGHT = str.maketrans("‘’“”\u00a0\u202f", "''\"\"  ")
CLOSED = {"table_open": "table_close"}
CLOSED["footnote_reference_open"] = "footnote_reference_close"


@cache
def parser() -> Any:
    from myst_parser.config.main import MdParserConfig
    from myst_parser.mdit_to_docutils.base import DocutilsRenderer
    from myst_parser.parsers.mdit import create_md_parser

    wanted = {"attrs_block", "attrs_inline", "colon_fence", "dollarmath"}
    config = MdParserConfig(enable_extensions=wanted)
    return create_md_parser(config, DocutilsRenderer)


def read(source: str) -> Iterator[tuple[str, str]]:
    """Give the kind and the text of what is read, from top to bottom."""
    tokens = iter(parser().parse(source))
    kind = ""
    for token in tokens:
        if token.type in CLOSED:
            while next(tokens).type != CLOSED[token.type]:
                pass
        elif token.type in ("heading_open", "paragraph_open"):
            kind = token.type.removesuffix("_open")
        elif token.type == "inline":
            yield kind, said(token.children)
        elif token.type in ("fence", "colon_fence"):
            info = re.fullmatch(r"\{([\w:-]+)\} *(.*)", token.info.strip())
            if info and info[1] in PROSE:
                yield from directive(info[1], info[2], token.content)
            else:
                yield "left out", ""
        elif token.type in ("math_block", "math_block_label", "html_block"):
            yield "left out", ""


def directive(
    name: str, title: str, content: str
) -> Iterator[tuple[str, str]]:
    lines = content.split("\n")
    if lines[0] == "---":
        lines = lines[lines.index("---", 1) + 1 :]
    while re.match(r" *:[\w-]+:", lines[0]):
        del lines[0]
    if title:
        yield from read(title)
    if name == "glossary":
        for terms, meaning in entries(lines):
            first, *more = read(meaning)
            yield "entry", f"{terms}: {first[1]}"
            yield from more
    else:
        yield from read("\n".join(lines))


def entries(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Give the terms and the text of each entry of a glossary."""
    found = re.findall(r"((?:\S.*\n)+)((?:(?: +.*)?\n)+)", "\n".join(lines))
    for terms, meaning in found:
        yield ", ".join(terms.splitlines()), textwrap.dedent(meaning)


def said(children: list[Any]) -> str:
    """Give a paragraph, with a sign for what cannot be said."""
    text = ""
    for i, token in enumerate(children):
        if token.type in ("text", "html_inline"):
            comment = token.content.startswith("<!--")
            text = text.rstrip() if comment else text
            text += token.content if token.type == "text" else ""
        elif token.type in ("softbreak", "hardbreak"):
            text += " "
        elif token.type == "myst_role" and token.meta["name"] == "cite:p":
            text = text.rstrip()
        elif token.type == "myst_role" and token.meta["name"] in (
            "term",
            "doc",
        ):
            text += re.sub(r" *<.*>", "", token.content)
        elif token.type in ("code_inline", "math_inline") or (
            token.type == "myst_role" and token.meta["name"] == "math"
        ):
            text += word(token.content)
        elif token.type == "image" or token.type == "myst_role":
            text += UNSAID
        elif token.type == "link_open":
            nothing = children[i + 1].type == "link_close"
            text += UNSAID if nothing or token.info == "auto" else ""
    text = re.sub(r"^\[[ xX]\] ", "", text)
    return " ".join(text.translate(STRAIGHT).split())


def word(content: str) -> str:
    content = content.strip()
    return content if re.fullmatch(r"[^\W_]+", content) else UNSAID
