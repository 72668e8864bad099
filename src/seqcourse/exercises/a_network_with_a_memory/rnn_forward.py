"""rnn-forward: the loop that carries a state through whole sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN
from seqcourse.numpy.contract.layer import Array, Params

PROMPT = """\
Let `rnn_forward` read a whole batch, one word of every sentence at a time.
The step of the last exercise is given, but it is taken only once. The loop is
missing.

- `x` is (B, T, D): B sentences of T words, each word D numbers.
- `h` is (B, H): the hidden state before the first word. It need not be zero.
- Return two things: `y`, (B, T, H), the hidden state after each word; and the
  hidden state after the last word, (B, H).
"""

STARTER = '''\
import numpy as np

def step(x, h, params):
    from_input = x @ params["weight_ih"].T + params["bias_ih"]
    from_state = h @ params["weight_hh"].T + params["bias_hh"]
    return np.tanh(from_input + from_state)

def rnn_forward(x, h, params):
    """x is (B, T, D), h is (B, H); return y (B, T, H) and the last h."""
    B, T, D = x.shape
    y = np.zeros((B, T, h.shape[1]))
    h = step(x[:, 0], h, params)
    y[:, 0] = h
    return y, h
'''

SOLUTION = STARTER.replace(
    """\
    h = step(x[:, 0], h, params)
    y[:, 0] = h
""",
    """\
    for t in range(T):
        h = step(x[:, t], h, params)
        y[:, t] = h
""",
)

_IN_A_LIST = """\
    y = []
    for t in range(T):
        h = step(x[:, t], h, params)
        y.append(h)
    return {}, h
"""
_HEAD = STARTER[: STARTER.index("    y = ")]


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw batches and first states, with B, T, D and H all different."""
    for _ in range(6):
        B, T, D, H = rng.permutation(np.arange(2, 7))[:4]
        if T == 2:  # a third word tells more
            B, T = T, B
        x, h = rng.normal(size=(B, T, D)), rng.normal(size=(B, H)) / 2
        yield x, h, RNN(int(D), int(H)).init(rng, np.float64)


def _one_word(answer: Any, x: Array, h: Array, params: Params) -> bool:
    """Tell whether every state but the first is still empty."""
    y, _ = answer(x, h, params)
    return bool(np.any(y[:, 0])) and not np.any(y[:, 1:])


def _stands_still(answer: Any, x: Array, h: Array, params: Params) -> bool:
    """Tell whether all states are the one that came in."""
    y, last = answer(x, h, params)
    return np.allclose(y, h[:, None]) and np.allclose(last, h)


def _other_step(answer: Any, x: Array, h: Array, params: Params) -> bool:
    """Tell whether a single word is taken in by another step than ours."""
    word = x[:, :1]
    right, _, _ = RNN(x.shape[2], h.shape[1]).forward(params, word, (h,))
    y, last = answer(word, h, params)
    used = all(
        not np.allclose(y, answer(word, h, params | {name: w + 0.5})[0])
        for name, w in params.items()
    )
    return used and np.allclose(y[:, 0], last) and not np.allclose(y, right)


def _late(answer: Any, x: Array, h: Array, params: Params) -> bool:
    """Tell whether the state that came in stands first, and alone."""
    y, _ = answer(x, h, params)
    return np.allclose(y[:, 0], h) and not np.allclose(y[:, 1], h)


def _leaks(answer: Any, x: Array, h: Array, params: Params) -> bool:
    """Tell whether the first sentence changes what is made of others."""
    changed = x.copy()
    changed[0] += 1.0
    y, _ = answer(x, h, params)
    other, _ = answer(changed, h, params)
    return not np.allclose(y[1:], other[1:])


def _forgets(answer: Any, x: Array, h: Array, params: Params) -> bool:
    """Tell whether the second word is read and leaves no trace elsewhere."""
    changed = x.copy()
    changed[:, 1] += 1.0
    moved = ~np.isclose(
        answer(x, h, params)[0], answer(changed, h, params)[0]
    )
    return bool(moved[:, 1].any()) and not np.delete(moved, 1, axis=1).any()


def _starts_from_zero(
    answer: Any, x: Array, h: Array, params: Params
) -> bool:
    """Tell whether the state passed in makes no difference to y."""
    y, _ = answer(x, h, params)
    other, _ = answer(x, h + 1.0, params)
    return bool(np.any(y)) and np.array_equal(y, other)


EXERCISE = Exercise(
    id="rnn-forward",
    title="Read whole sentences",
    grade=1,
    minutes=8,
    function="rnn_forward",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter reads the first word of every sentence and stops. "
         "What must change in its last lines when the second word's turn "
         "comes?"),
        ("A loop over the words: `for t in range(T):`. Word number `t` of "
         "every sentence is `x[:, t]`."),
        ("In the loop, pass what `step` returns to `step` the next time "
         "round. Store it in `y[:, t]` as well."),
    ),
    mistakes=(
        Mistake(
            "only the first word is read",
            "After the first word your y is empty. Take the same step, with "
            "the same weights, for each of the words that follow.",
            [("    for t in range(T):\n", "    for t in range(1):\n")],
            shows=_one_word,
        ),
        Mistake(
            "one sentence changes another",
            "When the first sentence changes, what you return for the others "
            "changes too. If you reshape: that keeps the numbers in the "
            "order in which they are stored, and doesn't swap two axes.",
            code=_HEAD + _IN_A_LIST.format("np.array(y).reshape(B, T, -1)"),
            shows=_leaks,
        ),
        Mistake(
            "the hidden state never changes",
            "Every hidden state that you return is the h that came in. "
            "`step` returns a new one: do you assign it to a name?",
            [("        h = step(x[:, t], h, params)",
              "        step(x[:, t], h, params)")],
            shows=_stands_still,
        ),
        Mistake(
            "the step is not the one that was given",
            "After a single word your hidden state isn't the one that the "
            "given step returns. Have you changed `step`, or its result?",
            [("from_input + from_state)", "from_input - from_state)")],
            shows=_other_step,
        ),
        Mistake(
            "no step gets the state that the step before it left",
            "The second word changes the hidden state after it and no "
            "later one. Which hidden state does your step get the third time "
            "round, and which should it get? And does the step use it?",
            [("        h = step(x[:, t], h, params)\n        y[:, t] = h",
              "        y[:, t] = step(x[:, t], h, params)")],
            shows=_forgets,
        ),
        Mistake(
            "the hidden state passed in is ignored",
            "Your y is the same whatever h was. Reading may begin in the "
            "middle of a text, with the state that its first half left.",
            [("    for t in range(T):",
              "    h = np.zeros_like(h)\n    for t in range(T):")],
            shows=_starts_from_zero,
        ),
        Mistake(
            "every hidden state is stored one word late",
            "Your y begins with the hidden state from before the first "
            "word. Do you store it before the step or after it?",
            [("        h = step(x[:, t], h, params)\n        y[:, t] = h",
              "        y[:, t] = h\n        h = step(x[:, t], h, params)")],
            shows=_late,
        ),
        Mistake(
            "the first word is never read",
            "Your y[:, 0] is empty: the step for the first word is never "
            "taken. Where does your range begin?",
            [("range(T)", "range(1, T)")],
        ),
        Mistake(
            "the words are read from the last to the first",
            "Your loop begins with the last word of every sentence. The "
            "hidden state after a word may depend only on that word and on "
            "earlier ones.",
            [("range(T)", "reversed(range(T))")],
        ),
        Mistake(
            "each word is read one step late",
            "In the first round your step gets the last word of every "
            "sentence, since index −1 is the last. Which word is number t?",
            [("x[:, t]", "x[:, t - 1]")],
        ),
        Mistake(
            "the last word is never read",
            "Your y is right up to the last word and empty there. How often "
            "does the loop go round, and how many words are there?",
            [("range(T)", "range(T - 1)")],
        ),
        Mistake(
            "the hidden state returned is the first one",
            "The second thing you return is the h that came in. To read on, "
            "one needs the hidden state after the last word.",
            [("    for t in range(T):",
              "    first = h\n    for t in range(T):"),
             ("return y, h", "return y, first")],
            shows=lambda answer, x, h, params: np.allclose(
                answer(x, h, params)[1], h
            ),
        ),
        Mistake(
            "the axes of time and batch are swapped",
            "Your y has the shape (T, B, H). Which axis of y should run "
            "over the words of a sentence?",
            code=_HEAD + _IN_A_LIST.format("np.array(y)"),
        ),
        Mistake(
            "the loop runs over the sentences",
            "The first axis of x counts sentences, so your step gets a whole "
            "sentence where it needs one word of each. Which axis counts "
            "the words?",
            [("x[:, t]", "x[t]")],
        ),
    ),
    cases=_cases,
    parts=("y", "h"),
)  # fmt: skip
