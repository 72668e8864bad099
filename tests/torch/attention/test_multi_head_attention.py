"""Attention's twin: the equations, torch's kernel, and what both may see."""

import itertools
import re

import numpy as np
import pytest

import seqcourse.numpy

pytestmark = pytest.mark.torch

B, T, E, N = 3, 6, 12, 6
OPTIONS = {
    "plain": {},
    "without bias": {"bias": False},
    "windowed": {"window": 2},
    "grouped": {"num_kv_heads": 2},
    "one head of keys": {"num_kv_heads": 1},
    "without the root": {"scale": 1.0},
    "rotary": {"position": "RotaryPositionEmbedding"},
    "alibi": {"position": "ALiBi"},
    "alibi and a window": {"position": "ALiBi", "window": 3},
    "alibi, grouped": {"position": "ALiBi", "num_kv_heads": 3},
}
each = pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
each_direction = pytest.mark.parametrize("causal", [True, False])
LENGTHS = [6, 2, 4]


def make(options, causal=True, fused=True):
    """Make the twin that its name finds, on weights that are always alike."""
    import torch

    from seqcourse.torch import from_config

    position = options.get("position")
    told = position and getattr(seqcourse.numpy, position)()
    config = seqcourse.numpy.MultiHeadAttention(
        E, N, causal=causal, **{**options, "position": told}
    )
    torch.manual_seed(0)
    twin = from_config(config.to_config()).double()
    for weight in twin.parameters():
        torch.nn.init.normal_(weight, std=0.5)
    twin.fused = fused
    return twin


def draw(T=T, seed=0):
    import torch

    generator = torch.Generator().manual_seed(seed)
    return torch.randn(B, T, E, generator=generator, dtype=torch.float64)


def results(layer, begun, padded):
    """Give outputs and gradients, from a state that is ragged or none."""
    import torch

    state = None
    if begun:
        before, read = draw(3, seed=1), torch.tensor([3, 1, 2])
        with torch.no_grad():
            _, state = layer(before, None, read)
        state = tuple(
            part.requires_grad_(part.is_floating_point()) for part in state
        )
    x = draw().requires_grad_()
    y, last = layer(x, state, torch.tensor(LENGTHS) if padded else None)
    torch.manual_seed(2)
    reals = [part for part in (y, *last) if part.is_floating_point()]
    loss = sum((part * torch.randn(part.shape)).sum() for part in reals)
    wanted = [x, *layer.parameters()]
    if begun and layer.config.causal:
        wanted += state[:2]
    return *reals, *torch.autograd.grad(loss, wanted)


@each
@pytest.mark.parametrize("begun", [True, False], ids=["state", "no state"])
@pytest.mark.parametrize("padded", [True, False], ids=["padded", "full"])
def test_the_engines_agree(options, begun, padded):
    one = results(make(options, fused=False), begun, padded)
    two = results(make(options), begun, padded)
    for a, b in zip(one, two, strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a.detach(), b.detach(), 1e-10, 1e-12)


@each
@pytest.mark.parametrize("padded", [True, False], ids=["padded", "full"])
def test_the_engines_agree_where_the_future_is_seen(options, padded):
    one = results(make(options, False, fused=False), False, padded)
    two = results(make(options, False), False, padded)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a.detach(), b.detach(), 1e-10, 1e-12)


@each
@pytest.mark.parametrize("fused", [True, False], ids=["fused", "reference"])
def test_nobody_sees_the_future(options, fused):
    layer, x, other = make(options, fused=fused), draw(), draw(seed=5)
    _, state = layer(draw(3, seed=1))
    for t, begun in itertools.product(range(1, T), (None, state)):
        changed = x.clone()
        changed[:, t:] = other[:, t:]
        before, after = (layer(part, begun)[0] for part in (x, changed))
        np.testing.assert_allclose(
            before[:, :t].detach(), after[:, :t].detach(), 0, 1e-13
        )
        assert not (before[:, t] == after[:, t]).any()


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_the_twin_splits_anywhere(options):
    layer, x = make(options), draw()
    whole, last = layer(x)
    for split in range(1, T):
        one, middle = layer(x[:, :split])
        two, end = layer(x[:, split:], middle)
        np.testing.assert_allclose(whole[:, :split].detach(), one.detach())
        np.testing.assert_allclose(whole[:, split:].detach(), two.detach())
        for a, b in zip(last, end, strict=True):
            np.testing.assert_allclose(a.detach(), b.detach())


@each
@each_direction
def test_both_backends_look_alike(options, causal):
    import torch

    layer = make(options, causal)
    params = layer.to_params()
    lengths = np.array(LENGTHS)
    state = layer(draw(3, seed=1))[1] if causal else ()
    plain = tuple(part.detach().numpy() for part in state)
    expected = layer.config.attention_weights(
        params, draw().numpy(), plain, lengths
    )
    found = layer.attention_weights(draw(), state, torch.tensor(lengths))
    np.testing.assert_allclose(found.detach(), expected, atol=1e-12)
    assert expected.shape == (
        B,
        N,
        T,
        T + (0 if not causal else len_of(state)),
    )


def len_of(state):
    return state[0].shape[2]


def test_a_soft_cap_has_no_kernel():
    from seqcourse.torch import MultiHeadAttention

    assert MultiHeadAttention(E, N).fused
    assert not MultiHeadAttention(E, N, soft_cap=2.0).fused
    assert not MultiHeadAttention(E, N, engine="reference").fused
    with pytest.raises(
        ValueError, match=r"^engine: expected soft_cap=None for 'fused'$"
    ):
        MultiHeadAttention(E, N, soft_cap=2.0, engine="fused")


@pytest.mark.parametrize("bias", [True, False])
def test_torchs_own_module_agrees_where_it_is_causal(bias):
    import torch

    torch.manual_seed(0)
    module = torch.nn.MultiheadAttention(E, N, bias=bias, batch_first=True)
    module = module.double().eval()
    layer = make({"bias": bias})
    layer.load_state_dict(module.state_dict())
    x = draw()
    hide = torch.ones(T, T, dtype=torch.bool).triu(1)
    expected, _ = module(x, x, x, attn_mask=hide)
    np.testing.assert_allclose(
        layer(x)[0].detach(), expected.detach(), atol=1e-12
    )


@pytest.mark.parametrize("fused", [True, False], ids=["fused", "reference"])
def test_dropout_acts_while_it_learns_alone(fused):
    import torch

    layer = make({"dropout": 0.5}, causal=False, fused=fused)
    still = make({}, causal=False, fused=False)
    x = draw()
    expected = still(x)[0].detach()
    np.testing.assert_allclose(layer.eval()(x)[0].detach(), expected, 1e-10)
    layer.train()
    torch.manual_seed(0)
    drawn = layer(x.repeat(2000, 1, 1))[0].detach().unflatten(0, (-1, B))
    assert (drawn[0] - expected).abs().max() > 0.1
    error = drawn.std(0) / 2000**0.5
    assert ((drawn.mean(0) - expected).abs() < 6 * error).all()


def test_constructors_check_as_the_numpy_layers_do():
    from seqcourse.torch import (
        LearnedPositionEmbedding,
        MultiHeadAttention,
        SinusoidalPositionEmbedding,
    )

    for make_wrong, sentence in (
        (lambda: MultiHeadAttention(12, 5), "num_heads: expected a divisor"),
        (
            lambda: SinusoidalPositionEmbedding(0),
            "embed_dim: expected a whole number",
        ),
        (
            lambda: LearnedPositionEmbedding(0, 4),
            "max_length: expected a whole number",
        ),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
            make_wrong()


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("engine", ["reference", "fused"])
def test_nothing_breaks_the_compilers_graph(engine, causal):
    import torch

    import seqcourse.torch as layers

    torch.manual_seed(0)
    torch.compiler.reset()
    module = layers.MultiHeadAttention(
        6, 2, causal=causal, window=3, engine=engine
    )
    module = layers.TransformerBlock(module, layers.FeedForward(6, 8))
    compiled = torch.compile(module, fullgraph=True, backend="eager")
    x = torch.randn(2, 5, 6)
    (y, state), (expected, last) = compiled(x), module(x)
    for a, b in zip((y, *state), (expected, *last), strict=True):
        assert torch.equal(a, b)
    with pytest.raises(Exception, match="expected 6 features on axis 2"):
        compiled(torch.randn(2, 5, 4))
