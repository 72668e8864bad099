"""A text cut into tokens, again and again as merges are added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seqcourse.figures.drawing.figure import (
    Figure,
    checked_alt,
    content_id,
    figure,
)
from seqcourse.figures.drawing.figure_arguments import (
    check_count,
    check_whole,
)
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    slider,
)
from seqcourse.figures.drawing.text import shortened
from seqcourse.numpy.contract.annotations import checked

#: How many new tokens a sentence names.
_NAMED = 4
_VISIBLE = str.maketrans({" ": "␣", "\n": "↵", "\t": "⇥"})


@checked
def segmentation(
    segmentations: Mapping[int, Sequence[bytes]],
    *,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show a text's tokens under a slider over the number of merges.

    Parameters
    ----------
    segmentations
        By the number of merges, rising, 2 to 24 of them: the tokens of one
        text, 1 to 200 in each, as bytes.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written for you if None.

    Returns
    -------
    figure
        A box for each token, and a frame for each number of merges. Tokens
        that the frame before does not have stand out. A space is drawn as ␣,
        and bytes that are not UTF-8 as hexadecimal numbers.

    Raises
    ------
    ValueError
        If there is too little or too much to draw, the numbers of merges do
        not rise, a token is empty, or the texts differ.

    Examples
    --------
    >>> segmentation({0: [b"a", b"t", b" ", b"a"], 1: [b"at", b" ", b"a"]})
    A text as boxes, one for each token, under a slider over the number of
    merges. 0 merges: 4 tokens. 1 merge: 3 tokens; new: “at”.
    """
    _check(segmentations)
    frames: list[Safe] = []
    sentences = []
    before = {*next(iter(segmentations.values()))}
    for frame, (merges, tokens) in enumerate(segmentations.items(), 1):
        new = [
            token for token in dict.fromkeys(tokens) if token not in before
        ]
        boxes = [
            part
            for token in tokens
            for part in (
                tag("span", token_label(token),
                    class_="new" if token in new else None),
                " ",
            )
        ]  # fmt: skip
        frames.append(
            tag("p", *boxes, class_="tokens", data_frame=str(frame),
                hidden=frame < len(segmentations))
        )  # fmt: skip
        sentences.append(_sentence(merges, len(tokens), new))
        before = {*tokens}
    text = alt if alt is not None else (
        "A text as boxes, one for each token, under a slider over the number "
        f"of merges. {' '.join(sentences)}"
    )  # fmt: skip
    stops = [f"{merges:,}" for merges in segmentations]
    first = b"".join(next(iter(segmentations.values())))
    name = content_id("segmentation", token_label(first), *sentences)
    return figure(
        slider(name, "Merges", len(frames), play="Merge", stops=stops),
        tag("div", *frames, class_="stacked", role="img",
            aria_label=checked_alt(text)),
        frame_description(sentences),
        alt=text, caption=caption, kind="moving segmentation",
        id=name, data_says=compact_json(sentences),
        data_stops=compact_json(stops),
    )  # fmt: skip


def token_label(token: bytes) -> str:
    r"""Write a token so that all of it can be seen.

    Parameters
    ----------
    token
        Its bytes.

    Returns
    -------
    label
        Its text, with a sign for each space; its bytes in hexadecimal where
        they are not UTF-8.

    Examples
    --------
    >>> token_label(b" the"), token_label("é".encode()[:1])
    ('␣the', 'C3')
    """
    try:
        return shortened(token.decode("utf-8").translate(_VISIBLE))
    except UnicodeDecodeError:
        return shortened(token.hex(" ").upper())


def _check(segmentations: Mapping[int, Sequence[bytes]]) -> None:
    check_count(2, 24, "numbers", segmentations=segmentations)
    last, text = -1, None
    for merges, tokens in segmentations.items():
        check_whole(last + 1, 10**9, segmentations=merges)
        at = f"segmentations[{merges}]"
        check_count(1, 200, "tokens", **{at: tokens})
        if not all(tokens):
            raise ValueError(f"{at}: expected tokens that are not empty")
        whole = b"".join(tokens)
        if text is not None and whole != text:
            raise ValueError(
                f"{at}: expected tokens of the same text as before, got "
                f"{shortened(repr(whole))}"
            )
        last, text = merges, whole


def _sentence(merges: int, count: int, new: Sequence[bytes]) -> str:
    head = (
        f"{merges:,} merge{'s' * (merges != 1)}: "
        f"{count} token{'s' * (count != 1)}"
    )
    if not new:
        return f"{head}."
    named = [f"“{token_label(token)}”" for token in new[:_NAMED]]
    more = len(new) - len(named)
    rest = [f"{more} more"] * bool(more)
    return f"{head}; new: {', '.join(named + rest)}."
