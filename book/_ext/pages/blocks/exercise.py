"""An exercise of `seqcourse.exercises`, laid out on a page."""

from __future__ import annotations

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from pages.blocks.element import element, make
from seqcourse.exercises import EXERCISES

GRADES = ("first steps", "think it over", "a small research question")


class Exercise(SphinxDirective):
    """The exercise of that name, and nothing else to write::

        :::{exercise} rnn-step
        :::

    Without a script the page has the code to begin with, the hints and the
    solution; the script makes an editor of the code and can check it.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Lay out head, prompt, code, hints and solution."""
        (name,) = self.arguments
        if name not in EXERCISES:
            known = ", ".join(sorted(EXERCISES))
            raise self.error(f"exercise: expected one of {known}; got {name}")
        exercise = EXERCISES[name]
        number = self.env.new_serialno("exercise") + 1
        head = make(
            "div",
            make("h3", f"Exercise {number}. {exercise.title}"),
            make(
                "span",
                strip(exercise.grade, len(GRADES)),
                f"{GRADES[exercise.grade - 1]}, {exercise.minutes} minutes",
                classes=["grade"],
            ),
            classes=["exercise-head"],
        )
        editor = make("div", _code(exercise.starter), classes=["editor"])
        return [
            make(
                "div",
                head,
                *self._parse(exercise.prompt),
                editor,
                self._folds(exercise.hints, exercise.solution),
                classes=["exercise"],
                id=f"exercise-{name}",
                data_exercise=name,
                data_function=exercise.function,
            )
        ]

    def _parse(self, text: str) -> list[nodes.Node]:
        lines = StringList(text.splitlines(), self.env.docname)
        found = nodes.Element()
        self.state.nested_parse(lines, self.content_offset, found)
        return found.children

    def _folds(self, hints: tuple[str, ...], solution: str) -> element:
        folds = [
            make(
                "details",
                make("summary", f"Hint {number} of {len(hints)}"),
                *self._parse(hint),
            )
            for number, hint in enumerate(hints, 1)
        ]
        last = make("details", make("summary", "Solution"), _code(solution))
        return make("div", *folds, last, classes=["folds"])


def strip(full: int, of: int) -> element:
    """Draw the memory strip: so many squares of so many are full."""
    squares = [
        make("i", style="--m:1") if square < full else make("i")
        for square in range(of)
    ]
    return make("span", *squares, classes=["strip"], aria_hidden="true")


def _code(text: str) -> nodes.literal_block:
    text = text.rstrip("\n")
    return nodes.literal_block(text, text, language="python")


DIRECTIVES = {"exercise": Exercise}
