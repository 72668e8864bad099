"""sensitivity-by-lag: how far the last memory moves with each word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Exchange one word, read the sentence again, and see how far the last memory
moves: so much of that word is still in it. Write `sensitivity_by_lag`, which
asks this of every word.

- `rnn` is an `RNN` and `params` its weights. The first thing that
  `rnn.forward(params, x)` returns is the memory after each word, (B, T, H).
- `x` and `other` are (B, T, D). Exchange a word of `x`, in all B sentences
  at once, for the one at the same place in `other`.
- Return two things. First `left`, (T,): `left[k]` is how far the last memory
  moves when the word k steps before the last word is exchanged, as a share
  of how far it moves when the last word is. "How far" is the length of the
  difference, for each sentence, averaged over the sentences.
- Second the reach: the smallest k at which less than a tenth is left, or T
  where there is none.

When it passes, do some research with it, below your function. Take
`RNN(5, 16, bias=False)` with the weights that `init` gives it, and 40 random
steps. How far does it reach? Then put
`np.linalg.qr(rng.normal(size=(16, 16)))[0]` in the place of its `weight_hh`:
a table of weights that turns a memory and never shrinks it. Guess first, then
let it read very small inputs, ordinary ones and large ones. What else wears a
memory down?
"""

STARTER = '''\
import numpy as np

def sensitivity_by_lag(rnn, params, x, other):
    """x and other are (B, T, D); return left (T,) and the reach."""
    B, T, D = x.shape
    before, _, _ = rnn.forward(params, x)
    moved = np.zeros(T)
    for k in range(T):
        changed = x.copy()
        # Exchange one word of each sentence, read again, and compare.
    return moved, T
'''

SOLUTION = STARTER.replace(
    """\
        # Exchange one word of each sentence, read again, and compare.
    return moved, T
""",
    """\
        t = T - 1 - k
        changed[:, t] = other[:, t]
        after, _, _ = rnn.forward(params, changed)
        apart = after[:, -1] - before[:, -1]
        moved[k] = np.linalg.norm(apart, axis=1).mean()
    left = moved / moved[0]
    faded = left < 0.1
    return left, int(faded.argmax()) if faded.any() else T
""",
)
_REACH = "int(faded.argmax()) if faded.any() else T"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw networks that forget, some soon and some not at all."""
    # How much a step keeps, and how large the inputs are.
    kinds = [(0.4, 1.0), (0.6, 0.5), (0.75, 1.0), (1.0, 0.02), (1.0, 0.02)]
    for keeps, size in rng.permutation(kinds):
        B, D = 3 + rng.permutation(3)[:2]
        T, H = 9 + rng.permutation(4)[:2]
        rnn = RNN(int(D), int(H), bias=False)
        turn, _ = np.linalg.qr(rng.normal(size=(H, H)))
        params = rnn.init(rng, np.float64) | {"weight_hh": keeps * turn}
        x, other = size * rng.normal(size=(2, B, T, D))
        if keeps == 0.75:  # two nearly equal words: the curve rises again
            other[:, -3] = x[:, -3] + 0.02 * other[:, -3]
        yield rnn, params, x, other


def _curve(answer: Any, *case: Any) -> Array:
    """Give the curve that an answer draws."""
    left: Array = np.asarray(answer(*case)[0], np.float64)
    return left


def _of_no_memory(answer: Any, rnn: RNN, params: Any, *rest: Any) -> Array:
    """Give its curve for a network that forgets all at each step."""
    nothing = {"weight_hh": np.zeros_like(params["weight_hh"])}
    return _curve(answer, rnn, params | nothing, *rest)


EXERCISE = Exercise(
    id="sensitivity-by-lag",
    title="How far back does it reach?",
    grade=3,
    minutes=25,
    function="sensitivity_by_lag",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("At which place stands the word that comes k steps before the last "
         "one? Try it on paper with T = 5 and k = 0, then k = 1."),
        ("`np.linalg.norm(apart, axis=1)` gives the length of each row, one "
         "for each sentence. Compare memories from after the last word, "
         "wherever the exchange was."),
        ("`(left < 0.1).argmax()` is the first place where that is true. "
         "Look up what it gives where it is true nowhere."),
    ),
    mistakes=(
        Mistake(
            "no word makes a difference",
            "Your curve is empty: the last memory is where it was before. "
            "Was a word exchanged, and the changed batch read?",
            [("changed[:, t] = other[:, t]", "changed[:, t] = x[:, t]")],
            shows=lambda *case: not np.any(np.nan_to_num(_curve(*case))),
        ),
        Mistake(
            "the curve is flat",
            "Your curve is 1 everywhere: in each round the last memory moves "
            "as far as in the first. Does each round exchange another word, "
            "and no other?",
            [("t = T - 1 - k", "t = T - 1")],
            shows=lambda *case: np.allclose(_curve(*case), 1),
        ),
        Mistake(
            "no word of the other batch gets in",
            "Your curve is the same whatever is in other. A word that is "
            "erased, or moved, is not a word exchanged.",
            [("other[:, t]", "0")],
            shows=lambda answer, *case: (
                bool(np.count_nonzero(_curve(answer, *case)) > 1)
                and np.array_equal(
                    _curve(answer, *case),
                    _curve(answer, *case[:-1], case[-1] + 1),
                )
            ),
        ),
        Mistake(
            "x itself is written over",
            "A second name for an array is not a second array. The first "
            "exchange would stay in x for all that follow.",
            [("x.copy()", "x")],
        ),
        Mistake(
            "more than one word is exchanged at a time",
            "With each k the words after it are exchanged as well, and the "
            "last one drowns the rest. Each round should begin with the "
            "sentence as it was.",
            [("        changed = x.copy()\n", ""),
             ("    for k", "    changed = x.copy()\n    for k")],
            shows=lambda *case: np.allclose(_of_no_memory(*case), 1.0),
        ),
        Mistake(
            "the share is upside down",
            "Your curve grows where the memory fades. Which of the two "
            "distances is the part, and which one is the whole?",
            [("moved / moved[0]", "moved[0] / moved")],
        ),
        Mistake(
            "it is not the last memory that you compare",
            "Even of a network that forgets everything at each step you say "
            "that it keeps old words. Hold the last memory of one reading "
            "against the last memory of the other: what a word does where "
            "it stands is another question.",
            [("after[:, -1] - before[:, -1]", "after[:, t] - before[:, t]")],
            shows=lambda *case: bool(np.all(_of_no_memory(*case) > 0)),
        ),
        Mistake(
            "the words are counted from the wrong end",
            "For a network that forgets everything at each step, your curve "
            "says that the oldest word is what counts. Where in the sentence "
            "does k = 0 stand?",
            [("t = T - 1 - k", "t = k")],
            shows=lambda *case: bool(
                _of_no_memory(*case)[-1] > 0 and _curve(*case)[-1] < np.inf
            ),
        ),
        Mistake(
            "the curve is measured against the oldest word",
            "Your curve ends at 1 and should begin there. Of which word is "
            "everything still in the last memory?",
            [("moved / moved[0]", "moved / moved[-1]")],
            shows=lambda *case: bool(np.isclose(_curve(*case)[-1], 1.0)),
        ),
        Mistake(
            "the curve is a distance and not a share",
            "Your curve does not begin at 1. How far a memory moves depends "
            "on how different the two words are, so it says little alone.",
            [("moved / moved[0]", "moved")],
            shows=lambda *case: (
                bool(0 < _curve(*case)[0] < np.inf)
                and not np.isclose(_curve(*case)[0], 1.0)
            ),
        ),
        Mistake(
            "the whole batch is taken for one long memory",
            "You take one length over all sentences. Each has a memory of "
            "its own, and so a length of its own, before the average.",
            [("np.linalg.norm(apart, axis=1).mean()",
              "np.linalg.norm(apart)")],
        ),
        Mistake(
            "the norm is taken over the sentences",
            "You measure each number of the memory over the whole batch. "
            "Along which axis do the numbers of one memory lie?",
            [("np.linalg.norm(apart, axis=1)",
              "np.linalg.norm(apart, axis=0)")],
        ),
        Mistake(
            "the reach is always 0",
            "Your curve is right, and your reach is 0 for every network. "
            "Do you look for where much is left, or little?",
            [("left < 0.1", "left > 0.1")],
        ),
        Mistake(
            "the reach is always T",
            "Your curve is right, and your reach is T even where little is "
            "left at the end. T is for the memories that do not fade.",
            [(_REACH, "T")],
        ),
        Mistake(
            "a memory that does not fade has no reach at all",
            "Some of these networks keep more than a tenth of every word, "
            "and yours says 0. What does a search return that finds nothing?",
            [(_REACH, "int(faded.argmax())")],
        ),
        Mistake(
            "the reach ends one word early",
            "Your curve is right. You give the last word of which enough is "
            "left; the first is asked for of which too little is.",
            [(_REACH, "int(np.flatnonzero(left >= 0.1)[-1])")],
        ),
    ),
    cases=_cases,
    parts=("left", "reach"),
)  # fmt: skip
