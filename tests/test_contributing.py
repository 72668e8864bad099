"""The model that CONTRIBUTING shows is complete, and keeps the contract."""

import re
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import seqcourse.numpy
from seqcourse.numpy.contract.configurable import Configurable
from seqcourse.testing import gradient_check, twin_difference

TEXT = Path(__file__).parent.with_name("CONTRIBUTING.md").read_text("utf-8")
SECTION = TEXT.partition("## A new model\n")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"^```python\n(.*?)^```", SECTION, re.M | re.S)
LENGTHS = np.array([5, 2, 1])


def run(code: str, name: str) -> types.ModuleType:
    module = types.ModuleType(name)
    sys.modules[name] = module  # dataclasses look there
    exec(compile(code, name, "exec"), vars(module))
    return module


@pytest.fixture
def mgu(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Configurable, "_types", dict(Configurable._types))
    monkeypatch.setitem(sys.modules, "shown", None)
    kind = run(BLOCKS[0], "shown").MGU
    monkeypatch.setattr(seqcourse.numpy, "MGU", kind, raising=False)
    return kind


@pytest.fixture(params=[True, False], ids=["bias", "no bias"])
def layer(mgu, request):
    return mgu(4, 6, bias=request.param)


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(3, 5, 4))


def params_of(layer):
    return layer.init(np.random.default_rng(0), np.float64)


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
def test_its_gradients_are_the_slopes_of_finite_differences(
    layer, x, lengths
):
    state = (np.random.default_rng(2).normal(size=(3, 6)),)
    errors = gradient_check(layer, params_of(layer), x, state, lengths)
    assert max(errors.values()) < 1e-8


def test_its_forward_is_the_loop_of_step(layer, x):
    params = params_of(layer)
    y, last, _ = layer.forward(params, x)
    state = None
    for t in range(5):
        y_t, state = layer.step(params, x[:, t], state)
        np.testing.assert_allclose(y_t, y[:, t], rtol=1e-12)
    np.testing.assert_allclose(state, last, rtol=1e-12)


def test_its_padded_batch_is_each_sequence_alone(layer, x):
    params = params_of(layer)
    y, (h,), _ = layer.forward(params, x, lengths=LENGTHS)
    for b, length in enumerate(LENGTHS):
        alone, (end,), _ = layer.forward(params, x[b : b + 1, :length])
        np.testing.assert_allclose(y[b, :length], alone[0], rtol=1e-12)
        np.testing.assert_allclose(h[b], end[0], rtol=1e-12)
        assert not y[b, length:].any()


def test_it_is_read_in_two_parts_and_refuses_what_others_refuse(layer, x):
    params = params_of(layer)
    y, last, _ = layer.forward(params, x)
    _, half, _ = layer.forward(params, x[:, :2])
    rest, end, _ = layer.forward(params, x[:, 2:], half)
    np.testing.assert_allclose(rest, y[:, 2:], rtol=1e-12)
    np.testing.assert_allclose(end, last, rtol=1e-12)
    with pytest.raises(ValueError, match="x: expected 4 features"):
        layer.forward(params, x[..., 1:])
    with pytest.raises(ValueError, match="hidden_size: expected a whole"):
        type(layer)(4, 0)


@pytest.mark.torch
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
def test_its_twin_agrees(layer, x, lengths, monkeypatch):
    import seqcourse.torch

    kinds = dict(seqcourse.torch.Module._types)
    monkeypatch.setattr(seqcourse.torch.Module, "_types", kinds)
    monkeypatch.setitem(sys.modules, "shown twin", None)
    twin = run(BLOCKS[1], "shown twin").MGU
    assert twin(4, 6).fused is False
    assert twin_difference(layer, x, lengths=lengths) < 1e-12
    with pytest.raises(ValueError, match="engine: expected a layer with"):
        seqcourse.torch.RecurrentLayer(layer, engine="fused")
