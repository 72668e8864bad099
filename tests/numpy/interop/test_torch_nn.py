"""Our stacks beside torch.nn's modules, on the same weights."""

import itertools
import re

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse import store
from seqcourse.numpy.interop import torch_nn

B, T, D, H = 3, 5, 7, 4
LENGTHS = np.array([3, 5, 1])
KINDS = ["RNN", "GRU", "LSTM"]
BOTH = [False, True]
each = pytest.mark.parametrize(
    ("kind", "depth", "both", "bias"),
    [*itertools.product(KINDS, (1, 2, 3), BOTH, BOTH)],
)


def make(kind, depth, both, bias):
    cell = getattr(layers, kind)
    parts, width = [], D
    for _ in range(depth):
        part = cell(width, H, bias=bias)
        if both:
            part = layers.Bidirectional(part, cell(width, H, bias=bias))
        parts.append(part)
        width = part.output_size
    return parts[0] if depth == 1 else layers.Stack(tuple(parts))


def draw(layer, seed=0):
    return layer.init(np.random.default_rng(seed), np.float64)


def assert_same(a, b):
    assert a.keys() == b.keys()
    for name in a:
        assert a[name].dtype == b[name].dtype
        assert a[name].tobytes() == b[name].tobytes()


# --- names ----------------------------------------------------------------


def test_the_store_offers_both_ways():
    assert store.to_torch_nn is torch_nn.to_torch_nn
    assert store.from_torch_nn is torch_nn.from_torch_nn


@each
def test_there_and_back_are_the_same_weights(kind, depth, both, bias):
    layer = make(kind, depth, both, bias)
    params = draw(layer)
    named = torch_nn.to_torch_nn(layer, params)
    assert len(named) == depth * (1 + both) * (4 if bias else 2)
    again, same = torch_nn.from_torch_nn(named)
    assert same == layer
    assert_same(again, params)


def test_the_names_are_torchs():
    layer = make("RNN", 2, True, True)
    params = draw(layer)
    named = torch_nn.to_torch_nn(layer, params)
    assert named["weight_hh_l0"] is params["layers.0.forward_layer.weight_hh"]
    assert (
        named["bias_ih_l1_reverse"]
        is params["layers.1.backward_layer.bias_ih"]
    )


def test_what_is_taken_over_is_a_copy():
    layer = make("RNN", 2, False, True)
    params = draw(layer)
    taken, _ = torch_nn.from_torch_nn(torch_nn.to_torch_nn(layer, params))
    for weight in taken.values():
        weight[...] = 0
    assert_same(params, draw(layer))


def test_what_the_weights_do_not_say_can_be_said():
    layer = make("RNN", 2, False, True)
    named = torch_nn.to_torch_nn(layer, draw(layer))
    _, found = torch_nn.from_torch_nn(
        named, nonlinearity="relu", dropout=0.25
    )
    assert found.dropout == 0.25
    assert {cell.nonlinearity for cell in found.layers} == {"relu"}


# --- what torch.nn has no module for --------------------------------------


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (
            layers.Stack((layers.RNN(3, 4), layers.RNN(4, 5))),
            "torch.nn has one hidden_size in all layers, got 4 and 5",
        ),
        (
            layers.Stack((layers.RNN(3, 4), layers.RNN(4, 4, bias=False))),
            "torch.nn has one bias in all layers, got True and False",
        ),
        (
            layers.Bidirectional(
                layers.RNN(3, 4), layers.RNN(3, 4, nonlinearity="relu")
            ),
            "torch.nn has one nonlinearity in all layers, got 'tanh' and",
        ),
        (
            layers.Stack((layers.RNN(3, 4), layers.BagOfWords(4, 4))),
            "torch.nn has one type in all layers, got 'RNN' and 'BagOf",
        ),
        (layers.Linear(3, 4), "torch.nn has no namesake of Linear"),
        (
            layers.Stack(
                (
                    layers.Bidirectional(layers.RNN(3, 4), layers.RNN(3, 4)),
                    layers.RNN(8, 4),
                )
            ),
            "torch.nn reads from both ends in all layers or in none",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_layer_without_a_namesake_is_refused(layer, sentence):
    with pytest.raises(ValueError, match=f"^layer: {re.escape(sentence)}"):
        torch_nn.to_torch_nn(layer, draw(layer))


def test_peepholes_have_no_namesake():
    layer = layers.LSTM(3, 4, peepholes=True)
    with pytest.raises(ValueError, match=r"^layer: .* no namesake of LSTM"):
        torch_nn.to_torch_nn(layer, draw(layer))


def test_weights_of_another_layer_are_refused():
    with pytest.raises(ValueError, match=r"^params: expected "):
        torch_nn.to_torch_nn(layers.RNN(3, 4), {})


@pytest.mark.parametrize("layer", [None, "RNN", layers.RNN, len])
def test_what_is_no_layer_is_refused(layer):
    with pytest.raises(ValueError, match=r"^layer: expected a layer of seqc"):
        torch_nn.to_torch_nn(layer, {})


def test_weights_that_are_no_arrays_are_refused():
    params = dict.fromkeys(layers.RNN(3, 4).parameter_shapes(), 1.0)
    with pytest.raises(ValueError, match=r"^params\['weight_ih'\]: expected"):
        torch_nn.to_torch_nn(layers.RNN(3, 4), params)


def without(*names, **changed):
    layer = make("RNN", 2, False, True)
    named = torch_nn.to_torch_nn(layer, draw(layer)) | changed
    return {name: w for name, w in named.items() if name not in names}


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ({}, "source: expected weights, got none"),
        ({"fc.weight": np.ones((2, 2))}, "source: expected names such as"),
        (without("weight_hh_l0"), "source: expected a matrix weight_hh_l0"),
        (
            without(weight_hh_l1=np.ones((2 * H, H))),
            "source: expected 1, 3 or 4 times 4 rows in weight_hh_l1, got 8",
        ),
        (
            without(weight_ih_l1=np.ones((H, H + 1))),
            "source['weight_ih_l1']: expected shape (4, 4), got (4, 5)",
        ),
        (
            without(weight_hr_l0=np.ones(H)),
            "source: expected a matrix weight_hr_l0",
        ),
        (
            without(weight_ih_l0=np.full((H, D), np.nan)),
            (
                "source['weight_ih_l0']: expected finite numbers, got nan at "
                "[0, 0]"
            ),
        ),
        (
            without(weight_ih_l0=np.ones((H, D), int)),
            (
                "source['weight_ih_l0']: expected floating-point numbers, "
                "got int64"
            ),
        ),
        (
            without(weight_ih_l0="a matrix"),
            (
                "source['weight_ih_l0']: expected an array or a tensor with "
                "numbers, got 'a matrix'"
            ),
        ),
        ({1: np.ones(2)}, "source: expected weights by name, got 1"),
        (None, "source: expected torch.nn's RNN, GRU, LSTM, Multi"),
        (layers.RNN(3, 4), "source: expected torch.nn's RNN, GRU, LSTM, Mul"),
        (
            {"q_proj_weight": np.ones((6, 6))},
            "source: expected kdim and vdim as embed_dim is, so that there",
        ),
        (
            {"in_proj_weight": np.ones(6), "bias_k": np.ones(6)},
            "source: expected add_bias_kv=False, got bias_k",
        ),
        (
            without(bias_hh_l1=np.ones(H + 1)),
            "source['bias_hh_l1']: expected shape (4,), got (5,)",
        ),
        (
            without(weight_ih_l0=np.ones((1, D))),
            "source['weight_ih_l0']: expected shape (4, 7), got (1, 7)",
        ),
        (
            without("bias_ih_l1"),
            "source: expected bias_hh_l0, bias_ih_l0, weight_hh_l0, weight",
        ),
        (
            {"in_proj_weight": np.ones(6)},
            "source: expected a matrix in_proj_weight",
        ),
        (
            {
                "in_proj_weight": np.ones((18, 6)),
                "out_proj.weight": np.ones((6, 5)),
            },
            "source['out_proj.weight']: expected shape (6, 6), got (6, 5)",
        ),
    ],
)
def test_what_is_no_such_module_is_refused(source, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        torch_nn.from_torch_nn(source, num_heads=2)


@pytest.mark.parametrize(
    "layer",
    [
        layers.Stack((layers.LSTM(3, 4), layers.LSTM(4, 4))),
        layers.MultiHeadAttention(6, 3),
        layers.TransformerBlock(
            layers.MultiHeadAttention(6, 3), layers.FeedForward(6, 7)
        ),
    ],
    ids=lambda layer: type(layer).__name__,
)
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_weights_that_are_not_finite_do_not_go_over(layer, wrong):
    params = draw(layer)
    name = [*params][-1]
    params[name].flat[0] = wrong
    sentence = f"params[{name!r}]: expected finite numbers, got {wrong} at "
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        torch_nn.to_torch_nn(layer, params)


# --- torch.nn itself ------------------------------------------------------


def module_of(kind, depth, both, bias, **options):
    import torch

    torch.manual_seed(0)
    made = getattr(torch.nn, kind)
    return made(
        D,
        H,
        depth,
        bias=bias,
        batch_first=True,
        bidirectional=both,
        **options,
    ).double()


@pytest.mark.torch
@each
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
def test_torch_nn_agrees(kind, depth, both, bias, lengths):
    import torch
    from torch.nn.utils import rnn

    module = module_of(kind, depth, both, bias)
    params, layer = torch_nn.from_torch_nn(module)
    assert layer == make(kind, depth, both, bias)

    rng = np.random.default_rng(1)
    x = rng.standard_normal((B, T, D))
    state = tuple(
        rng.standard_normal(part.shape)
        for part in layer.initial_state(B, np.float64)
    )
    y, last, cache = layer.forward(params, x, state, lengths)
    dy = rng.standard_normal(y.shape)
    dlast = tuple(rng.standard_normal(part.shape) for part in last)
    dx, dstate, grads = layer.backward(params, dy, dlast, cache)

    parts = 2 if kind == "LSTM" else 1  # (h, c) or (h,)

    def gathered(state):
        whole = tuple(
            torch.tensor(np.stack(state[i::parts]), requires_grad=True)
            for i in range(parts)
        )
        return whole if parts == 2 else whole[0]

    read = torch.tensor(x, requires_grad=True)
    first = gathered(state)
    if lengths is None:
        found, end = module(read, first)
    else:
        packed = rnn.pack_padded_sequence(
            read,
            torch.tensor(lengths),
            batch_first=True,
            enforce_sorted=False,
        )
        found, end = module(packed, first)
        found, _ = rnn.pad_packed_sequence(found, batch_first=True)
    ends = end if parts == 2 else (end,)
    dends = gathered(dlast) if parts == 2 else (gathered(dlast),)
    loss = (found * torch.tensor(dy)).sum()
    for part, d in zip(ends, dends, strict=True):
        loss = loss + (part * d.detach()).sum()
    loss.backward()

    firsts = first if parts == 2 else (first,)
    close = {"rtol": 0, "atol": 1e-12}
    np.testing.assert_allclose(y, found.detach(), **close)
    np.testing.assert_allclose(dx, read.grad, **close)
    for i in range(parts):
        np.testing.assert_allclose(
            np.stack(last[i::parts]), ends[i].detach(), **close
        )
        np.testing.assert_allclose(
            np.stack(dstate[i::parts]), firsts[i].grad, **close
        )
    named = torch_nn.to_torch_nn(layer, grads)
    for name, weight in module.named_parameters():
        np.testing.assert_allclose(named[name], weight.grad, **close)


@pytest.mark.torch
@each
def test_one_line_there_and_one_line_back(kind, depth, both, bias):
    from seqcourse.torch import from_config

    layer = make(kind, depth, both, bias)
    twin = from_config(layer.to_config()).double()
    module = module_of(kind, depth, both, bias)
    module.load_state_dict(torch_nn.to_torch_nn(twin, twin.state_dict()))
    params, same = torch_nn.from_torch_nn(module)
    assert same == layer
    assert_same(params, twin.to_params())


@pytest.mark.torch
def test_a_module_knows_its_nonlinearity_and_dropout():
    module = module_of(
        "RNN", 2, False, True, nonlinearity="relu", dropout=0.5
    )
    _, layer = torch_nn.from_torch_nn(module)
    assert layer.dropout == 0.5
    assert {cell.nonlinearity for cell in layer.layers} == {"relu"}


@pytest.mark.torch
def test_what_is_taken_over_from_a_module_is_a_copy():
    module = module_of("RNN", 1, False, True)
    params, _ = torch_nn.from_torch_nn(module)
    params["weight_hh"][...] = 0
    assert module.weight_hh_l0.any()


@pytest.mark.torch
def test_a_projection_goes_there_and_back():
    module = module_of("LSTM", 2, True, True, proj_size=3)
    params, layer = torch_nn.from_torch_nn(module)
    x = np.random.default_rng(0).standard_normal((B, T, D))
    import torch

    y, _ = module(torch.tensor(x))
    found, _, _ = layer.forward(params, x)
    np.testing.assert_allclose(found, y.detach(), atol=1e-12)
    named = torch_nn.to_torch_nn(layer, params)
    assert named.keys() == module.state_dict().keys()


# --- attention ------------------------------------------------------------


@pytest.mark.parametrize("bias", BOTH)
def test_attention_goes_there_and_back(bias):
    layer = layers.MultiHeadAttention(6, 3, bias=bias)
    params = draw(layer)
    named = torch_nn.to_torch_nn(layer, params)
    assert_same(named, params)
    again, same = torch_nn.from_torch_nn(named, num_heads=3)
    assert same == layer
    assert_same(again, params)
    for weight in again.values():
        weight[...] = 7
    assert_same(params, draw(layer))


def test_dropout_is_checked_even_where_nothing_drops():
    named = torch_nn.to_torch_nn(layers.RNN(3, 4), draw(layers.RNN(3, 4)))
    with pytest.raises(ValueError, match=r"^dropout: expected 0 to below 1"):
        torch_nn.from_torch_nn(named, dropout=np.inf)


def test_how_many_heads_must_be_said():
    layer = layers.MultiHeadAttention(6, 3)
    with pytest.raises(ValueError, match=r"^num_heads: expected a number"):
        torch_nn.from_torch_nn(draw(layer))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("num_kv_heads", 1),
        ("scale", 1.0),
        ("soft_cap", 3.0),
        ("position", layers.ALiBi()),
    ],
)
def test_attention_that_torch_has_not_is_refused(name, value):
    layer = layers.MultiHeadAttention(6, 3, **{name: value})
    sentence = f"layer: torch.nn.MultiheadAttention has no {name}, got "
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        torch_nn.to_torch_nn(layer, draw(layer))


@pytest.mark.torch
@pytest.mark.parametrize("bias", BOTH)
def test_a_module_knows_its_heads(bias):
    import torch

    torch.manual_seed(0)
    module = torch.nn.MultiheadAttention(
        6, 3, dropout=0.25, bias=bias, batch_first=True
    ).double()
    params, layer = torch_nn.from_torch_nn(module)
    assert layer == layers.MultiHeadAttention(6, 3, bias=bias, dropout=0.25)
    x = np.random.default_rng(0).standard_normal((B, T, 6))
    y, _, _ = layer.forward(params, x)
    read = torch.tensor(x)
    found, _ = module.eval()(read, read, read)
    np.testing.assert_allclose(y, found.detach(), atol=1e-12)
    named = torch_nn.to_torch_nn(layer, params)
    assert named.keys() == module.state_dict().keys()


def test_keys_of_as_many_heads_are_torchs():
    layer = layers.MultiHeadAttention(6, 3, num_kv_heads=3)
    params = draw(layer)
    assert_same(torch_nn.to_torch_nn(layer, params), params)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"kdim": 4}, "expected kdim=6, as embed_dim is, got 4"),
        ({"vdim": 5}, "expected vdim=6, as embed_dim is, got 5"),
        ({"add_bias_kv": True}, "expected add_bias_kv=False, got True"),
        ({"add_zero_attn": True}, "expected add_zero_attn=False, got True"),
    ],
)
def test_attention_that_we_have_not_is_refused(options, sentence):
    import torch

    module = torch.nn.MultiheadAttention(6, 3, **options)
    with pytest.raises(ValueError, match=f"^source: {re.escape(sentence)}$"):
        torch_nn.from_torch_nn(module)


@pytest.mark.torch
@pytest.mark.parametrize("kind", ["RNNCell", "Linear", "Embedding", "ReLU"])
def test_a_module_without_a_namesake_is_refused(kind):
    import torch

    size = {"RNNCell": (3, 4), "Linear": (3, 4), "Embedding": (3, 4)}
    module = getattr(torch.nn, kind)(*size.get(kind, ()))
    with pytest.raises(ValueError, match=rf"^source: .* got a torch.{kind}$"):
        torch_nn.from_torch_nn(module)


@pytest.mark.torch
@pytest.mark.parametrize("kind", [*KINDS, "MultiheadAttention"])
def test_bfloat16_is_taken_over_exactly(kind):
    import torch

    torch.manual_seed(0)
    module = getattr(torch.nn, kind)(6, 3).bfloat16()
    params, layer = torch_nn.from_torch_nn(module)
    named = torch_nn.to_torch_nn(layer, params)
    for name, weight in module.state_dict().items():
        assert named[name].dtype == np.float32
        assert torch.equal(torch.tensor(named[name]).bfloat16(), weight)


@pytest.mark.torch
@pytest.mark.parametrize("change", ["to_sparse", "to_meta"])
def test_tensors_that_hold_no_plain_numbers_are_refused(change):
    import torch

    weights = torch.nn.RNN(3, 4).state_dict()
    name, weight = "weight_ih_l0", weights["weight_ih_l0"]
    weights[name] = (
        weight.to_sparse() if change == "to_sparse" else weight.to("meta")
    )
    sentence = f"source[{name!r}]: expected an array or a tensor with "
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        torch_nn.from_torch_nn(weights)


@pytest.mark.torch
def test_first_weights_are_torchs():
    import torch

    torch.manual_seed(0)
    module = torch.nn.MultiheadAttention(64, 4)
    params = layers.MultiHeadAttention(64, 4).init(np.random.default_rng(0))
    for name, weight in module.state_dict().items():
        theirs, ours = weight.numpy(), params[name]
        assert theirs.shape == ours.shape
        assert abs(theirs).max() == pytest.approx(abs(ours).max(), rel=0.01)
        assert theirs.std() == pytest.approx(ours.std(), rel=0.05)
