"""torch.nn's module of the same name computes what ours computes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from seqcourse.testing.promises.arrays import require_close
from seqcourse.testing.promises.example import B, Example, T
from seqcourse.testing.promises.promise import FULL_AND_PADDED
from tests.contract.table import each, each_padding
from tests.contract.tensors import autograd_results, tensors

#: Arguments that torch.nn does not have; they choose first weights.
OURS = {
    "type",
    "orthogonal",
    "identity",
    "input_scale",
    "forget_bias",
    "chrono",
    "peepholes",
    "reset_after",
    "causal",
    "algorithm",
}


@pytest.mark.torch
@each_padding
@each(lambda row: row.nn is not None)
def test_torch_nn_agrees(row, case):
    lengths = FULL_AND_PADDED[case]["lengths"]
    c = row.example(lengths)
    module, read = namesake(c)
    y, last, dx, dstate, grads = autograd_results(module, c, read)
    if lengths is not None:
        y[np.arange(T) >= lengths[:, None]] = 0
    grads = {name.removesuffix("_l0"): g for name, g in grads.items()}
    require_close(
        c.results(),
        (y, last, dx, dstate, grads),
        "is not torch.nn's",
    )


def namesake(c: Example) -> tuple[Any, Callable[..., Any]]:
    """Make torch.nn's module on the same weights, and say how it reads."""
    import torch

    config = {
        name: value
        for name, value in c.layer.to_config().items()
        if name not in OURS and value is not None
    }
    made = getattr(torch.nn, c.subject.nn)
    attends = c.subject.nn == "MultiheadAttention"
    more = {"batch_first": True} if c.state or attends else {}
    module = made(**config, **more).double()
    suffix = "_l0" if c.state else ""
    weights = {name + suffix: w for name, w in c.params.items()}
    module.load_state_dict(tensors(weights))
    if attends:
        return module, read_at_once(c)
    return module, read_recurrent(c) if c.state else read_each_step(c)


def read_at_once(c: Example) -> Callable[..., Any]:
    lengths = np.full(B, T) if c.lengths is None else c.lengths
    padded = np.arange(T) >= lengths[:, None]

    def read(module: Any, x: Any, state: Any) -> Any:
        y, _ = module(x, x, x, key_padding_mask=tensors(padded))
        return y * tensors(~padded[..., None]), ()

    return read


def read_each_step(c: Example) -> Callable[..., Any]:
    def read(module: Any, x: Any, state: Any) -> Any:
        y = module(x)
        if c.lengths is not None:
            real = np.arange(T) < c.lengths[:, None]
            y = y * tensors(real[..., None])
        return y, ()

    return read


def read_recurrent(c: Example) -> Callable[..., Any]:
    from torch.nn.utils import rnn

    def read(module: Any, x: Any, state: Any) -> Any:
        h = tuple(part[None] for part in state)
        memory = h if len(h) > 1 else h[0]
        if c.lengths is None:
            y, last = module(x, memory)
        else:
            packed = rnn.pack_padded_sequence(
                x, tensors(c.lengths), batch_first=True, enforce_sorted=False
            )
            y, last = module(packed, memory)
            y, _ = rnn.pad_packed_sequence(y, batch_first=True)
        last = last if len(h) > 1 else (last,)
        return y, tuple(part[0] for part in last)

    return read
