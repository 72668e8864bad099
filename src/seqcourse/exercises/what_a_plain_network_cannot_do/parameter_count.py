"""parameter-count: what a slab pays for its slots, and a loop does not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Count the weights of a slab and of a loop without building either. Write
`weights`, which takes three whole numbers: `D`, how many numbers a word is
made of; `H`, how many come out; `slots`, for how many words there is room.
Give back two numbers, those of the slab and those of the loop.

- The slab, `FixedWindow`, multiplies the words in all its slots with weights
  and adds a bias to each of the H sums.
- The loop, `RNN`, multiplies one word with weights, and the H numbers of its
  memory with others. In this book it adds two biases to each of the H sums,
  one for the word and one for the memory.

With `weights(16, 32, 8)` and `weights(16, 32, 800)` you should find what the
lesson has counted.
"""

STARTER = '''\
def weights(D, H, slots):
    """Return how many weights the slab has and how many the loop has."""
    slab = H * D + H
    loop = H * D + H
    return slab, loop
'''

SOLUTION = '''\
def weights(D, H, slots):
    """Return how many weights the slab has and how many the loop has."""
    slab = H * slots * D + H
    loop = H * D + H * H + 2 * H
    return slab, loop
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sizes, no two of them alike."""
    for _ in range(8):
        D, H, slots = 3 + rng.permutation(30)[:3]
        yield int(D), int(H), int(slots)


EXERCISE = Exercise(
    id="parameter-count",
    title="Count the weights",
    grade=1,
    minutes=5,
    function="weights",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("One of the H sums has one weight for each number that goes into "
         "it. How many numbers go into a sum of the slab, and how many "
         "into one of the loop?"),
        ("Into a sum of the slab go the numbers of all the slots. Into one "
         "of the loop go those of one word and those of the memory."),
        ("`RNN(3, 4).parameter_shapes()` shows what a loop is made of. Use "
         "sizes that differ, so that you can tell which is which."),
    ),
    mistakes=(
        Mistake(
            "the slab has the weights of one slot",
            "Your slab does not grow when it gets another slot. Its slots "
            "share nothing: what must each new one bring along?",
            [("H * slots * D", "H * D"), ("loop = H * D", "loop = D * H")],
            shows=lambda answer, D, H, slots: (
                answer(D, H, slots)[0] == answer(D, H, slots + 1)[0]
            ),
        ),
        Mistake(
            "the loop pays for every step",
            "Your loop grows with the number of slots. Going round once "
            "more takes another step, and which weights does that step use?",
            [("loop = H * D + H * H + 2 * H",
              "loop = slots * (H * D + H * H + 2 * H)")],
            shows=lambda answer, D, H, slots: (
                answer(D, H, slots)[1] != answer(D, H, slots + 1)[1]
            ),
        ),
        Mistake(
            "the memory has no weights",
            "Your loop mixes the word in, and the memory goes without. What "
            "does the loop multiply the memory with?",
            [("H * H + ", "")],
        ),
        Mistake(
            "the loop has one bias",
            "You give the loop one bias for each sum. That is all it would "
            "need; the prompt says why this one has more.",
            [("2 * H", "H")],
        ),
        Mistake(
            "the biases are missing",
            "You count what is multiplied, and not what is added. Each of "
            "the sums has a number of its own on top.",
            [(" + H\n", "\n"), (" + 2 * H\n", "\n")],
        ),
    ),
    cases=_cases,
    parts=("slab", "loop"),
)  # fmt: skip
