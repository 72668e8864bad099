"""A promise of the contract: a sentence, and a way to ask for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from seqcourse.testing.promises.example import LENGTHS
from seqcourse.testing.promises.subject import Subject

#: By name, what a promise is asked with.
Cases: TypeAlias = Mapping[str, Mapping[str, Any]]

FULL_AND_PADDED: Cases = {
    "full": {"lengths": None},
    "padded": {"lengths": LENGTHS},
}


@dataclass(frozen=True, eq=False)
class Promise:
    """Something that every layer does, and how to find out.

    Parameters
    ----------
    group
        What it is about.
    sentence
        What is promised.
    check
        What asks a subject for it; an AssertionError says what was found.
    cases
        By name, the keywords that the check is called with.
    asked_of
        Whether a subject is asked for it at all.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> from seqcourse.testing.promises.splitting import split_anywhere
    >>> subject = Subject("RNN", lambda: RNN(7, 9))
    >>> for case in split_anywhere.cases:
    ...     split_anywhere(subject, case)
    """

    group: str
    sentence: str
    check: Callable[..., None]
    cases: Cases
    asked_of: Callable[[Subject], bool]

    def __call__(self, subject: Subject, case: str = "") -> None:
        self.check(subject, **self.cases[case])


def promise(
    group: str,
    sentence: str,
    cases: Cases | None = None,
    asked_of: Callable[[Subject], bool] = lambda _: True,
) -> Callable[[Callable[..., None]], Promise]:
    """Make a promise of the function that asks for it.

    Parameters
    ----------
    group
        What it is about.
    sentence
        What is promised.
    cases
        By name, the keywords that the function is called with; None for one
        case without any.
    asked_of
        Whether a subject is asked for it at all.

    Returns
    -------
    decorate
        The decorator.

    Examples
    --------
    >>> @promise("sizes", "there is an output")
    ... def there_is_an_output(subject):
    ...     assert subject.make().output_size > 0
    >>> there_is_an_output.sentence
    'there is an output'
    """

    def decorate(check: Callable[..., None]) -> Promise:
        return Promise(group, sentence, check, cases or {"": {}}, asked_of)

    return decorate
