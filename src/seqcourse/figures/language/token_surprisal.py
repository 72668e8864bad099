"""A text whose tokens are shaded by how little a model expected them."""

from __future__ import annotations

from collections.abc import Sequence

from seqcourse.figures.drawing.figure import Figure, checked_alt, figure
from seqcourse.figures.drawing.figure_arguments import check_count
from seqcourse.figures.drawing.markup import tag
from seqcourse.figures.language.segmentation import token_label
from seqcourse.numpy.contract.annotations import checked

#: Bits at which a token has the strongest colour.
_MOST = 12.0
#: Tokens that the sentence names.
_NAMED = 3


@checked
def token_surprisal(
    tokens: Sequence[bytes],
    bits: Sequence[float],
    *,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Shade each token of a text by its surprisal, and write that below it.

    Parameters
    ----------
    tokens
        The text's tokens, 1 to 200, as bytes.
    bits
        The surprisal of each.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written for you if None.

    Returns
    -------
    figure
        A box for each token, with a stronger colour for more bits, up to 12.

    Raises
    ------
    ValueError
        If there is too little or too much to draw, the two differ in number,
        a token is empty, or a surprisal is not finite or below 0.

    Examples
    --------
    >>> token_surprisal([b"to", b" be", b" sure"], [3.0, 0.5, 9.25])
    A text as 3 boxes, one for each token, with a stronger colour for more
    bits: 12.8 bits in all. Most bits: “␣sure” (9.2 bits), “to” (3.0 bits),
    “␣be” (0.5 bits). In order: to 3.0, ␣be 0.5, ␣sure 9.2.
    """
    check_count(1, 200, "tokens", tokens=tokens)
    if len(bits) != len(tokens):
        raise ValueError(
            f"bits: expected {len(tokens)} numbers, one for each token, "
            f"got {len(bits)}"
        )
    if not all(tokens):
        raise ValueError("tokens: expected tokens that are not empty")
    for value in bits:
        if not 0 <= value < float("inf"):
            raise ValueError(
                f"bits: expected finite numbers of at least 0, got {value}"
            )
    labels = [token_label(token) for token in tokens]
    told = [f"{value:.1f}" for value in bits]
    boxes = [
        part
        for label, value, words in zip(labels, bits, told, strict=True)
        for part in (
            tag("span", label, tag("small", words),
                style=f"--s:{min(value / _MOST, 1):.2f}"),
            " ",
        )
    ]  # fmt: skip
    order = sorted(range(len(bits)), key=lambda at: -bits[at])[:_NAMED]
    named = [f"“{labels[at]}” ({told[at]} bits)" for at in order]
    each = ", ".join(
        f"{label} {words}" for label, words in zip(labels, told, strict=True)
    )
    text = alt if alt is not None else (
        f"A text as {len(tokens)} boxes, one for each token, with a stronger "
        f"colour for more bits: {sum(bits):.1f} bits in all. Most bits: "
        f"{', '.join(named)}. In order: {each}."
    )  # fmt: skip
    return figure(
        tag("p", *boxes, class_="tokens", role="img",
            aria_label=checked_alt(text)),
        alt=text, caption=caption, kind="token-surprisal",
    )  # fmt: skip
