"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class Verdict:
    """Whether an answer is right and, if not, what is wrong with it.

    Parameters
    ----------
    id
        The exercise.
    passed
        Whether the answer is right.
    head
        The verdict in a few words.
    words
        What to think about next, or what was tried.

    Examples
    --------
    >>> Verdict("rnn-step", False, "forgot the memory.", "Where is h?")
    ✗ rnn-step: forgot the memory. Where is h?
    """

    id: str
    passed: bool
    head: str
    words: str

    def __repr__(self) -> str:
        mark = "✓" if self.passed else "✗"
        return f"{mark} {self.id}: {self.head} {self.words}"
