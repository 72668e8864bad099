"""How surprised each of several models is by each token of a passage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from seqcourse.figures.drawing.figure import (
    Figure,
    checked_alt,
    content_id,
    figure,
)
from seqcourse.figures.drawing.figure_arguments import check_all, check_count
from seqcourse.figures.drawing.markup import Safe, tag
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    slider,
)
from seqcourse.figures.language.segmentation import token_label
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array

#: How many tokens a sentence names.
_NAMED = 3
#: A bar is never higher: a probability of one in a million.
_MOST = 20.0


@checked
def surprisal(
    tokens: Sequence[bytes],
    bits: Mapping[str, Sequence[float] | Array],
    *,
    caption: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show what each token of a passage costs, under a slider over models.

    Parameters
    ----------
    tokens
        The passage, 1 to 300 tokens, as bytes.
    bits
        By the model's name, 2 to 12 of them: the bits that each token costs,
        which is minus the logarithm to base 2 of its probability.
    caption
        The text below the figure.
    alt
        What the figure shows, in words; written for you if None.

    Returns
    -------
    figure
        The passage with a bar under each token, and a frame for each model.
        The bars are drawn up to 20 bits.

    Raises
    ------
    ValueError
        If there is too little or too much to draw, a token is empty, or a
        model does not have one number of at least 0 for each token.

    Examples
    --------
    >>> surprisal([b"a", b"t"], {"uniform": [8, 8], "bigram": [4, 0.5]})
    A passage with a bar under each token, its height what the token costs in
    bits, under a slider over 2 models. uniform: 8.0 bits per token; most for
    “a” (8.0), “t” (8.0). bigram: 2.2 bits per token; most for “a” (4.0), “t”
    (0.5).
    """
    costs = _checked_costs(tokens, bits)
    frames: list[Safe] = []
    sentences = []
    for frame, (model, cost) in enumerate(costs.items(), 1):
        frames.append(
            tag("p", *_words(tokens, cost), class_="tokens",
                data_frame=str(frame), hidden=frame < len(costs))
        )  # fmt: skip
        sentences.append(_sentence(model, tokens, cost))
    text = alt if alt is not None else (
        "A passage with a bar under each token, its height what the token "
        f"costs in bits, under a slider over {len(costs)} models. "
        f"{' '.join(sentences)}"
    )  # fmt: skip
    stops = [*costs]
    name = content_id("surprisal", b"".join(tokens).hex(), *sentences)
    return figure(
        slider(name, "Model", len(frames), stops=stops),
        tag("div", *frames, class_="stacked", role="img",
            aria_label=checked_alt(text)),
        frame_description(sentences),
        alt=text, caption=caption, kind="moving surprisal",
        id=name, data_says=compact_json(sentences),
        data_stops=compact_json(stops),
    )  # fmt: skip


def _checked_costs(
    tokens: Sequence[bytes], bits: Mapping[str, Sequence[float] | Array]
) -> dict[str, Array]:
    check_count(1, 300, "tokens", tokens=tokens)
    check_count(2, 12, "models", bits=bits)
    if not all(tokens):
        raise ValueError("tokens: expected tokens that are not empty")
    costs = {}
    for model, given in bits.items():
        at = f"bits[{model!r}]"
        check_count(len(tokens), len(tokens), "numbers", **{at: given})
        costs[model] = np.asarray(given, np.float64)
        fits = (costs[model] >= 0) & np.isfinite(costs[model])
        check_all("finite numbers of at least 0", fits, **{at: costs[model]})
    return costs


def _words(tokens: Sequence[bytes], cost: Array) -> list[str]:
    """Put a bar under each token; a line breaks after spaces alone."""
    words: list[str] = []
    letters: list[Safe] = []
    for token, of in zip(tokens, cost, strict=True):
        label = token_label(token)
        height = f"--b: {min(of, _MOST):.1f}"
        letters.append(tag("span", label, style=height))
        if label.endswith(("␣", "↵")):
            words.append(tag("span", *letters, class_="word"))
            letters = []
    return [*words, tag("span", *letters, class_="word")]


def _sentence(model: str, tokens: Sequence[bytes], cost: Array) -> str:
    order = np.argsort(-cost, kind="stable")[:_NAMED]
    named = [f"“{token_label(tokens[at])}” ({cost[at]:.1f})" for at in order]
    return (
        f"{model}: {cost.mean():.1f} bits per token; most for "
        f"{', '.join(named)}."
    )
