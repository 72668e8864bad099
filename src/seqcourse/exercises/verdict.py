"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass

from seqcourse.exercises.example import Example

#: What a reply rests on: a mistake that the exercise knows, an error, a
#: relation between the answer and what is right, the form, or one case alone.
KINDS = ("right", "mistake", "error", "relation", "form", "case")


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
    kind
        What the reply rests on, one of `KINDS`.
    example
        The smallest case that fails, where there is one to look at.

    Examples
    --------
    >>> Verdict("rnn-step", False, "forgot h.", "Where is it?", "mistake")
    ✗ rnn-step: forgot h. Where is it?
    """

    id: str
    passed: bool
    head: str
    words: str
    kind: str
    example: Example | None = None

    def __repr__(self) -> str:
        mark = "✓" if self.passed else "✗"
        said = f"{mark} {self.id}: {self.head} {self.words}"
        return f"{said}\n{self.example}" if self.example else said
