"""padded-batch: sentences of several lengths, read in one batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
The sentences of a batch rarely have the same length, so the short ones are
padded at the end. `lengths` says how many words are real. Let `read_padded`
stop at the end of each sentence.

- `x` is (B, T, D) and `h`, the hidden state before the first word, (B, H).
- `lengths` is (B,), whole numbers from 1 to T. The entries of `x` beyond them
  mean nothing. They need not be zero.
- Return two things: `y`, (B, T, H), the hidden state after each real word,
  and zeros beyond the end; and (B, H), the hidden state of each sentence
  after its last real word.

Each sentence then gives the same result as it would alone.
"""

STARTER = '''\
import numpy as np

def step(x, h, params):
    from_input = x @ params["weight_ih"].T + params["bias_ih"]
    from_state = h @ params["weight_hh"].T + params["bias_hh"]
    return np.tanh(from_input + from_state)

def read_padded(x, lengths, h, params):
    """x is (B, T, D), lengths (B,), h (B, H); return y and the last h."""
    B, T, D = x.shape
    y = np.zeros((B, T, h.shape[1]))
    for t in range(T):
        h = step(x[:, t], h, params)
        y[:, t] = h
    return y, h
'''

SOLUTION = STARTER.replace(
    """\
        h = step(x[:, t], h, params)
        y[:, t] = h
""",
    """\
        real = (t < lengths)[:, None]
        h = np.where(real, step(x[:, t], h, params), h)
        y[:, t] = np.where(real, h, 0)
""",
)


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw batches in which one sentence is full and the others are short."""
    for _ in range(6):
        B, D, H = rng.permutation(np.arange(2, 8))[:3]
        T = int(rng.integers(4, 9))
        lengths = np.append(T, rng.integers(1, T - 1, B - 1))
        x, h = rng.normal(size=(B, T, D)), rng.normal(size=(B, H)) / 2
        params = RNN(int(D), int(H)).init(rng, np.float64)
        yield x, rng.permutation(lengths), h, params


def _read(answer: Any, x: Array, lengths: Array, *rest: Any) -> set[int]:
    """Say which steps change the final state; 0 is the last real one."""
    T = x.shape[1]
    at = np.arange(1, T + 1) - lengths[:, None]
    _, h = answer(x, lengths, *rest)
    read = set()
    for step in range(1 - T, T):
        other = np.where((at == step)[..., None], x + 1.0, x)
        _, moved = answer(other, lengths, *rest)
        if not np.allclose(h, moved, equal_nan=True):
            read.add(step)
    return read


def _wiped(answer: Any, x: Array, lengths: Array, *rest: Any) -> bool:
    """Tell whether the final state of the short sentences is zero."""
    _, h = answer(x, lengths, *rest)
    return not np.any(h[lengths < x.shape[1]])


def _reads_zeros(answer: Any, x: Array, lengths: Array, *rest: Any) -> bool:
    """Tell whether more padding changes the state, whatever is in it."""
    longer = np.concatenate([x, x[:, :1]], axis=1)
    both = answer(x, lengths, *rest)[1], answer(longer, lengths, *rest)[1]
    apart = (both[0] - both[1])[lengths < x.shape[1]]
    unread = max(_read(answer, x, lengths, *rest), default=0) <= 0
    return unread and not np.allclose(apart, 0)


def _mixes(answer: Any, x: Array, *rest: Any) -> bool:
    """Tell whether the words of the first sentence change the others."""
    other = x.copy()
    other[0] += 1.0
    both = answer(x, *rest)[1], answer(other, *rest)[1]
    return not np.allclose(both[0][1:], both[1][1:])


def _beyond(answer: Any, x: Array, lengths: Array, *rest: Any) -> str:
    """Say what goes on in the padding: the ``outputs``, the ``state``.

    Where the state stops and is not the last real output, say neither.
    """
    y, h = answer(x, lengths, *rest)
    read = max(_read(answer, x, lengths, *rest), default=0) > 0
    if not read and not np.allclose(y[np.arange(len(y)), lengths - 1], h):
        return ""
    padding = np.arange(x.shape[1]) >= lengths[:, None]
    outputs = "outputs " if np.any(np.nan_to_num(y[padding])) else ""
    return outputs + ("state" if read else "")


EXERCISE = Exercise(
    id="padded-batch",
    title="Stop where the sentence ends",
    grade=2,
    minutes=12,
    function="read_padded",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("At step t some sentences still go on and others have ended. Can "
         "you say which, with B values that are true or false?"),
        ("`t < lengths` does. Add `[:, None]`, and it has one row for each "
         "sentence, as the (B, H) numbers of a hidden state have."),
        ("`np.where(real, a, b)` takes a where a sentence goes on and b "
         "where it has ended. You need it twice: what is b for the hidden "
         "state, and what is b for the output?"),
    ),
    mistakes=(
        Mistake(
            "each hidden state stops one step late",
            "You still read the first step of the padding. Steps are counted "
            "from 0: which number has the last word of a sentence of three?",
            [("(t < lengths)", "(t <= lengths)")],
            shows=lambda *case: _read(*case) & {1, 2} == {1},
        ),
        Mistake(
            "the last real word is not read",
            "The hidden state you return is the same whatever each "
            "sentence's last word is. Steps are counted from 0: which number "
            "has the last word of a sentence of three?",
            [("(t < lengths)", "(t < lengths - 1)")],
            shows=lambda *case: _read(*case) & {-1, 0} == {-1},
        ),
        Mistake(
            "the mask is inverted",
            "The padding changes the hidden state you return, and no real "
            "word does. At which steps is your condition true, and what does "
            "`np.where` take there?",
            [("(t < lengths)", "(t >= lengths)")],
            shows=lambda *case: min(_read(*case), default=0) > 0,
        ),
        Mistake(
            "one sentence changes another",
            "When the words of the first sentence change, the hidden states "
            "of the others change too. Row b of every array belongs to "
            "sentence b.",
            [("step(x[:, t], h, params), h)",
              "step(x[::-1, t], h, params), h)")],
            shows=_mixes,
        ),
        Mistake(
            "the hidden state is set to zero where a sentence ends",
            "For the short sentences the hidden state you return is all "
            "zeros. Beyond the end the output is zero, but the hidden state "
            "should stay as it was.",
            [("np.where(real, step(x[:, t], h, params), h)",
              "real * step(x[:, t], h, params)")],
            shows=_wiped,
        ),
        Mistake(
            "zeros are read where a sentence is over",
            "The more padding there is, the more the hidden state of a short "
            "sentence changes, though its words are the same. An input of "
            "zeros still changes the state: skip the step itself.",
            [("step(x[:, t], h, params), h)",
              "step(x[:, t], h, params), step(0 * x[:, t], h, params))")],
            shows=_reads_zeros,
        ),
        Mistake(
            "each word is read one step late",
            "In the first round your step gets the last word of every "
            "sentence, since index −1 is the last. Which word is number t?",
            [("x[:, t]", "x[:, t - 1]")],
        ),
        Mistake(
            "the padding is read like real words",
            "The padding of a sentence changes its hidden state, and your "
            "outputs go on there. Which line asks, at each step, which "
            "sentences have ended?",
            [("np.where(real, step(x[:, t], h, params), h)",
              "step(x[:, t], h, params)"),
             ("np.where(real, h, 0)", "h")],
            shows=lambda *case: _beyond(*case) == "outputs state",
        ),
        Mistake(
            "the outputs stop and the hidden state goes on",
            "Your outputs are zero beyond the end, but the padding still "
            "changes the hidden state you return. It has to stop as well.",
            [("np.where(real, step(x[:, t], h, params), h)",
              "step(x[:, t], h, params)")],
            shows=lambda *case: _beyond(*case) == "state",
        ),
        Mistake(
            "the hidden state stops and the outputs go on",
            "The padding has no effect on your hidden state, which is right. "
            "But your outputs go on beyond the end and should be zero there.",
            [("np.where(real, h, 0)", "h")],
            shows=lambda *case: _beyond(*case) == "outputs ",
        ),
        Mistake(
            "the outputs are beyond the end only",
            "Your outputs are zero at the real words and the hidden state "
            "beyond the end. Which of its two arrays does `np.where` take "
            "where the condition is true?",
            [("np.where(real, h, 0)", "np.where(real, 0, h)")],
        ),
        Mistake(
            "every hidden state is stored one word late",
            "Your y begins with the hidden state from before the first "
            "word. Do you store it before the step or after it?",
            [(("        h = np.where(real, step(x[:, t], h, params), h)\n"
              "        y[:, t] = np.where(real, h, 0)"),
              ("        y[:, t] = np.where(real, h, 0)\n"
              "        h = np.where(real, step(x[:, t], h, params), h)"))],
        ),
        Mistake(
            "every sentence stops where the shortest one ends",
            "Your y is right up to the end of the shortest sentence and "
            "empty after it. The others have to go on.",
            [("range(T)", "range(lengths.min())")],
        ),
        Mistake(
            "the mask has the wrong axis",
            "Your mask has shape (B,). Next to a (B, H) hidden state it "
            "needs one row for each sentence: shape (B, 1).",
            [("(t < lengths)[:, None]", "t < lengths")],
        ),
    ),
    cases=_cases,
    parts=("y", "h"),
)  # fmt: skip
