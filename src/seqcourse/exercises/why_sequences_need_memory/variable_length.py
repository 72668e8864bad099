"""variable-length: one step reads short and long, from one start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A recurrent network has no fixed size, so it can read three words or thirty.
Write `read_all`, which reads several sequences of different lengths, all with
the same step.

`sequences` is a list of B arrays. Each has shape (T, D): T pieces of D
numbers, and T may differ from one sequence to the next. `step` is a function:
`step(state, piece)` takes a hidden state of H numbers and a piece, and gives
the new state. Every sequence begins with the state `start`, of shape (H,).
Return the final state of each sequence, in the same order: (B, H).

With a step that adds, `lambda state, piece: state + piece`, a `start` of
`[0]`, and the sequences `[[1], [2]]` and `[[5]]`, that is `[[3], [5]]`.
"""

STARTER = '''\
import numpy as np

def read_all(sequences, step, start):
    """Return the final state of each of the B sequences, (B, H)."""
    states = []
    for pieces in sequences:
        state = step(start, pieces[-1])
        states.append(state)
    return np.array(states)
'''

SOLUTION = '''\
import numpy as np

def read_all(sequences, step, start):
    """Return the final state of each of the B sequences, (B, H)."""
    states = []
    for pieces in sequences:
        state = start
        for piece in pieces:
            state = step(state, piece)
        states.append(state)
    return np.array(states)
'''

SHORTEST = "for piece in pieces[: min(map(len, sequences))]:"
PADDED = '''\
import numpy as np

def read_all(sequences, step, start):
    """Fill all up to the longest, and read the zeros as well."""
    longest = max(map(len, sequences))
    states = []
    for pieces in sequences:
        state = start
        for piece in np.pad(pieces, ((0, longest - len(pieces)), (0, 0))):
            state = step(state, piece)
        states.append(state)
    return np.array(states)
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sequences of different lengths and the step of a small RNN."""
    for _ in range(6):
        D, H = 2 + rng.permutation(6)[:2]
        lengths = 2 + rng.permutation(8)[: rng.integers(2, 6)]
        sequences = [rng.normal(size=(T, D)) for T in lengths]
        yield sequences, _rule(rng, D, H), rng.normal(size=H)


def _rule(rng: np.random.Generator, D: int, H: int) -> Callable[..., Any]:
    """Draw the weights of a step: two weighted sums, a bias and a tanh."""
    from_piece = rng.normal(size=(H, D)) / np.sqrt(D)
    from_memory = 1.5 * rng.normal(size=(H, H)) / np.sqrt(H)
    bias = rng.normal(size=H) / 2

    def step(state: Any, piece: Any) -> Any:
        return np.tanh(from_piece @ piece + from_memory @ state + bias)

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
        ("The starter reads one piece of each sequence. To read them all, "
         "you need a second loop inside the first."),
        ("Each step needs the state that the previous step returned. What "
         "does the very first one get?"),
        ("Set `state` to `start` before each sequence, and let every step "
         "give it a new value."),
    ),
    mistakes=(
        Mistake(
            "no piece is read",
            "Your final states are the same whatever the pieces are. What "
            "does `step` return, and do you use it?",
            [("states.append(state)", "states.append(start)")],
            shows=_reads_nothing,
        ),
        Mistake(
            "only the first piece of a sequence counts",
            "Change all the later pieces, and your states stay the same. "
            "How many pieces of a sequence does your loop pass to `step`?",
            [("for piece in pieces:", "for piece in pieces[:1]:")],
            shows=_stops,
        ),
        Mistake(
            "only the last piece of a sequence counts",
            "Change all the earlier pieces, and your states stay the same. "
            "Is every piece read? And does each step get the state that the "
            "previous step returned, or does it begin with `start` again?",
            [("step(state, piece)", "step(start, piece)")],
            shows=_forgets,
        ),
        Mistake(
            "the step does not get a state and a piece",
            "`step` takes a state (H,) first and a piece (D,) second. The "
            "arguments you pass have other shapes. Did you swap the two?",
            [("step(state, piece)", "step(piece, state)")],
        ),
        Mistake(
            "one sequence runs into the next",
            "Your first state is right and the others are wrong: the second "
            "sequence begins with the final state of the first. What must "
            "happen before each new sequence?",
            [
                ("        state = start\n", ""),
                ("states = []\n", "states = []\n    state = start\n"),
            ],
        ),
        Mistake(
            "there is a state for every piece",
            "You keep the state after every piece, so you have as many "
            "states as pieces. Which of them are the final ones? Check how "
            "far the line that keeps them is indented.",
            [("        states.append", "            states.append")],
        ),
        Mistake(
            "each sequence is read backwards",
            "You begin with the last piece of each sequence. A network that "
            "forgets would then remember the beginning best.",
            [("for piece in pieces:", "for piece in pieces[::-1]:")],
        ),
        Mistake(
            "the first piece is skipped",
            "Your loop begins with the second piece. `start` is the state "
            "before the first one, so nothing has been read yet.",
            [("for piece in pieces:", "for piece in pieces[1:]:")],
        ),
        Mistake(
            "the last piece is skipped",
            "Your loop ends one piece too early. The final state should have "
            "read the whole sequence.",
            [("for piece in pieces:", "for piece in pieces[:-1]:")],
        ),
        Mistake(
            "every sequence is cut to the shortest",
            "You stop all of them where the shortest one stops. A network of "
            "fixed size needs that. A loop goes round once for each piece.",
            [("for piece in pieces:", SHORTEST)],
        ),
        Mistake(
            "zeros after the end are read as if they were pieces",
            "You go on reading after the shorter sequences have ended, and "
            "each row of zeros changes the state. Does the loop need "
            "sequences of the same length, or only the array that you put "
            "them in?",
            code=PADDED,
        ),
    ),
    cases=_cases,
)  # fmt: skip
