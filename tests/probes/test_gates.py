"""What the gates do along a sequence."""

import numpy as np
import pytest

from seqcourse.numpy import (
    GRU,
    LSTM,
    RNN,
    Embedding,
    SequenceTagger,
    Stack,
)
from seqcourse.probes import gate_statistics, gates


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def draw(layer, T=5, B=3, seed=0):
    rng = np.random.default_rng(seed)
    params = layer.init(rng, np.float64)
    state = tuple(
        rng.normal(size=p.shape) for p in layer.initial_state(B, np.float64)
    )
    return params, rng.normal(size=(B, T, layer.input_size)), state


def test_gates_of_an_lstm_by_hand():
    layer = LSTM(2, 3)
    params, x, (h, c) = draw(layer)
    found = gates(layer, params, x, (h, c))
    for t in range(5):
        a = (
            np.concatenate([x[:, t], h], 1)
            @ np.concatenate([params["weight_ih"], params["weight_hh"]], 1).T
        )
        a += params["bias_ih"] + params["bias_hh"]
        i, f, o = (sigmoid(a[:, k : k + 3]) for k in (0, 3, 9))
        g = np.tanh(a[:, 6:9])
        for name, gate in (("i", i), ("f", f), ("g", g), ("o", o)):
            np.testing.assert_allclose(found[name][:, t], gate, rtol=1e-12)
        c = f * c + i * g
        h = o * np.tanh(c)


@pytest.mark.parametrize(
    "options",
    [{}, {"bias": False}, {"peepholes": True}, {"proj_size": 2}],
    ids=str,
)
def test_the_gates_make_the_memory_that_the_layer_has(options):
    layer = LSTM(2, 3, **options)
    params, x, (h, c) = draw(layer)
    found = gates(layer, params, x, (h, c))
    for t in range(5):
        i, f, g, o = (found[name][:, t] for name in "ifgo")
        h, after = layer.step(params, x[:, t], (h, c))
        c = f * c + i * g
        np.testing.assert_allclose(after[1], c, rtol=1e-12)
        shown = o * np.tanh(c)
        if "proj_size" in options:
            shown = shown @ params["weight_hr"].T
        np.testing.assert_allclose(h, shown, rtol=1e-12)
        h, c = after


def gru_by_hand(params, x_t, h, reset_after):
    H = h.shape[1]
    zero = np.zeros(3 * H)
    W_r, W_z, W_n = params["weight_ih"].reshape(3, H, -1)
    U_r, U_z, U_n = params["weight_hh"].reshape(3, H, H)
    b_r, b_z, b_n = params.get("bias_ih", zero).reshape(3, H)
    d_r, d_z, d_n = params.get("bias_hh", zero).reshape(3, H)
    r = sigmoid(x_t @ W_r.T + b_r + h @ U_r.T + d_r)
    z = sigmoid(x_t @ W_z.T + b_z + h @ U_z.T + d_z)
    if reset_after:
        return r, z, np.tanh(x_t @ W_n.T + b_n + r * (h @ U_n.T + d_n))
    return r, z, np.tanh(x_t @ W_n.T + b_n + (r * h) @ U_n.T + d_n)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("reset_after", [True, False])
def test_gates_of_a_gru_by_hand(reset_after, bias):
    layer = GRU(2, 3, reset_after=reset_after, bias=bias)
    params, x, (h,) = draw(layer)
    found = gates(layer, params, x, (h,))
    assert list(found) == ["r", "z", "n"]
    for t in range(5):
        by_hand = gru_by_hand(params, x[:, t], h, reset_after)
        for name, gate in zip("rzn", by_hand, strict=True):
            np.testing.assert_allclose(found[name][:, t], gate, rtol=1e-12)
        _, z, n = by_hand
        _, (after,) = layer.step(params, x[:, t], (h,))
        np.testing.assert_allclose(after, (1 - z) * n + z * h, rtol=1e-12)
        h = after


def test_a_whole_model_is_asked_for_its_cores_gates():
    core = LSTM(4, 3)
    model = SequenceTagger(Embedding(9, 4), core, 2)
    params = model.init(np.random.default_rng(0), np.float64)
    tokens = np.array([[1, 8, 3], [0, 0, 5]])
    inner = {k[5:]: w for k, w in params.items() if k.startswith("core.")}
    x = params["embedding.weight"][tokens]
    for name, gate in gates(core, inner, x).items():
        np.testing.assert_array_equal(
            gates(model, params, tokens)[name], gate
        )


def test_a_stack_gives_each_layers_gates():
    first, second = LSTM(2, 3), LSTM(4, 5)
    stack = Stack((first, RNN(3, 4), second))
    params, x, state = draw(stack)
    found = gates(stack, params, x, state)
    assert sorted(found) == sorted(
        f"layers.{k}.{name}" for k in (0, 2) for name in "ifgo"
    )
    middle, below = RNN(3, 4), state[:2]
    own = [
        {
            k.removeprefix(f"layers.{n}."): w
            for k, w in params.items()
            if k.startswith(f"layers.{n}.")
        }
        for n in range(3)
    ]
    y, _, _ = first.forward(own[0], x, below)
    y, _, _ = middle.forward(own[1], y, state[2:3])
    expected = gates(second, own[2], y, state[3:])
    np.testing.assert_array_equal(found["layers.2.f"], expected["f"])


def test_statistics_are_those_of_what_is_there():
    layer = LSTM(2, 3)
    params, x, state = draw(layer, T=4, B=5)
    lengths = np.array([2, 3, 1, 3, 2])
    found = gate_statistics(
        layer, params, x, lengths, state=state, quantiles=(0, 0.25, 1)
    )
    whole = gates(layer, params, x, state)
    for name, statistics in found.items():
        for t in range(3):
            at = whole[name][lengths > t, t].ravel()
            assert statistics.mean[t] == pytest.approx(at.mean())
            np.testing.assert_allclose(
                statistics.quantiles[:, t],
                [at.min(), np.quantile(at, 0.25), at.max()],
            )
        assert np.isnan(statistics.mean[3])
        assert np.isnan(statistics.quantiles[:, 3]).all()


def test_a_forget_bias_of_one_keeps_73_per_cent():
    layer = LSTM(3, 5, forget_bias=1.0)
    params = {
        k: 0 * w for k, w in layer.init(np.random.default_rng(0)).items()
    }
    params["bias_ih"][5:10] = 1
    found = gate_statistics(layer, params, np.ones((2, 4, 3)))
    np.testing.assert_allclose(found["f"].mean, 1 / (1 + np.exp(-1)))
    np.testing.assert_allclose(found["i"].quantiles, 0.5)


def test_what_has_no_gates_is_refused():
    layer = RNN(2, 3)
    params, x, _ = draw(layer)
    with pytest.raises(ValueError, match=r"layer: .* gates .* got RNN"):
        gates(layer, params, x)
    lstm = LSTM(2, 3)
    params, x, _ = draw(lstm)
    with pytest.raises(ValueError, match="quantiles: expected numbers"):
        gate_statistics(lstm, params, x, quantiles=(0.5, 5))
    with pytest.raises(ValueError, match="lengths: expected 3"):
        gate_statistics(lstm, params, x, np.array([1, 2, 6]))
