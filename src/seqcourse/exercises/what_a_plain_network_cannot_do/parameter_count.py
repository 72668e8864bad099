"""parameter-count: what a slab pays for its slots, and a loop does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

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


def _word_growth(
    answer: Callable[..., Any], D: int, H: int, slots: int
) -> Any:
    """Say by how much the loop grows if a word has one number more."""
    return answer(D + 1, H, slots)[1] - answer(D, H, slots)[1]


def _without_word(answer: Callable[..., Any], H: int, slots: int) -> Any:
    """Count the loop's weights where a word has no numbers."""
    return answer(0, H, slots)[1]


def _memory_bend(answer: Callable[..., Any], H: int, slots: int) -> Any:
    """Say how much faster the loop grows with H, leaving words aside."""
    less, here, more = (
        _without_word(answer, n, slots) for n in (H - 1, H, H + 1)
    )
    return less - 2 * here + more


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
            "slab and loop are swapped",
            "Both numbers are right, in the other order. Which of the two "
            "grows with the number of slots, and should come first?",
            [("return slab, loop", "return loop, slab")],
        ),
        Mistake(
            "the biases are missing",
            "You count what is multiplied, and not what is added. Each of "
            "the sums has a number of its own on top.",
            [(" + H\n", "\n"), (" + 2 * H\n", "\n")],
        ),
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
            "a word has no weights in the slab",
            "Your slab costs the same whatever the width of a word. A sum "
            "has a weight for each number that goes into it, and a wider "
            "word brings more of them.",
            [("H * slots * D", "H * slots")],
            shows=lambda answer, D, *rest: (
                answer(D, *rest)[0] == answer(D + 1, *rest)[0]
            ),
        ),
        Mistake(
            "another slot brings the wrong number of weights",
            "With another slot your slab gets too many weights or too few. "
            "Each of the sums needs a weight for each number of the word in "
            "that slot.",
            [("H * slots * D", "slots * D")],
            shows=lambda answer, D, H, slots: (
                answer(D, H, slots + 1)[0] - answer(D, H, slots)[0] != H * D
            ),
        ),
        Mistake(
            "the biases of the slab are wrong",
            "Take all its slots away, and your slab is left with a number "
            "that is not that of its biases. How many sums does it make?",
            [("H * slots * D + H", "H * slots * D")],
            shows=lambda answer, D, H, _: answer(D, H, 0)[0] != H,
        ),
        Mistake(
            "a word has no weights in the loop",
            "Your loop costs the same whatever the width of a word. What "
            "does it multiply the numbers of a word with?",
            [("loop = H * D + ", "loop = ")],
            shows=lambda *case: _word_growth(*case) == 0,
        ),
        Mistake(
            "a word has the wrong number of weights in the loop",
            "Make the word wider by one number, and your loop gets too many "
            "weights or too few. Into how many sums does that number go?",
            [("loop = H * D + ", "loop = D + ")],
            shows=lambda answer, D, H, slots: (
                _word_growth(answer, D, H, slots) != H
            ),
        ),
        Mistake(
            "the memory has too few weights",
            "Leave the word aside, and your loop grows in step with its "
            "memory. But a memory of twice the width has twice the sums, "
            "and each of them reads twice the numbers.",
            [("H * H + ", "H + ")],
            shows=lambda answer, _, *rest: _memory_bend(answer, *rest) == 0,
        ),
        Mistake(
            "the memory has the wrong number of weights",
            "Leave the word aside: what your loop pays for its memory is "
            "wrong. How many numbers does each of the sums read from it, "
            "and how many sums are there?",
            [("H * H + ", "2 * H * H + ")],
            shows=lambda answer, _, *rest: _memory_bend(answer, *rest) != 2,
        ),
        Mistake(
            "the biases of the loop are wrong",
            "What your loop multiplies is right, and what it adds is not. "
            "How many biases does the prompt give to each of the sums?",
            [("2 * H\n", "2\n")],
            shows=lambda answer, _, H, slots: (
                _without_word(answer, H, slots) != H * H + 2 * H
            ),
        ),
    ),
    cases=_cases,
    parts=("slab", "loop"),
)  # fmt: skip
