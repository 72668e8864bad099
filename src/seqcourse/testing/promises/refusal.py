"""A refusal: the ValueError whose message names what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from seqcourse.testing.promises.arrays import require


def refusal(
    call: Callable[[], Any], what: str, argument: str, sentence: str | None
) -> str:
    """Do what is wrong, and give the message with which it is refused.

    Parameters
    ----------
    call
        What does it.
    what
        What is wrong, in words.
    argument
        How the message must begin where there is no sentence.
    sentence
        What the message must match, a regular expression; None for any
        message that begins with the argument's name.

    Returns
    -------
    said
        The message.

    Raises
    ------
    AssertionError
        If nothing was raised, something else, or another message.

    Examples
    --------
    >>> def call():
    ...     raise ValueError("x: expected 3 features, got 4")
    >>> refusal(call, "a fourth feature", "x", None)
    'x: expected 3 features, got 4'
    >>> refusal(lambda: None, "a fourth feature", "x", None)
    Traceback (most recent call last):
    AssertionError: a fourth feature is taken without a word;
    expected a ValueError whose message begins with 'x'
    """
    wanted = "expected a ValueError whose message "
    if sentence is None:
        wanted += f"begins with {argument!r}"
        sentence = rf"{re.escape(argument)}(?!\w)"
    else:
        wanted += f"matches {sentence!r}"
    try:
        call()
    except ValueError as error:
        said = str(error)
    except Exception as error:
        kind = type(error).__name__
        raise AssertionError(
            f"{what} raises {kind}: {error}; {wanted}"
        ) from error
    else:
        raise AssertionError(f"{what} is taken without a word; {wanted}")
    require(
        re.match(sentence, said) is not None,
        f"{what} is refused with {said!r}; {wanted}",
    )
    return said
