"""What a link of the page becomes in a notebook, which may lie anywhere.

A citation leads to the paper itself. Where the book has a public address, a
link into it is that address; where it has none, the link's words stand alone
and say which lesson and which section they mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from docutils import nodes

from pages.lessons import lessons

if TYPE_CHECKING:
    from sphinx.application import Sphinx

OF_URLS = ":/?#@!$&'*+,;=%~"  # and no brackets: they end a link
#: Where a field of the bibliography leads, the best first.
PAPERS = {
    "doi": "https://doi.org/{}",
    "eprint": "https://arxiv.org/abs/{}",
    "url": "{}",
}


class Links:
    """Write the links of one page.

    Parameters
    ----------
    app
        Sphinx; it knows the book's address, its pages and its papers.
    page
        The page's name.
    doctree
        The page, resolved.
    """

    def __init__(
        self, app: Sphinx, page: str, doctree: nodes.document
    ) -> None:
        self.app, self.page, self.doctree = app, page, doctree
        self.home = app.config.html_baseurl
        uri = app.builder.get_target_uri
        self.papers = {
            f"{uri(cited.bibliography_key.docname)}#{cited.citation_id}": (
                paper(cited.entry.fields)
            )
            for cited in app.env.get_domain("cite").citations
        }

    def __call__(self, words: str, uri: str) -> str:
        """Write one link, with words that are Markdown already."""
        here = self.app.builder.get_target_uri(self.page)
        inside = urljoin(f"/{here}", uri).removeprefix("/")
        whole = self.papers.get(inside) or urljoin(self.home, inside)
        if urlsplit(whole).scheme:
            return f"[{words}]({quote(whole, safe=OF_URLS)})"
        meant = [name for name in self._names(inside) if name != words]
        place = ", ".join(f"“{name}”" for name in meant)
        return f"{words} ({place})" if place else words

    def _names(self, inside: str) -> list[str]:
        """Name the lesson, if it is another one, and the section."""
        parts = urlsplit(inside)
        page = parts.path.removesuffix(".html")
        if page not in lessons(self.app.env):
            return []
        own = page == self.page
        names = [] if own else [self.app.env.titles[page].astext()]
        tree = self.doctree if own else self.app.env.get_doctree(page)
        return names + section(tree, parts.fragment)


def paper(fields: dict[str, str]) -> str:
    """Give where a paper can be read, or nothing."""
    for field, address in PAPERS.items():
        if field in fields:
            return address.format(fields[field])
    return ""


def section(tree: nodes.document, anchor: str) -> list[str]:
    """Name the section that an anchor is in, if that says more.

    The page's own title does not, and an equation has its number.
    """
    for node in tree.findall(nodes.Element):
        if anchor in node["ids"] and not isinstance(node, nodes.math_block):
            around = node
            while not isinstance(around, (nodes.section, nodes.document)):
                around = around.parent
            below = isinstance(around.parent, nodes.section)
            return [around[0].astext()] if below else []
    return []
