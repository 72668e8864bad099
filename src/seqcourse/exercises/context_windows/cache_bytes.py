"""cache-bytes: how large a key–value cache is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
How large is the key–value cache of a transformer after T tokens? Write
`cache_bytes`.

- `T` is the number of tokens read, and `layers` the number of layers. Each
  layer has its own cache.
- `kv_heads` is the number of heads of keys and values, each `width` numbers
  wide.
- `each` is the number of bytes per number: 4 for float32, 2 for float16.
- `window` is the number of tokens that a position attends to, itself
  included, or None for all. What no later token can attend to is not kept,
  and the next token brings its own key.

When it works, try 32 layers with 8 key and value heads of width 128 and 2
bytes per number, after 128,000 tokens. That is grouped-query attention. Then
give each of 32 query heads its own keys and values.
"""

STARTER = '''\
def cache_bytes(T, layers, kv_heads, width, each, window=None):
    """Return the bytes of the cache after T tokens."""
    slots = T
    return slots * layers
'''

SOLUTION = '''\
def cache_bytes(T, layers, kv_heads, width, each, window=None):
    """Return the bytes of the cache after T tokens."""
    slots = T if window is None else min(T, window - 1)
    return 2 * slots * layers * kv_heads * width * each
'''
ALL = "2 * slots * layers * kv_heads * width * each"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sizes, with a window that is full, one that is not, and none."""
    for kind in rng.permutation(6):
        T = int(rng.integers(30, 60))
        low, high = [(12, 25), (70, 100), (1, 2)][kind % 3]
        window = int(rng.integers(low, high))
        # None is another's equal, lest one may stand for the other.
        sizes = [3 + 2 * int(size) for size in rng.permutation(4)[:3]]
        each = int(rng.choice([2, 4]))
        yield (T, *sizes, each, window if kind % 3 < 2 else None)


def _ratios(count: Answer, *sizes: Any) -> list[float]:
    """Give the factor by which the bytes grow as each size doubles."""
    grown = [
        count(
            *(
                2 * size if i == place else size
                for i, size in enumerate(sizes)
            )
        )
        for place in range(1, 5)
    ]
    return [more / count(*sizes) for more in grown]


def _fails_there_alone(*_: Any) -> bool:
    """Take the word of the cases on which an answer fails."""
    return True


def _comes_in_twice(count: Answer, *sizes: Any) -> bool:
    """Tell whether the bytes grow with the square of a size."""
    return bool(np.isclose(_ratios(count, *sizes), 4).any())


def _is_a_sum(count: Answer, *sizes: Any) -> bool:
    """Tell whether the bytes are no product of the sizes."""
    ratios = np.round(_ratios(count, *sizes), 9)
    return not np.isin(ratios, [1, 2, 4]).all()


EXERCISE = Exercise(
    id="cache-bytes",
    title="The size of the cache",
    grade=1,
    minutes=6,
    function="cache_bytes",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Begin with one head of one layer and no window. How many numbers "
         "does one token add?"),
        ("With a window of 4, a position attends to itself and the three "
         "before it. How many must be kept for the next one, at most?"),
    ),
    mistakes=(
        Mistake(
            "the values are forgotten",
            "You have half of the bytes. What does the cache keep for each "
            "token besides its key?",
            [("2 * slots", "slots")],
        ),
        Mistake(
            "the layers are forgotten",
            "That is the cache of one layer. The next one has its own keys, "
            "computed from its own input.",
            [("slots * layers *", "slots *")],
        ),
        Mistake(
            "bits are given for bytes",
            "Eight times too much: a byte is eight bits, and float32 is four "
            "bytes.",
            [("* each", "* each * 8")],
        ),
        Mistake(
            "numbers are counted, and not bytes",
            "That is how many numbers there are. How many bytes does one of "
            "them take?",
            [(" * each", "")],
        ),
        Mistake(
            "one slot more than the window needs",
            "The window includes the new token itself, which brings its own "
            "key. So one fewer has to be kept.",
            [("window - 1", "window")],
        ),
        Mistake(
            "the window is taken to be full from the start",
            "After three tokens there are three keys, however wide the "
            "window is.",
            [("min(T, window - 1)", "window - 1")],
        ),
        Mistake(
            "the window is left out",
            "With a window you still keep everything. What no later token "
            "can attend to need not be kept.",
            [("T if window is None else min(T, window - 1)", "T")],
        ),
        Mistake(
            "the heads are counted twice",
            "Your number grows with the square of the number of heads. Each "
            "head comes in once.",
            [("kv_heads * width", "kv_heads * kv_heads * width")],
        ),
        Mistake(
            "the larger of two numbers is taken",
            "After many tokens your cache holds more than the window allows. "
            "Which of the two is the limit?",
            [("min(T, window - 1)", "max(T, window - 1)")],
        ),
        Mistake(
            "it is right only without a window",
            "Without a window yours is right, and with one it is not. The "
            "cache then holds no more than the tokens so far, and no more "
            "than those that the next one can attend to.",
            [("min(T, window - 1)", "T // window")],
            shows=_fails_there_alone,
        ),
        Mistake(
            "a full window is miscounted",
            "Yours is right until the window is full, and wrong from then "
            "on. Take a window of 2: the next token attends to itself and to "
            "one other, so one is kept.",
            [("window - 1", "window - 2")],
            shows=_fails_there_alone,
        ),
        Mistake(
            "it is right only with a window",
            "With a window yours is right, and without one it is not. "
            "Without a window every token is kept.",
            [("T if window", "layers if window")],
            shows=_fails_there_alone,
        ),
        Mistake(
            "a size comes in twice",
            "Double one of the sizes, and your number of bytes quadruples. "
            "Each size should come in once.",
            [("kv_heads * width", "width * width")],
            shows=_comes_in_twice,
        ),
        Mistake(
            "there is a sum where a product belongs",
            "Twice the layers, heads, width or bytes per number means twice "
            "the bytes in all. In yours, doubling one of them does not "
            "double the result.",
            [("layers * kv_heads", "(layers + kv_heads)")],
            shows=_is_a_sum,
        ),
        Mistake(
            "the tokens make no difference",
            "Your number stays the same however many tokens have been read. "
            "Each of them adds a key and a value.",
            [("2 * slots * layers", "2 * layers")],
            shows=lambda count, T, *sizes: (
                count(T, *sizes) == count(2 * T, *sizes)
                == count(T, *sizes[:-1], None)
            ),
        ),
        Mistake(
            "the heads are forgotten",
            "Twice as many heads make no difference to your number. Each "
            "head has its own keys and values.",
            [("layers * kv_heads *", "layers *")],
            shows=lambda count, *sizes: _ratios(count, *sizes)[1] == 1,
        ),
        Mistake(
            "the width is forgotten",
            "Twice the width makes no difference to your number. How many "
            "numbers does one head keep per token?",
            [("kv_heads * width *", "kv_heads *")],
            shows=lambda count, *sizes: _ratios(count, *sizes)[2] == 1,
        ),
        Mistake(
            "the size of a number is forgotten",
            "Twice as many bytes per number make no difference to your "
            "result. The answer should be in bytes.",
            [("width * each", "width * T")],
            shows=lambda count, *sizes: _ratios(count, *sizes)[3] == 1,
        ),
        Mistake(
            "the number of layers makes no difference",
            "Twice as many layers make no difference to your number. Each "
            "layer has its own cache.",
            [("slots * layers *", "slots * T *")],
            shows=lambda count, *sizes: _ratios(count, *sizes)[0] == 1,
        ),
    ),
    cases=_cases,
)  # fmt: skip
