"""A guess that the reader makes before the measurement is shown."""

from __future__ import annotations

import json
import re
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from pages.blocks import glued, measured, verdict
from pages.blocks.element import element, make, named_after
from seqcourse.figures.drawing.palette import PALETTE

_MARK = re.compile(r"\[([ xX])\]\s+")


class Predict(SphinxDirective):
    """A question, a control to guess with, and the folded measurement::

        :::{predict} How often will it be right?
        :kind: percent
        :measured: bag_accuracy:.0f
        :model: bag

        Which is a coin.
        :::

    ``:measured:`` is a glued number; the page writes it, draws it in the
    colour of ``:model:``, and lays the guess over it. ``:kind: number`` takes
    ``:min:``, ``:max:``, ``:step:`` and ``:unit:``; ``:start:`` is where the
    slider stands at first.

    ``:kind: curve`` has a slider for each of some places along an axis, and a
    glued list with one number for each::

        :::{predict} How often will it recall the first letter?
        :kind: curve
        :at: 2, 5, 8, 12, 16, 20
        :place: letters in between
        :measured: recall:.0f
        :model: rnn

        It fades.
        :::

    Without ``:unit:`` a curve is in per cent. ``:kind: choice`` offers the
    list that the body opens with, and [x] marks what was measured::

        :::{predict} Which of them tells the dog from the man?
        :kind: choice

        - [ ] the bag of words
        - [x] the network with a memory

        It is right {glue:text}`rnn_accuracy:.0f` % of the time.
        :::

    A guess counts once the reader has moved something.
    """

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "kind": lambda value: directives.choice(
            value, ("percent", "number", "choice", "curve")
        ),
        "measured": directives.unchanged_required,
        "model": lambda value: directives.choice(value, tuple(PALETTE)),
        "at": directives.unchanged_required,
        "place": directives.unchanged_required,
        "min": float,
        "max": float,
        "step": float,
        "start": float,
        "unit": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Put question, controls and measurement in one box."""
        kind = self.options.setdefault("kind", "percent")
        name = named_after("predict", self.arguments[0])
        question, _ = self.parse_inline(self.arguments[0], lineno=self.lineno)
        body = self.parse_content_to_nodes()
        if kind == "choice":
            controls, found, told = self._choice(name, body)
        elif kind == "curve":
            controls, found, told = self._curve(name)
        else:
            controls, found, told = self._number(f"{name}-1")
        if not body:
            raise self.error("predict: expected words on what was measured")
        summary = make("summary", "I have guessed. Show what was measured.")
        return [
            make(
                "div",
                make("p", "Predict", classes=["admonition-title"]),
                make("fieldset", make("legend", *question), *controls),
                make("details", summary, *told, *body),
                classes=["admonition", "predict"],
                id=name,
                data_kind=kind,
                data_measured=json.dumps(found),
            )
        ]

    # --- the three shapes of a guess: controls, measurement, what is told

    def _number(
        self, name: str
    ) -> tuple[list[element], list[float], list[nodes.Node]]:
        unit = self._unit()
        value, *more = self._measured()
        if more:
            raise self.error(
                f"predict: measured: expected one number, got {1 + len(more)}"
            )
        words = [_with(unit, end) for end in (*self._ends(), float(value))]
        drawing = measured.twice(
            measured.scale, self._look(), self._ends(), float(value), words
        )
        told = [
            verdict.sentence(
                "Measured: ", verdict.number(value), verdict.unit(unit), "."
            ),
            self._drawn(drawing),
        ]
        return [self._slider(name, "Your guess")], [float(value)], told

    def _curve(
        self, name: str
    ) -> tuple[list[element], list[float], list[nodes.Node]]:
        at = [
            label.strip() for label in self.options.get("at", "").split(",")
        ]
        place = self.options.get("place")
        if len(at) < 2 or not place:
            raise self.error(
                "predict: a curve needs :at: 1, 2, … and :place:"
            )
        values = self._measured()
        if len(values) != len(at):
            raise self.error(
                f"predict: measured: expected {len(at)} numbers, one for "
                f"each of :at:, got {len(values)}"
            )
        knobs = [
            self._slider(f"{name}-{i + 1}", label, before=f"{place}: ")
            for i, label in enumerate(at)
        ]
        unit, look = self._unit(), self._look()
        found = [float(value) for value in values]
        drawing = measured.twice(
            measured.chart, look, self._ends(), found, at, unit
        )
        known = look.key != "neutral"
        whose = f"{look.title}, measured" if known else "measured"
        first, last = verdict.number(values[0]), verdict.number(values[-1])
        each = verdict.unit(unit)
        told = [
            verdict.sentence(
                "Measured: from ", first, f"{each} at {at[0]} to ",
                last, f"{each} at {at[-1]}.", guess=False,
            ),
            self._drawn(drawing + measured.key(look, whose)),
            verdict.table(place, at, values, f", {unit}" if unit else ""),
        ]  # fmt: skip
        axis = make("p", place, classes=["place"], aria_hidden="true")
        return [make("div", *knobs, classes=["points"]), axis], found, told

    def _choice(
        self, name: str, body: list[nodes.Node]
    ) -> tuple[list[element], list[float], list[nodes.Node]]:
        if "measured" in self.options:
            raise self.error("predict: mark the measured choice with [x]")
        if not body or not isinstance(body[0], nodes.bullet_list):
            raise self.error("predict: expected a list of choices")
        choices, right = [], []
        for i, item in enumerate(body.pop(0).children, start=1):
            key, text = f"{name}-{i}", item[0]
            mark = _MARK.match(text.astext())
            if mark is None:
                raise self.error(
                    f"predict: expected [ ] or [x], got {text.astext()!r}"
                )
            text[0] = nodes.Text(text[0].astext()[mark.end() :])
            radio = make("input", type="radio", name=name, id=key)
            label = make("label", *text.children, for_=key)
            choices.append(make("div", radio, label, classes=["choice"]))
            if mark[1] != " ":
                right.append(i)
                choices[-1]["classes"].append("measured")
                answer = [child.deepcopy() for child in text.children]
        if len(right) != 1:
            raise self.error(
                f"predict: expected one choice marked [x], got {len(right)}"
            )
        told = [verdict.sentence("Measured: ", make("b", *answer), ".")]
        return choices, [float(right[0])], told

    # --- their parts

    def _measured(self) -> list[str]:
        if "measured" not in self.options:
            raise self.error("predict: expected :measured:, a glued number")
        try:
            values = glued.numbers(
                self.state.document, self.options["measured"]
            )
        except ValueError as error:
            raise self.error(f"predict: measured: {error}") from None
        low, high = self._ends()
        for value in values:
            if not low <= float(value) <= high:
                raise self.error(
                    f"predict: measured: expected {low:g} to {high:g}, "
                    f"got {value}"
                )
        return values

    def _unit(self) -> str:
        percent = self.options["kind"] in ("percent", "curve")
        return str(self.options.get("unit", "%" if percent else ""))

    def _ends(self) -> tuple[float, float]:
        return self.options.get("min", 0.0), self.options.get("max", 100.0)

    def _look(self) -> measured.Look:
        return PALETTE[self.options.get("model", "neutral")]

    def _drawn(self, drawing: str) -> element:
        return make(
            "div",
            nodes.raw("", drawing, format="html"),
            classes=["seq-figure", "laid-over", self._look().css_class],
            aria_hidden="true",
        )

    def _slider(self, name: str, label: str, before: str = "") -> element:
        low, high = self._ends()
        step = self.options.get("step", 1.0)
        middle = low + round((high - low) / 2 / step) * step
        start = self.options.get("start", middle)
        unit = self._unit()
        words = make("span", before, classes=["visually-hidden"])
        return make(
            "div",
            make("label", *[words] * bool(before), label, for_=name),
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
            make("output", _with(unit, start), for_=name, hidden=""),
            classes=["knob"],
        )


def _with(unit: str, value: float) -> str:
    return f"{value:g} {unit}".strip()


DIRECTIVES = {"predict": Predict}
