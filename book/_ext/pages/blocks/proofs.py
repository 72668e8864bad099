"""The tests behind a lesson, each as a sentence that the reader can run."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages.blocks.element import element, make
from pages.blocks.ledger import split


class Proofs(SphinxDirective):
    """A row for each test: what it proves, its name, a bug it must catch::

        :::{proofs}
        - Reading in two parts gives what reading at once gives. |
          `contract/test_splitting.py::test_split_anywhere[full-RNN]` |
          first state ignored
        :::

    The bug is one of those that ``tests/mutants`` plants; a row may do
    without.
    """

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Lay out the rows."""
        body = self.parse_content_to_nodes()
        if len(body) != 1 or not isinstance(body[0], nodes.bullet_list):
            raise self.error("proofs: expected one list")
        rows = [self._row(item) for item in body[0].children]
        return [make("ul", *rows, classes=["proofs"])]

    def _row(self, item: nodes.Node) -> element:
        columns = split(item[0])
        if len(columns) not in (2, 3):
            raise self.error(
                "proofs: expected sentence | `test` | bug, "
                f"got {item.astext()!r}"
            )
        sentence, (test,), *bugs = columns
        named = {"data_test": test.astext()}
        if bugs:
            bug = nodes.Element("", *bugs[0]).astext()
            # Prose has curly apostrophes, the names of bugs have not.
            named["data_bug"] = bug.replace("’", "'")
        state = make("span", "not run", classes=["state"])
        return make("li", make("span", *sentence), state, **named)


DIRECTIVES = {"proofs": Proofs}
