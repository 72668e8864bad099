"""Blocks to and from ``torch.nn``'s transformer layers: the same, renamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seqcourse.numpy.attention.multi_head_attention import MultiHeadAttention
from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.layer import Layer, Params
from seqcourse.numpy.interop.torch_module import (
    arrays_of,
    attention_of,
    renamed,
)
from seqcourse.numpy.transformer.feed_forward import FeedForward
from seqcourse.numpy.transformer.transformer import Transformer
from seqcourse.numpy.transformer.transformer_block import TransformerBlock

#: Both have the same activations under these names.
ACTIVATIONS = ("relu", "gelu")


def unshared(attention: MultiHeadAttention) -> dict[str, Any]:
    """Give the options that ``torch.nn.MultiheadAttention`` has not.

    Who may attend where it is told at every call, so that it can be causal
    and have a window.

    Parameters
    ----------
    attention
        Ours.

    Returns
    -------
    options
        Those that are in use, by name.

    Examples
    --------
    >>> unshared(MultiHeadAttention(6, 2, num_kv_heads=2, soft_cap=5.0))
    {'soft_cap': 5.0}
    """
    options = {
        name: getattr(attention, name)
        for name in ("num_kv_heads", "scale", "soft_cap", "position")
    }
    if options["num_kv_heads"] == attention.num_heads:
        del options["num_kv_heads"]
    return {name: v for name, v in options.items() if v is not None}


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
    >>> import numpy as np
    >>> attention = MultiHeadAttention(4, num_heads=2)
    >>> block = TransformerBlock(attention, FeedForward(4, 8))
    >>> params = block.init(np.random.default_rng(0))
    >>> sorted(transformer_to_torch(block, params))[:2]
    ['linear1.bias', 'linear1.weight']
    """
    block: Any = layer.block if isinstance(layer, Transformer) else layer
    facts: dict[str, Any] = {}
    if block.norm != "layer":
        facts["norm"] = block.norm
    if block.feed_forward.activation not in ACTIVATIONS:
        facts["activation"] = block.feed_forward.activation
    if isinstance(layer, Transformer) and layer.position is not None:
        facts["position"] = layer.position
    attentions = [block.self_attn]
    if block.cross_attn is not None:
        attentions.append(block.cross_attn)
    for attention in attentions:
        facts |= unshared(attention)
    for name, value in facts.items():
        raise ValueError(
            f"layer: torch.nn's transformers have no {name}={value!r}"
        )
    heads = [attention.num_heads for attention in attentions]
    biases = [part.bias for part in (*attentions, block.feed_forward)]
    for name, values in {"num_heads": heads, "bias": biases}.items():
        if len({*values}) > 1:
            raise ValueError(
                f"layer: torch.nn has one {name} in all parts of a layer, "
                f"got {' and '.join(map(str, dict.fromkeys(values)))}"
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
    >>> transformer_from_torch({"linear1.weight": "an array"})
    Traceback (most recent call last):
    ValueError: source: expected the module itself, since a transformer's
    weights do not tell how many heads it has, got dict
    """
    if isinstance(source, Mapping):
        raise ValueError(
            "source: expected the module itself, since a transformer's "
            "weights do not tell how many heads it has, "
            f"got {type(source).__name__}"
        )
    layer = _whole(source) if hasattr(source, "layers") else _block(source)
    weights = arrays_of(source.state_dict())
    theirs = transformer_to_torch(
        layer, {name: name for name in layer.parameter_shapes()}
    )
    return renamed(weights, layer, theirs), layer


def _whole(module: Any) -> Transformer:
    blocks = [_block(part) for part in module.layers]
    if not blocks:
        raise ValueError("source: expected at least 1 layer, got 0")
    block = blocks[0]
    for i, other in enumerate(blocks):
        if other != block:
            raise ValueError(
                "source: expected layers with the same options, "
                f"got another in layers[{i}] than in layers[0]"
            )
    if (module.norm is not None) != block.norm_first:
        raise ValueError(
            f"source: expected {'a' if block.norm_first else 'no'} norm "
            f"after layers with norm_first={block.norm_first}, "
            f"got norm={described(module.norm)}"
        )
    if module.norm is not None:
        _check_norm("norm", module.norm, block.layer_norm_eps)
    return Transformer(block, len(blocks))


def _block(module: Any) -> TransformerBlock:
    """Read off a module what its weights do not say."""
    decodes = hasattr(module, "multihead_attn")
    activation = getattr(module.activation, "__name__", None)
    if activation not in ACTIVATIONS:
        raise ValueError(
            "source: expected an activation relu or gelu, "
            f"got {module.activation!r}"
        )
    eps, dropout = module.norm1.eps, module.dropout1.p
    for i in range(1, 4 if decodes else 3):
        _check_norm(f"norm{i}", getattr(module, f"norm{i}"), eps)
        other = getattr(module, f"dropout{i}").p
        if other != dropout:
            raise ValueError(
                f"source: expected dropout{i}.p {dropout}, as in dropout1, "
                f"got {other}"
            )
    cross = attention_of(module.multihead_attn) if decodes else None
    attention = attention_of(module.self_attn, causal=decodes)
    return TransformerBlock(
        attention,
        FeedForward(
            attention.embed_dim,
            module.linear1.out_features,
            activation,
            module.linear1.bias is not None,
            module.dropout.p,
        ),
        norm_first=module.norm_first,
        dropout=dropout,
        cross_attn=cross,
        layer_norm_eps=eps,
    )


def _check_norm(name: str, norm: Any, eps: float) -> None:
    if type(norm).__name__ != "LayerNorm" or norm.eps != eps:
        raise ValueError(
            f"source: expected {name} a LayerNorm with eps={eps}, as norm1 "
            f"of its layers is, got {norm!r}"
        )
