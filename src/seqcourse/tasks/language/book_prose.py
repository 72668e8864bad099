"""What a reader of the book's pages reads, without code, markup and formulas.

The build of a wheel runs this file by itself, so it needs Python and nothing
else.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

#: Blocks whose text is prose; what stands in any other is left out.
PROSE = frozenset({"glossary", "hook", "pitfall", "pitfalls", "predict"})
PROSE |= {"quiz", "remember", "sidenote", "struggles", "why"}

# --- blocks

_TOCTREE = re.compile(r"^```\{toctree\}$(.*?)^```$", re.MULTILINE | re.DOTALL)
_FRONT = re.compile(r"---\n.*?\n---\n", re.DOTALL)
_FENCE = re.compile(
    r" {0,3}(`{3,}(?=[^`]*$)|~{3,}|:{3,}) *(?:\{([\w:-]+)\})?(.*)"
)
_OPTIONS = re.compile(r"---\n(?:.*\n)*?---\n|(?: *:[\w-]+:(?: .*)?\n)+")
_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r" {0,3}(?:[-*+]|(\d{1,9})[.)])(?: {1,4}(?=\S)| *$)")
_BOX = re.compile(r"\[[ xX]\] ")
_HEADING = re.compile(r" {0,3}(#{1,6}) +(.*?)(?: +#+)? *")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+) *")
#: Rules, comments, targets and attributes: one line each.
_UNSEEN = re.compile(
    r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,}"
    r"|%.*|\+\+\+.*|\([^()\s]+\)= *|\{[.#][^}]*\} *)"
)
#: Tables, notes, addresses and HTML: up to an empty line.
_UNREAD = re.compile(
    r" {0,3}(?:\||\[[^]]+\]:|</?(?:details|div|dl|figure|form|iframe|ol|p"
    r"|section|summary|table|ul)\b|</?[A-Za-z][^>]*> *$)"
)
_TABLE = re.compile(r"(?=.*\|)[ |:-]+")
#: Formulas, comments and scripts: up to an end of their own.
_ENDS = {"$$": "$$", "<!--": "-->", "<script": "</script"}
_ENDS |= {"<pre": "</pre", "<style": "</style"}
_LEFT_OUT = (-1, "")

# --- sentences

#: Stands for what cannot be said: its sentence goes.
_UNSAID = "\ufffc"
_LITERAL = re.compile(
    r"\\(?P<escaped>[!-/:-@[-`{-~])| *<!--.*?-->| *\{cite:p\}`[^`]*`"
    r"|(?:\{(?P<role>[\w:.-]+)\})?(?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)"
    r"(?!`)|\$(?=\S)(?P<math>[^$]+)(?<=\S)\$"
)
_NAMED = re.compile(r"(.*?) *<[^<>]*>")
_WORD = re.compile(r" *([^\W_]+) *")
_ADDRESS = r"\((?:[^()]|\([^()]*\))*\)"
#: In the order in which they are replaced.
_MARKUP = (
    (re.compile(rf"!\[[^]]*\]{_ADDRESS}|\[\]{_ADDRESS}"), _UNSAID),
    (re.compile(r"\[\^[^]]+\]"), ""),
    (re.compile(rf"\[([^][]+)\](?:{_ADDRESS}|\[[^]]*\]|(?={{[.#]))"), r"\1"),
    (re.compile(r"\{[.#][^{}]*\}"), ""),
    (re.compile(r"<[a-z]+:[^ <>]*>"), _UNSAID),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"(\*{1,3})(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
)
#: Escaped characters are private ones until all markup is gone.
_PRIVATE = 0xE000
_PLAIN = {_PRIVATE + i: chr(i) for i in range(128)}
#: A colon that must be said: what a term means, or nothing of it.
_MEANS = chr(_PRIVATE + ord(":"))
_STRAIGHT = str.maketrans("‘’“”\u00a0\u202f", "''\"\"  ")
_MARKS = re.compile(rf"[`*$\\{_UNSAID}]|{{[\w:.#-]+}}")
#: A sentence ends before a capital, and not after an abbreviation.
_END = re.compile(
    r"(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!cf\.)"
    r"(?:(?<=[.!?…])|(?<=[.!?…][\"')])|(?<=[.!?…][\"')]{2})) "
    rf"(?=[\"'(]*(?:[^\Wa-z_]|{_UNSAID}))"
)


def collect(book: Path) -> str:
    r"""Collect the prose of the book's pages.

    Lessons come in the course's order, then the reference pages that are
    written by hand. A page is its headings, paragraphs, list items, questions
    and replies, each on a line of its own; an empty line stands before each
    heading. Left out are code, captions, tables and displayed formulas, and
    each sentence that has a formula, a number from a run or a piece of code
    in it, where these are more than a word. Unicode is in its form NFC, and
    quotation marks are straight.

    Parameters
    ----------
    book
        The folder with the pages and their ``index.md``.

    Returns
    -------
    text
        The prose; it ends with a newline.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     book = Path(folder)
    ...     for name, page in (
    ...         ("index", "```{toctree}\nfirst\nlast\n```"),
    ...         ("first", "It *begins*."),
    ...         ("last", "# The end\n\nIt ends."),
    ...     ):
    ...         size = (book / f"{name}.md").write_text(page, "utf-8")
    ...     print(collect(book), end="")
    It begins.
    <BLANKLINE>
    The end
    It ends.
    """
    index = (book / "index.md").read_text("utf-8")
    names = "\n".join(_TOCTREE.findall(index)).split()
    paths = [book / f"{name}.md" for name in names if "/api/" not in name]
    pages = [prose(p.read_text("utf-8")) for p in paths if p.is_file()]
    return "\n".join(filter(None, pages))


def prose(page: str) -> str:
    """Give the prose of a page.

    Parameters
    ----------
    page
        Its source, in MyST Markdown.

    Returns
    -------
    text
        A line for each paragraph; empty where the page has none.

    Examples
    --------
    >>> page = '''# One *step*
    ...
    ... It reads {math}`D` numbers. It keeps {glue:text}`size`. In code:
    ...
    ... ```python
    ... h = step(x, h)
    ... ```
    ...
    ... That is all.
    ... '''
    >>> print(prose(page), end="")
    One step
    It reads D numbers.
    That is all.
    """
    page = unicodedata.normalize("NFC", page).expandtabs(4)
    if front := _FRONT.match(page):
        page = page[front.end() :]
    said: list[tuple[int, str]] = []
    for level, raw in _blocks(page.split("\n")):
        if text := _said(raw):
            said.append((level, text))
        elif said and said[-1][1].endswith(":"):  # what it announced is out
            said[-1] = (0, " ".join(_END.split(said[-1][1])[:-1]))
    lines: list[str] = []
    below = 0  # the level of what stands below; a heading needs something
    for level, text in reversed(said):
        if not level and text:
            lines.append(text)
            below = 7
        elif 0 < level < below:
            lines += [text, ""]
            below = level
    return "\n".join([*reversed(lines), ""]).lstrip("\n")


def _blocks(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Give level and text of each block: 0 for a paragraph, 1 to 6 for a
    heading, below 0 for a line that is dropped.
    """
    paragraph: list[str] = []
    at = 0
    while at < len(lines):
        line, start, at = lines[at], at, at + 1
        inner: Iterable[tuple[int, str]] = ()
        if not line.strip():
            pass
        elif fence := _FENCE.fullmatch(line):
            mark, name, title = fence.groups()
            end = re.compile(rf" {{0,3}}{mark[0]}{{{len(mark)},}} *")
            body = _until(end.fullmatch, lines[at:])
            at += len(body) + 1
            inner = _directive(name, title.strip(), body)
        elif paragraph and _UNDERLINE.fullmatch(line):
            yield 1 if "=" in line else 2, " ".join(paragraph)
            paragraph = []
        elif _UNSEEN.fullmatch(line):
            pass
        elif heading := _HEADING.fullmatch(line):
            inner = [(len(heading[1]), heading[2])]
        elif _QUOTE.match(line):
            body = [*takewhile(_QUOTE.match, lines[start:])]
            at = start + len(body)
            inner = _blocks([_QUOTE.sub("", quoted, 1) for quoted in body])
        elif (item := _ITEM.match(line)) and (
            not paragraph or (line[item.end() :] and item[1] in (None, "1"))
        ):
            body = _item(lines[start:], item.end())
            at = start + len(body)
            inner = _blocks([_BOX.sub("", body[0], 1), *body[1:]])
        elif end_mark := _end_of(line):
            opened = line.strip()[2:]
            if end_mark not in opened:
                at += len(_until(lambda x: end_mark in x, lines[at:])) + 1
            inner = [_LEFT_OUT]
        elif not paragraph and line.startswith("    "):
            at += len(_until(lambda x: x[:4].strip(), lines[at:]))
            inner = [_LEFT_OUT]
        elif not paragraph and (
            _UNREAD.match(line) or _TABLE.fullmatch("".join(lines[at:][:1]))
        ):
            at += len(_until(lambda x: not x.strip(), lines[at:]))
            inner = [_LEFT_OUT]
        else:
            paragraph.append(line.strip().removesuffix("\\"))
            continue
        if paragraph:
            yield 0, " ".join(paragraph)
        paragraph = []
        yield from inner
    if paragraph:
        yield 0, " ".join(paragraph)


def _until(ends: Callable[[str], Any], lines: list[str]) -> list[str]:
    return [*takewhile(lambda line: not ends(line), lines)]


def _end_of(line: str) -> str | None:
    """Give the mark that ends a dropped block, if a line opens one."""
    line = line.lstrip().lower()
    return next(
        (_ENDS[mark] for mark in _ENDS if line.startswith(mark)), None
    )


def _item(lines: list[str], width: int) -> list[str]:
    """Take a list item from the lines that begin with it."""
    body = [lines[0][width:]]
    for line in lines[1:]:
        if line.strip() and line[:width].strip():
            # A paragraph may go on at the margin.
            begins = (_FENCE, _ITEM, _HEADING, _QUOTE, _UNSEEN)
            inside = body[-1].strip() and not any(map(_FENCE.match, body))
            if not inside or any(kind.match(line) for kind in begins):
                break
            body.append(line.lstrip())
        else:
            body.append(line[width:])
    return body


def _directive(
    name: str | None, title: str, lines: list[str]
) -> Iterator[tuple[int, str]]:
    if name not in PROSE:
        yield _LEFT_OUT
        return
    body = "\n".join([*lines, ""])
    if options := _OPTIONS.match(body):
        body = body[options.end() :]
    if name == "glossary":
        body = re.sub(r"^(?=\S)((?:.+\n)+?) +", _entry, body, flags=re.M)
    if title:
        yield 0, title
    yield from _blocks(body.split("\n"))


def _entry(terms: re.Match[str]) -> str:
    """Put a glossary's terms before what they mean."""
    return ", ".join(terms[1].strip().split("\n")) + f"{_MEANS} "


def _said(raw: str) -> str:
    """Give the sentences of a paragraph that can be said."""
    text = _LITERAL.sub(_literal, raw)
    for pattern, by in _MARKUP:
        text = pattern.sub(by, text)
    text = html.unescape(text).translate(_STRAIGHT)
    said = _sayable(" ".join(text.split()))
    if _MEANS in text and _MEANS not in said:
        return ""
    return said.translate(_PLAIN)


def _sayable(text: str) -> str:
    """Leave out the sentences that cannot be said."""
    sentences = _END.split(text)
    kept = [s for s in sentences if not _MARKS.search(s)]
    if len(kept) < len(sentences):  # of a remark in brackets all or nothing
        kept = [s for s in kept if s.count("(") == s.count(")")]
    return " ".join(kept)


def _literal(found: re.Match[str]) -> str:
    """Replace an escape, a piece of code, a role or a formula."""
    if found["escaped"]:
        return chr(_PRIVATE + ord(found["escaped"]))
    role, content = found["role"], found["code"] or found["math"]
    if content is None:  # a comment, or papers in brackets
        return ""
    if role in ("term", "doc"):
        named = _NAMED.fullmatch(content)
        return named[1] if named else content
    word = _WORD.fullmatch(content) if role in (None, "math") else None
    return word[1] if word else _UNSAID
