"""Blocks that frame prose, such as the hook and what to remember."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages.blocks.element import make


class Hook(SphinxDirective):
    """One thing that the reader can feel, in large type::

        :::{hook}
        The clouds are in the sky.

        {.shuffled}
        Sky the in clouds are the.

        Six words, twice. You needed the order to hear that only one of them
        says something.
        :::

    The last paragraph is the remark below, in small type.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Put the paragraphs in a frame."""
        lines = self.parse_content_to_nodes()
        if len(lines) < 2:
            raise self.error("a hook needs a line and a remark below it")
        *lines, remark = lines
        label = make("span", *remark.children, classes=["label"])
        return [make("div", *lines, label, classes=["hook"])]


class Sidenote(SphinxDirective):
    """A remark in the margin, after the paragraph that it belongs to::

    :::{sidenote}
    A word stands here for anything that comes in order.
    :::
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Put the content in the margin."""
        body = self.parse_content_to_nodes()
        return [make("div", *body, classes=["sidenote"], role="note")]


class Box(SphinxDirective):
    """A framed passage, with a title or without::

    :::{struggles} Measured: it forgets
    With 2 letters in between it is right {glue:text}`near:.0f` %.
    :::

    :::{why}
    When an assistant loses the thread of a long talk …
    :::
    """

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Frame the content."""
        body = self.parse_content_to_nodes()
        if self.arguments:
            text, _ = self.parse_inline(self.arguments[0], lineno=self.lineno)
            body = [make("p", *text, classes=["admonition-title"]), *body]
        return [make("div", *body, classes=["admonition", self.name])]


class Remember(SphinxDirective):
    """The three or four sentences to take home, as a numbered list::

    :::{remember}
    1. In a sequence the order is part of the message.
    2. A recurrent network carries a hidden state of fixed size.
    :::
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Frame the list."""
        body = self.parse_content_to_nodes()
        if len(body) != 1 or not isinstance(body[0], nodes.enumerated_list):
            raise self.error("remember: expected one numbered list")
        return [make("div", *body, classes=["remember"])]


class Doors(SphinxDirective):
    """The ways into the book, side by side on the front page::

    ::::{doors}
    :::{door} Read
    Start at the first page.
    :::
    ::::
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Put the doors side by side."""
        return [
            make("div", *self.parse_content_to_nodes(), classes=["doors"])
        ]


class Door(SphinxDirective):
    """One of the `Doors`: its name, and where it leads."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Put a heading over the content."""
        name, _ = self.parse_inline(self.arguments[0], lineno=self.lineno)
        body = self.parse_content_to_nodes()
        return [make("div", make("h3", *name), *body, classes=["door"])]


DIRECTIVES: dict[str, type[SphinxDirective]] = {
    "hook": Hook,
    "sidenote": Sidenote,
    "struggles": Box,
    "why": Box,
    "remember": Remember,
    "doors": Doors,
    "door": Door,
}
