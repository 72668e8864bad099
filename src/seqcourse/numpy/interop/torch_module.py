"""What a module of ``torch.nn`` says of itself; torch is not imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from seqcourse.numpy.attention.multi_head_attention import MultiHeadAttention
from seqcourse.numpy.contract import arguments, shapes
from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.layer import Layer, Params
from seqcourse.numpy.contract.parameters import check_parameter_shapes

#: The modules of ``torch.nn`` that have a namesake here.
MODULES = (
    "RNN",
    "GRU",
    "LSTM",
    "MultiheadAttention",
    "TransformerEncoderLayer",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerDecoder",
)


def module_kind(source: Any) -> str | None:
    """Tell which module of ``torch.nn`` it is.

    Parameters
    ----------
    source
        A module, or weights by name.

    Returns
    -------
    kind
        One of `MODULES`; None for weights.

    Raises
    ------
    ValueError
        If it is neither.

    Examples
    --------
    >>> module_kind({"weight_ih_l0": np.ones((4, 3))})
    >>> module_kind("LSTM")
    Traceback (most recent call last):
    ValueError: source: expected torch.nn's RNN, GRU, LSTM,
    MultiheadAttention, TransformerEncoderLayer, TransformerDecoderLayer,
    TransformerEncoder, TransformerDecoder, or a state_dict, got 'LSTM'
    """
    if isinstance(source, Mapping):
        return None
    names = [
        kind.__name__
        for kind in type(source).__mro__
        if kind.__module__.startswith("torch.nn.")
    ]
    if "Transformer" in names:
        raise ValueError(
            "source: expected one of its two halves, source.encoder or "
            "source.decoder, got a torch.nn.Transformer"
        )
    for name in names:
        if name in MODULES:
            return name
    raise ValueError(
        f"source: expected torch.nn's {', '.join(MODULES)}, or a "
        f"state_dict, got {described(source)}"
    )


def arrays_of(weights: Mapping[str, Any]) -> Params:
    """Copy weights to arrays; float32 holds those of bfloat16 exactly.

    Parameters
    ----------
    weights
        Arrays or tensors by name.

    Returns
    -------
    params
        Arrays of their own, by the same names.

    Raises
    ------
    ValueError
        If one is no array of finite floating-point numbers.

    Examples
    --------
    >>> arrays_of({"weight": np.ones(2)})["weight"].dtype
    dtype('float64')
    >>> arrays_of({"weight": np.ones(2, int)})
    Traceback (most recent call last):
    ValueError: source['weight']: expected floating-point numbers, got int64
    """
    params: Params = {}
    for name, given in weights.items():
        called, weight = f"source[{name!r}]", given
        if hasattr(given, "detach"):  # a tensor, on whichever device
            bfloat16 = str(given.dtype) == "torch.bfloat16"
            try:
                tensor = given.detach().cpu()
                weight = (tensor.float() if bfloat16 else tensor).numpy()
            except (RuntimeError, TypeError):  # on "meta", or sparse
                weight = None
        if not isinstance(weight, np.ndarray):
            raise ValueError(
                f"{called}: expected an array or a tensor with numbers, "
                f"got {described(given)}"
            )
        arguments.check_floating(**{called: weight})
        arguments.check_finite_array(**{called: weight})
        params[name] = weight.copy()
    return params


def renamed(
    weights: Params, layer: Layer, names: Mapping[str, str] | None = None
) -> Params:
    """Give weights the layer's own names, if they are its weights.

    Parameters
    ----------
    weights
        Arrays under torch's names.
    layer
        Whose they are.
    names
        The layer's names by torch's; None where both are the same.

    Returns
    -------
    params
        The same arrays under the layer's names.

    Raises
    ------
    ValueError
        If a name is missing or unknown, or a shape is another; it is called
        as torch calls it.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> renamed({"weight": np.ones((2, 3))}, Linear(2, 3, bias=False))
    Traceback (most recent call last):
    ValueError: source['weight']: expected shape (3, 2), got (2, 3)
    """
    ours = layer.parameter_shapes()
    if names is None:
        names = {name: name for name in ours}
    with shapes.called(params="source"):
        check_parameter_shapes(
            weights, {theirs: ours[name] for theirs, name in names.items()}
        )
    return {name: weights[theirs] for theirs, name in names.items()}


def attention_of(module: Any, causal: bool = False) -> MultiHeadAttention:
    """Give the layer of a ``torch.nn.MultiheadAttention``.

    Parameters
    ----------
    module
        The module.
    causal
        Whether steps see no later ones, which torch tells at every call.

    Returns
    -------
    layer
        Ours.

    Raises
    ------
    ValueError
        If it has an option that ours has not.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> attention_of(SimpleNamespace(embed_dim=6, kdim=4))
    Traceback (most recent call last):
    ValueError: source: expected kdim=6, as embed_dim is, got 4
    """
    E = module.embed_dim
    for name in ("kdim", "vdim"):
        size = getattr(module, name, E)
        if size != E:
            raise ValueError(
                f"source: expected {name}={E}, as embed_dim is, got {size}"
            )
    for name in ("bias_k", "bias_v"):
        if getattr(module, name, None) is not None:
            raise ValueError("source: expected add_bias_kv=False, got True")
    if getattr(module, "add_zero_attn", False):
        raise ValueError("source: expected add_zero_attn=False, got True")
    return MultiHeadAttention(
        E,
        module.num_heads,
        bias=module.in_proj_bias is not None,
        dropout=module.dropout,
        causal=causal,
    )
