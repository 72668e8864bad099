"""truncate-and-pad: make sequences fit, and mark what is real in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Make sequences of different lengths fit into one array, as a network with a
fixed input needs them. Write `pad`. `sequences` is a list of arrays, each
(its length, D); `T` is the number of positions. Truncate longer sequences to
their first T steps; pad shorter ones with zeros at the end. Return three
arrays:

- `inputs`, (B, T, D), the truncated and padded sequences;
- `lengths`, (B,), how many real steps of each are in `inputs`;
- `mask`, (B, T), 1 where a step is real and 0 where it is padding.

With T = 3, sequences of 2 and 5 steps get the lengths `[2, 3]` and the mask
`[[1, 1, 0], [1, 1, 1]]`. A real step may be all zeros too, as a rest is in a
tune.
"""

STARTER = '''\
import numpy as np

def pad(sequences, T):
    """Return inputs (B, T, D), lengths (B,) and mask (B, T)."""
    B, D = len(sequences), sequences[0].shape[1]
    inputs, lengths, mask = np.zeros((B, T, D)), np.zeros(B), np.zeros((B, T))
    for b, sequence in enumerate(sequences):
        lengths[b] = len(sequence)
    return inputs, lengths, mask
'''

SOLUTION = '''\
import numpy as np

def pad(sequences, T):
    """Return inputs (B, T, D), lengths (B,) and mask (B, T)."""
    B, D = len(sequences), sequences[0].shape[1]
    inputs, lengths, mask = np.zeros((B, T, D)), np.zeros(B), np.zeros((B, T))
    for b, sequence in enumerate(sequences):
        kept = sequence[:T]
        inputs[b, : len(kept)] = kept
        lengths[b] = len(kept)
        mask[b, : len(kept)] = 1
    return inputs, lengths, mask
'''

FROM_DATA = "mask[b] = (inputs[b] != 0).any(axis=1)"
IN_FRONT = "T - len(kept) :"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sequences, some too long and some too short, with rests."""
    for more in 1 + rng.permutation(6):
        D, T = 2 + rng.permutation(5)[:2]
        lengths = [T + 2, T - 1, T, T + 1, *rng.integers(1, T + 4, size=more)]
        sequences = [
            rng.normal(size=(n, D)) for n in rng.permutation(lengths)
        ]
        for sequence in sequences:
            sequence[rng.integers(min(T, len(sequence)))] = 0
        yield sequences, int(T)


def _only(
    row: int, answer: Callable[..., Any], sequences: Any, T: int
) -> bool:
    """Tell whether one row is filled and all the others are empty."""
    parts = answer(sequences, T)
    others = [np.delete(part, row, axis=0) for part in parts]
    return bool(np.any(parts[1][row])) and not any(map(np.any, others))


EXERCISE = Exercise(
    id="truncate-and-pad",
    title="Truncate and pad",
    grade=2,
    minutes=10,
    function="pad",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Take one sequence at a time. Which steps do you keep, and where "
         "in row b do they go?"),
        ("`kept = sequence[:T]` is the whole sequence where it is short "
         "enough. Everything else follows from `len(kept)`."),
        ("Row b of the mask is 1 at the positions that row b of the "
         "inputs was written to."),
    ),
    mistakes=(
        Mistake(
            "every position is still padding",
            "Your inputs are all zeros. Which steps of a sequence go into "
            "its row, and where do they begin?",
            [("inputs[b, : len(kept)] = kept", "pass")],
            shows=lambda answer, sequences, T: (
                not np.any(answer(sequences, T)[0])
            ),
        ),
        Mistake(
            "only the first sequence is copied",
            "Your first row is filled, and all the others are empty. Does "
            "the loop reach the second sequence before the function "
            "returns? Look at how far `return` is indented.",
            [("    return inputs", "        return inputs")],
            shows=lambda *case: _only(0, *case),
        ),
        Mistake(
            "only the last sequence is left",
            "Your last row is filled, and all the others are empty. Are the "
            "arrays made once, or made again for every sequence?",
            [("        kept = sequence[:T]",
              ("        inputs, lengths = np.zeros((B, T, D)), np.zeros(B)\n"
              "        mask = np.zeros((B, T))\n"
              "        kept = sequence[:T]"))],
            shows=lambda *case: _only(-1, *case),
        ),
        Mistake(
            "the sequences are counted, not their steps",
            "Each of your lengths is the number of sequences. The first "
            "axis of inputs is theirs. How many steps does row b hold?",
            [("lengths[b] = len(kept)", "lengths[b] = len(inputs)")],
        ),
        Mistake(
            "the lengths count steps that were cut off",
            "One of your lengths is larger than T. How many "
            "steps of that sequence are still there to be read?",
            [("lengths[b] = len(kept)", "lengths[b] = len(sequence)")],
            shows=lambda answer, sequences, T: (
                np.max(answer(sequences, T)[1]) > T
            ),
        ),
        Mistake(
            "what is too long is not cut off",
            "A sequence is longer than its row, and you try to put all of "
            "it there. Which part of it should be left after truncation?",
            [("kept = sequence[:T]", "kept = sequence")],
        ),
        Mistake(
            "the padding stands in front",
            "Your padding comes first and the words after it. You have "
            "seen what one padding token in front does: every word meets "
            "the weights of another position.",
            [("inputs[b, : len(kept)]", f"inputs[b, {IN_FRONT}]"),
             ("mask[b, : len(kept)]", f"mask[b, {IN_FRONT}]")],
        ),
        Mistake(
            "the wrong end is cut off",
            "You keep the end of a sequence that is too long. Which steps "
            "does the prompt keep?",
            [("sequence[:T]", "sequence[-T:]")],
        ),
        Mistake(
            "the first step of each sequence is left out",
            "Each of your rows begins with the second step. Python counts "
            "positions from 0.",
            [("sequence[:T]", "sequence[1:T]")],
        ),
        Mistake(
            "one position is never used",
            "Your last position is padding even where a sequence is long "
            "enough to fill it. A slice stops before the number that ends "
            "it.",
            [("sequence[:T]", "sequence[: T - 1]")],
        ),
        Mistake(
            "padding is counted as steps",
            "All your lengths are the same, so a model would take "
            "padding for words. How many steps of each "
            "row are real?",
            [("lengths[b] = len(kept)", "lengths[b] = T")],
        ),
        Mistake(
            "a rest is taken for padding",
            "Your mask is 0 where a step is all zeros, and some of those "
            "are real: a rest is part of a tune. Padding is known by its "
            "position, not by its value.",
            [("mask[b, : len(kept)] = 1", FROM_DATA)],
        ),
        Mistake(
            "the mask is one step too long",
            "Your mask takes the first padding token for a step. Steps "
            "are counted from one and array positions from zero: at which "
            "index is the last real step?",
            [("mask[b, : len(kept)]", "mask[b, : len(kept) + 1]")],
        ),
        Mistake(
            "the mask is one step too short",
            "Your mask leaves out the last real step. A slice stops before "
            "the number that ends it.",
            [("mask[b, : len(kept)]", "mask[b, : len(kept) - 1]")],
        ),
        Mistake(
            "the mask is written along the wrong axis",
            "You set whole rows of the mask, as many as the sequence has "
            "steps. Which axis of the mask counts sequences, and which one "
            "counts steps?",
            [("mask[b, : len(kept)]", "mask[: len(kept)]")],
        ),
        Mistake(
            "the mask is inverted",
            "Your mask marks the padding. Some libraries want it that way, "
            "so it is worth checking every time. What does the prompt want?",
            [("mask[b, : len(kept)] = 1", "mask[b, len(kept) :] = 1")],
        ),
    ),
    cases=_cases,
    parts=("inputs", "lengths", "mask"),
)  # fmt: skip
