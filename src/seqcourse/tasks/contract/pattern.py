"""One line that stands for many sentences."""

from __future__ import annotations

import math
import re
from itertools import product

from seqcourse.numpy.contract.annotations import checked
from seqcourse.tasks.contract.vocabulary import split

_CHOICE = re.compile(r"\(([^()]*)\)")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")

#: Sentences that one pattern may stand for.
MOST_SENTENCES = 1_000_000


@checked
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
        If the brackets do not match, a weight is no number above 0, or there
        are more than a million sentences.

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
    if math.prod(map(len, ways)) > MOST_SENTENCES:
        raise ValueError(
            f"pattern: expected at most {MOST_SENTENCES:,} sentences, "
            "got more"
        )
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
        number = _NUMBER.fullmatch(weight.strip() or "1")
        share = float(number[0]) if number else 0.0
        if not 0 < share < math.inf:
            raise ValueError(
                f"pattern: expected weights above 0, got {way.strip()!r}"
            )
        weights[phrase] = weights.get(phrase, 0.0) + share
    total = sum(weights.values())
    return {phrase: weight / total for phrase, weight in weights.items()}
