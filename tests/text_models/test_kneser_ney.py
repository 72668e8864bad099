"""Counting: every probability with dictionaries, and what they sum to."""

from collections import Counter

import numpy as np
import pytest

from seqcourse.text_models import kneser_ney

RNG = np.random.default_rng(0)
WORDS = [b"the ", b"cat ", b"that ", b"\xff\x00 ", b"hat ", b"at "]


def text(size):
    return b"".join(WORDS[i] for i in RNG.integers(len(WORDS), size=size))


def as_array(text):
    return np.frombuffer(text, np.uint8)


def discount(counts):
    once, twice = (sum(c == n for c in counts.values()) for n in (1, 2))
    return once / (once + 2 * twice) if once else 0.5


def by_hand(seen, new, order, *, continuation):
    """Predict each byte of a text with dictionaries."""
    grams = {
        n: Counter(seen[t : t + n] for t in range(len(seen) - n + 1))
        for n in range(1, order + 1)
    }
    counts = dict(grams)
    if continuation:
        for n in range(1, order):
            counts[n] = Counter(gram[1:] for gram in grams[n + 1])
    found = []
    for t in range(len(new)):
        p = 1 / 256
        for n in range(1, min(order, t + 1) + 1):
            h, w = new[t - n + 1 : t], new[t : t + 1]
            after = {g[-1:]: c for g, c in counts[n].items() if g[:-1] == h}
            if not after:
                break
            D, total = discount(counts[n]), sum(after.values())
            p = max(after.get(w, 0) - D, 0) + D * len(after) * p
            p /= total
        found.append(p)
    return np.array(found)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize("continuation", [True, False])
def test_it_is_what_dictionaries_say(order, continuation):
    seen, new = text(40), text(15) + b"zz the cat"
    model = kneser_ney.KneserNey.count(
        as_array(seen), order, continuation=continuation
    )
    found = model.probabilities(as_array(new))
    expected = by_hand(seen, new, order, continuation=continuation)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("order", [1, 3, 8])
def test_all_bytes_together_have_probability_one(order):
    model = kneser_ney.KneserNey.count(as_array(text(60)), order)
    for before in (b"", b"the ca", b"zzzz", b"at \xff"):
        sums = sum(
            model.probabilities(as_array(before + bytes([byte])))[-1]
            for byte in range(256)
        )
        assert sums == pytest.approx(1, rel=1e-12)


def test_a_byte_that_always_follows_another_is_no_guess_elsewhere():
    seen = as_array(b"qu" * 30 + b"abcbdbebfb")
    p = kneser_ney.KneserNey.count(seen, 2).probabilities(as_array(b"zu"))[1]
    plain = kneser_ney.KneserNey.count(seen, 2, continuation=False)
    assert p < plain.probabilities(as_array(b"zu"))[1] / 3


def test_an_empty_text_has_no_bytes_to_predict():
    model = kneser_ney.KneserNey.count(as_array(b"abcab"), 4)
    assert model.probabilities(as_array(b"")).shape == (0,)


@pytest.mark.parametrize(
    ("seen", "order", "says"),
    [
        (as_array(b"abc"), 3, "^seen: expected more than 3 bytes, got 3"),
        (as_array(b"abc"), 9, "^order: expected at most 8, got 9"),
        (as_array(b"abc"), 0, "^order: "),
        (np.arange(9), 2, "^seen: expected bytes"),
    ],
)
def test_what_cannot_be_counted_is_refused(seen, order, says):
    with pytest.raises(ValueError, match=says):
        kneser_ney.KneserNey.count(seen, order)
