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
        B, D, H = rng.permutation(np.arange(3, 8))[:3]
        T = int(rng.integers(5, 9))
        lengths = np.append(T, rng.integers(1, T - 1, B - 1))
        x, h = rng.normal(size=(B, T, D)), rng.normal(size=(B, H)) / 2
        params = RNN(int(D), int(H)).init(rng, np.float64)
        yield x, rng.permutation(lengths), h, params


def _after(x: Array, lengths: Array, steps: int) -> Array:
    """Say which steps lie at least so many after the last real one."""
    at: Array = np.arange(x.shape[1]) >= lengths[:, None] - 1 + steps
    return at


def _heeds(
    answer: Any, x: Array, lengths: Array, rest: Any, where: Array
) -> bool:
    """Tell whether the words at some steps move the memory at the end."""
    _, h = answer(x, lengths, *rest)
    other = np.where(where[..., None], x + 1.0, x)
    after_other = answer(other, lengths, *rest)[1]
    return not np.allclose(h, after_other, equal_nan=True)


def _one_late(answer: Any, x: Array, lengths: Array, *rest: Any) -> bool:
    """Tell whether of the padding the first step is read, and no other."""
    first, second = _after(x, lengths, 1), _after(x, lengths, 2)
    return _heeds(answer, x, lengths, rest, first) and not _heeds(
        answer, x, lengths, rest, second
    )


def _one_early(answer: Any, x: Array, lengths: Array, *rest: Any) -> bool:
    """Tell whether the last real word makes no difference."""
    last = _after(x, lengths, 0) & ~_after(x, lengths, 1)
    return not _heeds(answer, x, lengths, rest, last)


def _wiped(answer: Any, x: Array, lengths: Array, *rest: Any) -> bool:
    """Tell whether the last memory of the short sentences is zero."""
    _, h = answer(x, lengths, *rest)
    return not np.any(h[lengths < x.shape[1]])


def _beyond(answer: Any, x: Array, lengths: Array, *rest: Any) -> str:
    """Say what goes on in the padding: the ``outputs``, the ``memory``."""
    y, _ = answer(x, lengths, *rest)
    padding = _after(x, lengths, 1)
    outputs = "outputs " if np.any(np.nan_to_num(y[padding])) else ""
    read = _heeds(answer, x, lengths, rest, padding)
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
            shows=_one_late,
        ),
        Mistake(
            "the last real word is not read",
            "The memory you give back is the same whatever each sentence's "
            "last word is. Steps are counted from 0: which number has the "
            "last word of a sentence of three?",
            [("(t < lengths)", "(t < lengths - 1)")],
            shows=_one_early,
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
            "the padding is read as if it were words",
            "What stands beyond the end of a sentence changes its memory, "
            "and your outputs go on there. Nothing yet asks, at each step, "
            "which sentences are over.",
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
            "Your memory takes nothing from the padding, which is right. The "
            "outputs beyond the end repeat it, and should be silent.",
            [("np.where(real, h, 0)", "h")],
            shows=lambda *case: _beyond(*case) == "outputs ",
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
