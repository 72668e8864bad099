"""Our blocks and transformers beside torch.nn's, on the same weights."""

import re
import warnings

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.interop import torch_nn

B, T, S, E, H = 3, 5, 4, 6, 7
LENGTHS, SEEN = np.array([3, 5, 1]), np.array([2, 4, 1])
CLOSE = {"rtol": 0, "atol": 1e-12}

each_order = pytest.mark.parametrize("norm_first", [True, False])
each_padding = pytest.mark.parametrize(
    "lengths", [None, LENGTHS], ids=["full", "padded"]
)


def block(cross=False, norm="layer", activation="relu", **options):
    return layers.TransformerBlock(
        layers.MultiHeadAttention(E, 2, causal=cross, **options),
        layers.FeedForward(E, H, activation),
        norm,
        cross_attn=layers.MultiHeadAttention(E, 2) if cross else None,
    )


def draw(layer, seed=0):
    return layer.init(np.random.default_rng(seed), np.float64)


def module_of(kind, norm_first, activation, bias):
    """Make torch's layer, with norms and biases that are not the first."""
    import torch

    torch.manual_seed(0)
    made = getattr(torch.nn, kind)
    module = made(
        E,
        2,
        H,
        activation=activation,
        norm_first=norm_first,
        bias=bias,
        batch_first=True,
        layer_norm_eps=1e-3,
    ).double()
    for weight in module.parameters():
        if weight.ndim == 1:
            weight.data += torch.randn_like(weight)
    return module.eval()


def beyond(lengths, steps):
    import torch

    if lengths is None:
        return None
    return torch.tensor(np.arange(steps) >= lengths[:, None])


def agree(layer, params, module, read, state=None, lengths=None):
    """Compare values and gradients with torch's; give the state's."""
    import torch

    rng = np.random.default_rng(1)
    x = rng.standard_normal((B, T, E))
    y, _, cache = layer.forward(params, x, state, lengths)
    dy = rng.standard_normal(y.shape)
    dx, dstate, grads = layer.backward(params, dy, None, cache)

    asked = torch.tensor(x, requires_grad=True)
    found = read(asked)
    real = np.ones((B, T), bool)
    if lengths is not None:
        real = np.arange(T) < lengths[:, None]
    (found * torch.tensor(dy * real[..., None])).sum().backward()
    np.testing.assert_allclose(y[real], found.detach().numpy()[real], **CLOSE)
    np.testing.assert_allclose(dx, asked.grad, **CLOSE)
    named = torch_nn.to_torch_nn(layer, grads)
    theirs = dict(module.named_parameters())
    assert named.keys() == theirs.keys()
    for name, weight in theirs.items():
        np.testing.assert_allclose(named[name], weight.grad, **CLOSE)
    return dstate


@pytest.mark.torch
@each_order
@each_padding
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("causal", [True, False])
def test_an_encoder_layer_agrees(
    norm_first, lengths, bias, activation, causal
):
    import dataclasses

    import torch

    module = module_of(
        "TransformerEncoderLayer", norm_first, activation, bias
    )
    params, layer = torch_nn.from_torch_nn(module)
    assert layer.norm_first == norm_first
    assert layer.feed_forward.activation == activation
    attention = dataclasses.replace(layer.self_attn, causal=causal)
    layer = dataclasses.replace(layer, self_attn=attention)
    later = torch.ones(T, T, dtype=torch.bool).triu(1)
    agree(
        layer,
        params,
        module,
        lambda x: module(
            x,
            src_mask=later if causal else None,
            src_key_padding_mask=beyond(lengths, T),
        ),
        lengths=lengths,
    )


@pytest.mark.torch
@each_order
@each_padding
@pytest.mark.parametrize("seen", [None, SEEN], ids=["whole", "padded memory"])
@pytest.mark.parametrize("bias", [True, False])
def test_a_decoder_layer_agrees(norm_first, lengths, seen, bias):
    import torch

    module = module_of("TransformerDecoderLayer", norm_first, "gelu", bias)
    params, layer = torch_nn.from_torch_nn(module)
    memory = np.random.default_rng(2).standard_normal((B, S, E))
    looked = torch.tensor(memory, requires_grad=True)
    dstate = agree(
        layer,
        params,
        module,
        lambda x: module(
            x,
            looked,
            tgt_mask=torch.ones(T, T, dtype=torch.bool).triu(1),
            tgt_key_padding_mask=beyond(lengths, T),
            memory_key_padding_mask=beyond(seen, S),
        ),
        layer.cross_attention_state(memory, seen),
        lengths,
    )
    np.testing.assert_allclose(dstate[-2], looked.grad, **CLOSE)


@pytest.mark.torch
@each_order
def test_a_whole_encoder_agrees(norm_first):
    import torch

    part = module_of("TransformerEncoderLayer", norm_first, "gelu", True)
    last = torch.nn.LayerNorm(E, 1e-3).double() if norm_first else None
    module = torch.nn.TransformerEncoder(
        part, 3, last, enable_nested_tensor=False
    )
    for weight in module.parameters():
        weight.data += 0.1 * torch.randn_like(weight)
    params, layer = torch_nn.from_torch_nn(module)
    assert layer.num_layers == 3
    agree(layer, params, module, module)


@pytest.mark.torch
def test_a_whole_decoder_agrees():
    import torch

    part = module_of("TransformerDecoderLayer", True, "relu", True)
    last = torch.nn.LayerNorm(E, 1e-3).double()
    module = torch.nn.TransformerDecoder(part, 2, last)
    params, layer = torch_nn.from_torch_nn(module)
    memory = np.random.default_rng(2).standard_normal((B, S, E))
    looked = torch.tensor(memory, requires_grad=True)
    dstate = agree(
        layer,
        params,
        module,
        lambda x: module(
            x,
            looked,
            tgt_mask=torch.ones(T, T, dtype=torch.bool).triu(1),
            memory_key_padding_mask=beyond(SEEN, S),
        ),
        layer.cross_attention_state(memory, SEEN),
    )
    dmemory = dstate[3] + dstate[8]  # a block's state has five arrays
    np.testing.assert_allclose(dmemory, looked.grad, **CLOSE)


@pytest.mark.torch
@pytest.mark.parametrize("cross", [True, False])
def test_one_line_there_and_one_line_back(cross):
    from seqcourse.torch import from_config

    kind = "TransformerDecoderLayer" if cross else "TransformerEncoderLayer"
    module = module_of(kind, True, "relu", True)
    twin = from_config(block(cross).to_config()).double()
    module.load_state_dict(torch_nn.to_torch_nn(twin, twin.state_dict()))
    params, layer = torch_nn.from_torch_nn(module)
    assert (layer.cross_attn is not None) == cross
    for name, weight in twin.to_params().items():
        np.testing.assert_array_equal(params[name], weight)
        params[name][...] = 7
    for name, weight in torch_nn.from_torch_nn(module)[0].items():
        np.testing.assert_array_equal(weight, twin.to_params()[name])


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        (block(norm="rms"), "norm='rms'"),
        (block(activation="swiglu"), "activation='swiglu'"),
        (block(num_kv_heads=1), "num_kv_heads=1"),
        (block(position=layers.ALiBi()), "position=ALiBi()"),
        (
            layers.Transformer(
                block(), 2, layers.SinusoidalPositionEmbedding(E)
            ),
            "position=SinusoidalPositionEmbedding(",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_torch_has_not_is_refused(layer, named):
    sentence = f"layer: torch.nn's transformers have no {named}"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        torch_nn.to_torch_nn(layer, draw(layer))


def test_weights_alone_do_not_tell_the_heads():
    named = torch_nn.to_torch_nn(block(), draw(block()))
    with pytest.raises(ValueError, match=r"^source: expected the module its"):
        torch_nn.from_torch_nn(named)


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (
            layers.TransformerBlock(
                layers.MultiHeadAttention(E, 2),
                layers.FeedForward(E, H, "relu"),
                cross_attn=layers.MultiHeadAttention(E, 2, num_kv_heads=1),
            ),
            "torch.nn's transformers have no num_kv_heads=1",
        ),
        (
            layers.TransformerBlock(
                layers.MultiHeadAttention(E, 2),
                layers.FeedForward(E, H, "relu"),
                cross_attn=layers.MultiHeadAttention(E, 3),
            ),
            "torch.nn has one num_heads in all parts of a layer, got 2 and 3",
        ),
        (
            layers.TransformerBlock(
                layers.MultiHeadAttention(E, 2),
                layers.FeedForward(E, H, "relu", bias=False),
            ),
            "torch.nn has one bias in all parts of a layer, got True and Fal",
        ),
    ],
)
def test_parts_that_torch_has_alike_must_be(layer, sentence):
    with pytest.raises(ValueError, match=f"^layer: {re.escape(sentence)}"):
        torch_nn.to_torch_nn(layer, draw(layer))


def encoder(change=None, last=1e-3, depth=2):
    """Make torch's encoder, and change a part of it."""
    import torch

    part = module_of("TransformerEncoderLayer", True, "relu", True)
    norm = None if last is None else torch.nn.LayerNorm(E, last)
    whole = torch.nn.TransformerEncoder(
        part, depth, norm, enable_nested_tensor=False
    )
    if change is not None:
        change(whole)
    return whole


def activated(name):
    import torch

    part = module_of("TransformerEncoderLayer", True, "relu", True)
    part.activation = getattr(torch, name)
    return part


def normalised(kind, **options):
    import torch

    def change(whole):
        whole.norm = getattr(torch.nn, kind)(E, **options)

    return encoder(change)


def attending(**options):
    import torch

    def change(whole):
        made = torch.nn.MultiheadAttention(E, 2, **options)
        whole.layers[1].self_attn = made

    return encoder(change)


OTHERS = {
    "another activation": (
        lambda: activated("tanh"),
        "source: expected an activation relu or gelu, got <built-in",
    ),
    "no norm": (
        lambda: encoder(last=None),
        "source: expected a norm after layers with norm_first=True, got norm",
    ),
    "another eps": (
        lambda: encoder(last=1e-5),
        "source: expected norm a LayerNorm with eps=0.001, as norm1 of its l",
    ),
    "another norm": (
        lambda: normalised("RMSNorm", eps=1e-3),
        "source: expected norm a LayerNorm with eps=0.001, as norm1 of its l",
    ),
    "a norm without weights": (
        lambda: normalised("LayerNorm", eps=1e-3, elementwise_affine=False),
        "source: expected layers.0.linear1.bias, ",
    ),
    "no layers": (
        lambda: encoder(lambda whole: whole.layers.__delitem__(slice(2))),
        "source: expected at least 1 layer, got 0",
    ),
    "heads that differ": (
        lambda: encoder(
            lambda whole: setattr(whole.layers[1].self_attn, "num_heads", 3)
        ),
        "source: expected layers with the same options, got another in layer",
    ),
    "an eps that differs": (
        lambda: encoder(
            lambda whole: setattr(whole.layers[1].norm2, "eps", 0.1)
        ),
        "source: expected norm2 a LayerNorm with eps=0.001, as norm1 of its",
    ),
    "a dropout that differs": (
        lambda: encoder(
            lambda whole: setattr(whole.layers[0].dropout2, "p", 0.75)
        ),
        "source: expected dropout2.p 0.1, as in dropout1, got 0.75",
    ),
    "add_bias_kv": (
        lambda: attending(add_bias_kv=True),
        "source: expected add_bias_kv=False, got True",
    ),
}


@pytest.mark.torch
@pytest.mark.parametrize("change", OTHERS)
def test_a_module_of_another_kind_is_refused(change):
    make, sentence = OTHERS[change]
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        torch_nn.from_torch_nn(make())


@pytest.mark.torch
def test_of_a_whole_transformer_the_halves_are_taken():
    import torch

    torch.manual_seed(0)
    with warnings.catch_warnings():  # of torch, on nested tensors
        warnings.simplefilter("ignore")
        whole = torch.nn.Transformer(E, 2, 1, 1, H, norm_first=True)
    with pytest.raises(
        ValueError,
        match=r"^source: expected one of its two halves, source.encoder or ",
    ):
        torch_nn.from_torch_nn(whole)
    for half in (whole.encoder, whole.decoder):
        _, layer = torch_nn.from_torch_nn(half)
        assert layer.num_layers == 1


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32"])
def test_every_floating_type_is_taken_over_exactly(dtype):
    import torch

    module = module_of("TransformerDecoderLayer", True, "relu", True)
    module = module.to(getattr(torch, dtype))
    params, layer = torch_nn.from_torch_nn(module)
    named = torch_nn.to_torch_nn(layer, params)
    for name, weight in module.state_dict().items():
        kind = "float32" if dtype == "bfloat16" else dtype
        assert named[name].dtype == kind
        assert torch.equal(torch.tensor(named[name]).to(weight), weight)
