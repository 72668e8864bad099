"""Reading, then writing: what is handed over, and the way all back."""

import re

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.functional import (
    cross_entropy,
    cross_entropy_backward,
)
from seqcourse.numpy.seq2seq import encoder_decoder
from seqcourse.numpy.training import fit

B, S, T, SOURCE, V, H = 3, 5, 4, 8, 6, 9
SOURCES, LENGTHS = np.array([3, 5, 1]), np.array([4, 2, 3])
ENCODERS = {
    "the same state": lambda: layers.LSTM(3, H),
    "another size": lambda: layers.LSTM(3, 4),
    "another kind": lambda: layers.GRU(3, H),
    "both ends": lambda: layers.Bidirectional(
        layers.LSTM(3, 5), layers.GRU(3, 4)
    ),
    "stack": lambda: layers.Stack((layers.RNN(3, 2), layers.GRU(2, 5))),
}
ATTENTIONS = {
    None: lambda _: None,
    "additive": lambda M: layers.AdditiveAttention(H, M, 7),
    "general": lambda M: layers.DotAttention(H, M, "general"),
}
each_encoder = pytest.mark.parametrize("encoder", ENCODERS)
each_attention = pytest.mark.parametrize("attention", ATTENTIONS)


def make(encoder="both ends", attention="additive"):
    reader = ENCODERS[encoder]()
    return encoder_decoder.EncoderDecoder(
        layers.Embedding(SOURCE, 3),
        reader,
        layers.Embedding(V, 4),
        layers.LSTM(4, H),
        ATTENTIONS[attention](reader.output_size),
    )


def draw(model, seed=0):
    rng = np.random.default_rng(seed)
    params = model.init(rng, np.float64)
    sources = rng.integers(0, SOURCE, (B, S))
    x = rng.integers(0, V, (B, T))
    return params, sources, x, rng.standard_normal((B, T, V))


def whole(model, params, sources, x, dy, source_lengths, lengths):
    """Read, write and go all the way back."""
    state, read = model.encode(params, sources, source_lengths)
    y, last, cache = model.forward(params, x, state, lengths)
    _, dstate, grads = model.backward(params, dy, None, cache)
    dx, of_source = model.encode_backward(params, dstate, read)
    assert dx is None
    assert of_source.keys() < grads.keys()
    for name in of_source:
        assert not grads[name].any()
    return y, last, grads | of_source


# --- the way back ---------------------------------------------------------


@each_encoder
@each_attention
@pytest.mark.parametrize("padded", [False, True], ids=["full", "padded"])
def test_every_weight_has_its_slope(encoder, attention, padded):
    model = make(encoder, attention)
    params, sources, x, dy = draw(model)
    ends = (SOURCES, LENGTHS) if padded else (None, None)
    _, _, grads = whole(model, params, sources, x, dy, *ends)
    assert grads.keys() == params.keys() == model.parameter_shapes().keys()

    def loss(name, moved):
        changed = {**params, name: moved}
        state, _ = model.encode(changed, sources, ends[0])
        y, _, _ = model.forward(changed, x, state, ends[1])
        return (y * dy).sum()

    rng, e = np.random.default_rng(1), 1e-5
    for name, w in params.items():
        u = rng.standard_normal(w.shape)
        u /= np.linalg.norm(u)
        fine, coarse = (
            (loss(name, w + k * u) - loss(name, w - k * u)) / (2 * k)
            for k in (e, 2 * e)
        )
        slope, found = (4 * fine - coarse) / 3, (grads[name] * u).sum()
        assert abs(slope - found) <= 1e-8 * max(1, abs(slope)), name
        assert grads[name].any(), name


@each_attention
def test_a_source_of_numbers_has_its_gradient(attention):
    model = encoder_decoder.EncoderDecoder(
        None,
        layers.GRU(3, 5),
        layers.Embedding(V, 4),
        layers.GRU(4, H),
        ATTENTIONS[attention](5),
    )
    params, _, x, dy = draw(model)
    sources = np.random.default_rng(2).standard_normal((B, S, 3))
    u = np.random.default_rng(3).standard_normal(sources.shape)

    def loss(e):
        state, _ = model.encode(params, sources + e * u, SOURCES)
        return (model.forward(params, x, state)[0] * dy).sum()

    state, read = model.encode(params, sources, SOURCES)
    _, _, cache = model.forward(params, x, state)
    _, dstate, _ = model.backward(params, dy, None, cache)
    dx, _ = model.encode_backward(params, dstate, read)
    slope = (loss(1e-6) - loss(-1e-6)) / 2e-6
    assert abs(slope - (dx * u).sum()) <= 1e-7 * max(1, abs(slope))
    assert not dx[np.arange(S) >= SOURCES[:, None]].any()


# --- what is handed over --------------------------------------------------


def test_a_state_of_the_same_shapes_is_handed_over_as_it_is():
    model = make("the same state", None)
    assert model.bridge is None
    params, sources, _, _ = draw(model)
    state, _ = model.encode(params, sources, SOURCES)
    vectors = params["source_embedding.weight"][sources]
    of_encoder = {
        name.removeprefix("encoder."): w
        for name, w in params.items()
        if name.startswith("encoder.")
    }
    _, last, _ = model.encoder.forward(of_encoder, vectors, None, SOURCES)
    for mine, theirs in zip(state, last, strict=True):
        assert mine.tobytes() == theirs.tobytes()


def test_another_state_is_made_by_the_bridge():
    model = make("both ends", "additive")
    params, sources, _, _ = draw(model)
    (h, c, memory, lengths), _ = model.encode(params, sources, SOURCES)
    assert h.shape == c.shape == (B, H)
    assert memory.shape == (B, S, model.encoder.output_size)
    np.testing.assert_array_equal(lengths, SOURCES)
    assert (np.abs([h, c]) < 1).all()
    assert model.bridge == layers.Bridge((5, 5, 4), (H, H))


@each_attention
def test_only_with_attention_does_what_is_handed_over_grow(attention):
    model = make("both ends", attention)
    sizes = [model.state_bytes(steps) for steps in (1, 10, 100)]
    places = [0, 0] if attention is None else [9 * 36, 90 * 36]
    assert np.diff(sizes).tolist() == places
    assert sizes[0] >= 2 * H * 4


@each_encoder
@each_attention
def test_a_batch_padded_on_both_sides_is_each_pair_alone(encoder, attention):
    model = make(encoder, attention)
    params, sources, x, dy = draw(model)
    y, last, grads = whole(model, params, sources, x, dy, SOURCES, LENGTHS)
    garbage = sources.copy(), x.copy()
    garbage[0][np.arange(S) >= SOURCES[:, None]] = 0
    garbage[1][np.arange(T) >= LENGTHS[:, None]] = 0
    again, _, grads_2 = whole(model, params, *garbage, dy, SOURCES, LENGTHS)
    assert y.tobytes() == again.tobytes()
    total = {name: np.zeros_like(w) for name, w in params.items()}
    for b, (n, m) in enumerate(zip(SOURCES, LENGTHS, strict=True)):
        one = slice(b, b + 1)
        alone, last_1, grads_1 = whole(
            model,
            params,
            sources[one, :n],
            x[one, :m],
            dy[one, :m],
            None,
            None,
        )
        np.testing.assert_allclose(y[one, :m], alone, atol=1e-13)
        assert not y[b, m:].any()
        np.testing.assert_allclose(last[0][one], last_1[0], atol=1e-13)
        for name, g in grads_1.items():
            total[name] += g
    for name, g in total.items():
        assert grads[name].tobytes() == grads_2[name].tobytes()
        np.testing.assert_allclose(grads[name], g, atol=1e-12)


@each_attention
def test_pairs_do_not_know_of_one_another(attention):
    model = make("both ends", attention)
    params, sources, x, dy = draw(model)
    before, _, _ = whole(model, params, sources, x, dy, SOURCES, LENGTHS)
    sources[1], x[1] = (sources[1] + 1) % SOURCE, (x[1] + 1) % V
    after, _, _ = whole(model, params, sources, x, dy, SOURCES, LENGTHS)
    np.testing.assert_allclose(before[[0, 2]], after[[0, 2]], atol=1e-14)
    assert not np.array_equal(before[1], after[1])


def test_without_attention_the_source_reaches_by_its_last_state_alone():
    with_it, without = make(attention="additive"), make(attention=None)
    for model, differs in ((with_it, True), (without, False)):
        params, sources, x, _ = draw(model)
        state, _ = model.encode(params, sources)
        other, _ = model.encode(params, (sources + 1) % SOURCE)
        mixed = (*state[:2], *other[2:])
        y, _, _ = model.forward(params, x, state)
        z, _, _ = model.forward(params, x, mixed)
        assert (not np.array_equal(y, z)) == differs


def test_the_alignment_is_where_it_looked():
    model = make(attention="general")
    params, sources, x, _ = draw(model)
    state, _ = model.encode(params, sources, SOURCES)
    weights = model.attention_weights(params, x, state, LENGTHS)
    assert weights.shape == (B, T, S)
    for b, (n, m) in enumerate(zip(SOURCES, LENGTHS, strict=True)):
        np.testing.assert_allclose(weights[b, :m].sum(-1), np.ones(m))
        assert not weights[b, m:].any()
        assert not weights[b, :, n:].any()
    # The first step by hand.
    writer = model.writer
    assert isinstance(writer, layers.AttentionDecoder)
    mine = {
        name.removeprefix("decoder.core."): w
        for name, w in params.items()
        if name.startswith("decoder.core.")
    }
    vectors = params["target_embedding.weight"][x[:, 0]]
    h, _ = writer.core.step(mine, vectors, state[:2])
    query = np.einsum("bh,hk->bk", h, params["decoder.attention.weight"])
    scores = np.einsum("bk,bsk->bs", query, state[2])[0, : SOURCES[0]]
    e = np.exp(scores - scores.max())
    np.testing.assert_allclose(weights[0, 0, : SOURCES[0]], e / e.sum())
    assert make(attention=None).attention_weights(params, x, state) is None


# --- training -------------------------------------------------------------


def test_it_learns(backwards, attention):
    task, model = backwards(layers, attention)
    loss = fit.fit(model, task, 150, optimizer=layers.Adam(0.02)).history.loss
    assert loss[-10:].mean() < 0.7 * loss[:10].mean()


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "free"])
def test_a_run_is_the_loop_that_it_says(backwards, attention, tied):
    task, model = backwards(layers, attention, tied)
    run = fit.fit(model, task, 4, 3, batch_size=5)
    for_weights, for_batches, _ = fit.streams(3)
    params = model.init(for_weights)
    optimizer = layers.Adam(3e-3)
    memory = optimizer.init(params)
    for n in range(4):
        batch = task.batch(for_batches, 5)
        state, read = model.encode(
            params, batch.sources, batch.source_lengths
        )
        y, _, cache = model.forward(
            params, batch.inputs, state, batch.lengths
        )
        loss, kept = cross_entropy(y, batch.targets, batch.weights)
        d = cross_entropy_backward(kept)
        _, dstate, grads = model.backward(params, d, None, cache)
        grads |= model.encode_backward(params, dstate, read)[1]
        grads, norm = layers.clip_by_global_norm(grads, 1.0)
        params, memory = optimizer.update(grads, memory, params)
        assert loss == run.history.loss[n]
        assert norm == run.history.grad_norm[n]
    for name, w in params.items():
        assert w.tobytes() == run.params[name].tobytes()


def test_it_goes_on_from_a_checkpoint(backwards, tmp_path):
    task, model = backwards(layers, "dot")
    straight = fit.fit(model, task, 8)
    path = tmp_path / "run.safetensors"
    fit.fit(model, task, 5, checkpoint=path)
    again = fit.fit(model, task, 8, checkpoint=path)
    np.testing.assert_array_equal(straight.history.loss, again.history.loss)
    for name, w in straight.params.items():
        assert w.tobytes() == again.params[name].tobytes()


def test_dropout_acts_on_both_sides(backwards):
    def thinned(size, width):
        return layers.Stack(
            (layers.RNN(size, width), layers.RNN(width, width)), 0.5
        )

    model = layers.EncoderDecoder(
        layers.Embedding(6, 5),
        thinned(5, 4),
        layers.Embedding(7, 5),
        thinned(5, 4),
    )
    params = model.init(np.random.default_rng(0))
    sources, x = np.array([[1, 2, 3]]), np.array([[6, 1, 2]])
    plain, _ = model.encode(params, sources)
    drawn, _ = model.encode(params, sources, rng=np.random.default_rng(1))
    assert not np.array_equal(plain[1], drawn[1])
    y, _, _ = model.forward(params, x, plain)
    z, _, _ = model.forward(params, x, plain, rng=np.random.default_rng(1))
    assert not np.array_equal(y, z)


def test_answers_are_predicted_and_scored(backwards, attention):
    task, model = backwards(layers, attention)
    params = model.init(np.random.default_rng(0))
    batch = task.batch(np.random.default_rng(1), 6)
    answers = fit.predict(model, params, batch)
    assert answers.shape == (*batch.targets.shape, 7)
    other = dict(vars(batch))
    other["sources"] = np.where(batch.sources > 0, 1, 0)
    changed = fit.predict(model, params, type(batch)(**other))
    assert not np.array_equal(answers, changed)
    assert 0 <= fit.evaluate(model, params, task) <= 1


# --- refusals -------------------------------------------------------------


def test_a_task_without_sources_is_refused(classifier, backwards):
    _, model = backwards(layers)
    task, reader = classifier(layers)
    with pytest.raises(
        ValueError,
        match=r"^batch: expected sources and source_lengths for an Encoder",
    ):
        fit.fit(model, task, 1)
    pairs, _ = backwards(layers)
    with pytest.raises(
        ValueError, match=r"^bptt_length: expected None for a"
    ):
        fit.fit(model, pairs, 1, bptt_length=2)
    assert reader is not None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"encoder": layers.GRU(4, 5)},
            "encoder: expected input_size 3, the source_embedding's, got 4",
        ),
        (
            {"decoder": layers.GRU(3, 5)},
            "decoder: expected input_size 4, the target_embedding's, got 3",
        ),
        (
            {"source_embedding": "words"},
            "source_embedding: expected a Layer or None, got 'words'",
        ),
        (
            {"target_embedding": layers.Linear(3, 4)},
            "target_embedding: expected an Embedding for tokens, got Linear",
        ),
        (
            {
                "decoder": layers.Bidirectional(
                    layers.RNN(4, 2), layers.RNN(4, 2)
                )
            },
            (
                "decoder: expected one that sees no future (decoder.causal), "
                "got Bidirectional"
            ),
        ),
        (
            {"encoder": layers.Linear(3, 5)},
            (
                "encoder: expected a core whose state is vectors (1, H), as "
                "an RNN's, LSTM's or GRU's, got none"
            ),
        ),
        (
            {"encoder": layers.BagOfWords(3, 5)},
            "encoder: expected a core whose state is vectors (1, H)",
        ),
        (
            {"decoder": layers.Linear(4, 5)},
            "decoder: expected a core whose state is vectors (1, H)",
        ),
        (
            {"attention": layers.DotAttention(8, 6, "general")},
            (
                "attention: expected key_size 5, the encoder's output_size, "
                "got 6"
            ),
        ),
        (
            {"attention": layers.DotAttention(6, 5, "general")},
            "attention: expected query_size 8, the core's output_size, got 6",
        ),
        (
            {"attention": layers.Linear(8, 5)},
            "attention: expected an AttentionMechanism or None, got a seqcou",
        ),
        (
            {"tied": True},
            (
                "tied: expected False where the decoder's output_size 8 is "
                "not the target_embedding's 4, got True"
            ),
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused(change, sentence):
    parts = {
        "source_embedding": layers.Embedding(SOURCE, 3),
        "encoder": layers.GRU(3, 5),
        "target_embedding": layers.Embedding(V, 4),
        "decoder": layers.GRU(4, 8),
    }
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        layers.EncoderDecoder(**{**parts, **change})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"x": np.full((1, 2), SOURCE)},
            "x: expected tokens from 0 to 7, got 8 at [0, 0]",
        ),
        ({"lengths": np.array([0])}, "lengths: expected 1 to 2"),
        ({"params": {}}, "params: expected bridge.bias,"),
    ],
)
def test_wrong_sources_have_their_sentence(given, sentence):
    model = make()
    params, _, _, _ = draw(model)
    called = {"params": params, "x": np.ones((1, 2), int), **given}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        model.encode(**called)


def test_a_length_beyond_the_memory_has_its_sentence():
    model = make()
    params, sources, x, _ = draw(model)
    *state, lengths = model.encode(params, sources)[0]
    for call in (
        lambda s: model.forward(params, x, s),
        lambda s: model.step(params, x[:, 0], s),
    ):
        with pytest.raises(
            ValueError,
            match=r"^state\[3\]: expected lengths of at most 5, the memory's",
        ):
            call((*state, lengths + 1))


@pytest.mark.parametrize(
    ("sizes", "sentence"),
    [
        (((), (3,)), r"sizes_in: expected at least 1 part, got 0"),
        (((3, 0), (3,)), r"sizes_in\[1\]: expected a whole number of at"),
    ],
)
def test_a_bridge_refuses_what_it_cannot_be(sizes, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        layers.Bridge(*sizes)


def test_configuration_survives():
    for attention in ATTENTIONS:
        model = make(attention=attention)
        assert layers.from_config(model.to_config()) == model
    bridge = layers.Bridge((2, 3), (4,))
    assert layers.from_config(bridge.to_config()) == bridge
