"""padded-batch: sentences of several lengths, read side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy import RNN
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Sentences in one batch are seldom of one length, so the short ones are filled
up at the end: that is padding. `lengths` says how many words are real. Teach
`read_padded` to stop in time, for each sentence by itself.

- `x` is (B, T, D) and `h`, the memory before the first word, (B, H).
- `lengths` is (B,), whole numbers from 1 to T. What stands in `x` beyond them
  means nothing. It need not be zero.
- Return two things: `y`, (B, T, H), the memory after each real word, and
  zeros beyond the end; and (B, H), the memory of each sentence after its last
  real word.

Each sentence then gets in company what it would get alone.
"""

STARTER = '''\
import numpy as np

def step(x, h, params):
    from_input = x @ params["weight_ih"].T + params["bias_ih"]
    from_memory = h @ params["weight_hh"].T + params["bias_hh"]
    return np.tanh(from_input + from_memory)

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
    """Say which steps move the memory at the end; 0 is the last real one."""
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
    """Tell whether the last memory of the short sentences is zero."""
    _, h = answer(x, lengths, *rest)
    return not np.any(h[lengths < x.shape[1]])


def _reads_zeros(answer: Any, x: Array, lengths: Array, *rest: Any) -> bool:
    """Tell whether more padding moves the memory, whatever is in it."""
    longer = np.concatenate([x, x[:, :1]], axis=1)
    both = answer(x, lengths, *rest)[1], answer(longer, lengths, *rest)[1]
    apart = (both[0] - both[1])[lengths < x.shape[1]]
    unread = max(_read(answer, x, lengths, *rest), default=0) <= 0
    return unread and not np.allclose(apart, 0)


def _mixes(answer: Any, x: Array, *rest: Any) -> bool:
    """Tell whether the words of the first sentence move the others."""
    other = x.copy()
    other[0] += 1.0
    both = answer(x, *rest)[1], answer(other, *rest)[1]
    return not np.allclose(both[0][1:], both[1][1:])


def _beyond(answer: Any, x: Array, lengths: Array, *rest: Any) -> str:
    """Say what goes on in the padding: the ``outputs``, the ``memory``.

    Where the memory stops and is not the last real output, say neither.
    """
    y, h = answer(x, lengths, *rest)
    read = max(_read(answer, x, lengths, *rest), default=0) > 0
    if not read and not np.allclose(y[np.arange(len(y)), lengths - 1], h):
        return ""
    padding = np.arange(x.shape[1]) >= lengths[:, None]
    outputs = "outputs " if np.any(np.nan_to_num(y[padding])) else ""
    return outputs + ("memory" if read else "")


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
        ("At step t some sentences still go on and others are over. Can you "
         "write down which, as B times true or false?"),
        ("`t < lengths` says it. With `[:, None]` behind it, it stands "
         "beside the (B, H) numbers of a memory, one row for each sentence."),
        ("`np.where(real, a, b)` takes a where a sentence goes on and b "
         "where it is over. You need it twice: what is the b of the memory, "
         "and what is the b of the output?"),
    ),
    mistakes=(
        Mistake(
            "each memory stops one step late",
            "Of the padding the first step is still read. Steps are counted "
            "from 0: which number has the last word of a sentence of three?",
            [("(t < lengths)", "(t <= lengths)")],
            shows=lambda *case: _read(*case) & {1, 2} == {1},
        ),
        Mistake(
            "the last real word is not read",
            "The memory you give back is the same whatever each sentence's "
            "last word is. Steps are counted from 0: which number has the "
            "last word of a sentence of three?",
            [("(t < lengths)", "(t < lengths - 1)")],
            shows=lambda *case: _read(*case) & {-1, 0} == {-1},
        ),
        Mistake(
            "the mask is upside down",
            "What stands in the padding changes the memory you give back, "
            "and no real word does. At which steps is your condition true, "
            "and what does `np.where` take there?",
            [("(t < lengths)", "(t >= lengths)")],
            shows=lambda *case: min(_read(*case), default=0) > 0,
        ),
        Mistake(
            "one sentence changes another",
            "When the words of the first sentence change, the memories of "
            "the others change too. Row b of all that you use belongs to "
            "sentence b.",
            [("step(x[:, t], h, params), h)",
              "step(x[::-1, t], h, params), h)")],
            shows=_mixes,
        ),
        Mistake(
            "the memory is wiped where a sentence ends",
            "For the short sentences the memory you give back is all zeros. "
            "Beyond the end the output is nothing, but the memory should "
            "stay as it was.",
            [("np.where(real, step(x[:, t], h, params), h)",
              "real * step(x[:, t], h, params)")],
            shows=_wiped,
        ),
        Mistake(
            "zeros are read where a sentence is over",
            "The longer the batch, the further the memory of a short "
            "sentence moves, though its words are the same. A word of zeros "
            "still changes a memory: let the step itself have no effect.",
            [("step(x[:, t], h, params), h)",
              "step(x[:, t], h, params), step(0 * x[:, t], h, params))")],
            shows=_reads_zeros,
        ),
        Mistake(
            "each word is read one round late",
            "In the first round your step gets the last word of every "
            "sentence, since place −1 is the last. Which word is number t?",
            [("x[:, t]", "x[:, t - 1]")],
        ),
        Mistake(
            "the padding is read as if it were words",
            "What stands beyond the end of a sentence changes its memory, "
            "and your outputs go on there. What asks, at each step, which "
            "sentences are over?",
            [("np.where(real, step(x[:, t], h, params), h)",
              "step(x[:, t], h, params)"),
             ("np.where(real, h, 0)", "h")],
            shows=lambda *case: _beyond(*case) == "outputs memory",
        ),
        Mistake(
            "the outputs stop and the memory goes on",
            "Your outputs are zero beyond the end, yet what stands in the "
            "padding still changes the memory you give back. It has to stop "
            "as well.",
            [("np.where(real, step(x[:, t], h, params), h)",
              "step(x[:, t], h, params)")],
            shows=lambda *case: _beyond(*case) == "memory",
        ),
        Mistake(
            "the memory stops and the outputs go on",
            "Your memory takes nothing from the padding, which is right. But "
            "your outputs go on beyond the end, and should be zero there.",
            [("np.where(real, h, 0)", "h")],
            shows=lambda *case: _beyond(*case) == "outputs ",
        ),
        Mistake(
            "the outputs stand beyond the end only",
            "Your outputs are zero at the real words, and the memory stands "
            "beyond the end. Which of the two does `np.where` take where "
            "its condition is true?",
            [("np.where(real, h, 0)", "np.where(real, 0, h)")],
        ),
        Mistake(
            "every memory is written down one word late",
            "Your y begins with the memory from before the first word. Do "
            "you keep it before the step or after it?",
            [(("        h = np.where(real, step(x[:, t], h, params), h)\n"
              "        y[:, t] = np.where(real, h, 0)"),
              ("        y[:, t] = np.where(real, h, 0)\n"
              "        h = np.where(real, step(x[:, t], h, params), h)"))],
        ),
        Mistake(
            "every sentence stops where the shortest one ends",
            "Your y is right up to the end of the shortest sentence and "
            "empty after it. Can the others go on while that one waits?",
            [("range(T)", "range(lengths.min())")],
        ),
        Mistake(
            "the lengths lie along the wrong axis",
            "A true or false for each sentence is one row of B. Beside a "
            "memory it must stand upright, with one row for each sentence.",
            [("(t < lengths)[:, None]", "t < lengths")],
        ),
    ),
    cases=_cases,
    parts=("y", "h"),
)  # fmt: skip
