"""Show what goes wrong in a model that counts, by very short texts."""

from __future__ import annotations

from math import exp, isclose, log
from string import printable
from typing import Any

import numpy as np

from seqcourse.exercises.calling import Answer

#: A text to count in, and what each of three characters then costs if there
#: is no context: one that was seen often, one seen once, and one never.
SEEN = "aaaab"
COSTS = {
    c: -log((max(n - 0.75, 0) + 0.75 * 2 / 65) / 5)
    for c, n in (("a", 4), ("b", 1), ("c", 0))
}


def right_for(answer: Answer, *texts: str) -> bool:
    """Tell whether the mean over a text is right without any context.

    Parameters
    ----------
    answer
        The cross-entropy of a text.
    *texts
        Of the characters a, b and c.

    Returns
    -------
    right
        Whether it is right for all of them.

    Examples
    --------
    >>> right_for(lambda seen, new, context: COSTS[new], "a", "b")
    True
    """
    right = [sum(COSTS[c] for c in text) / len(text) for text in texts]
    got = [answer(SEEN, text, 0) for text in texts]
    return np.allclose(got, right)


def begins_elsewhere(answer: Answer, *_: Any) -> bool:
    """Tell whether a model that has seen nothing has something to say.

    Parameters
    ----------
    answer
        The cross-entropy of a text.
    *_
        A case, which is not used.

    Returns
    -------
    shown
        Whether it is so, and not by a sign.

    Examples
    --------
    >>> begins_elsewhere(lambda seen, new, context: log(65))
    False
    """
    return not isclose(abs(answer("", "a", 0)), log(65))


def right_without_context(answer: Answer, *_: Any) -> bool:
    """Tell whether short and longer texts are right without any context.

    Parameters
    ----------
    answer
        The cross-entropy of a text.
    *_
        A case, which is not used.

    Returns
    -------
    right
        Whether it is so.

    Examples
    --------
    >>> right_without_context(lambda seen, new, context: COSTS[new[0]])
    False
    """
    return right_for(answer, *"abc", "caab")


def leaves_characters_out(answer: Answer, *_: Any) -> bool:
    """Tell whether one character costs the right amount, and two do not.

    Parameters
    ----------
    answer
        The cross-entropy of a text.
    *_
        A case, which is not used.

    Returns
    -------
    shown
        Whether it is so.

    Examples
    --------
    >>> leaves_characters_out(lambda seen, new, context: COSTS[new[0]])
    True
    """
    return right_for(answer, *"abc") and not right_for(answer, "ab", "ca")


def seen_alone(answer: Answer, *_: Any) -> bool:
    """Tell whether only what was never seen costs the right amount.

    Parameters
    ----------
    answer
        The cross-entropy of a text.
    *_
        A case, which is not used.

    Returns
    -------
    shown
        Whether it is so.

    Examples
    --------
    >>> seen_alone(lambda seen, new, context: COSTS["c"])
    True
    """
    return right_for(answer, "c") and not (
        right_for(answer, "a") or right_for(answer, "b")
    )


def neither(answer: Answer, *_: Any) -> bool:
    """Tell whether the first round of the formula is wrong everywhere.

    Parameters
    ----------
    answer
        The cross-entropy of a text.
    *_
        A case, which is not used.

    Returns
    -------
    shown
        Whether it is so.

    Examples
    --------
    >>> neither(lambda seen, new, context: log(65))
    True
    """
    return isclose(answer("", "a", 0), log(65)) and not any(
        right_for(answer, c) for c in "abc"
    )


def nothing_is_counted(
    answer: Answer, seen: str, new: str, context: int
) -> bool:
    """Tell whether each character costs log 65, whatever was counted.

    Parameters
    ----------
    answer
        The cross-entropy of a text.
    seen
        The text to count in.
    new
        The text to predict.
    context
        How many characters the model looks back.

    Returns
    -------
    shown
        Whether it is so.

    Examples
    --------
    >>> nothing_is_counted(lambda *case: log(65), "ab", "ba", 1)
    True
    """
    return isclose(answer(seen, new, context), log(65))


def no_probabilities(answer: Answer, *_: Any) -> bool:
    """Tell whether the probabilities after one character miss a sum of 1.

    Parameters
    ----------
    answer
        The cross-entropy of a text.
    *_
        A case, which is not used.

    Returns
    -------
    shown
        Whether 65 characters, one after another, do not share 1.

    Examples
    --------
    >>> no_probabilities(lambda seen, new, context: log(65))
    False
    """
    costs = [answer(SEEN, f"a{c}", 1) for c in printable[:65]]
    return not isclose(sum(exp(-cost) for cost in costs), 1)
