"""A field that the reader writes into, for the page's cells to read."""

from __future__ import annotations

from html import escape
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from pages.blocks.element import make, named_after
from seqcourse.tasks import book_text


class Field(SphinxDirective):
    """A field by its name, and a remark below it::

        :::{field} your sentence
        :rows: 2
        :text: The network reads one word after the other.

        At most 500 characters.
        :::

    A cell reads it with ``page.written("your sentence", otherwise=...)``.
    ``:text:`` is what is there to begin with; with ``:book: 20000`` it is
    the first 20,000 characters of `seqcourse.tasks.book_text`. Nothing of it
    is in the search.
    """

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "rows": directives.positive_int,
        "text": directives.unchanged_required,
        "book": directives.positive_int,
    }

    def run(self) -> list[nodes.Node]:
        """Put label, field and remark in one box."""
        name = self.arguments[0]
        key = named_after("field", name)
        if ("text" in self.options) == ("book" in self.options):
            raise self.error("field: expected one of :text: and :book:")
        text = self.options.get("text", "")
        if "book" in self.options:
            text = book_text()[: self.options["book"]]
        rows = self.options.get("rows", 3)
        remark = self.parse_content_to_nodes()
        label = make("label", name[:1].upper() + name[1:], for_=key)
        area = (
            f'<textarea id="{key}" data-field="{escape(name)}" rows="{rows}" '
            'spellcheck="false" autocapitalize="off" autocomplete="off">'
            f"\n{escape(text)}</textarea>"
        )
        return [
            make(
                "div",
                make("p", label),
                nodes.raw("", area, format="html"),
                *remark,
                classes=["field"],
            )
        ]


DIRECTIVES = {"field": Field}
