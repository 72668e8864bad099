"""One line that stands for many sentences."""

from __future__ import annotations

import re
from itertools import product

from seqcourse.tasks.contract.vocabulary import split

_CHOICE = re.compile(r"\(([^()]*)\)")


def expand(pattern: str) -> dict[tuple[str, ...], float]:
    """Write out every sentence of a pattern, with its probability.

    Words stand for themselves. Brackets hold a choice: its ways are set apart
    by ``|``, each of one word, several or none, and ``:3`` behind a way makes
    it three times as likely as it would be (weight 1) without. Choices are
    independent, so a sentence's probability is the product of its choices'
    shares.

    Parameters
    ----------
    pattern
        The line.

    Returns
    -------
    sentences
        The probability of each sentence, as a tuple of words; they add to 1.

    Raises
    ------
    ValueError
        If the brackets do not match or a weight is not above 0.

    Examples
    --------
    >>> for words, p in expand("the sky is (blue:3 | very grey).").items():
    ...     print(" ".join(words), p)
    the sky is blue . 0.75
    the sky is very grey . 0.25
    """
    # Even places are fixed words, odd places the inside of brackets.
    parts = _CHOICE.split(pattern)
    for fixed in parts[::2]:
        if "(" in fixed or ")" in fixed or "|" in fixed:
            raise ValueError(
                "pattern: expected every choice in a pair of brackets, none "
                f"within another, got {pattern!r}"
            )
    ways = [
        _shares(part) if place % 2 else {part: 1.0}
        for place, part in enumerate(parts)
    ]
    sentences: dict[tuple[str, ...], float] = {}
    for choice in product(*(way.items() for way in ways)):
        words = split(" ".join(phrase for phrase, _ in choice))
        probability = 1.0
        for _, share in choice:
            probability *= share
        sentences[words] = sentences.get(words, 0.0) + probability
    return sentences


def _shares(inside: str) -> dict[str, float]:
    """Read ``blue:3 | grey`` as shares of 1."""
    weights: dict[str, float] = {}
    for way in inside.split("|"):
        phrase, _, weight = way.partition(":")
        weights[phrase] = weights.get(phrase, 0.0) + float(weight or 1)
        if not weights[phrase] > 0:
            raise ValueError(
                f"pattern: expected weights above 0, got {way.strip()!r}"
            )
    total = sum(weights.values())
    return {phrase: weight / total for phrase, weight in weights.items()}
