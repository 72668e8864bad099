"""What a predict box tells: the measurement, with room for the guess.

What is hidden here waits for the script, which knows what the reader said.
"""

from __future__ import annotations

from docutils import nodes

from pages.blocks.element import element, make


def unit(name: str) -> str:
    """Write a unit behind its number."""
    return f"\N{NO-BREAK SPACE}{name}" if name else ""


def number(value: str) -> element:
    """Mark a number as measured."""
    return make("span", value, classes=["number"])


def sentence(*found: nodes.Node | str, guess: bool = True) -> element:
    """Say what was measured; the script says around it what was guessed."""
    said = [
        make(
            "span", "You said ", make("b", classes=["guess"]), ". ",
            classes=["said"], hidden="",
        )
    ] * guess  # fmt: skip
    apart = make("span", classes=["apart", "said"], hidden="")
    return make("p", *said, *found, apart, classes=["verdict"])


def table(place: str, at: list[str], values: list[str], unit: str) -> element:
    """Lay out a curve's numbers; the row of guesses is still empty."""
    heads = [make("th", label, scope="col") for label in at]
    guesses = [make("td", classes=["guess"]) for _ in at]
    found = [make("td", number(value)) for value in values]
    return make(
        "table",
        make("tr", make("th", place, scope="row"), *heads),
        make(
            "tr", make("th", f"You said{unit}", scope="row"), *guesses,
            classes=["said"], hidden="",
        ),
        make("tr", make("th", f"Measured{unit}", scope="row"), *found),
        classes=["curve"],
    )  # fmt: skip
