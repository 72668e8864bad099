"""A planted bug, and the test that must find it."""

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A bug, as a change of one piece of the source."""

    bug: str
    where: str  # the module, without "seqcourse."
    old: str
    new: str
    test: str  # its folder and file, tests/<folder>/test_<file>.py, and name
    given: dict[str, Any] = dataclasses.field(default_factory=dict)
    error: type[Exception] = AssertionError


def of(row: str, case: str = "full") -> dict[str, Any]:
    """Name a row of the table of the contract, and a case of its test."""
    return {"row": row, "case": case}


SLOPES = "contract/gradients: gradients_are_the_slopes_of_finite_differences"
ALONE = "contract/padding: a_padded_batch_is_each_sequence_alone"
SPLIT = "contract/splitting: split_anywhere"
APART = "contract/independence: sequences_are_independent"
CALLER = "contract/ownership: what_was_returned_belongs_to_the_caller"
FULL = of("RNN")
PADDED = of("RNN", "padded")
LSTM = of("LSTM")
GRU = of("GRU")
