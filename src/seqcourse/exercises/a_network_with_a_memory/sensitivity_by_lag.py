"""sensitivity-by-lag: how much the final state changes with each word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Replace one word, read the sentence again, and see how much the final hidden
state changes: that much of the word is still in it. Write
`sensitivity_by_lag`, which measures this for every word.

- `rnn` is an `RNN` and `params` its weights. The first thing that
  `rnn.forward(params, x)` returns is the hidden state after each word,
  (B, T, H).
- `x` and `other` are (B, T, D). Replace a word of `x`, in all B sentences
  at once, by the one at the same step of `other`.
- Return two things. First `left`, (T,). Let d[k] be the change of the final
  state when the word k steps before the last is replaced: for each sentence
  the root of its summed squared differences, then the average over the
  sentences. Then `left[k]` is d[k] / d[0].
- Second the reach: the smallest k for which `left[k]` is below one tenth, or
  T if there is none.

When it passes, do some research with it, below your function. Take
`RNN(5, 16, bias=False)` with the weights that `init` gives it, and 40 random
steps. How far does it reach? Then replace its `weight_hh` by
`np.linalg.qr(rng.normal(size=(16, 16)))[0]`, a matrix that rotates a state
and never shrinks it. Predict first, then let it read very small inputs,
ordinary ones and large ones. What else shrinks the trace of a word?
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
        # Replace one word of each sentence, read again, and compare.
    return moved, T
'''

SOLUTION = STARTER.replace(
    """\
        # Replace one word of each sentence, read again, and compare.
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
        rotation, _ = np.linalg.qr(rng.normal(size=(H, H)))
        params = rnn.init(rng, np.float64) | {"weight_hh": keeps * rotation}
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
        ("What is the index of the word k steps before the last one? Try it "
         "on paper with T = 5 and k = 0, then k = 1."),
        ("`np.linalg.norm(apart, axis=1)` gives the root of the sum of "
         "squares of each row, one for each sentence. Compare the states "
         "after the last word, whichever word you replaced."),
        ("`(left < 0.1).argmax()` is the first index where that is true. "
         "Look up what it gives if it is true nowhere."),
    ),
    mistakes=(
        Mistake(
            "no word makes a difference",
            "Your curve is all zeros: the final state doesn't change. Did "
            "you replace a word, and read the changed batch?",
            [("changed[:, t] = other[:, t]", "changed[:, t] = x[:, t]")],
            shows=lambda *case: not np.any(np.nan_to_num(_curve(*case))),
        ),
        Mistake(
            "the curve is flat",
            "Your curve is 1 everywhere: each time the final state changes "
            "as much as the first time. Do you replace another word each "
            "time, and only that one?",
            [("t = T - 1 - k", "t = T - 1")],
            shows=lambda *case: np.allclose(_curve(*case), 1),
        ),
        Mistake(
            "no word of the other batch is used",
            "Your curve is the same whatever is in `other`. Replace the word "
            "by the one at the same step of `other`.",
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
            "replacement would stay in x for all that follow.",
            [("x.copy()", "x")],
        ),
        Mistake(
            "more than one word is replaced at a time",
            "For each k you replace the words after it as well. Start from "
            "the original sentence each time.",
            [("        changed = x.copy()\n", ""),
             ("    for k", "    changed = x.copy()\n    for k")],
            shows=lambda *case: np.allclose(_of_no_memory(*case), 1.0),
        ),
        Mistake(
            "the fraction is inverted",
            "Your curve grows where the trace of a word fades. Which of the "
            "two changes should you divide by?",
            [("moved / moved[0]", "moved[0] / moved")],
        ),
        Mistake(
            "the states compared are not the final ones",
            "By your measure, even a network that forgets everything at each "
            "step keeps old words. Compare the final states.",
            [("after[:, -1] - before[:, -1]", "after[:, t] - before[:, t]")],
            shows=lambda *case: bool(np.all(_of_no_memory(*case) > 0)),
        ),
        Mistake(
            "the words are counted from the wrong end",
            "For a network that forgets everything at each step, your curve "
            "says that only the first word counts. Which word does k = 0 "
            "mean?",
            [("t = T - 1 - k", "t = k")],
            shows=lambda *case: bool(
                _of_no_memory(*case)[-1] > 0 and _curve(*case)[-1] < np.inf
            ),
        ),
        Mistake(
            "the last word is never replaced",
            "For k = 0 you replace the first word: −0 is 0. Begin with −1.",
            [("[:, t] = other[:, t]", "[:, -k] = other[:, -k]")],
        ),
        Mistake(
            "the curve is divided by its value for the first word",
            "Your curve ends at 1 and should begin there. Which word has "
            "had no time to fade?",
            [("moved / moved[0]", "moved / moved[-1]")],
            shows=lambda *case: bool(np.isclose(_curve(*case)[-1], 1.0)),
        ),
        Mistake(
            "the curve is not divided by its first value",
            "Your curve does not begin at 1. A change alone says little: it "
            "depends on how different the two words are.",
            [("moved / moved[0]", "moved")],
            shows=lambda *case: (
                bool(0 < _curve(*case)[0] < np.inf)
                and not np.isclose(_curve(*case)[0], 1.0)
            ),
        ),
        Mistake(
            "the batch is treated as one long state",
            "You take one root over all sentences. Take one for each "
            "sentence, and then the average.",
            [("apart, axis=1).mean()", "apart)")],
        ),
        Mistake(
            "the squares are summed over the sentences",
            "You sum the squares over the batch, number by number. Which "
            "axis holds the numbers of one hidden state?",
            [("apart, axis=1", "apart, axis=0")],
        ),
        Mistake(
            "the reach is always 0",
            "Your curve is right, and your reach is 0 for every network. "
            "Are you looking for values above a tenth, or below?",
            [("left < 0.1", "left > 0.1")],
        ),
        Mistake(
            "the reach is always T",
            "Your curve is right, and your reach is T even where little is "
            "left at the end. T is for the networks that don't forget.",
            [(_REACH, "T")],
        ),
        Mistake(
            "a network that does not forget has a reach of 0",
            "Some of these networks keep more than a tenth of every word, "
            "and yours says 0. What does `argmax` return if nothing is true?",
            [(_REACH, "int(faded.argmax())")],
        ),
        Mistake(
            "the reach ends one word early",
            "Your curve is right. You return the last k at which enough is "
            "left; return the first at which too little is.",
            [(_REACH, "int(np.flatnonzero(left >= 0.1)[-1])")],
        ),
    ),
    cases=_cases,
    parts=("left", "reach"),
)  # fmt: skip
