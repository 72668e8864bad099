"""rotary-embedding: rotary positions, pair by pair."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write the scores of an attention with rotary positions, `scores`. `q` and `k`
are (T, K), K even. Number i of a word and number i + K/2 are a pair, a point
in a plane. At place t = 0, 1, 2, … each pair is turned by the angle
`t * speed[i]`, where `speed[i]` is `base ** (-2 * i / K)`:

    first  = x[i] cos - x[i + K/2] sin
    second = x[i] sin + x[i + K/2] cos

Turn queries and keys. Then each query meets each key: the product over the
root of K, (T, T).

When it passes: put the same query and the same key at all places. What do you
see along the diagonals?
"""

STARTER = '''\
import numpy as np

def scores(q, k, base):
    """q and k are (T, K); return (T, T)."""
    T, K = q.shape
    return q @ k.T / np.sqrt(K)
'''

SOLUTION = '''\
import numpy as np

def scores(q, k, base):
    """q and k are (T, K); return (T, T)."""
    T, K = q.shape
    speed = base ** (-2 * np.arange(K // 2) / K)
    angle = np.arange(T)[:, None] * speed
    def turned(x):
        first, second = x[:, :K // 2], x[:, K // 2:]
        return np.hstack([
            first * np.cos(angle) - second * np.sin(angle),
            first * np.sin(angle) + second * np.cos(angle),
        ])
    return turned(q) @ turned(k).T / np.sqrt(K)
'''
_PAIRS = "first, second = x[:, :K // 2], x[:, K // 2:]"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw words of several widths."""
    for case in range(5):
        T, K = int(rng.integers(4, 8)), 4 + 2 * case
        q, k = rng.normal(size=(2, T, K))
        yield q, k, float(rng.choice([10.0, 100.0, 10000.0]))


EXERCISE = Exercise(
    id="rotary-embedding",
    title="Turn by place",
    grade=2,
    minutes=15,
    function="scores",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`np.arange(T)[:, None] * speed` is a table of angles: a row for "
         "each place, a column for each pair."),
        ("Cut a word in two halves, `x[:, :K // 2]` and `x[:, K // 2:]`. The "
         "halves turn against each other, and are laid side by side again."),
        "The same `turned` serves queries and keys.",
    ),
    mistakes=(
        Mistake(
            "nothing is turned",
            "Your scores are the same wherever the words stand.",
            [("turned(q) @ turned(k).T", "q @ k.T")],
        ),
        Mistake(
            "the keys are not turned",
            "Your scores depend on where the query stands, and not on how "
            "far the key is from it.",
            [("turned(k)", "k")],
        ),
        Mistake(
            "the queries are not turned",
            "Your scores depend on where the key stands, and not on how far "
            "the query is from it.",
            [("turned(q)", "q")],
        ),
        Mistake(
            "neighbours are turned as pairs",
            "You pair each number with the next one. The paper does that as "
            "well, but here i goes with i + K/2.",
            [(_PAIRS, "first, second = x[:, ::2], x[:, 1::2]")],
        ),
        Mistake(
            "a sign is wrong",
            "Your pairs are not turned: their length changes. One of the two "
            "sines has a minus.",
            [("np.cos(angle) - second", "np.cos(angle) + second")],
        ),
        Mistake(
            "all pairs turn at one speed",
            "Your last pairs turn as fast as the first. The hands of a clock "
            "do not.",
            [("base ** (-2 * np.arange(K // 2) / K)", "np.ones(K // 2)")],
        ),
        Mistake(
            "the speeds fall half as fast as they should",
            "Your pairs slow down by half of what was asked. There is a 2 in "
            "the exponent.",
            [("-2 * np.arange", "-np.arange")],
        ),
        Mistake(
            "places are added, and not turned",
            "You add a wave to each word. That is the sinusoidal way; here "
            "the words themselves are turned.",
            [("first * np.cos(angle) - second * np.sin(angle)",
              "first + np.sin(angle)"),
             ("first * np.sin(angle) + second * np.cos(angle)",
              "second + np.cos(angle)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
