"""The few best beginnings: against all there are, counted out."""

import itertools

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.decoding import beam_search, next_token
from seqcourse.numpy.decoding.next_token import NextTokenModel
from seqcourse.numpy.functional import log_softmax

V, MOST, END, START = 3, 4, 2, 0
PENALTIES = [0.0, 0.6, 2.5]


def make_language_model(seed=0):
    model = layers.LanguageModel(layers.Embedding(V, 4), layers.LSTM(4, 6))
    params = model.init(np.random.default_rng(seed), np.float64)
    params["readout.weight"] *= 9
    return model, params


class Remembers:
    """A model whose memory grows, and whose scores depend on all of it."""


class RememberingScorer(NextTokenModel):
    def read(self, tokens, state, lengths=None):
        assert state is None
        assert lengths is None
        # One part grows on axis 1 and one on axis 2, as caches do.
        state = tokens, np.repeat(tokens[:, None], 2, 1)
        return self.scores(state), state

    def step(self, tokens, state):
        a, b = state
        a = np.concatenate([a, tokens[:, None]], 1)
        new = np.repeat(tokens[:, None, None], 2, 1)
        state = a, np.concatenate([b, new], 2)
        return self.scores(state), state

    def scores(self, state):
        a, b = state
        np.testing.assert_array_equal(a, b[:, 1])
        rows = [
            np.random.default_rng([int(self.params["seed"]), *row]).normal(
                size=V
            )
            for row in a.tolist()
        ]
        return 2 * np.array(rows)


@next_token.as_next_token_model.register
def _(model: Remembers, params):
    return RememberingScorer(model, params)


def everything(next_token_model, first, prefix=(START,)):
    """Give every sequence there is, with the logarithm of its probability."""
    found = []
    for n in range(1, MOST + 1):
        for tokens in itertools.product(range(V), repeat=n):
            ends = tokens[-1] == END
            if END in tokens[:-1] or (n < MOST and not ends):
                continue
            scores, state = next_token_model.read(np.array([prefix]), first)
            total = 0.0
            for i, token in enumerate(tokens):
                total += log_softmax(scores)[0, token]
                if i < n - 1:
                    scores, state = next_token_model.step(
                        np.array([token]), state
                    )
            found.append((total, tokens))
    return found


def penalised(total, n, a):
    return total / ((5 + n) / 6) ** a


MODELS = {
    "LSTM": make_language_model,
    "what remembers all": lambda seed=0: (Remembers(), {"seed": seed}),
}
each_model = pytest.mark.parametrize("kind", MODELS)
each_penalty = pytest.mark.parametrize("penalty", PENALTIES)


def searched(model, params, width, penalty=0.0, **given):
    given = {"prefix": START, "end": END, "max_length": MOST, **given}
    return beam_search.beam_search(
        model, params, width=width, length_penalty=penalty, **given
    )


@each_model
@each_penalty
@pytest.mark.parametrize("seed", range(3))
def test_wide_enough_it_finds_all_there_is_in_order(kind, penalty, seed):
    model, params = MODELS[kind](seed)
    every = everything(next_token.as_next_token_model(model, params), None)
    ranked = sorted(
        ((penalised(total, len(t), penalty), t) for total, t in every),
        reverse=True,
    )
    found = searched(model, params, V**MOST, penalty)
    assert found.tokens.shape == (1, V**MOST, MOST)
    for i, (score, tokens) in enumerate(ranked):
        n = len(tokens)
        np.testing.assert_allclose(found.scores[0, i], score, atol=1e-12)
        assert found.lengths[0, i] == n
        assert tuple(found.tokens[0, i, :n]) == tokens
        assert (found.tokens[0, i, n:] == END).all()
        assert found.ended[0, i] == (tokens[-1] == END)
    # There are no more than these.
    assert (found.scores[0, len(ranked) :] == -np.inf).all()
    assert not found.lengths[0, len(ranked) :].any()
    p = np.exp(searched(model, params, V**MOST).scores)
    assert p.sum() == pytest.approx(1)


@each_model
@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_it_is_the_search_by_hand(kind, width):
    for seed in range(4):
        model, params = MODELS[kind](seed)
        next_token_model = next_token.as_next_token_model(model, params)
        best = [(0.0, ())]
        for _ in range(MOST):
            longer = [b for b in best if b[1][-1:] == (END,)]
            kept = len(longer)
            new = []
            for total, tokens in best:
                if tokens[-1:] != (END,):
                    scores, state = next_token_model.read(
                        np.array([[START]]), None
                    )
                    for token in tokens:
                        scores, state = next_token_model.step(
                            np.array([token]), state
                        )
                    log_p = log_softmax(scores)[0]
                    new += [
                        (total + log_p[v], (*tokens, v)) for v in range(V)
                    ]
            best = longer + sorted(new, reverse=True)[: width - kept]
        best.sort(reverse=True)
        found = searched(model, params, width)
        for i, (total, tokens) in enumerate(best):
            n = found.lengths[0, i]
            assert tuple(found.tokens[0, i, :n]) == tokens
            np.testing.assert_allclose(found.scores[0, i], total, atol=1e-12)


@each_model
def test_width_one_is_greedy(kind):
    for seed in range(5):
        model, params = MODELS[kind](seed)
        one = searched(model, params, 1)
        greedy = layers.greedy(
            model, params, prefix=START, end=END, max_length=MOST
        )
        np.testing.assert_array_equal(one.tokens[:, 0], greedy.tokens)
        np.testing.assert_allclose(one.scores[:, 0], greedy.scores)
        np.testing.assert_array_equal(one.ended[:, 0], greedy.ended)
        np.testing.assert_array_equal(one.lengths[:, 0], greedy.lengths)


def test_a_wider_beam_finds_what_greedy_does_not():
    better = 0
    for seed in range(10):
        model, params = MODELS["what remembers all"](seed)
        scores = [
            searched(model, params, width).scores[0, 0] for width in (1, 81)
        ]
        assert scores[1] >= scores[0] - 1e-12
        better += scores[1] > scores[0] + 1e-6
    assert better > 2


def test_a_larger_penalty_favours_what_is_long():
    longer = 0
    for seed in range(10):
        model, params = MODELS["what remembers all"](seed)
        lengths = [
            searched(model, params, 81, a).lengths[0, 0]
            for a in (0.0, 1.0, 5.0)
        ]
        assert lengths == sorted(lengths)
        longer += lengths[-1] > lengths[0]
    assert longer > 2


def test_a_batch_is_each_alone(backwards):
    for attention in (None, "additive"):
        task, model = backwards(layers, attention)
        params = model.init(np.random.default_rng(1), np.float64)
        params["readout.weight"] *= 15
        batch = task.batch(np.random.default_rng(2), 4)
        given = {"prefix": 6, "end": 0, "max_length": 6, "width": 3}
        found = beam_search.beam_search(
            model, params, batch.sources, batch.source_lengths, **given
        )
        looks = attention is not None
        assert (found.attention_weights is not None) == looks
        for b in range(4):
            one = slice(b, b + 1)
            alone = beam_search.beam_search(
                model,
                params,
                batch.sources[one],
                batch.source_lengths[one],
                **given,
            )
            L = alone.tokens.shape[2]
            np.testing.assert_array_equal(
                found.tokens[b, :, :L], alone.tokens[0]
            )
            np.testing.assert_allclose(found.scores[b], alone.scores[0])
            if looks:
                np.testing.assert_allclose(
                    found.attention_weights[b, :, :L],
                    alone.attention_weights[0],
                    atol=1e-12,
                )
                seen = found.attention_weights[b].sum(-1)
                real = np.arange(seen.shape[1]) < found.lengths[b, :, None]
                np.testing.assert_allclose(seen, real, atol=1e-12)


def test_without_an_end_token_all_are_of_one_length():
    model, params = make_language_model()
    prefix = np.array([[0, 1], [1, 1]])
    found = searched(model, params, 2, prefix=prefix, end=None)
    assert found.tokens.shape == (2, 2, MOST)
    assert (found.lengths == MOST).all()
    assert not found.ended.any()


def test_what_has_not_ended_is_ranked_with_the_others():
    model, params = MODELS["what remembers all"](0)
    found = searched(model, params, 5, max_length=1)
    log_p = log_softmax(
        next_token.as_next_token_model(model, params).read(
            np.array([[0]]), None
        )[0]
    )
    order = np.argsort(-log_p[0])
    assert found.tokens[0, :V, 0].tolist() == order.tolist()
    assert found.ended[0, :V].tolist() == (order == END).tolist()
    assert found.lengths[0].tolist() == [1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"width": 0}, "width: expected a whole number of at least 1, got 0"),
        ({"width": 2.0}, "width: expected a whole number, got 2.0"),
        (
            {"width": 10**9},
            "width: expected at most 89478485 for 1 prompts and 3 tokens, ",
        ),
        ({"length_penalty": -1}, "length_penalty: expected a number of at"),
        ({"length_penalty": np.nan}, "length_penalty: expected a finite num"),
        ({"length_penalty": "1"}, "length_penalty: expected a number, got"),
        ({"length_penalty": np.inf}, "length_penalty: expected a number of"),
    ],
)
def test_nonsense_has_its_sentence(how, sentence):
    model, params = make_language_model()
    with pytest.raises(ValueError, match=f"^{sentence}"):
        beam_search.beam_search(
            model, params, prefix=START, max_length=3, **how
        )
