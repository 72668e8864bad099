"""What every figure is: markup for a page, and words that say the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from seqcourse.figures.drawing.markup import (
    Attribute,
    Safe,
    inline,
    join,
    legible,
    tag,
)
from seqcourse.numpy.contract.annotations import CheckedArguments


@dataclass(frozen=True, repr=False)
class Figure(metaclass=CheckedArguments):
    """A finished figure: the last value of a cell, shown where it stands.

    Parameters
    ----------
    html
        The whole ``<figure>``.
    alt
        What it shows, in words.

    Examples
    --------
    >>> Figure(html="<figure></figure>", alt="A line that falls.")
    A line that falls.
    """

    html: str
    alt: str

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.alt}


def figure(
    *body: Safe,
    alt: str,
    caption: str | None = None,
    kind: str = "",
    numbered: bool = True,
    **attributes: Attribute,
) -> Figure:
    """Put a figure together in the book's own form.

    Parameters
    ----------
    *body
        What stands above the caption.
    alt
        What the figure shows, in words; the body must say it too.
    caption
        The text below; it may hold plain inline tags. None for no caption.
    kind
        Further classes.
    numbered
        Whether the caption opens with the figure's number. The sheet counts,
        so the numbers follow the order on the page.
    **attributes
        Further attributes of the ``<figure>``.

    Returns
    -------
    figure
        The figure.

    Raises
    ------
    ValueError
        If the alternative text is empty.

    Examples
    --------
    >>> figure(Safe("<p>…</p>"), alt="Three dots.", caption="Dots.").html
    '<figure class="seq-figure"><p>…</p><figcaption><b
    class="figure-number"></b>Dots.</figcaption></figure>'
    """
    words = checked_alt(alt)
    below = Safe()
    if caption is not None:
        count = tag("b", class_="figure-number") if numbered else Safe()
        below = tag("figcaption", count, inline(caption))
    html = tag(
        "figure",
        join(*body, below),
        class_=f"seq-figure {kind}".strip(),
        **attributes,
    )
    return Figure(html=str(html), alt=words)


def checked_alt(alt: str) -> str:
    """Refuse a figure that says nothing to those who cannot see it.

    Parameters
    ----------
    alt
        The alternative text.

    Returns
    -------
    alt
        The same text, without blanks around it.

    Raises
    ------
    ValueError
        If it is empty.

    Examples
    --------
    >>> checked_alt(" A line that falls. ")
    'A line that falls.'
    """
    if not alt.strip():
        raise ValueError(
            f"alt: expected a sentence that says what is shown, got {alt!r}"
        )
    return " ".join(legible(alt).split())


def content_id(*content: str) -> str:
    """Make an id from what a figure shows: the same data, the same id.

    Parameters
    ----------
    *content
        The figure's content.

    Returns
    -------
    id
        A valid HTML id.

    Examples
    --------
    >>> content_id("a", "b") == content_id("a", "b") != content_id("ab")
    True
    """
    parts = (part.encode(errors="surrogatepass") for part in content)
    digest = hashlib.sha256(b"\x00".join(parts)).hexdigest()
    return f"fig-{digest[:8]}"
