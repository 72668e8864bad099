"""A question with a reply for each answer, which the sheet alone shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages.blocks.element import element, make, named_after

_ITEM = re.compile(r"[-*] +\[([ xX])\] +(.*)")


@dataclass
class Choice:
    """One answer, as it is written in the page."""

    right: bool
    text: list[str]
    reply: list[str] = field(default_factory=list)


class Quiz(SphinxDirective):
    """A question, its answers, and below each answer the reply to it::

        :::{quiz} What does the hidden state hold after a long sentence?
        - [ ] Every word, in order.
          Then it would have to grow, and it does not.
        - [x] A summary of fixed size.
          Which words survive is something that training decides.
        :::

    The first line of an item is the answer, the others are the reply; a
    longer answer is parted from its reply by an empty line. "Yes." and "Not
    quite." come by themselves.
    """

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Make a group of radio buttons, each with its reply."""
        choices = parse(list(self.content))
        if len(choices) < 2 or sum(choice.right for choice in choices) != 1:
            raise self.error(
                "quiz: expected at least two answers, one of them [x]"
            )
        for choice in choices:
            if not choice.reply:
                raise self.error(f"quiz: no reply to {choice.text[0]!r}")
        name = named_after("quiz", self.arguments[0])
        question, _ = self.parse_inline(self.arguments[0], lineno=self.lineno)
        answers = [
            self._answer(name, i, choice)
            for i, choice in enumerate(choices, start=1)
        ]
        legend = make("legend", *question)
        return [make("fieldset", legend, *answers, classes=["quiz"])]

    def _answer(self, name: str, i: int, choice: Choice) -> element:
        key = f"{name}-{i}"
        text, _ = self.parse_inline(" ".join(choice.text), lineno=self.lineno)
        reply, _ = self.parse_inline(
            " ".join(choice.reply), lineno=self.lineno
        )
        verdict = make("b", "Yes." if choice.right else "Not quite.")
        return make(
            "div",
            make("input", type="radio", name=name, id=key),
            make("label", *text, for_=key),
            make(
                "p",
                verdict,
                " ",
                *reply,
                classes=["reply", "right" if choice.right else "wrong"],
                role="status",
            ),
            classes=["choice"],
        )


def parse(lines: list[str]) -> list[Choice]:
    """Read the answers and replies of a quiz."""
    choices: list[Choice] = []
    for line in lines:
        if item := _ITEM.match(line):
            choices.append(Choice(item[1] != " ", [item[2].strip()]))
        elif choices:
            choices[-1].reply.append(line.strip())
    for choice in choices:
        while choice.reply and not choice.reply[-1]:
            choice.reply.pop()
        if "" in choice.reply:
            parting = choice.reply.index("")
            choice.text += choice.reply[:parting]
            choice.reply = choice.reply[parting + 1 :]
    return choices


DIRECTIVES = {"quiz": Quiz}
