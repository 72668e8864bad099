"""A refusal: the ValueError whose message names what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from seqcourse.testing.promises.arrays import require
from seqcourse.testing.promises.example import Example


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
    AssertionError: a fourth feature: no error;
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
        raise AssertionError(f"{what}: {kind}: {error}; {wanted}") from error
    else:
        raise AssertionError(f"{what}: no error; {wanted}")
    require(
        re.match(sentence, said) is not None,
        f"{what}: {said!r}; {wanted}",
    )
    return said


@dataclass(frozen=True)
class Mistake:
    """One way to be wrong, and the sentence that it must get.

    Parameters
    ----------
    name
        What is wrong.
    change
        What becomes of an example's arguments.
    sentence
        How the message of the refusal begins, as a regular expression with
        fields for the sizes.
    of
        Where it can be made: every, weights, matrices, numbers, tokens,
        memory, real memory or window.
    in_torch
        Whether it can be made in a call of a twin, too.

    Examples
    --------
    >>> wrong = Mistake(
    ...     "too few features",
    ...     lambda c: {"x": c.x[..., :-1]},
    ...     r"x: expected {D} features",
    ... )
    >>> wrong.argument
    'x'
    """

    name: str
    change: Callable[[Example], dict[str, Any]]
    sentence: str
    of: str = "every"
    in_torch: bool = True

    @property
    def argument(self) -> str:
        """Which argument is wrong."""
        return re.split(r"\W", self.sentence, maxsplit=1)[0]

    def refusal(self, example: Example, call: Callable[[], Any]) -> str:
        """Make the mistake.

        Parameters
        ----------
        example
            What the sentence's sizes are taken from.
        call
            What makes the mistake.

        Returns
        -------
        said
            The message with which it was refused.

        Raises
        ------
        AssertionError
            If it was not refused, or in another way.
        """
        of = example.subject
        V, W = of.vocabulary or 0, of.window or 0
        sizes = {"D": of.width, "V": V, "last": V - 1, "W": W, "more": W + 1}
        return refusal(
            call,
            f"wrong {self.argument} ({self.name})",
            self.argument,
            None if of.own_words else self.sentence.format(**sizes),
        )
