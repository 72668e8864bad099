"""The twin of cross-attention, beside NumPy's and torch's own module."""

import numpy as np
import pytest

from seqcourse.numpy import MultiHeadAttention
from seqcourse.numpy.attention import cross_attention
from seqcourse.numpy.attention.scaled_dot_product import attention_weights

pytestmark = pytest.mark.torch

B, T, E, N = 3, 6, 12, 6


def make(options, fused=True):
    import torch

    from seqcourse.torch import from_config

    config = MultiHeadAttention(E, N, **options)
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


@pytest.mark.parametrize("fused", [True, False], ids=["fused", "reference"])
@pytest.mark.parametrize(
    "options",
    [{}, {"bias": False}, {"num_kv_heads": 2}],
    ids=["plain", "without bias", "grouped"],
)
def test_another_sequence_is_looked_at_as_in_numpy(options, fused):
    import torch

    from seqcourse.torch.attention.cross_attention import attend_to

    layer = make(options, fused)
    x, memory = draw(4).requires_grad_(), draw(7, seed=3).requires_grad_()
    lengths, mine = np.array([7, 2, 5]), np.array([4, 1, 3])
    y = attend_to(
        layer, x, memory, torch.tensor(lengths), lengths=torch.tensor(mine)
    )
    dy = np.random.default_rng(0).standard_normal(y.shape)
    (y * torch.tensor(dy)).sum().backward()

    params = layer.to_params()
    expected, cache = cross_attention.attend_to(
        layer.config,
        params,
        x.detach().numpy(),
        memory.detach().numpy(),
        lengths,
        lengths=mine,
    )
    dx, dmemory, grads = cross_attention.attend_to_backward(
        layer.config, params, dy, cache
    )
    close = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(y.detach(), expected, **close)
    np.testing.assert_allclose(x.grad, dx, **close)
    np.testing.assert_allclose(memory.grad, dmemory, **close)
    for name, weight in layer.named_parameters():
        np.testing.assert_allclose(weight.grad, grads[name], **close)


@pytest.mark.parametrize("bias", [True, False])
def test_torchs_own_module_looks_at_another_sequence_alike(bias):
    import torch

    from seqcourse.torch.attention.cross_attention import attend_to

    torch.manual_seed(0)
    module = torch.nn.MultiheadAttention(E, N, bias=bias, batch_first=True)
    module = module.double().eval()
    layer = make({"bias": bias})
    layer.load_state_dict(module.state_dict())
    x, memory = draw(4), draw(7, seed=3)
    lengths = torch.tensor([7, 2, 5])
    padding_mask = torch.arange(7) >= lengths[:, None]
    expected, look = module(
        x,
        memory,
        memory,
        key_padding_mask=padding_mask,
        average_attn_weights=False,
    )
    y = attend_to(layer, x, memory, lengths)
    np.testing.assert_allclose(y.detach(), expected.detach(), atol=1e-12)
    _, cache = cross_attention.attend_to(
        layer.config,
        layer.to_params(),
        x.numpy(),
        memory.numpy(),
        lengths.numpy(),
    )
    weights = attention_weights(cache[0])
    np.testing.assert_allclose(weights, look.detach(), atol=1e-12)


def test_what_it_cannot_do_has_numpys_sentence():
    from seqcourse.torch.attention.cross_attention import attend_to

    with pytest.raises(ValueError, match=r"^attend_to: expected causal=Fal"):
        attend_to(make({"causal": True}), draw(), draw())
    with pytest.raises(ValueError, match=r"^memory: expected 3 sequences"):
        attend_to(make({}), draw(), draw()[:2])
