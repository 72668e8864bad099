"""What a layer is made from: descriptions, devices, types, weights."""

import re

import numpy as np
import pytest
import torch

import seqcourse.numpy as layers
import seqcourse.torch as modules

STACK = {"type": "Stack", "dropout": 0.0}
BLOCK = layers.TransformerBlock(
    layers.MultiHeadAttention(4, 2), layers.FeedForward(4, 4)
)
DEEP = layers.Transformer(BLOCK, 2).to_config() | {"num_layers": 10**9}


def nested(depth):
    config = {"type": "RNN", "input_size": 2, "hidden_size": 2}
    for _ in range(depth):
        config = {"type": "GradientCheckpointing", "core": config, "every": 1}
    return config


@pytest.mark.parametrize("made", [layers.from_config, modules.from_config])
@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (None, "config: expected a dictionary, got None"),
        ({}, 'config: expected the "type" of a '),
        ({"type": ["RNN"]}, 'config: expected the "type" of a '),
        (
            {"type": "RNN", "hidden_size": 3},
            "config: expected all arguments of RNN, got no input_size",
        ),
        ({"type": "RNN", 3: 4}, "config: expected arguments of RNN, got '3'"),
        (STACK | {"layers": 3}, "layers: expected "),
        (STACK | {"layers": [3]}, "layers[0]: expected a Layer, got 3"),
        (STACK | {"layers": [{"type": "RNN"}]}, "config: expected all argu"),
        (DEEP, "num_layers: expected at most 10000, got 1000000000"),
        (nested(5000), "config: expected parts within parts at most"),
    ],
)
def test_a_description_that_describes_nothing_is_refused(
    made, config, sentence
):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        made(config)


def test_parts_within_parts_take_no_longer_for_each_level():
    for made in (layers.from_config, modules.from_config):
        made(nested(40))  # 2**40 questions, if each level asked twice


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"device": "meta"}, "device: expected one with memory, such as"),
        ({"device": "nowhere"}, "device: expected one that PyTorch finds"),
        ({"device": "cuda:99"}, "device: expected one that PyTorch finds"),
        ({"device": 1.5}, "device: expected a string or a torch.device or"),
        ({"dtype": torch.int64}, "dtype: expected a floating type such as"),
        ({"dtype": torch.complex64}, "dtype: expected a floating type such"),
        ({"dtype": "float32"}, "dtype: expected a torch.dtype or None, got"),
    ],
)
def test_weights_lie_somewhere_and_are_floating(options, sentence):
    for make in (modules.RNN, modules.Linear, modules.Embedding):
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
            make(3, 4, **options)


def test_parts_are_of_one_backend():
    for parts, other, name in (
        (layers, modules, "seqcourse.torch.RNN"),
        (modules, layers, "seqcourse.numpy.RNN"),
    ):
        sentence = f"^core: expected a Layer, got a {re.escape(name)}$"
        with pytest.raises(ValueError, match=sentence):
            parts.SequenceTagger(None, other.RNN(3, 4), 2)


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("bias", lambda w: w.astype(int), "expected floating-point numbers"),
        (
            "bias",
            lambda w: w > 0,
            "expected floating-point numbers, got bool",
        ),
        ("bias", lambda w: w * np.nan, "expected finite numbers, got nan at"),
        ("bias", lambda w: w[:-1], "expected shape (2,), got (1,)"),
        ("bias", lambda w: w.tolist(), "expected an array, got "),
        ("bias", lambda w: w.astype(float), "expected float32, as params["),
    ],
)
def test_weights_are_loaded_all_or_none(name, change, sentence):
    module = modules.Linear(3, 2)
    before = module.to_params()
    params = {key: weight + 1 for key, weight in before.items()}
    params[name] = change(params[name])
    full = re.escape(f"params[{name!r}]: {sentence}")
    with pytest.raises(ValueError, match=f"^{full}"):
        module.load_params(params)
    for key, weight in module.to_params().items():
        assert weight.tobytes() == before[key].tobytes()


def test_weights_may_be_views_and_of_half_the_bits():
    module = modules.Linear(3, 2)
    params = module.to_params()
    turned = {"weight": params["weight"][::-1], "bias": params["bias"]}
    loaded = module.load_params(turned).to_params()
    assert np.array_equal(loaded["weight"], turned["weight"])
    half = modules.Linear(3, 2, dtype=torch.bfloat16)
    assert half.to_params()["weight"].dtype == np.float32
