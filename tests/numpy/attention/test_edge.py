"""What attention refuses at its edge, in one sentence for both backends."""

import re
from importlib import import_module

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.attention import scaled_dot_product
from seqcourse.numpy.attention.block_mask import BlockMask
from seqcourse.numpy.attention.blocked_attention import attend_in_blocks
from seqcourse.numpy.attention.cross_attention import attend_to

NAN = np.full((1, 2, 5, 4), np.nan)
Q = np.ones((1, 2, 5, 4))
QUERY, MEMORY = np.ones((2, 1, 3)), np.ones((2, 4, 3))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"q": None}, "q: expected an array of numbers, got None"),
        ({"q": NAN}, "q: expected finite numbers, got nan at [0, 0, 0, 0]"),
        ({"q": Q.astype(int)}, "q: expected floating-point numbers, got int"),
        ({"k": Q.astype(np.float32)}, "k: expected float64, as q is, got fl"),
        ({"k": Q[:, :, :0], "v": Q[:, :, :0]}, "k: expected 4 axes (B, head"),
        ({"mask": np.ones(5)}, "mask: expected booleans, got float64"),
        ({"mask": np.ones((3, 5), bool)}, "mask: expected a shape that stre"),
        ({"bias": np.ones((2, 5))}, "bias: expected a shape that stretches"),
        ({"bias": NAN[0, 0, :, :1]}, "bias: expected finite numbers, got na"),
        ({"scale": np.inf}, "scale: expected a finite number, got inf"),
        (
            {"soft_cap": np.inf},
            "soft_cap: expected a number above 0, got inf",
        ),
        ({"dropout": 1.0}, "dropout: expected 0 to below 1, got 1.0"),
        ({"out": "a cache"}, "out: expected an AttentionCache or None, got"),
    ],
)
def test_attend_refuses(change, sentence):
    given = {"q": Q, "k": Q, "v": Q, **change}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        scaled_dot_product.attend(**given)


def test_blocks_of_another_sequence_are_refused():
    with pytest.raises(
        ValueError, match=r"^block_mask.at.queries: expected shape \(1, 5\)"
    ):
        attend_in_blocks(Q, Q, Q, BlockMask.of(4))


def test_what_is_too_large_is_an_error():
    with pytest.raises(layers.DivergenceError, match=r"^context: became "):
        scaled_dot_product.attend(1e200 * Q, 1e200 * Q, Q)


def mechanism(backend):
    if backend == "numpy":
        return layers.DotAttention(3, 3), lambda a: a
    import torch

    twins = import_module("seqcourse.torch")
    return twins.DotAttention(
        3, 3
    ), lambda a: torch.tensor(a) if isinstance(a, np.ndarray) else a


@pytest.mark.parametrize(
    "backend", ["numpy", pytest.param("torch", marks=pytest.mark.torch)]
)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"query": QUERY[:1]}, "memory: expected shape (1, S, 3), got (2, 4"),
        ({"query": QUERY[..., :1]}, "query: expected shape (B, T, 3), got"),
        ({"memory": MEMORY * np.inf}, "memory: expected finite numbers, got"),
        (
            {"memory": MEMORY.astype(int)},
            "memory: expected floating-point numbers, got int64",
        ),
        (
            {"lengths": np.array([5, 1])},
            "lengths: expected 0 to 4 (axis 1 of memory, S), got 1 to 5",
        ),
        (
            {"lengths": np.array([1])},
            "lengths: expected 2 integers, one for each memory, got int64",
        ),
    ],
)
def test_a_mechanism_refuses(change, sentence, backend):
    attention, given_as = mechanism(backend)
    given = {"query": QUERY, "memory": MEMORY, **change}
    given = {name: given_as(value) for name, value in given.items()}
    call = attention.forward
    if backend == "numpy":
        given["params"] = {}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        call(**given)


def test_gradients_of_another_shape_are_refused():
    attention = layers.DotAttention(3, 3)
    context, weights, cache = attention.forward({}, QUERY, MEMORY)
    for change, sentence in (
        (
            {"dcontext": context[:1]},
            "dcontext: expected shape (2, 1, 3), got",
        ),
        (
            {"dweights": weights[..., :1]},
            "dweights: expected shape (2, 1, 4)",
        ),
        ({"cache": ()}, "cache: expected the tuple that forward returned, g"),
    ):
        given = {"dcontext": context, "cache": cache, **change}
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
            attention.backward({}, **given)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"memory": np.ones((3, 9, 6))},
            "memory: expected 2 sequences on ax",
        ),
        (
            {"memory": np.ones((2, 9, 5))},
            "memory: expected 6 features on axi",
        ),
        (
            {"memory_lengths": [10, 1]},
            "memory_lengths: expected 1 to 9 (axis",
        ),
        (
            {"lengths": [6, 1]},
            "lengths: expected 1 to 5 (axis 1 of x, T), go",
        ),
        (
            {"params": {}},
            "params: expected in_proj_bias, in_proj_weight, out",
        ),
    ],
)
def test_cross_attention_refuses(change, sentence):
    layer = layers.MultiHeadAttention(6, num_heads=2)
    given = {
        "params": layer.init(np.random.default_rng(0)),
        "x": np.ones((2, 5, 6)),
        "memory": np.ones((2, 9, 6)),
        **change,
    }
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        attend_to(layer, **given)
