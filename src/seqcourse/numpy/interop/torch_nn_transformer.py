"""Blocks to and from ``torch.nn``'s transformer layers: the same, renamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from seqcourse.numpy.attention.multi_head_attention import MultiHeadAttention
from seqcourse.numpy.contract.layer import Layer, Params
from seqcourse.numpy.contract.parameters import check_parameter_shapes
from seqcourse.numpy.transformer.feed_forward import FeedForward
from seqcourse.numpy.transformer.transformer import Transformer
from seqcourse.numpy.transformer.transformer_block import TransformerBlock

#: What torch's attention within a layer has none of.
UNSHARED = ("num_kv_heads", "soft_cap", "position")


def is_transformer(source: Any) -> bool:
    """Tell whether a module of ``torch.nn`` is a transformer's.

    Parameters
    ----------
    source
        A module, or weights by name.

    Returns
    -------
    found
        True for a layer of an encoder or a decoder, and for a whole one.

    Examples
    --------
    >>> is_transformer({"weight_ih_l0": np.ones((4, 3))})
    False
    """
    names = source.state_dict() if hasattr(source, "state_dict") else source
    return any(name.endswith("linear1.weight") for name in names)


def transformer_to_torch(
    layer: TransformerBlock | Transformer, params: Mapping[str, Any]
) -> dict[str, Any]:
    """Name weights as ``torch.nn.TransformerEncoderLayer`` and others do.

    Parameters
    ----------
    layer
        A block, or a whole transformer without places.
    params
        Its weights, as arrays or tensors.

    Returns
    -------
    state_dict
        The same weights under the other names: of a ``TransformerDecoder``
        and its layers where there is a `cross_attn`, else of an encoder.

    Raises
    ------
    ValueError
        If ``torch.nn`` has no such layer.

    Examples
    --------
    >>> attention = MultiHeadAttention(4, num_heads=2)
    >>> block = TransformerBlock(attention, FeedForward(4, 8))
    >>> params = block.init(np.random.default_rng(0))
    >>> sorted(transformer_to_torch(block, params))[:2]
    ['linear1.bias', 'linear1.weight']
    """
    block = layer.block if isinstance(layer, Transformer) else layer
    facts = {
        **{name: getattr(block.self_attn, name) for name in UNSHARED},
        "norm": None if block.norm == "layer" else block.norm,
        "activation": block.feed_forward.activation,
    }
    if facts["activation"] in ("relu", "gelu"):
        del facts["activation"]
    if isinstance(layer, Transformer) and layer.position is not None:
        facts["position"] = layer.position
    for name, value in facts.items():
        if value is not None:
            raise ValueError(
                f"layer: torch.nn's transformers have no {name}={value!r}"
            )
    return {
        name.replace("cross_attn.", "multihead_attn.").replace(
            "feed_forward.", ""
        ): weight
        for name, weight in params.items()
    }


def transformer_from_torch(source: Any) -> tuple[Params, Layer]:
    """Take over the weights of one of ``torch.nn``'s transformers.

    Parameters
    ----------
    source
        A ``TransformerEncoderLayer`` or ``TransformerDecoderLayer``, or a
        ``TransformerEncoder`` or ``TransformerDecoder`` of such.

    Returns
    -------
    params
        The weights, as NumPy arrays of their own.
    layer
        A `TransformerBlock` or a `Transformer`; causal where it is a
        decoder's, since torch tells who may look where at every call.

    Raises
    ------
    ValueError
        If it is not the module itself, whose weights alone do not tell its
        heads, or it is one that we do not have.

    Examples
    --------
    >>> transformer_from_torch({"linear1.weight": np.ones((8, 4))})
    Traceback (most recent call last):
    ValueError: source: expected the module itself, since a transformer's
    weights do not tell how many heads it has, got dict
    """
    if not hasattr(source, "state_dict"):
        raise ValueError(
            "source: expected the module itself, since a transformer's "
            "weights do not tell how many heads it has, "
            f"got {type(source).__name__}"
        )
    layer: Layer
    if hasattr(source, "layers"):
        block = _block(source.layers[0])
        if (source.norm is not None) != block.norm_first:
            raise ValueError(
                f"source: expected a last norm where norm_first="
                f"{block.norm_first} is True, and only there"
            )
        layer = Transformer(block, len(source.layers))
    else:
        layer = _block(source)
    weights = source.state_dict()
    theirs = transformer_to_torch(
        layer, {name: name for name in layer.parameter_shapes()}
    )
    params = {
        ours: np.array(weights[name].detach().cpu().numpy())
        for name, ours in theirs.items()
    }
    check_parameter_shapes(params, layer.parameter_shapes())
    return params, layer


def _block(module: Any) -> TransformerBlock:
    """Read off a module what its weights do not say."""
    attention, decodes = module.self_attn, hasattr(module, "multihead_attn")
    activation = getattr(module.activation, "__name__", None)
    if activation not in ("relu", "gelu"):
        raise ValueError(
            "source: expected an activation relu or gelu, "
            f"got {module.activation!r}"
        )
    E, bias = attention.embed_dim, module.linear1.bias is not None

    def attending(part: Any, causal: bool) -> MultiHeadAttention:
        return MultiHeadAttention(
            E, part.num_heads, bias=bias, dropout=part.dropout, causal=causal
        )

    return TransformerBlock(
        attending(attention, decodes),
        FeedForward(
            E, module.linear1.out_features, activation, bias, module.dropout.p
        ),
        norm_first=module.norm_first,
        dropout=module.dropout1.p,
        cross_attn=attending(module.multihead_attn, False)
        if decodes
        else None,
        layer_norm_eps=module.norm1.eps,
    )
