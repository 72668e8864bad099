"""rotary-embedding: RoPE, pair by pair."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `scores`, the attention scores with rotary positional embeddings (RoPE).
The queries `q` and the keys `k` are (T, K), with K even. Numbers i and
i + K/2 of a vector are a pair, a point in the plane. At position t = 0, 1, 2,
… rotate each pair by the angle `t * speed[i]`, where `speed[i]` is
`base ** (-2 * i / K)`:

    first  = x[i] cos - x[i + K/2] sin
    second = x[i] sin + x[i + K/2] cos

Rotate queries and keys. Then return the score of each query with each key,
(T, T): their product, divided by the root of K.

When it passes: use the same query and the same key at all positions. What do
you see along the diagonals?
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
    def rotated(x):
        first, second = x[:, :K // 2], x[:, K // 2:]
        return np.hstack([
            first * np.cos(angle) - second * np.sin(angle),
            first * np.sin(angle) + second * np.cos(angle),
        ])
    return rotated(q) @ rotated(k).T / np.sqrt(K)
'''
_PAIRS = "first, second = x[:, :K // 2], x[:, K // 2:]"

_ROTATED = """\
        return np.hstack([
            first * np.cos(angle) - second * np.sin(angle),
"""
_OVERWRITTEN = """\
        first = first * np.cos(angle) - second * np.sin(angle)
        return np.hstack([
            first,
"""


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw queries and keys of several widths."""
    for case in range(5):
        # T is odd, and so never K.
        T, K = 3 + 2 * int(rng.integers(3)), 4 + 2 * case
        q, k = rng.normal(size=(2, T, K))
        yield q, k, float(rng.choice([10.0, 100.0, 10000.0]))


def _depends_on_positions(answer: Answer, q: Array, *_: Array) -> bool:
    """Tell whether moving query and key by one step changes the score."""
    q, k = np.ones_like(q), np.cos(np.arange(q.shape[1])) + 0 * q
    got = answer(q, k, 100.0)
    return bool(
        np.isfinite(got).all() and not np.allclose(got[1:, 1:], got[:-1, :-1])
    )


def _wrong_at_the_first(answer: Answer, q: Array, k: Array, _: float) -> bool:
    """Tell whether the score of position 0 with itself is wrong."""
    ratios = [
        answer(a, k, 100.0)[0, 0] / (a[0] @ k[0]) * np.sqrt(len(a[0]))
        for a in (q, np.cos(q))
    ]
    # A factor that is always the same has a sentence of its own.
    return not np.isclose(ratios, 1).all() and not np.isclose(*ratios)


def _scores_of_a_pair(answer: Answer, T: int, ahead: float) -> bool:
    """Tell whether a single pair is rotated as it should be."""
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
    title="Rotary positional embeddings",
    grade=2,
    minutes=15,
    function="scores",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`np.arange(T)[:, None] * speed` has the angles: a row for each "
         "position, a column for each pair."),
        ("Split the vectors in two, `x[:, :K // 2]` and `x[:, K // 2:]`. "
         "Compute the two lines of the prompt, and join the results with "
         "`np.hstack`."),
        "The same function can rotate queries and keys.",
    ),
    mistakes=(
        Mistake(
            "nothing is rotated",
            "Your scores do not depend on the positions. Where do the "
            "angles come in?",
            [("rotated(q) @ rotated(k).T", "q @ k.T")],
        ),
        Mistake(
            "the keys are not rotated",
            "Your scores depend on the query's position, not on the "
            "distance between query and key.",
            [("rotated(k)", "k")],
        ),
        Mistake(
            "the queries are not rotated",
            "Your scores depend on the key's position, not on the distance "
            "between query and key.",
            [("rotated(q)", "q")],
        ),
        Mistake(
            "neighbours are paired",
            "You pair each number with the next one. The paper does that, "
            "too, but here number i forms a pair with number i + K/2.",
            [(_PAIRS, "first, second = x[:, ::2], x[:, 1::2]")],
        ),
        Mistake(
            "a sign is wrong",
            "Your pairs are not rotated: their norm changes. One of the two "
            "sines needs a minus sign.",
            [("np.cos(angle) - second", "np.cos(angle) + second")],
        ),
        Mistake(
            "all pairs have the same speed",
            "Your last pairs rotate as fast as the first. Like the hands of "
            "a clock, they should differ.",
            [("base ** (-2 * np.arange(K // 2) / K)", "np.ones(K // 2)")],
        ),
        Mistake(
            "the speeds fall half as fast as they should",
            "Your speeds fall too slowly from pair to pair. There is a 2 in "
            "the exponent.",
            [("-2 * np.arange", "-np.arange")],
        ),
        Mistake(
            "sines and cosines are added",
            "You add sines and cosines to the vectors. That is a sinusoidal "
            "encoding; here the vectors themselves are rotated.",
            [("first * np.cos(angle) - second * np.sin(angle)",
              "first + np.sin(angle)"),
             ("first * np.sin(angle) + second * np.cos(angle)",
              "second + np.cos(angle)")],
        ),
        Mistake(
            "the speeds rise instead of falling",
            "Your later pairs rotate faster than the first. Look at the sign "
            "in the exponent.",
            [("-2 * np.arange", "2 * np.arange")],
        ),
        Mistake(
            "the exponent is not divided by the width",
            "Your speeds fall too fast: from pair to pair by a factor of "
            "base². What is 2i divided by in the exponent?",
            [("(-2 * np.arange(K // 2) / K)", "(-2.0 * np.arange(K // 2))")],
        ),
        Mistake(
            "every pair is rotated the other way",
            "Your pairs are rotated by minus the angle. Is a sign wrong, or "
            "are the two halves exchanged?",
            [(_PAIRS, "second, first = x[:, :K // 2], x[:, K // 2:]")],
        ),
        Mistake(
            "the root of the width is missing",
            "Your scores are exactly √K times too large. Divide them by the "
            "root of K.",
            [(" / np.sqrt(K)", "")],
        ),
        Mistake(
            "the first half is overwritten",
            "You compute the second half from the first one after its "
            "rotation. Both lines need the numbers from before.",
            [(_ROTATED, _OVERWRITTEN)],
        ),
        Mistake(
            "even position 0 is wrong",
            "At position 0 the angle is 0, so nothing is rotated: the score "
            "of the first query with the first key is their product over the "
            "root of K. In yours it is not.",
            [("np.cos(angle) - second", "np.sin(angle) - second")],
            shows=_wrong_at_the_first,
        ),
        Mistake(
            "scores depend on more than the distance",
            "With the same query and the same key at all positions, your "
            "scores along a diagonal differ. Do you rotate both queries and "
            "keys? If so, compare your two lines with those of the prompt, "
            "cosine by cosine and sine by sine.",
            [("first * np.cos(angle) - second", "first - second")],
            shows=_depends_on_positions,
        ),
        Mistake(
            "only the first pair has the right speed",
            "With K = 2, a single pair, yours is right. With more pairs, the "
            "later ones have the wrong speed: compare `speed` with the "
            "prompt for K = 4 and base = 100.",
            [("/ K)", "/ T)")],
            shows=_turns_the_first_pair,
        ),
        Mistake(
            "the angle is wrong",
            "Your scores depend on distances alone, as they should, but a "
            "single pair, K = 2, already has the wrong angle. From one "
            "position to the next it grows by 1.",
            [("np.arange(T)[:, None] * speed",
              "2 * np.arange(T)[:, None] * speed")],
            shows=_turns_wrong,
        ),
    ),
    cases=_cases,
)  # fmt: skip
