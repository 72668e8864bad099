"""The twin of the transformer: its engines, its copies, its steps."""

import numpy as np
import pytest

pytestmark = pytest.mark.torch

B, T, S, E, H = 3, 6, 4, 8, 9
LENGTHS, SEEN = [3, 6, 1], [2, 4, 1]


def made(engine="auto", norm="layer", cross=False, **options):
    import torch

    import seqcourse.torch as layers

    torch.manual_seed(0)
    where = {"engine": engine, "dtype": torch.float64}
    block = layers.TransformerBlock(
        layers.MultiHeadAttention(E, 2, causal=True, **where, **options),
        layers.FeedForward(E, H, dtype=torch.float64),
        norm,
        cross_attn=layers.MultiHeadAttention(E, 2, **where)
        if cross
        else None,
    )
    return layers.Transformer(block, 2, layers.SinusoidalPositionEmbedding(E))


def draw(*shape):
    import torch

    torch.manual_seed(1)
    return torch.randn(*shape, dtype=torch.float64)


@pytest.mark.parametrize("norm", ["layer", "rms"])
@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("options", [{}, {"window": 3}, {"num_kv_heads": 1}])
def test_the_engines_agree(norm, cross, lengths, options):
    import torch

    found = []
    for engine in ("reference", "fused"):
        layer, x = made(engine, norm, cross, **options), draw(B, T, E)
        x.requires_grad_()
        state = None
        if cross:
            seen = torch.tensor(SEEN)
            state = layer.cross_attention_state(draw(B, S, E), seen)
        y, last = layer(x, state, lengths and torch.tensor(lengths))
        kept = [part for part in last if part.is_floating_point()]
        loss = sum((part * draw(*part.shape)).sum() for part in (y, *kept))
        wanted = (x, *layer.parameters())
        found.append((y, *last, *torch.autograd.grad(loss, wanted)))
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a.detach(), b.detach(), 1e-9, 1e-11)


@pytest.mark.parametrize("engine", ["reference", "fused", "auto"])
def test_the_engine_is_handed_down(engine):
    layer = made(engine)
    norms = [m for n, m in layer.named_modules() if "norm" in n]
    assert len(norms) == 5
    assert {norm.fused for norm in norms} == {engine != "reference"}
    assert {block.self_attn.engine for block in layer.layers} == {engine}


def test_each_layer_has_weights_of_its_own():
    layer = made()
    first, second = (
        block.feed_forward.linear1.weight for block in layer.layers
    )
    assert first is not second
    assert not np.array_equal(first.detach(), second.detach())
    assert {w.dtype for w in layer.parameters()} == {first.dtype}


def test_it_goes_on_step_by_step_with_its_memory():
    import torch

    layer, x = made(cross=True), draw(B, T, E)
    first = layer.cross_attention_state(draw(B, S, E), torch.tensor(SEEN))
    whole, _ = layer(x, first)
    state, y = first, []
    for t in range(T):
        y_t, state = layer.step(x[:, t], state)
        y.append(y_t)
    np.testing.assert_allclose(
        torch.stack(y, 1).detach(), whole.detach(), atol=1e-12
    )


def test_who_looks_within_itself_alone_has_nothing_to_look_at():
    with pytest.raises(ValueError, match=r"^memory: this block has no cross"):
        made().cross_attention_state(draw(B, S, E))


def test_dropout_acts_in_training_alone():
    import torch

    from seqcourse.torch import Transformer, from_config

    config = made().to_config()
    config["dropout"] = 0.5
    layer, x = from_config(config).double(), draw(B, T, E)
    assert isinstance(layer, Transformer)
    torch.manual_seed(0)
    one, two = layer(x)[0], layer(x)[0]
    assert not np.allclose(one.detach(), two.detach())
    one, two = layer.eval()(x)[0], layer(x)[0]
    np.testing.assert_array_equal(one.detach(), two.detach())


def test_what_is_tied_is_one_parameter():
    import torch

    from seqcourse.torch import Embedding, LanguageModel

    torch.manual_seed(0)
    core = made().float()
    model = LanguageModel(Embedding(200, E), core, tied=True)
    assert "readout.weight" not in dict(model.named_parameters())
    std = model.embedding.weight.std().item()
    assert std == pytest.approx(E**-0.5, rel=0.1)
    scores, _ = model(torch.tensor([[1, 5, 2]]))
    assert scores.shape == (1, 3, 200)
    scores.sum().backward()
    assert model.embedding.weight.grad[7].any()  # never read, but scored
