"""The models' colours, dashes and marks: their one home.

A model looks the same on every page: one colour, one dash, one mark. Colour
is never the only sign, and every colour has a light and a dark value.
"""

from __future__ import annotations

from dataclasses import dataclass

from seqcourse.numpy.contract.annotations import described


@dataclass(frozen=True)
class Look:
    """How one model looks, on every page.

    Parameters
    ----------
    key
        Its short name: ``m-<key>`` is its class in the book's sheet.
    label
        What a reader calls it.
    light, dark
        Its colour on light and on dark paper.
    dash
        Lengths of stroke and gap; empty for a solid line.
    mark
        The shape of its marks; empty for none.
    hollow
        Whether its marks are outlines.

    Examples
    --------
    >>> PALETTE["gru"].colour, PALETTE["gru"].strokes
    ('var(--m-gru, #1f7a86)', '11 4 2 4')
    """

    key: str
    label: str
    light: str
    dark: str
    dash: tuple[float, ...] = ()
    mark: str = ""
    hollow: bool = False

    @property
    def colour(self) -> str:
        """The CSS colour; the light value where the sheet is missing."""
        return f"var(--m-{self.key}, {self.light})"

    @property
    def css_class(self) -> str:
        """The class that hands colour and dash to what is inside."""
        return f"m-{self.key}"

    @property
    def strokes(self) -> str:
        """The dash as SVG and CSS write it."""
        return " ".join(f"{part:g}" for part in self.dash) or "none"

    @property
    def title(self) -> str:
        """The label with a capital letter."""
        return self.label[:1].upper() + self.label[1:]


_LOOKS = (
    Look(
        "bag", "bag of words", "#6b3d10", "#bd8a66",
        (1.5, 4), "square", hollow=True,
    ),
    Look(
        "ngram", "n-gram", "#6f6f35", "#f0d56f",
        (1.5, 3, 5, 3), "triangle-down", hollow=True,
    ),
    Look(
        "window", "fixed window", "#c2307c", "#dd68ae",
        (5, 4), "diamond",
    ),
    Look(
        "convolution", "convolution", "#002c33", "#00a8bf",
        (5, 4, 1.5, 4), "diamond", hollow=True,
    ),
    Look("rnn", "RNN", "#c23c05", "#f5700f", (), "disc"),
    Look("lstm", "LSTM", "#3560c8", "#5d8aff", (11, 4), "square"),
    Look("gru", "GRU", "#1f7a86", "#8fe0e4", (11, 4, 2, 4), "triangle"),
    Look("attention", "attention", "#51228a", "#d6a2fb", (20, 4), "cross"),
    Look(
        "linear", "linear recurrence", "#065034", "#93c68f",
        (8, 3, 2, 3, 2, 3), "disc", hollow=True,
    ),
    Look("neutral", "guessing", "#5d5850", "#96928b", (2, 3)),
)  # fmt: skip

#: Every model's look, by its key.
PALETTE = {look.key: look for look in _LOOKS}

#: The dash of a line that nothing can pass.
BEST = "8 3"

#: The book's own inks, for where its sheet is missing.
INKS = {
    "paper": "#fdfcf8",
    "paper-2": "#f6f3ec",
    "rule": "#ddd7ca",
    "rule-strong": "#8a8273",
    "ink-3": "#676056",
}


def ink(name: str) -> str:
    """Give one of the book's own inks as a CSS colour.

    Parameters
    ----------
    name
        One of `INKS`.

    Returns
    -------
    colour
        The sheet's variable, with its light value to fall back on.

    Examples
    --------
    >>> ink("rule")
    'var(--rule, #ddd7ca)'
    """
    return f"var(--{name}, {INKS[name]})"


def look(name: str, argument: str = "model") -> Look:
    """Find a model's look by its key or by what readers call it.

    Parameters
    ----------
    name
        A key (``"rnn"``) or a label (``"Bag of words"``), in any case.
    argument
        What to call it in an error.

    Returns
    -------
    look
        Colour, dash, mark and label.

    Raises
    ------
    ValueError
        If no model has that name.

    Examples
    --------
    >>> look("Bag of words").key, look("RNN").strokes
    ('bag', 'none')
    """
    for entry in _LOOKS:
        if name.casefold() in (entry.key, entry.label.casefold()):
            return entry
    raise ValueError(
        f"{argument}: expected one of {', '.join(PALETTE)}, "
        f"got {described(name)}"
    )


def css() -> str:
    """Write the sheet that gives every model its colour and dash.

    Returns
    -------
    sheet
        Variables for all models, and a class for each.

    Examples
    --------
    >>> print(css().splitlines()[5])
      --m-rnn: light-dark(#c23c05, #f5700f);
    """
    # An unregistered variable hands on its tokens, so that light-dark() is
    # resolved by the color-scheme of the element which uses it.
    lines = [":root {"]
    for entry in _LOOKS:
        pair = f"light-dark({entry.light}, {entry.dark})"
        lines.append(f"  --m-{entry.key}: {pair};")
    lines.append("}")
    for entry in _LOOKS:
        body = f"--c: var(--m-{entry.key}); --dash: {entry.strokes};"
        lines.append(f".{entry.css_class} {{ {body} }}")
    return "\n".join(lines) + "\n"
