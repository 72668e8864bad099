"""Weights to and from ``torch.nn``'s modules: the same, renamed.

A cell's weights have one name in both; ``torch.nn`` adds the layer's number
and, for the reader from the back, a word: ``weight_ih_l1_reverse``. Those of
attention have the same names already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from seqcourse.numpy.attention.multi_head_attention import MultiHeadAttention
from seqcourse.numpy.containers.bidirectional import Bidirectional
from seqcourse.numpy.containers.stack import Stack
from seqcourse.numpy.contract import arguments, shapes
from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.from_config import from_config
from seqcourse.numpy.contract.layer import Layer, Params
from seqcourse.numpy.contract.parameters import check_parameter_shapes, child
from seqcourse.numpy.interop.torch_module import (
    arrays_of,
    attention_of,
    module_kind,
    renamed,
)
from seqcourse.numpy.interop.torch_nn_transformer import (
    transformer_from_torch,
    transformer_to_torch,
    unshared,
)
from seqcourse.numpy.transformer.transformer import Transformer
from seqcourse.numpy.transformer.transformer_block import TransformerBlock

#: By the rows of weight_hh over the width of the memory.
KINDS = {1: "RNN", 3: "GRU", 4: "LSTM"}
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
NAMED = re.compile(rf"({'|'.join(NAMES)})_l(\d{{1,4}})(_reverse)?")
#: One of them is among the weights of attention, whatever its options.
OF_ATTENTION = ("in_proj_weight", "q_proj_weight")
#: What must be the same in all cells of one of torch's modules.
SHARED = ("type", "hidden_size", "bias", "nonlinearity", "proj_size")


@checked
def to_torch_nn(layer: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """Name weights as ``torch.nn`` names those of its own modules.

    Parameters
    ----------
    layer
        A cell, a `Bidirectional` of two, or a `Stack` of either; a
        `MultiHeadAttention`; or a `TransformerBlock` or `Transformer`; of
        either backend.
    params
        Its weights, as arrays or tensors.

    Returns
    -------
    state_dict
        The same weights under the other names.

    Raises
    ------
    ValueError
        If no module of ``torch.nn`` is such a layer, or the weights are not
        the layer's.

    Examples
    --------
    >>> import numpy as np
    >>> from seqcourse.numpy import RNN
    >>> layer = Stack((RNN(3, 4), RNN(4, 4)))
    >>> params = layer.init(np.random.default_rng(0))
    >>> sorted(to_torch_nn(layer, params))[:3]
    ['bias_hh_l0', 'bias_hh_l1', 'bias_ih_l0']
    """
    if isinstance(layer, type) or not hasattr(layer, "to_config"):
        raise ValueError(
            "layer: expected a layer of seqcourse.numpy or of "
            f"seqcourse.torch, got {described(layer)}"
        )
    layer = from_config(layer.to_config())
    with shapes.called(source="params"):
        arrays_of(params)
    check_parameter_shapes(dict(params), layer.parameter_shapes())
    if isinstance(layer, MultiHeadAttention):
        for name, value in unshared(layer).items():
            raise ValueError(
                f"layer: torch.nn.MultiheadAttention has no {name}, "
                f"got {value!r}"
            )
        return dict(params)
    if isinstance(layer, TransformerBlock | Transformer):
        return transformer_to_torch(layer, params)
    cells = list(_cells(layer))
    _alike([cell for _, _, cell in cells])
    if len({suffix.endswith("_reverse") for *_, suffix, _ in cells}) == 2:
        _all_both_ways(layer)
    return {
        name + suffix: weight
        for prefix, suffix, _ in cells
        for name, weight in _inside(params, prefix).items()
    }


@checked
def from_torch_nn(
    source: Any,
    *,
    nonlinearity: str = "tanh",
    dropout: float = 0.0,
    num_heads: int | None = None,
) -> tuple[Params, Layer]:
    """Take over the weights of one of ``torch.nn``'s modules.

    Parameters
    ----------
    source
        An ``RNN``, ``GRU``, ``LSTM`` or ``MultiheadAttention``, or its
        ``state_dict()`` as arrays or tensors; or the module of a
        transformer's encoder or decoder, or of a layer of one.
    nonlinearity
        Of an RNN whose weights come without their module, which knows it.
    dropout
        Between the layers; a module knows its own.
    num_heads
        Of attention whose weights come without their module.

    Returns
    -------
    params
        The weights, as NumPy arrays of their own.
    layer
        A cell, a `Bidirectional` of two, or a `Stack` of either; a
        `MultiHeadAttention`, which like torch's is not causal; a
        `TransformerBlock` or a `Transformer`, causal if it is a decoder.

    Raises
    ------
    ValueError
        If the names or shapes are not those of such a module.

    Examples
    --------
    >>> import numpy as np
    >>> from seqcourse.numpy import RNN
    >>> cell = RNN(3, 4, bias=False)
    >>> params = cell.init(np.random.default_rng(0))
    >>> params, layer = from_torch_nn(to_torch_nn(cell, params))
    >>> layer == cell
    True
    """
    arguments.check_below_one(dropout=dropout)
    kind = module_kind(source)
    if kind is None:
        weights = _named(source)
        if any(name.endswith("linear1.weight") for name in weights):
            return transformer_from_torch(source)
        if any(name in weights for name in OF_ATTENTION):
            return _attention(weights, num_heads, dropout)
    elif kind.startswith("Transformer"):
        return transformer_from_torch(source)
    else:
        weights = source.state_dict()
        if kind == "MultiheadAttention":
            layer: Layer = attention_of(source)
            params = arrays_of(weights)
            return renamed(params, layer), layer
        nonlinearity = getattr(source, "nonlinearity", nonlinearity)
        dropout = float(source.dropout)
    arrays = arrays_of(weights)
    cells = _sorted(arrays)
    depth = 1 + max(depth for depth, _ in cells)
    both = any(reverse for _, reverse in cells)
    layers: list[Layer] = []
    size: int | None = None
    for i in range(depth):
        readers = list[Any]()
        for reverse in [False, True] if both else [False]:
            weights = cells.get((i, reverse), {})
            cell = _cell(weights, i, reverse, nonlinearity, size)
            readers.append(cell)
            size = cell.input_size
        layers.append(Bidirectional(*readers) if both else readers[0])
        size = layers[-1].output_size
    layer = layers[0] if depth == 1 else Stack(tuple(layers), dropout)
    names = {
        name + suffix: prefix + name
        for prefix, suffix, cell in _cells(layer)
        for name in cell.parameter_shapes()
    }
    return renamed(arrays, layer, names), layer


def _named(source: Mapping[Any, Any]) -> dict[str, Any]:
    for name in source:
        if not isinstance(name, str):
            raise ValueError(
                f"source: expected weights by name, got {described(name)}"
            )
    return dict(source)


def _attention(
    weights: Mapping[str, Any], num_heads: int | None, dropout: float
) -> tuple[Params, Layer]:
    if "in_proj_weight" not in weights:
        raise ValueError(
            "source: expected kdim and vdim as embed_dim is, so that there "
            f"is one in_proj_weight, got {', '.join(sorted(weights))}"
        )
    if {"bias_k", "bias_v"} & weights.keys():
        raise ValueError("source: expected add_bias_kv=False, got bias_k")
    if num_heads is None:
        raise ValueError(
            "num_heads: expected a number, which the weights of a "
            "MultiheadAttention do not tell, got None"
        )
    params = arrays_of(weights)
    matrix = params["in_proj_weight"]
    if matrix.ndim != 2 or not matrix.size:
        raise ValueError("source: expected a matrix in_proj_weight")
    layer = MultiHeadAttention(
        matrix.shape[1],
        num_heads,
        bias="in_proj_bias" in params,
        dropout=dropout,
    )
    return renamed(params, layer), layer


def _cells(layer: Layer) -> Iterator[tuple[str, str, Layer]]:
    """Give each cell with its prefix in our names and suffix in torch's."""
    parts = layer.layers if isinstance(layer, Stack) else (layer,)
    for i, part in enumerate(parts):
        prefix = f"layers.{i}." if isinstance(layer, Stack) else ""
        if isinstance(part, Bidirectional):
            yield f"{prefix}forward_layer.", f"_l{i}", part.forward_layer
            suffix = f"_l{i}_reverse"
            yield f"{prefix}backward_layer.", suffix, part.backward_layer
        else:
            yield prefix, f"_l{i}", part


def _inside(params: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return child(dict(params), prefix[:-1]) if prefix else dict(params)


def _alike(cells: list[Layer]) -> None:
    first = cells[0].to_config()
    for cell in cells:
        config = cell.to_config()
        for key in SHARED:
            if config.get(key) != first.get(key):
                raise ValueError(
                    f"layer: torch.nn has one {key} in all layers, "
                    f"got {first.get(key)!r} and {config.get(key)!r}"
                )
        unknown = set(cell.parameter_shapes()) - set(NAMES)
        known = config["type"] in KINDS.values()
        if unknown or not known or config.get("reset_after") is False:
            raise ValueError(f"layer: torch.nn has no namesake of {cell!r}")


def _all_both_ways(layer: Layer) -> None:
    parts = layer.layers if isinstance(layer, Stack) else (layer,)
    if not all(isinstance(part, Bidirectional) for part in parts):
        raise ValueError(
            "layer: torch.nn reads from both ends in all layers or in none"
        )


def _sorted(weights: Mapping[str, Any]) -> dict[tuple[int, bool], Params]:
    """Give each cell's weights under their own names."""
    cells: dict[tuple[int, bool], Params] = {}
    for name, weight in weights.items():
        found = NAMED.fullmatch(name)
        if found is None:
            raise ValueError(
                "source: expected names such as weight_ih_l0 and "
                f"bias_hh_l1_reverse, got {name!r}"
            )
        place = _place(name.removeprefix(found[1]))
        cells.setdefault(place, {})[found[1]] = weight
    if not cells:
        raise ValueError("source: expected weights, got none")
    return cells


def _place(suffix: str) -> tuple[int, bool]:
    number, _, word = suffix.removeprefix("_l").partition("_")
    return int(number), bool(word)


def _cell(
    weights: Params,
    depth: int,
    reverse: bool,
    nonlinearity: str,
    size: int | None,
) -> Any:
    """Tell from the shapes which cell the weights belong to.

    What it reads has the given size; None for that of its own weights.
    """
    where = f"_l{depth}{'_reverse' if reverse else ''}"
    matrices = [name for name in weights if name.startswith("weight")]
    for name in dict.fromkeys(["weight_ih", "weight_hh", *matrices]):
        matrix = weights.get(name)
        if matrix is None or matrix.ndim != 2 or not matrix.size:
            raise ValueError(f"source: expected a matrix {name}{where}")
    rows, H = weights["weight_hh"].shape
    D = size or weights["weight_ih"].shape[1]
    more: dict[str, Any] = {}
    if "weight_hr" in weights:
        more["proj_size"], H = H, weights["weight_hr"].shape[-1]
    kind = KINDS.get(rows // H)
    if kind is None or rows % H:
        raise ValueError(
            f"source: expected 1, 3 or 4 times {H} rows in "
            f"weight_hh{where}, got {rows}"
        )
    if kind == "RNN":
        more["nonlinearity"] = nonlinearity
    config = {"type": kind, "input_size": D, "hidden_size": H, **more}
    return Layer.from_config({**config, "bias": "bias_ih" in weights})
