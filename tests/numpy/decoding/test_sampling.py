"""Drawing what is written: how often, and out of what."""

import re

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.decoding import sampling
from seqcourse.numpy.functional import log_softmax, softmax

V, MANY = 5, 20_000
#: Chi-square with 4 degrees of freedom is above this once in 10,000 times.
RARE = 23.5


def make(scores=None):
    """Make a language model; with scores, one that always says these."""
    model = layers.LanguageModel(layers.Embedding(V, 3), layers.RNN(3, 4))
    params = model.init(np.random.default_rng(0), np.float64)
    if scores is not None:
        params["readout.weight"] *= 0
        params["readout.bias"] = np.array(scores)
    return model, params


SCORES = np.array([0.5, 2.0, -1.0, 1.0, 0.0])


def drawn(scores=SCORES, seed=0, **how):
    model, params = make(scores)
    rng = np.random.default_rng(seed)
    prefix = np.zeros((MANY, 1), int)
    return sampling.sample(
        model, params, prefix=prefix, max_length=1, rng=rng, **how
    )


def chi_square(tokens, p):
    counts = np.bincount(tokens.ravel(), minlength=V)
    assert not counts[p == 0].any()
    p, counts = p[p > 0], counts[p > 0]
    expected = p * tokens.size
    return ((counts - expected) ** 2 / expected).sum()


def of(scores, keep=slice(None)):
    p = np.zeros(V)
    p[keep] = softmax(np.asarray(scores))[keep]
    return p / p.sum()


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_tokens_come_as_often_as_they_should(temperature):
    found = drawn(temperature=temperature)
    assert chi_square(found.tokens, of(SCORES / temperature)) < RARE


def test_the_check_notices_another_distribution():
    found = drawn(temperature=1.1)
    assert chi_square(found.tokens, of(SCORES)) > RARE


def test_top_k_keeps_the_likeliest():
    found = drawn(top_k=3)
    assert chi_square(found.tokens, of(SCORES, [0, 1, 3])) < RARE
    all_of_them = drawn(top_k=99)
    np.testing.assert_array_equal(all_of_them.tokens, drawn().tokens)


def test_top_p_keeps_the_fewest_that_have_the_share():
    # .55, .20, .12, .07, .03 of the tokens 1, 3, 0, 4, 2
    p = softmax(SCORES)
    for share, keep in (
        (p[1] - 0.01, [1]),
        (p[1] + 0.01, [1, 3]),
        (p[1] + p[3] + 0.01, [1, 3, 0]),
        (1.0, slice(None)),
    ):
        found = drawn(top_p=share)
        assert chi_square(found.tokens, of(SCORES, keep)) < RARE


def test_top_p_looks_at_what_temperature_and_top_k_left():
    hot = of(SCORES / 2, [0, 1, 3])
    assert hot[1] + hot[3] > 0.7 > hot[1]
    found = drawn(temperature=2.0, top_k=3, top_p=0.7)
    assert chi_square(found.tokens, of(SCORES / 2, [1, 3])) < RARE


@pytest.mark.parametrize(
    "how",
    [{"min_p": 0.3}, {"top_k": 4, "top_p": 0.9, "min_p": 0.1}],
)
def test_what_is_drawn_is_the_distribution(how):
    found = drawn(temperature=1.5, **how)
    p = layers.next_token_distribution(SCORES[None], temperature=1.5, **how)
    assert chi_square(found.tokens, p[0]) < RARE


def always(rows, scores=SCORES, max_length=1, **how):
    """Draw many continuations of the same prompts, in turn."""
    model, params = make(scores)
    return sampling.sample(
        model,
        params,
        prefix=[rows[i % len(rows)] for i in range(MANY)],
        max_length=max_length,
        rng=np.random.default_rng(5),
        repetition_penalty=2.0,
        **how,
    ).tokens


def test_only_real_tokens_of_a_prefix_are_penalised():
    # The shorter prompt is padded with zeros, and token 0 is not in it.
    tokens = always([[1], [3, 4, 2]])
    for first, seen in (0, [1]), (1, [2, 3, 4]):
        mask = np.isin(np.arange(V), seen)[None]
        p = layers.next_token_distribution(
            SCORES[None], repetition_penalty=2.0, seen=mask
        )
        assert chi_square(tokens[first::2], p[0]) < RARE


def test_what_was_written_is_penalised():
    tokens = always([[1]], max_length=2)
    for token in 0, 3:
        after = tokens[tokens[:, 0] == token, 1]
        mask = np.isin(np.arange(V), [1, token])[None]
        p = layers.next_token_distribution(
            SCORES[None], repetition_penalty=2.0, seen=mask
        )
        assert chi_square(after, p[0]) < RARE


def test_what_cannot_be_is_never_drawn():
    scores = np.array([0.0, -1e9, 1.0, -1e9, 0.0])
    found = drawn(scores)
    p = np.array([1, 0, np.e, 0, 1]) / (2 + np.e)
    assert chi_square(found.tokens, p) < RARE


def test_each_step_is_drawn_given_the_ones_before():
    model, params = make()
    params["readout.weight"] *= 4
    prefix = np.zeros((MANY, 1), int)
    found = sampling.sample(
        model,
        params,
        prefix=prefix,
        max_length=2,
        rng=np.random.default_rng(1),
    )
    for first in range(V):
        after = found.tokens[found.tokens[:, 0] == first, 1]
        scores, _, _ = model.forward(params, np.array([[0, first]]))
        assert chi_square(after, softmax(scores[0, -1])) < RARE


def test_its_score_is_the_models_own():
    found = drawn(temperature=0.3, top_k=2)
    own = log_softmax(SCORES)[found.tokens[:, 0]]
    np.testing.assert_allclose(found.scores, own)


@pytest.mark.parametrize("temperature", [1e-3, 1e-300])
def test_towards_no_temperature_it_is_greedy(temperature):
    model, params = make()
    prefix = np.arange(V)[:, None]
    greedy = layers.greedy(model, params, prefix=prefix, max_length=7, end=2)
    found = sampling.sample(
        model,
        params,
        prefix=prefix,
        max_length=7,
        end=2,
        rng=np.random.default_rng(0),
        temperature=temperature,
    )
    np.testing.assert_array_equal(found.tokens, greedy.tokens)
    np.testing.assert_array_equal(found.ended, greedy.ended)
    np.testing.assert_allclose(found.scores, greedy.scores)


def test_the_same_seed_draws_the_same():
    np.testing.assert_array_equal(drawn(seed=3).tokens, drawn(seed=3).tokens)
    assert (drawn(seed=3).tokens != drawn(seed=4).tokens).any()


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"temperature": 0.0}, "temperature: expected a number above 0"),
        ({"temperature": -1.0}, "temperature: expected a number above 0"),
        ({"temperature": np.nan}, "temperature: expected a finite number"),
        ({"temperature": "1"}, "temperature: expected a number, got '1'"),
        ({"top_k": 0}, "top_k: expected a whole number of at least 1, got 0"),
        ({"top_p": 0.0}, "top_p: expected above 0 to 1, got 0.0"),
        ({"top_p": 1.1}, "top_p: expected above 0 to 1, got 1.1"),
        ({"top_k": 1.5}, "top_k: expected a whole number or None, got 1.5"),
        ({"top_p": np.nan}, "top_p: expected a finite number or None, got"),
        ({"min_p": 2.0}, "min_p: expected 0 to 1, got 2.0"),
        ({"repetition_penalty": 0}, "repetition_penalty: expected a number"),
        ({"rng": 0}, "rng: expected a generator as np.random.default_rng(0)"),
    ],
)
def test_nonsense_has_its_sentence(how, sentence):
    model, params = make()
    given = {"rng": np.random.default_rng(0), **how}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        sampling.sample(model, params, prefix=0, max_length=1, **given)
