"""What one more token costs."""

import re

import numpy as np
import pytest

from seqcourse.numpy import (
    GRU,
    Embedding,
    LanguageModel,
    MultiHeadAttention,
)
from seqcourse.probes import decoding_cost

READ = (1, 4, 9)


def language_model(core):
    model = LanguageModel(Embedding(11, 8), core)
    params = model.init(np.random.default_rng(0))
    x = np.random.default_rng(1).integers(0, 11, (1, 10))
    return model, params, x


@pytest.mark.parametrize(
    ("core", "expected"),
    [
        (GRU(8, 8), [4 * 8] * 3),
        (MultiHeadAttention(8, 2, causal=True), [64 * T + 8 for T in READ]),
        (
            MultiHeadAttention(8, 2, causal=True, window=4),
            [64 * min(T, 3) + 8 for T in READ],
        ),
    ],
    ids=["gru", "attention", "window"],
)
def test_it_counts_what_is_carried(core, expected):
    model, params, x = language_model(core)
    found = decoding_cost(model, params, x, READ, rounds=2)
    assert list(found.state_bytes) == expected
    assert found.lengths == READ
    for T, of in zip(READ, found.state_bytes, strict=True):
        _, state, _ = model.forward(params, x[:, :T])
        assert sum(part.nbytes for part in state) == of


def test_it_times_the_step_after_each_prefix():
    model, params, x = language_model(MultiHeadAttention(8, 2, causal=True))
    now, seen = 0.0, []

    class Watched(LanguageModel):
        def step(self, params, x_t, state):
            nonlocal now
            seen.append((int(x_t[0]), state[0].shape[2]))
            now += state[0].shape[2]

    found = decoding_cost(
        Watched(model.embedding, model.core),
        params,
        x,
        READ,
        rounds=3,
        clock=lambda: now,
    )
    assert found.per_token == READ
    assert found.seconds.shape == (3, 3)
    assert set(seen) == {(x[0, T], T) for T in READ}


@pytest.mark.parametrize(
    ("lengths", "wrong", "sentence"),
    [
        ((), None, "lengths: expected at least one, got none"),
        ((0, 3), None, "lengths[0]: expected a whole number of at least 1"),
        ((3, 10), None, "x: expected one sequence of more than 10 steps"),
        ((3,), np.zeros((2, 9), int), "x: expected one sequence of more tha"),
    ],
)
def test_what_it_cannot_measure_is_refused(lengths, wrong, sentence):
    model, params, x = language_model(GRU(8, 8))
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        decoding_cost(model, params, x if wrong is None else wrong, lengths)
