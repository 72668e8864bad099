"""The model that CONTRIBUTING shows is complete, and keeps the contract."""

import re
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import seqcourse.numpy
from seqcourse.numpy.contract.configurable import Configurable
from seqcourse.testing import contract, twin_difference

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


def test_it_keeps_every_promise(mgu, layer):
    assert contract(layer)
    assert contract(mgu)


@pytest.mark.torch
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
def test_its_twin_agrees(layer, lengths, monkeypatch):
    import seqcourse.torch

    kinds = dict(seqcourse.torch.Module._types)
    monkeypatch.setattr(seqcourse.torch.Module, "_types", kinds)
    monkeypatch.setitem(sys.modules, "shown twin", None)
    twin = run(BLOCKS[1], "shown twin").MGU
    assert twin(4, 6).fused is False
    x = np.random.default_rng(1).normal(size=(3, 5, 4))
    assert twin_difference(layer, x, lengths=lengths) < 1e-12
    with pytest.raises(ValueError, match="engine: expected a layer with"):
        seqcourse.torch.RecurrentLayer(layer, engine="fused")
