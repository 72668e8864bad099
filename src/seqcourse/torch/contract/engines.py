"""Two engines for the same equations: a loop to read, and torch's kernel.

The kernel is cuDNN's on a CUDA device and PyTorch's native one elsewhere. It
takes the layer's own parameters, and nothing is copied from call to call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.backends import cudnn
from torch.nn.utils import rnn

from seqcourse.numpy.contract import arguments
from seqcourse.torch.contract.layer import State

ENGINES = ("auto", "reference", "fused")
Kernel = Callable[..., Any]


def fused(engine: str, refusal: str | None) -> bool:
    """Tell whether a layer is to be run by torch's own kernel.

    Parameters
    ----------
    engine
        ``"reference"`` for the loop, ``"fused"`` for the kernel, ``"auto"``
        for the kernel where there is one.
    refusal
        What no kernel computes, as ``"peepholes=False"`` for example; None
        where there is a kernel.

    Returns
    -------
    fused
        Whether to call `run`.

    Raises
    ------
    ValueError
        If the engine is unknown, or there is no kernel and it is asked for.

    Examples
    --------
    >>> fused("auto", None), fused("auto", "peepholes=False")
    (True, False)
    >>> fused("fused", "peepholes=False")
    Traceback (most recent call last):
    ValueError: engine: expected peepholes=False for 'fused'
    """
    arguments.check_one_of(ENGINES, engine=engine)
    if engine == "fused" and refusal:
        raise ValueError(f"engine: expected {refusal} for 'fused'")
    return engine != "reference" and not refusal


def run(
    kernel: Kernel,
    layer: nn.Module,
    x: Tensor,
    state: State,
    lengths: Tensor | None,
) -> tuple[Tensor, State]:
    """Read a batch of sequences with torch's own kernel.

    Parameters
    ----------
    kernel
        ``torch._VF.lstm`` or one of its siblings.
    layer
        The layer, for its parameters.
    x
        Input (B, T, D).
    state
        The memory to begin from.
    lengths
        Real steps of each sequence (B,), or None.

    Returns
    -------
    y
        Output (B, T, H), zeros beyond each length.
    state
        The memory after each sequence's last real step.

    Examples
    --------
    >>> from seqcourse.torch import GRU
    >>> gru, x = GRU(3, 4), torch.zeros(2, 5, 3)
    >>> y, (h,) = run(torch._VF.gru, gru, x, (torch.zeros(2, 4),), None)
    >>> tuple(y.shape), tuple(h.shape)
    ((2, 5, 4), (2, 4))
    """
    named = dict(layer.named_parameters())
    bias = "bias_ih" in named
    order = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
    weights = [named[name] for name in order if name in named]
    if x.is_cuda:
        _in_one_chunk(kernel, weights, layer)
    # bias, layers, dropout, whether to keep what backward needs, both ways
    how = bias, 1, 0.0, torch.is_grad_enabled(), False

    if lengths is None:
        first: Any = tuple(part[None].contiguous() for part in state)
        first = first if len(first) > 1 else first[0]
        y, *last = kernel(x, first, weights, *how, True)
        return y, tuple(part[0] for part in last)

    packed = rnn.pack_padded_sequence(
        x, torch.as_tensor(lengths).cpu(), True, enforce_sorted=False
    )
    order_of, back = packed.sorted_indices, packed.unsorted_indices
    first = tuple(part[order_of][None] for part in state)
    first = first if len(first) > 1 else first[0]
    y, *last = kernel(packed.data, packed.batch_sizes, first, weights, *how)
    y, _ = rnn.pad_packed_sequence(
        rnn.PackedSequence(y, packed.batch_sizes, order_of, back),
        batch_first=True,
        total_length=x.shape[1],
    )
    return y, tuple(part[0][back] for part in last)


def _in_one_chunk(
    kernel: Kernel, weights: list[nn.Parameter], layer: nn.Module
) -> None:
    """Lay the weights in one chunk of memory, as cuDNN wants them, once."""
    library: Any = cudnn  # which has no types
    storage = {w.untyped_storage().data_ptr() for w in weights}
    if len(storage) == 1 or not library.is_acceptable(weights[0]):
        return
    config: Any = layer.config
    with torch.no_grad():
        torch._cudnn_rnn_flatten_weight(
            list(weights),
            len(weights),
            config.input_size,
            library.rnn.get_cudnn_mode(kernel.__name__.upper()),
            config.hidden_size,
            getattr(config, "proj_size", None) or 0,
            1,  # layer
            True,  # batch first
            False,  # one way
        )
