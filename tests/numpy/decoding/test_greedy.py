"""Writing token after token: where it ends, and what it is given."""

import re

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.decoding import greedy, next_token
from seqcourse.numpy.functional import log_softmax

V, END, START, SOURCE, B, S = 6, 2, 1, 8, 5, 4
LENGTHS = np.array([4, 1, 3, 2, 4])


def make_reader(attention="additive"):
    """Make a model that reads sources, whose scores differ enough to end."""
    looks = {
        None: None,
        "additive": layers.AdditiveAttention(7, 6, 5),
        "dot": layers.DotAttention(7, 6, "general"),
    }
    model = layers.EncoderDecoder(
        layers.Embedding(SOURCE, 3),
        layers.Bidirectional(layers.GRU(3, 4), layers.RNN(3, 2)),
        layers.Embedding(V, 5),
        layers.LSTM(5, 7),
        looks[attention],
    )
    params = model.init(np.random.default_rng(0), np.float64)
    return model, {name: 4 * w for name, w in params.items()}


def make_language_model():
    model = layers.LanguageModel(layers.Embedding(V, 5), layers.GRU(5, 7))
    params = model.init(np.random.default_rng(4), np.float64)
    params["readout.weight"] *= 5
    return model, params


SOURCES = np.random.default_rng(5).integers(0, SOURCE, (B, S))
GIVEN = {"prefix": START, "end": END, "max_length": 9}
each_attention = pytest.mark.parametrize(
    "attention", [None, "additive", "dot"]
)


def by_hand(model, params, b, max_length):
    """Write to one source alone, reading all anew at every step."""
    source = SOURCES[b : b + 1, : LENGTHS[b]]
    state, _ = model.encode(params, source)
    written, total = [], 0.0
    while len(written) < max_length and END not in written:
        given = np.array([[START, *written]])
        scores, _, _ = model.forward(params, given, state)
        log_p = log_softmax(scores[0, -1])
        written.append(int(log_p.argmax()))
        total += log_p.max()
    return written, total


@each_attention
def test_it_is_the_loop_by_hand_for_each_source_alone(attention):
    model, params = make_reader(attention)
    found = greedy.greedy(model, params, SOURCES, LENGTHS, **GIVEN)
    for b in range(B):
        written, total = by_hand(model, params, b, 9)
        n = len(written)
        assert found.tokens[b, :n].tolist() == written
        assert found.lengths[b] == n
        assert found.ended[b] == (written[-1] == END)
        np.testing.assert_allclose(found.scores[b], total, atol=1e-12)


@each_attention
def test_nothing_is_written_after_the_end(attention):
    model, params = make_reader(attention)
    found = greedy.greedy(model, params, SOURCES, LENGTHS, **GIVEN)
    assert len(set(found.lengths)) > 1, "all end at once"
    assert found.ended.any()
    for b, n in enumerate(found.lengths):
        assert END not in found.tokens[b, : n - 1]
        assert (found.tokens[b, n:] == END).all()
    assert found.tokens.shape == (B, found.lengths.max())


def test_what_does_not_end_stops_at_the_most_tokens():
    model, params = make_reader()
    for most in (1, 2):
        found = greedy.greedy(
            model, params, SOURCES, LENGTHS, **{**GIVEN, "max_length": most}
        )
        assert found.tokens.shape[1] <= most
        assert (found.lengths <= most).all()
        assert not found.ended.all()
        ends = (found.tokens == END).any(1)
        np.testing.assert_array_equal(found.ended, ends)


def test_without_an_end_token_all_are_written():
    model, params = make_language_model()
    prefix = np.array([[START, 4], [3, END]])
    found = greedy.greedy(model, params, prefix=prefix, max_length=6)
    assert found.tokens.shape == (2, 6)
    assert not found.ended.any()
    assert (found.lengths == 6).all()
    assert found.attention_weights is None
    for row, written in zip(prefix, found.tokens, strict=True):
        whole = np.concatenate([row, written])[None]
        scores, _, _ = model.forward(params, whole[:, :-1])
        np.testing.assert_array_equal(scores[0, 1:].argmax(-1), written)


def test_the_longest_text_is_a_batch_as_well():
    model, params = make_reader()
    both = greedy.greedy(model, params, SOURCES, LENGTHS, **GIVEN)
    for b in range(B):
        alone = greedy.greedy(
            model, params, SOURCES[b : b + 1], LENGTHS[b : b + 1], **GIVEN
        )
        n = alone.lengths[0]
        np.testing.assert_array_equal(both.tokens[b, :n], alone.tokens[0])
        np.testing.assert_allclose(both.scores[b], alone.scores[0])
        np.testing.assert_allclose(
            both.attention_weights[b, :n],
            alone.attention_weights[0],
            atol=1e-12,
        )


PREFIXES = {
    "a token": START,
    "tokens": np.full((B, 3), [[1, 4, 5]]),
    "of several lengths": [[1, 4], [1, 3, 3, 4], [1], [5, 1], [3, 3, 3]],
}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_alignment_is_what_each_token_was_written_from(prefix):
    model, params = make_reader()
    begun = PREFIXES[prefix]
    found = greedy.greedy(
        model, params, SOURCES, LENGTHS, **{**GIVEN, "prefix": begun}
    )
    assert found.attention_weights.shape == (*found.tokens.shape, S)
    begun = [[begun]] * B if begun is START else begun
    for b, n in enumerate(found.lengths):
        assert not found.attention_weights[b, n:].any()
        assert not found.attention_weights[b, :, LENGTHS[b] :].any()
        state, _ = model.encode(
            params, SOURCES[b : b + 1], LENGTHS[b : b + 1]
        )
        given = [*begun[b], *found.tokens[b, : n - 1]]
        weights = model.attention_weights(params, np.array([given]), state)
        np.testing.assert_allclose(
            found.attention_weights[b, :n], weights[0, -n:], atol=1e-12
        )


class Fixed:
    """A model that always gives the same scores."""


class FixedScores(next_token.NextTokenModel):
    def read(self, tokens, state, lengths=None):
        return np.array([self.params["scores"]]), ()

    def step(self, tokens, state):
        return self.read(tokens, state)


@next_token.as_next_token_model.register
def _(model: Fixed, params):
    return FixedScores(model, params)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_no_token_is_written_from_scores_that_are_not_finite(wrong):
    scores = np.full(4, wrong) if wrong == -np.inf else [0.0, wrong, 1.0]
    with pytest.raises(
        layers.DivergenceError,
        match=f"^scores: expected finite numbers, got {wrong} for sequence 0",
    ):
        greedy.greedy(
            Fixed(), {"scores": np.array(scores)}, prefix=0, max_length=2
        )


def test_a_token_that_cannot_be_has_a_score_of_minus_infinity():
    scores = np.array([0.0, -np.inf, 1.0, -np.inf])
    found = greedy.greedy(Fixed(), {"scores": scores}, prefix=0, max_length=2)
    assert found.tokens.tolist() == [[2, 2]]
    np.testing.assert_allclose(found.scores, 2 * np.log(np.e / (1 + np.e)))


def test_the_readers_arrays_are_left_alone():
    model, params = make_reader()
    sources, lengths = SOURCES.copy(), LENGTHS.copy()
    for array in (sources, lengths, *params.values()):
        array.flags.writeable = False
    greedy.greedy(model, params, sources, lengths, **GIVEN)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"max_length": 0}, "max_length: expected a whole number of at"),
        ({"end": V}, "end: expected a token from 0 to 5 or None, got 6"),
        ({"end": -1}, "end: expected a token from 0 to 5 or None, got -1"),
        ({"end": 2.0}, "end: expected a whole number or None, got 2.0"),
        (
            {"prefix": np.ones(3, int)},
            (
                "prefix: expected a token, or tokens (5, P) with P of at "
                "least 1, got shape (3,)"
            ),
        ),
        ({"prefix": np.ones((5, 0), int)}, "prefix: expected a token, or"),
        ({"prefix": np.ones((4, 1), int)}, "prefix: expected a token, or"),
        (
            {"prefix": V},
            "prefix: expected tokens from 0 to 5, got 6 at [0, 0]",
        ),
        ({"prefix": 1.5}, "prefix: expected integer tokens, got float64"),
        ({"prefix": True}, "prefix: expected integer tokens, got bool"),
        ({"prefix": None}, "prefix: expected a whole number or an array"),
        ({"prefix": [[1], []]}, "prefix[1]: expected at least 1 token on"),
        ({"prefix": [[1], [2.5, 3]]}, "prefix[1]: expected integer tokens"),
        ({"prefix": [[1], [2, 3]]}, "prefix: expected a token, or tokens (5"),
        (
            {"sources": None},
            (
                "sources: expected the sources to read for EncoderDecoder, "
                "got None"
            ),
        ),
        (
            {"source_lengths": LENGTHS + 1},
            "source_lengths: expected 1 to 4 (axis 1 of sources, T), got 2",
        ),
        (
            {"source_lengths": LENGTHS[:3]},
            "source_lengths: expected shape (5,), one for each sequence",
        ),
        ({"sources": SOURCES[0]}, "sources: expected 2 axes (B, T), got sh"),
        ({"sources": SOURCES / 2}, "sources: expected integer tokens, got"),
        ({"sources": "abc"}, "sources: expected an array of numbers or None"),
        ({"model": "a model"}, "model: expected a model that writes tokens"),
        (
            {"model": len},
            "model: expected a model that writes tokens, got the function l",
        ),
        ({"params": None}, "params: expected a dictionary, got None"),
        ({"params": {}}, "params: expected bridge.bias"),
    ],
)
@pytest.mark.parametrize("how", ["greedy", "sample", "beam_search"])
def test_nonsense_has_its_sentence(how, change, sentence):
    model, params = make_reader()
    given = {
        "model": model,
        "params": params,
        "sources": SOURCES,
        "source_lengths": LENGTHS,
        **GIVEN,
        **({"rng": np.random.default_rng(0)} if how == "sample" else {}),
        **change,
    }
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        getattr(layers, how)(**given)


def test_models_that_write_nothing_are_refused():
    model, params = make_language_model()
    with pytest.raises(
        ValueError,
        match=r"^sources: expected None for LanguageModel, got an array",
    ):
        greedy.greedy(model, params, SOURCES, prefix=1, max_length=2)
    once = layers.SequenceClassifier(
        layers.Embedding(V, 5), layers.RNN(5, 7), V
    )
    with pytest.raises(
        ValueError, match=r"^model: expected one that scores .* got SequenceC"
    ):
        greedy.greedy(
            once,
            once.init(np.random.default_rng(0)),
            prefix=1,
            max_length=2,
        )
