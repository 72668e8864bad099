"""From scores to the distribution that a token is drawn from."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqcourse.numpy.decoding import next_token_distribution

RNG = np.random.default_rng(0)
SCORES = RNG.normal(0, 3, (40, 11))


def probabilities(scores, **how):
    return next_token_distribution.next_token_distribution(scores, **how)


def softmax(scores):
    p = np.exp(scores - scores.max(-1, keepdims=True))
    return p / p.sum(-1, keepdims=True)


def by_definition(scores, temperature, top_k, top_p, min_p):
    """One row, one filter after the other, with plain Python."""
    p = dict(enumerate(softmax(scores / temperature)))
    likeliest = sorted(p, key=lambda token: (-p[token], token))
    if top_k is not None:
        likeliest = likeliest[:top_k]
    if top_p is not None:
        total, kept = sum(p[token] for token in likeliest), []
        for token in likeliest:
            kept.append(token)
            if sum(p[token] for token in kept) / total >= top_p:
                break
        likeliest = kept
    if min_p is not None:
        least = min_p * p[likeliest[0]]
        likeliest = [token for token in likeliest if p[token] >= least]
    total = sum(p[token] for token in likeliest)
    return [p[t] / total if t in likeliest else 0 for t in sorted(p)]


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5])
@pytest.mark.parametrize("top_k", [None, 1, 4, 99])
@pytest.mark.parametrize("top_p", [None, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("min_p", [None, 0.0, 0.15, 1.0])
def test_each_filter_is_its_definition(temperature, top_k, top_p, min_p):
    how = {"top_k": top_k, "top_p": top_p, "min_p": min_p}
    found = probabilities(SCORES, temperature=temperature, **how)
    wanted = [
        by_definition(row, temperature, *how.values()) for row in SCORES
    ]
    np.testing.assert_allclose(found, wanted, atol=1e-12)


@given(
    st.floats(0.01, 20),
    st.one_of(st.none(), st.integers(1, 20)),
    st.one_of(st.none(), st.floats(1e-9, 1)),
    st.one_of(st.none(), st.floats(0, 1)),
    st.floats(0.1, 10),
)
def test_the_likeliest_stays_and_all_sums_to_one(t, top_k, top_p, min_p, r):
    seen = RNG.random(SCORES.shape) < 0.5
    p = probabilities(
        SCORES,
        temperature=t,
        top_k=top_k,
        top_p=top_p,
        min_p=min_p,
        repetition_penalty=r,
        seen=seen,
    )
    np.testing.assert_allclose(p.sum(-1), 1)
    lower = np.where(SCORES > 0, SCORES / r, SCORES * r)
    best = np.where(seen, lower, SCORES).argmax(-1)
    assert (p[np.arange(len(p)), best] == p.max(-1)).all()


@pytest.mark.parametrize("penalty", [1.2, 5.0])
def test_a_penalty_makes_less_likely(penalty):
    seen = RNG.random(SCORES.shape) < 0.5
    before = probabilities(SCORES)
    after = probabilities(SCORES, repetition_penalty=penalty, seen=seen)
    mass = (before * seen).sum(-1), (after * seen).sum(-1)
    some = seen.any(-1) & ~seen.all(-1)
    assert (mass[1] < mass[0])[some].all()
    # Among the tokens not seen nothing changes.
    for p, q, hidden in zip(before, after, seen, strict=True):
        if not hidden.all():
            np.testing.assert_allclose(
                q[~hidden] / q[~hidden].sum(), p[~hidden] / p[~hidden].sum()
            )


def test_what_cannot_be_stays_impossible():
    scores = SCORES.copy()
    scores[:, 3] = -np.inf
    p = probabilities(scores, temperature=9.0, top_k=11)
    assert (p[:, 3] == 0).all()
    assert (np.delete(p, 3, 1) > 0).all()


def test_scores_of_any_size_are_the_same_up_to_a_shift():
    for shift in (-700.0, 1e5):
        np.testing.assert_allclose(
            probabilities(SCORES + shift, top_p=0.8),
            probabilities(SCORES, top_p=0.8),
            atol=1e-9,
        )


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"scores": np.zeros(3)}, "scores: expected shape (B, V)"),
        ({"scores": np.full((1, 3), np.nan)}, "scores: expected finite"),
        ({"scores": np.full((1, 3), -np.inf)}, "scores: expected finite"),
        ({"scores": np.array([[np.inf, 0]])}, "scores: expected finite"),
        ({"temperature": 0.0}, "temperature: expected a number above 0"),
        ({"top_k": 0}, "top_k: expected a whole number of at least 1"),
        ({"top_p": 0.0}, "top_p: expected above 0 to 1, got 0.0"),
        ({"min_p": -0.1}, "min_p: expected 0 to 1, got -0.1"),
        ({"min_p": 1.1}, "min_p: expected 0 to 1, got 1.1"),
        (
            {"repetition_penalty": 0.0},
            "repetition_penalty: expected a number",
        ),
        (
            {"repetition_penalty": 2.0},
            "seen: expected the tokens to penalise",
        ),
        ({"seen": np.ones((1, 2), bool)}, "seen: expected booleans of shape"),
        ({"seen": np.ones((40, 11))}, "seen: expected booleans of shape"),
    ],
)
def test_nonsense_has_its_sentence(how, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        probabilities(**{"scores": SCORES, **how})
