"""variable-length: one rule reads short and long, from one start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A loop has no slots, so it can read three words or thirty. Write `read_all`,
which reads several sequences of different lengths with one and the same rule.

`sequences` is a list of arrays, each (its length, D). The rule is a function:
`step(memory, piece)` takes a memory (H,) and a piece (D,), and gives the new
memory, (H,). Each sequence is read from the memory `start`, (H,). Give back
the memories at the ends of the sequences, in their order, (B, H).

With a rule that adds, `lambda memory, piece: memory + piece`, a `start` of
`[0]`, and the sequences `[[1], [2]]` and `[[5]]`, that is `[[3], [5]]`.
"""

STARTER = '''\
import numpy as np

def read_all(sequences, step, start):
    """Return what is remembered after each of the B sequences, (B, H)."""
    memories = []
    for pieces in sequences:
        memory = step(start, pieces[-1])
        memories.append(memory)
    return np.array(memories)
'''

SOLUTION = '''\
import numpy as np

def read_all(sequences, step, start):
    """Return what is remembered after each of the B sequences, (B, H)."""
    memories = []
    for pieces in sequences:
        memory = start
        for piece in pieces:
            memory = step(memory, piece)
        memories.append(memory)
    return np.array(memories)
'''

SHORTEST = "for piece in pieces[: min(map(len, sequences))]:"
PADDED = '''\
import numpy as np

def read_all(sequences, step, start):
    """Fill all up to the longest, and read the blanks as well."""
    longest = max(map(len, sequences))
    memories = []
    for pieces in sequences:
        memory = start
        for piece in np.pad(pieces, ((0, longest - len(pieces)), (0, 0))):
            memory = step(memory, piece)
        memories.append(memory)
    return np.array(memories)
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sequences of different lengths and the rule of a small RNN."""
    for _ in range(6):
        D, H = 2 + rng.permutation(6)[:2]
        lengths = 2 + rng.permutation(8)[: rng.integers(2, 6)]
        sequences = [rng.normal(size=(T, D)) for T in lengths]
        yield sequences, _rule(rng, D, H), rng.normal(size=H)


def _rule(rng: np.random.Generator, D: int, H: int) -> Callable[..., Any]:
    """Draw the weights of a step that mixes and squeezes."""
    from_piece = rng.normal(size=(H, D)) / np.sqrt(D)
    from_memory = 1.5 * rng.normal(size=(H, H)) / np.sqrt(H)
    bias = rng.normal(size=H) / 2

    def step(memory: Any, piece: Any) -> Any:
        return np.tanh(from_piece @ piece + from_memory @ memory + bias)

    return step


def _forgets(
    answer: Callable[..., Any], sequences: Any, step: Any, start: Any
) -> bool:
    """Tell whether all but each sequence's last piece is without effect."""
    others = [pieces.copy() for pieces in sequences]
    for other in others:
        other[:-1] += 1.0
    return np.array_equal(
        answer(sequences, step, start), answer(others, step, start)
    )


def _reads_nothing(
    answer: Callable[..., Any], sequences: Any, step: Any, start: Any
) -> bool:
    """Tell whether no piece has an effect."""
    others = [pieces + 1.0 for pieces in sequences]
    return np.array_equal(
        answer(sequences, step, start), answer(others, step, start)
    )


def _stops(
    answer: Callable[..., Any], sequences: Any, step: Any, start: Any
) -> bool:
    """Tell whether each sequence's first piece alone has an effect."""
    others = [pieces.copy() for pieces in sequences]
    for other in others:
        other[1:] += 1.0
    return np.array_equal(
        answer(sequences, step, start), answer(others, step, start)
    )


EXERCISE = Exercise(
    id="variable-length",
    title="Read any length",
    grade=2,
    minutes=10,
    function="read_all",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter reads one piece of each sequence. Reading all of "
         "them takes a second loop inside the first."),
        ("Each step needs the memory that the step before has left. What "
         "does the very first one get?"),
        ("Set `memory` to `start` before each sequence, and let every step "
         "give it a new value."),
    ),
    mistakes=(
        Mistake(
            "no piece is read",
            "Your memories at the ends are the same whatever the pieces "
            "are. What does the rule give back, and do you keep that?",
            [("memories.append(memory)", "memories.append(start)")],
            shows=_reads_nothing,
        ),
        Mistake(
            "only the first piece of a sequence counts",
            "Change all the later pieces, and your memories stay as they "
            "are. How many pieces of a sequence does your loop hand to the "
            "rule?",
            [("for piece in pieces:", "for piece in pieces[:1]:")],
            shows=_stops,
        ),
        Mistake(
            "only the last piece of a sequence counts",
            "Change all the earlier pieces, and your memories stay as they "
            "are. Is every piece read? And does each step get what the step "
            "before has left, or does it begin from the beginning again?",
            [("step(memory, piece)", "step(start, piece)")],
            shows=_forgets,
        ),
        Mistake(
            "the rule does not get a memory and a piece",
            "The rule takes a memory (H,) first and a piece (D,) second. "
            "What you hand to it does not have these sizes. Have the two "
            "changed places?",
            [("step(memory, piece)", "step(piece, memory)")],
        ),
        Mistake(
            "one sequence runs into the next",
            "Your first memory is right and the others are not: the second "
            "sequence is read with the first still in mind. What must be "
            "done each time before a new one is read?",
            [
                ("        memory = start\n", ""),
                ("memories = []\n", "memories = []\n    memory = start\n"),
            ],
        ),
        Mistake(
            "there is a memory for every piece",
            "You keep what is remembered after each piece, so you have as "
            "many memories as pieces. Which of them are those at the ends? "
            "Look at how far the line that keeps them is indented.",
            [("        memories.append", "            memories.append")],
        ),
        Mistake(
            "each sequence is read backwards",
            "You begin with the last piece of each sequence. A rule that "
            "forgets would then remember the beginning best.",
            [("for piece in pieces:", "for piece in pieces[::-1]:")],
        ),
        Mistake(
            "the first piece is skipped",
            "Your loop begins with the second piece. `start` is the memory "
            "from before the first one, so nothing has been read yet.",
            [("for piece in pieces:", "for piece in pieces[1:]:")],
        ),
        Mistake(
            "the last piece is skipped",
            "Your loop ends one piece too early. The memory that is asked "
            "for has read the whole sequence.",
            [("for piece in pieces:", "for piece in pieces[:-1]:")],
        ),
        Mistake(
            "every sequence is cut to the shortest",
            "You stop all of them where the shortest one stops. Slots would "
            "need that. A loop goes round once for each piece.",
            [("for piece in pieces:", SHORTEST)],
        ),
        Mistake(
            "blanks are read as if they were pieces",
            "Your shorter sequences go on reading after they have ended, "
            "and each blank changes the memory. Who needs all of them to be "
            "of one length, the loop or the array you put them in?",
            code=PADDED,
        ),
    ),
    cases=_cases,
)  # fmt: skip
