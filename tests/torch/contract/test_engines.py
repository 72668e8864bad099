"""The loop and torch's own kernel: the same answers on the same weights."""

import numpy as np
import pytest

pytestmark = pytest.mark.torch

each_core = pytest.mark.parametrize(
    ("name", "options"),
    [
        ("RNN", {}),
        ("RNN", {"nonlinearity": "relu"}),
        ("RNN", {"bias": False}),
        ("LSTM", {}),
        ("LSTM", {"bias": False}),
        ("LSTM", {"proj_size": 4}),
        ("LSTM", {"proj_size": 4, "bias": False}),
        ("GRU", {}),
        ("GRU", {"bias": False}),
    ],
)
each_padding = pytest.mark.parametrize("lengths", [None, [3, 6, 1]])
without_kernel = pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("LSTM", {"peepholes": True}, "engine: expected peepholes=False for"),
        ("GRU", {"reset_after": False}, "engine: expected reset_after=True"),
    ],
)


def core(name, options, **more):
    import torch

    import seqcourse.torch

    torch.manual_seed(0)
    made = getattr(seqcourse.torch, name)
    return made(5, 7, **options, **more, dtype=torch.float64)


def results(layer, lengths):
    import torch

    torch.manual_seed(1)
    x = torch.randn(3, 6, 5, dtype=torch.float64, requires_grad=True)
    state = tuple(
        torch.randn_like(part).requires_grad_()
        for part in layer.initial_state(3)
    )
    y, last = layer(x, state, lengths)
    loss = sum((part * torch.randn(part.shape)).sum() for part in (y, *last))
    wanted = (x, *state, *layer.parameters())
    return y, *last, *torch.autograd.grad(loss, wanted)


@each_core
@each_padding
def test_the_engines_agree(name, options, lengths):
    import torch

    lengths = lengths and torch.tensor(lengths)
    one = results(core(name, options, engine="reference"), lengths)
    two = results(core(name, options, engine="fused"), lengths)
    for a, b in zip(one, two, strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a.detach(), b.detach(), 1e-10, 1e-12)


@each_core
def test_auto_takes_the_kernel_where_there_is_one(name, options):
    assert core(name, options).fused == ("proj_size" not in options)
    assert not core(name, options, engine="reference").fused


@without_kernel
def test_auto_takes_the_loop_where_there_is_no_kernel(
    name, options, sentence
):
    assert not core(name, options).fused
    with pytest.raises(ValueError, match=f"^{sentence}"):
        core(name, options, engine="fused")


def test_an_unknown_engine_has_its_sentence():
    sentence = r"^engine: expected one of auto, reference, fused, got 'fast'$"
    with pytest.raises(ValueError, match=sentence):
        core("RNN", {}, engine="fast")


@each_core
def test_the_kernel_has_the_layers_own_weights(name, options):
    import torch

    layer = core(name, options, engine="fused")
    x = torch.ones(1, 4, 5, dtype=torch.float64)
    before = layer(x)[0].detach()
    with torch.no_grad():
        for weight in layer.parameters():
            weight.add_(0.5)
    assert not np.allclose(before, layer(x)[0].detach())
    again = core(name, options, engine="reference")
    again.load_state_dict(layer.state_dict())
    np.testing.assert_allclose(
        layer(x)[0].detach(), again(x)[0].detach(), 1e-10
    )
