"""What a layer was found to keep of its contract."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Finding:
    """One promise, and whether it holds.

    Parameters
    ----------
    group
        What the promise is about.
    sentence
        What is promised.
    reason
        Why it does not hold; empty where it does.

    Examples
    --------
    >>> print(Finding("padding", "lengths that are all T change nothing"))
    holds   padding: lengths that are all T change nothing
    """

    group: str
    sentence: str
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether the promise holds."""
        return not self.reason

    def __str__(self) -> str:
        if self.holds:
            return f"holds   {self.group}: {self.sentence}"
        return f"fails   {self.group}: {self.sentence}; {self.reason}"


@dataclass(frozen=True, repr=False)
class ContractReport:
    """What `contract` found: true where every promise holds.

    Parameters
    ----------
    name
        What was asked.
    findings
        One for each promise, in the order in which they were asked for.

    Examples
    --------
    >>> kept = Finding("padding", "lengths that are all T change nothing")
    >>> lost = Finding("padding", "the content has no effect", "dx is NaN")
    >>> report = ContractReport("RNN", (kept, lost))
    >>> bool(report), report
    (False, RNN breaks 1 of 2 promises:
    fails   padding: the content has no effect; dx is NaN)
    """

    name: str
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> tuple[Finding, ...]:
        """Those that do not hold."""
        return tuple(one for one in self.findings if not one.holds)

    def __bool__(self) -> bool:
        return not self.broken

    def __repr__(self) -> str:
        count = len(self.findings)
        if self:
            return f"{self.name} keeps all {count} promises of a layer."
        lines = [
            f"{self.name} breaks {len(self.broken)} of {count} promises:"
        ]
        return "\n".join([*lines, *map(str, self.broken)])

    def _repr_html_(self) -> str:
        first, *lines = repr(self).split("\n")
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        listed = f"<ul>{items}</ul>" if items else ""
        return f"<p>{escape(first)}</p>{listed}"
