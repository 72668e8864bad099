"""A guess that the reader makes before the measurement is shown."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from blocks.element import element, make


class Predict(SphinxDirective):
    """A question, a control to guess with, and the folded measurement::

        :::{predict} How often will it be right?
        :kind: percent

        Measured: {glue:text}`bag_accuracy:.0f` %, which is a coin.
        :::

    ``:kind: number`` takes ``:min:``, ``:max:``, ``:step:`` and ``:unit:``;
    ``:start:`` is where the slider stands at first. ``:kind: choice`` offers
    the list that the body opens with::

        :::{predict} Which of them tells the dog from the man?
        :kind: choice

        - the bag of words
        - the network with a memory

        The second: {glue:text}`rnn_accuracy:.0f` %.
        :::

    The page repeats the guess in front of the measurement.
    """

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "kind": lambda value: directives.choice(
            value, ("percent", "number", "choice")
        ),
        "min": float,
        "max": float,
        "step": float,
        "start": float,
        "unit": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Put question, control and measurement in one box."""
        serial = self.env.new_serialno("predict")
        name = f"predict-{serial + 1}"
        question, _ = self.parse_inline(self.arguments[0], lineno=self.lineno)
        body = self.parse_content_to_nodes()
        if self.options.get("kind", "percent") == "choice":
            controls = self._choices(name, body)
        else:
            controls = [self._slider(name)]
        if not body or not isinstance(body[0], nodes.paragraph):
            raise self.error("predict: expected what was measured")
        # The script fills this in; without it there is no guess to repeat.
        guess = make("b", classes=["guess"])
        said = make(
            "span", "You said ", guess, ". ", classes=["said"], hidden=""
        )
        body[0].insert(0, said)
        summary = make("summary", "I have guessed. Show what was measured.")
        return [
            make(
                "div",
                make("p", "Predict", classes=["admonition-title"]),
                make("fieldset", make("legend", *question), *controls),
                make("details", summary, *body),
                classes=["admonition", "predict"],
            )
        ]

    def _slider(self, name: str) -> element:
        percent = self.options.get("kind", "percent") == "percent"
        low = self.options.get("min", 0.0)
        high = self.options.get("max", 100.0)
        step = self.options.get("step", 1.0)
        middle = low + round((high - low) / 2 / step) * step
        start = self.options.get("start", middle)
        unit = self.options.get("unit", "%" if percent else "")
        return make(
            "div",
            make("label", "Your guess", for_=name),
            make(
                "input",
                type="range",
                id=name,
                min=f"{low:g}",
                max=f"{high:g}",
                step=f"{step:g}",
                value=f"{start:g}",
                data_unit=unit,
            ),
            make("output", f"{start:g} {unit}".strip(), for_=name, hidden=""),
            classes=["knob"],
        )

    def _choices(self, name: str, body: list[nodes.Node]) -> list[element]:
        if not body or not isinstance(body[0], nodes.bullet_list):
            raise self.error("predict: expected a list of choices")
        choices = []
        for i, item in enumerate(body.pop(0).children):
            key = f"{name}-{i + 1}"
            choices.append(
                make(
                    "div",
                    make("input", type="radio", name=name, id=key),
                    make("label", *item[0].children, for_=key),
                    classes=["choice"],
                )
            )
        return choices


DIRECTIVES = {"predict": Predict}
