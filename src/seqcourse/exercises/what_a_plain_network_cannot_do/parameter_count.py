"""parameter-count: what a fixed input costs, and a recurrence does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Count the weights of a fully connected network and of an RNN without building
either. Write `weights`, which takes three whole numbers: `D`, the width of a
word vector; `H`, the width of the output; `positions`, how many words the
fixed input has room for. Return two numbers, that of the fully connected
network and that of the RNN.

- The fully connected network, `FixedWindow`, multiplies the words at all its
  positions with weights and adds a learned constant to each of the H sums.
- The `RNN` multiplies one word with weights, and the H numbers of its hidden
  state with others. For each of its H numbers it adds up both products and
  two constants, one for the word and one for the hidden state.

`weights(16, 32, 8)` and `weights(16, 32, 800)` should give what the lesson
has counted.
"""

STARTER = '''\
def weights(D, H, positions):
    """Return the weights of the fully connected network and the RNN."""
    fixed = H * D + H
    rnn = H * D + H
    return fixed, rnn
'''

SOLUTION = '''\
def weights(D, H, positions):
    """Return the weights of the fully connected network and the RNN."""
    fixed = H * positions * D + H
    rnn = H * D + H * H + 2 * H
    return fixed, rnn
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sizes, no two of them alike."""
    for _ in range(8):
        D, H, positions = 3 + rng.permutation(30)[:3]
        yield int(D), int(H), int(positions)


def _position_growth(
    answer: Callable[..., Any], D: int, H: int, positions: int
) -> Any:
    """Say by how much the fixed input grows with one more position."""
    return answer(D, H, positions + 1)[0] - answer(D, H, positions)[0]


def _word_growth(
    answer: Callable[..., Any], D: int, H: int, positions: int
) -> Any:
    """Say by how much the RNN grows with the width of a word."""
    return answer(D + 1, H, positions)[1] - answer(D, H, positions)[1]


def _without_word(answer: Callable[..., Any], H: int, positions: int) -> Any:
    """Count the RNN's weights where a word has no numbers."""
    return answer(0, H, positions)[1]


def _state_growth(answer: Callable[..., Any], H: int, positions: int) -> Any:
    """Say how much faster the RNN grows with H, leaving words aside."""
    less, here, more = (
        _without_word(answer, n, positions) for n in (H - 1, H, H + 1)
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
         "it. How many numbers go into a sum of the fully connected "
         "network, and how many into one of the RNN?"),
        ("Into a sum of the fully connected network go the numbers at all "
         "positions. Into one of the RNN go those of one word and those "
         "of the hidden state."),
        ("`RNN(3, 4).parameter_shapes()` lists the parameters of an RNN. Use "
         "sizes that differ, so that you can tell which is which."),
    ),
    mistakes=(
        Mistake(
            "fixed window and RNN are swapped",
            "Both numbers are right, in the other order. Which of the two "
            "grows with the number of positions, and should come first?",
            [("return fixed, rnn", "return rnn, fixed")],
        ),
        Mistake(
            "the constants are missing",
            "You count what is multiplied but not what is added. Each sum "
            "has a constant as well.",
            [(" + H\n", "\n"), (" + 2 * H\n", "\n")],
        ),
        Mistake(
            "the fixed input has the weights of one position",
            "Your fully connected network does not grow with another "
            "position. Its positions share no weights: what does each new "
            "one need?",
            [("H * positions * D", "H * D"), ("rnn = H * D", "rnn = D * H")],
            shows=lambda answer, D, H, positions: (
                answer(D, H, positions)[0] == answer(D, H, positions + 1)[0]
            ),
        ),
        Mistake(
            "the RNN pays for every step",
            "Your RNN grows with the number of positions. A longer "
            "sentence takes another step; which weights does it use?",
            [("rnn = H * D + H * H + 2 * H",
              "rnn = positions * (H * D + H * H + 2 * H)")],
            shows=lambda answer, D, H, positions: (
                answer(D, H, positions)[1] != answer(D, H, positions + 1)[1]
            ),
        ),
        Mistake(
            "the hidden state has no weights",
            "Your RNN has weights for the word, but none for the hidden "
            "state. What does it multiply the hidden state with?",
            [("H * H + ", "")],
        ),
        Mistake(
            "the RNN has one constant",
            "You give the RNN one constant per sum. One would be enough; "
            "the prompt says which two this RNN has.",
            [("2 * H", "H")],
        ),
        Mistake(
            "a word has no weights at a fixed position",
            "Your fully connected network costs the same for any word "
            "width. A sum has a weight for each number that goes into it, "
            "and a wider word brings more of them.",
            [("H * positions * D", "H * positions")],
            shows=lambda answer, D, *rest: (
                answer(D, *rest)[0] == answer(D + 1, *rest)[0]
            ),
        ),
        Mistake(
            "each position has constants of its own",
            "Your fully connected network gets more constants with each "
            "position. A constant belongs to a sum, and there are H sums, "
            "however many positions go into them.",
            [("H * positions * D + H", "H * positions * D + positions * H")],
            shows=lambda answer, D, H, positions: (
                _position_growth(answer, D, H, positions) == H * D + H
            ),
        ),
        Mistake(
            "another position brings the wrong number of weights",
            "With another position your network gets too many weights or "
            "too few. Each of the sums needs a weight for each number of "
            "the word at that position.",
            [("H * positions * D", "positions * D")],
            shows=lambda answer, D, H, positions: (
                _position_growth(answer, D, H, positions) != H * D
            ),
        ),
        Mistake(
            "the constants of the fixed window are wrong",
            "With no positions at all, your network should be left with "
            "its constants, and is not. How many sums does it compute?",
            [("H * positions * D + H", "H * positions * D")],
            shows=lambda answer, D, H, _: answer(D, H, 0)[0] != H,
        ),
        Mistake(
            "a word has no weights in the RNN",
            "Your RNN costs the same for any word width. What does it "
            "multiply the numbers of a word with?",
            [("rnn = H * D + ", "rnn = ")],
            shows=lambda *case: _word_growth(*case) == 0,
        ),
        Mistake(
            "a word has the wrong number of weights in the RNN",
            "Make the word wider by one number, and your RNN gets too many "
            "weights or too few. Into how many sums does that number go?",
            [("rnn = H * D + ", "rnn = D + ")],
            shows=lambda answer, D, H, positions: (
                _word_growth(answer, D, H, positions) != H
            ),
        ),
        Mistake(
            "the hidden state has too few weights",
            "Leave the word aside, and your RNN grows in step with H. But "
            "twice the width means twice the sums, and each of them reads "
            "twice the numbers.",
            [("H * H + ", "H + ")],
            shows=lambda answer, _, *rest: _state_growth(answer, *rest) == 0,
        ),
        Mistake(
            "the hidden state has the wrong number of weights",
            "Leave the word aside: the weights for the hidden state are "
            "miscounted. How many numbers does each of the sums read from "
            "it, and how many sums are there?",
            [("H * H + ", "2 * H * H + ")],
            shows=lambda answer, _, *rest: _state_growth(answer, *rest) != 2,
        ),
        Mistake(
            "the constants of the RNN are wrong",
            "What your RNN multiplies is right; what it adds is not. For "
            "each of its H numbers, both products and two constants make "
            "one sum.",
            [("2 * H\n", "2\n")],
            shows=lambda answer, _, H, positions: (
                _without_word(answer, H, positions) != H * H + 2 * H
            ),
        ),
    ),
    cases=_cases,
    parts=("fixed", "rnn"),
)  # fmt: skip
