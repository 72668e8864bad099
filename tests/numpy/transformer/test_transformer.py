import copy

import numpy as np
import pytest

from seqcourse.numpy import (
    RNN,
    Embedding,
    FeedForward,
    LanguageModel,
    LearnedPositionEmbedding,
    MultiHeadAttention,
    RotaryPositionEmbedding,
    SinusoidalPositionEmbedding,
    Stack,
    TransformerBlock,
)
from seqcourse.numpy.transformer import transformer

B, T, S, E, H, V = 2, 9, 4, 6, 7, 11


def made(depth=2, position=None, dropout=0.0, init_std=None, **options):
    cross = MultiHeadAttention(E, 2) if options.pop("cross", False) else None
    block = TransformerBlock(
        MultiHeadAttention(E, 2, **{"causal": True} | options),
        FeedForward(E, H),
        cross_attn=cross,
    )
    layer = transformer.Transformer(block, depth, position, dropout, init_std)
    params = layer.init(np.random.default_rng(0), np.float64)
    return layer, params, np.random.default_rng(1).normal(size=(B, T, E))


@pytest.mark.parametrize("window", [None, 4])
@pytest.mark.parametrize("cross", [False, True])
def test_steps_chunks_and_the_whole_give_the_same(window, cross):
    layer, params, x = made(
        3, SinusoidalPositionEmbedding(E), window=window, cross=cross
    )
    first = None
    if cross:
        memory = np.random.default_rng(2).normal(size=(B, S, E))
        first = layer.cross_attention_state(memory, np.array([2, 4]))
    whole, last, _ = layer.forward(params, x, first)
    for size in (1, 2, 4):
        state, y = first, []
        for start in range(0, T, size):
            part, state, _ = layer.forward(
                params, x[:, start : start + size], state
            )
            y.append(part)
        np.testing.assert_allclose(np.concatenate(y, 1), whole, atol=1e-12)
        for a, b in zip(state, last, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-12)


def test_a_windows_memory_stops_growing():
    layer, params, _ = made(2, window=4)
    x = np.random.default_rng(1).normal(size=(B, 30, E))
    state, sizes = None, []
    for t in range(30):
        _, state = layer.step(params, x[:, t], state)
        sizes.append(sum(part[0].nbytes for part in state))
    assert len(set(sizes[2:])) == 1
    assert sizes == [layer.state_bytes(t, np.float64) for t in range(1, 31)]
    growing, params, _ = made(2)
    assert growing.state_bytes(30) > growing.state_bytes(29)


def test_each_layer_has_weights_of_its_own():
    _, params, _ = made(3)
    assert {name.split(".")[1] for name in params if "layers" in name} == set(
        "012"
    )
    first, second = (
        params[f"layers.{i}.feed_forward.linear1.weight"] for i in (0, 1)
    )
    assert not np.array_equal(first, second)


def test_small_first_weights_are_smaller_where_they_lead_back():
    block = TransformerBlock(
        MultiHeadAttention(64, 4, causal=True), FeedForward(64, 256)
    )
    layer = transformer.Transformer(
        block, 8, LearnedPositionEmbedding(100, 64), init_std=0.02
    )
    params = layer.init(np.random.default_rng(0))
    for name, weight in params.items():
        if weight.ndim == 2:
            back = name.endswith(("out_proj.weight", "linear2.weight"))
            std = 0.02 / 4 if back else 0.02
            assert weight.std() == pytest.approx(std, rel=0.05), name
        else:
            first = 1 if name.endswith("weight") else 0
            np.testing.assert_array_equal(weight, first)


def test_dropout_acts_on_the_input_and_its_places():
    for position in (None, SinusoidalPositionEmbedding(E)):
        layer, params, x = made(1, position, dropout=0.4)
        dy = np.random.default_rng(2).normal(size=x.shape)

        def read(x, layer=layer, params=params):
            return layer.forward(params, x, rng=np.random.default_rng(3))

        y, _, cache = read(x)
        assert not np.allclose(y, layer.forward(params, x)[0])
        dx, _, _ = layer.backward(params, dy, None, cache)
        assert (dx == 0).mean() == pytest.approx(0.4, abs=0.15)
        u, e = np.random.default_rng(4).normal(size=x.shape), 1e-6
        more, less = read(x + e * u)[0], read(x - e * u)[0]
        slope = ((more - less) * dy).sum() / (2 * e)
        assert (dx * u).sum() == pytest.approx(slope, rel=1e-6)


def test_the_memorys_gradient_is_the_sum_over_the_blocks():
    layer, params, x = made(2, SinusoidalPositionEmbedding(E), cross=True)
    memory = np.random.default_rng(2).normal(size=(B, S, E))
    dy = np.random.default_rng(3).normal(size=x.shape)

    def read(memory):
        return layer.forward(params, x, layer.cross_attention_state(memory))

    _, _, cache = read(memory)
    _, dstate, _ = layer.backward(params, dy, None, cache)
    dmemory = dstate[1 + 3] + dstate[1 + 5 + 3]
    u, e = np.random.default_rng(4).normal(size=memory.shape), 1e-6
    more, less = read(memory + e * u)[0], read(memory - e * u)[0]
    slope = ((more - less) * dy).sum() / (2 * e)
    assert (dmemory * u).sum() == pytest.approx(slope, rel=1e-6)


def test_without_places_an_encoder_does_not_know_the_order():
    layer, params, x = made(2, causal=False)
    order = np.random.default_rng(5).permutation(T)
    y, _, _ = layer.forward(params, x)
    turned, _, _ = layer.forward(params, x[:, order])
    np.testing.assert_allclose(turned, y[:, order], atol=1e-12)
    placed, params, _ = made(2, SinusoidalPositionEmbedding(E), causal=False)
    y, _, _ = placed.forward(params, x)
    turned, _, _ = placed.forward(params, x[:, order])
    assert not np.allclose(turned, y[:, order])


def test_one_matrix_for_both_gets_both_gradients():
    core, _, _ = made(1)
    tied = LanguageModel(Embedding(V, E), core, tied=True)
    params = tied.init(np.random.default_rng(0), np.float64)
    apart = LanguageModel(Embedding(V, E), core)
    split = params | {
        "readout.weight": params["embedding.weight"].copy(),
        "readout.bias": np.zeros(V),
    }
    x = np.array([[1, 5, 2]])
    y, _, cache = tied.forward(params, x)
    other, _, kept = apart.forward(split, x)
    np.testing.assert_array_equal(y, other)
    dy = np.random.default_rng(1).normal(size=y.shape)
    _, _, grads = tied.backward(params, dy, None, cache)
    _, _, parts = apart.backward(split, dy, None, kept)
    np.testing.assert_allclose(
        grads["embedding.weight"],
        parts["embedding.weight"] + parts["readout.weight"],
    )
    assert grads.keys() == params.keys() == tied.parameter_shapes().keys()


def test_tied_scores_begin_small():
    core, _, _ = made(1)
    wide = LanguageModel(Embedding(500, E), core, tied=True)
    params = wide.init(np.random.default_rng(0))
    assert params["embedding.weight"].std() == pytest.approx(
        E**-0.5, rel=0.05
    )


def test_what_is_tied_must_fit():
    core, _, _ = made(1)
    reader = transformer.Transformer(core.block, 1)
    wider = Stack((reader, RNN(E, E + 1)))
    sentence = r"^core: expected output_size 6, the embedding's, where tied"
    with pytest.raises(ValueError, match=sentence):
        LanguageModel(Embedding(V, E), wider, tied=True)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"block": 3}, "block: expected a TransformerBlock, got 3"),
        ({"init_std": 0.0}, "init_std: expected a number above 0, got 0.0"),
        ({"dropout": -0.1}, "dropout: expected 0 to below 1, got -0.1"),
        (
            {"position": SinusoidalPositionEmbedding(E + 1)},
            "position: expected 6 features, the block's, got 7",
        ),
        (
            {"position": RotaryPositionEmbedding()},
            "position: expected a Layer or None, got a seqcourse.numpy.Ro",
        ),
    ],
)
def test_what_it_cannot_be_is_refused(wrong, sentence):
    core, _, _ = made(1)
    with pytest.raises(ValueError, match=f"^{sentence}"):
        transformer.Transformer(
            **{"block": core.block, "num_layers": 1} | wrong
        )


def test_a_dropout_is_the_same_from_the_same_randomness():
    layer, params, x = made(2, dropout=0.3)
    rng = np.random.default_rng(0)
    y, _, _ = layer.forward(params, x, rng=copy.deepcopy(rng))
    again, _, _ = layer.forward(params, x, rng=rng)
    np.testing.assert_array_equal(y, again)
