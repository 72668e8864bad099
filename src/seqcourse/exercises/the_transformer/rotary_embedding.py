"""rotary-embedding: rotary positions, pair by pair."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

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

_TURNED = """\
        return np.hstack([
            first * np.cos(angle) - second * np.sin(angle),
"""
_OVERWRITTEN = """\
        first = first * np.cos(angle) - second * np.sin(angle)
        return np.hstack([
            first,
"""


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw words of several widths."""
    for case in range(5):
        # T is odd, and so never K.
        T, K = 3 + 2 * int(rng.integers(3)), 4 + 2 * case
        q, k = rng.normal(size=(2, T, K))
        yield q, k, float(rng.choice([10.0, 100.0, 10000.0]))


def _depends_on_positions(answer: Answer, q: Array, *_: Array) -> bool:
    """Tell whether moving both words by one step changes their score."""
    q, k = np.ones_like(q), np.cos(np.arange(q.shape[1])) + 0 * q
    got = answer(q, k, 100.0)
    return bool(
        np.isfinite(got).all() and not np.allclose(got[1:, 1:], got[:-1, :-1])
    )


def _wrong_at_the_first(answer: Answer, q: Array, k: Array, _: float) -> bool:
    """Tell whether the score of the first word with itself is wrong."""
    ratios = [
        answer(a, k, 100.0)[0, 0] / (a[0] @ k[0]) * np.sqrt(len(a[0]))
        for a in (q, np.cos(q))
    ]
    # A factor that is always the same has a sentence of its own.
    return not np.isclose(ratios, 1).all() and not np.isclose(*ratios)


def _scores_of_a_pair(answer: Answer, T: int, ahead: float) -> bool:
    """Tell whether a single pair turns as it should."""
    t = np.arange(T)
    q, k = np.tile([[[1.0, 0.0]], [[np.cos(ahead), np.sin(ahead)]]], (T, 1))
    right = np.cos(t[:, None] - t - ahead) / np.sqrt(2)
    return np.allclose(answer(q, k, 100.0), right)


def _turns_the_first_pair(answer: Answer, q: Array, *_: Array) -> bool:
    """Tell whether all is right as long as there is one pair only."""
    turns = _scores_of_a_pair(answer, len(q), 1.0)
    return turns and not _depends_on_positions(answer, q)


def _turns_wrong(answer: Answer, q: Array, *_: Array) -> bool:
    """Tell whether scores depend on distances alone, with a wrong angle."""
    turns = _scores_of_a_pair(answer, len(q), 0.0)
    begins = _scores_of_a_pair(answer, 1, 0.0)
    return begins and not turns and not _depends_on_positions(answer, q)


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
            "nothing is rotated",
            "Your scores are the same wherever the words stand. Where do "
            "the positions come in?",
            [("turned(q) @ turned(k).T", "q @ k.T")],
        ),
        Mistake(
            "the keys are not rotated",
            "Your scores depend on the query's position, not on the "
            "distance between query and key.",
            [("turned(k)", "k")],
        ),
        Mistake(
            "the queries are not rotated",
            "Your scores depend on the key's position, not on the distance "
            "between query and key.",
            [("turned(q)", "q")],
        ),
        Mistake(
            "neighbours are paired",
            "You pair each number with the next one. The paper does that as "
            "well, but here i goes with i + K/2.",
            [(_PAIRS, "first, second = x[:, ::2], x[:, 1::2]")],
        ),
        Mistake(
            "a sign is wrong",
            "Your pairs are not rotated: their norm changes. One of the two "
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
            "waves are added to the words",
            "You add a wave to each word. That is the sinusoidal embedding; "
            "here the words themselves are rotated.",
            [("first * np.cos(angle) - second * np.sin(angle)",
              "first + np.sin(angle)"),
             ("first * np.sin(angle) + second * np.cos(angle)",
              "second + np.cos(angle)")],
        ),
        Mistake(
            "the speeds rise instead of falling",
            "Your later pairs turn faster than the first. Look at the sign "
            "in the exponent.",
            [("-2 * np.arange", "2 * np.arange")],
        ),
        Mistake(
            "the exponent is not divided by the width",
            "Your speeds fall too fast: from pair to pair by the square of "
            "the base. What is 2i divided by in the exponent?",
            [("(-2 * np.arange(K // 2) / K)", "(-2.0 * np.arange(K // 2))")],
        ),
        Mistake(
            "every pair turns the other way",
            "Your pairs turn by minus the angle. Is a sign wrong, or are the "
            "two halves of a word exchanged?",
            [(_PAIRS, "second, first = x[:, :K // 2], x[:, K // 2:]")],
        ),
        Mistake(
            "the root of the width is missing",
            "Your scores are too large, each by the same factor: the root "
            "of K, by which they were to be divided.",
            [(" / np.sqrt(K)", "")],
        ),
        Mistake(
            "the first half is overwritten",
            "Your second half is made from the first one after its turn. "
            "Both lines need the numbers from before.",
            [(_TURNED, _OVERWRITTEN)],
        ),
        Mistake(
            "even the first word is wrong",
            "At position 0 the angle is 0: nothing turns, and the score of "
            "the first word with itself is the plain product over the root "
            "of K. In yours it is not.",
            [("np.cos(angle) - second", "np.sin(angle) - second")],
            shows=_wrong_at_the_first,
        ),
        Mistake(
            "scores depend on positions and not only on distances",
            "Give yours the same query and the same key at all positions: "
            "the scores along a diagonal differ. Are queries and keys both "
            "rotated? If so, hold your two lines against those of the "
            "prompt, cosine by cosine and sine by sine.",
            [("first * np.cos(angle) - second", "first - second")],
            shows=_depends_on_positions,
        ),
        Mistake(
            "only the first pair turns at the right speed",
            "With K = 2, a single pair, yours is right. With more pairs the "
            "later ones turn at the wrong speed: compare "
            "`speed` with the prompt for K = 4 and base = 100.",
            [("/ K)", "/ T)")],
            shows=_turns_the_first_pair,
        ),
        Mistake(
            "the angle is wrong",
            "Your scores depend on distances alone, as they should, but a "
            "single pair, K = 2, already turns by the wrong angle. From one "
            "position to the next it turns by 1.",
            [("np.arange(T)[:, None] * speed",
              "2 * np.arange(T)[:, None] * speed")],
            shows=_turns_wrong,
        ),
    ),
    cases=_cases,
)  # fmt: skip
