"""One argument replaced by another, and what must follow."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

#: Nothing but a refusal is right.
REFUSED = "refused"
#: A refusal is right, and so is a success.
EITHER = "either"
#: A refusal is right, and so is a success with the plain call's result.
SAME_OR_REFUSED = "the same or refused"
#: Only the plain call's result is right.
SAME = "the same"


@dataclasses.dataclass(frozen=True)
class Change:
    """One argument replaced.

    Parameters
    ----------
    place
        What is replaced, such as ``x`` or ``params['weight']``.
    kind
        What stands there instead.
    verdict
        What must follow.
    values
        What to draw the whole new argument from.
    """

    place: str
    kind: str
    verdict: str
    values: st.SearchStrategy[Any]

    @property
    def argument(self) -> str:
        """The argument in which the place is."""
        return self.place.partition("[")[0].partition(".")[0]

    def __str__(self) -> str:
        return f"{self.place} is {self.kind}"


@dataclasses.dataclass(frozen=True)
class Part:
    """An argument, or a part of one, and how to replace it.

    Parameters
    ----------
    place
        What a sentence may call it.
    hint
        What it may be.
    value
        What it is in a call that succeeds.
    told
        What the docstring says of the argument.
    put
        Makes the whole argument with something else in this place.
    """

    place: str
    hint: Any
    value: Any
    told: str
    put: Callable[[Any], Any] = lambda new: new

    def drawn(
        self, kind: str, verdict: str, values: st.SearchStrategy[Any]
    ) -> Change:
        """Put what is drawn in this place."""
        return Change(self.place, kind, verdict, values.map(self.put))

    def made(
        self, kind: str, verdict: str, make: Callable[[Any], Any]
    ) -> Change:
        """Put what is made of a copy of the plain value in this place."""
        values = st.builds(lambda: make(copy.deepcopy(self.value)))
        return Change(self.place, kind, verdict, values.map(self.put))

    def inner(self, step: str, hint: Any, value: Any, put: Any) -> Part:
        """Give a part of this part."""
        return Part(
            self.place + step,
            hint,
            value,
            self.told,
            lambda new: self.put(put(new)),
        )
