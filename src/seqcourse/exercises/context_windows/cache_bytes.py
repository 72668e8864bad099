"""cache-bytes: what a model with keys and values has to carry."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
How many bytes of keys and values does a transformer carry after T tokens?
Write `cache_bytes`.

- `T` is the number of tokens read, and `layers` the number of layers. Each
  layer has a cache of its own.
- `kv_heads` is the number of heads of the keys and values, each `width`
  numbers wide.
- `each` is the number of bytes of one number: 4 for float32, 2 for float16.
- `window` is how many tokens a step can see, itself included, or None for
  all. What no later step can see is not kept. The next token brings its own
  key along.

When it works, try 32 layers with 8 such heads of width 128 and 2 bytes a
number, after 128,000 tokens. Then give every one of 32 heads its own keys.
"""

STARTER = '''\
def cache_bytes(T, layers, kv_heads, width, each, window=None):
    """Return the bytes of all keys and values after T tokens."""
    slots = T
    return slots * layers
'''

SOLUTION = '''\
def cache_bytes(T, layers, kv_heads, width, each, window=None):
    """Return the bytes of all keys and values after T tokens."""
    slots = T if window is None else min(T, window - 1)
    return 2 * slots * layers * kv_heads * width * each
'''
ALL = "2 * slots * layers * kv_heads * width * each"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sizes, with a window that is full, one that is not, and none."""
    for kind in rng.permutation(6):
        T = int(rng.integers(40, 90))
        low, high = [(2, 30), (100, 200), (1, 2)][kind % 3]
        window = int(rng.integers(low, high))
        sizes = [int(size) for size in rng.integers(3, 9, size=3)]
        each = int(rng.choice([2, 4]))
        yield (T, *sizes, each, window if kind % 3 < 2 else None)


EXERCISE = Exercise(
    id="cache-bytes",
    title="What it has to carry",
    grade=1,
    minutes=6,
    function="cache_bytes",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Begin with one head of one layer and no window. How many numbers "
         "does one token leave behind?"),
        ("With a window of 4, a step sees itself and three before it. So how "
         "many must be kept for the next one, at the most?"),
    ),
    mistakes=(
        Mistake(
            "the values are forgotten",
            "You have half of it. A key says where to look. What is taken "
            "along from there?",
            [("2 * slots", "slots")],
        ),
        Mistake(
            "the layers are forgotten",
            "That is the cache of one layer. The next one looks at other "
            "keys, made from its own input.",
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
            "That is how many numbers there are. How much room does one of "
            "them take?",
            [(" * each", "")],
        ),
        Mistake(
            "one slot more than the window needs",
            "The step that sees a window's worth of tokens is one of them "
            "itself. It brings its own key along.",
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
            "With a window you still keep everything. What no later step can "
            "see need not be kept.",
            [("T if window is None else min(T, window - 1)", "T")],
        ),
        Mistake(
            "the heads are counted twice",
            "Your number grows with the square of the heads. Each has one "
            "cache, of its own width.",
            [("kv_heads * width", "kv_heads * kv_heads * width")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
