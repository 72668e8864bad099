"""Weights and configuration on disk: one file, the same for both backends.

The file is safetensors; its header carries the layer's configuration as JSON.
It is written beside its place and renamed when complete, so that a crash
leaves the old file or the new one, never half of one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from seqcourse.numpy.contract.annotations import checked, described
from seqcourse.numpy.contract.from_config import from_config
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.decoding.next_token import embedding_of
from seqcourse.numpy.interop.torch_nn import from_torch_nn, to_torch_nn
from seqcourse.numpy.storage import safetensors
from seqcourse.numpy.storage.atomic_write import check_writable
from seqcourse.numpy.storage.stored_layer import check_weights, layer_from
from seqcourse.tokenizers import Tokenizer

__all__ = [
    "Stored",
    "from_torch_nn",
    "load",
    "read",
    "save",
    "to_torch_nn",
]


class Configured(Protocol):
    """A layer of either backend.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> layer: Configured = RNN(3, 4)
    >>> layer.to_config()["hidden_size"]
    4
    """

    def to_config(self) -> dict[str, Any]:
        """Describe the layer in JSON's own types."""
        ...


@dataclass(frozen=True, eq=False)
class Stored:
    """What a file holds.

    Parameters
    ----------
    params
        The weights, as NumPy arrays.
    layer
        The NumPy layer.
    tokenizer
        What turns a text into the tokens that it reads; None if it is no text
        model.
    recipe
        How it was trained, in JSON's own types; empty if nobody said.
    scores
        What it scored, by name; empty if nobody said.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> Stored({}, RNN(3, 4)).tokenizer is None
    True
    """

    params: Params
    layer: Layer
    tokenizer: Tokenizer | None = None
    recipe: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)


@checked
def save(
    path: str | Path,
    params: Mapping[str, Any],
    layer: Configured,
    *,
    tokenizer: Tokenizer | None = None,
    recipe: Mapping[str, Any] | None = None,
    scores: Mapping[str, float] | None = None,
) -> None:
    """Write weights and configuration to a file.

    Parameters
    ----------
    path
        Where; a file already there is replaced once the new one is complete.
        Of a link, the file that it points to is replaced.
    params
        The weights, as arrays or tensors of floating-point numbers. What
        NumPy does not have, such as bfloat16, is written as float32, which
        holds the same numbers.
    layer
        The layer they belong to, of either backend.
    tokenizer
        What turns a text into the tokens that the layer reads.
    recipe
        How it was trained, in JSON's own types.
    scores
        What it scored, by name.

    Raises
    ------
    ValueError
        If a part is not the layer's, not finite or not of JSON's types.
    OSError
        If no file can be written there; the message names the path.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from seqcourse.numpy import RNN
    >>> layer = RNN(3, 4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> with TemporaryDirectory() as folder:
    ...     save(Path(folder, "rnn.safetensors"), params, layer)
    ...     again, same = load(Path(folder, "rnn.safetensors"))
    >>> same == layer, bool((again["weight_hh"] == params["weight_hh"]).all())
    (True, True)
    """
    path = Path(path)
    arrays = {name: _to_array(name, value) for name, value in params.items()}
    config = layer.to_config()
    numpy_layer = from_config(config)
    check_weights(arrays, numpy_layer)
    metadata = {"config": json.dumps(config)}
    if tokenizer is not None:
        check_vocabulary(tokenizer, numpy_layer)
        metadata["tokenizer"] = json.dumps(tokenizer.to_config())
    for name, told in ("recipe", recipe), ("scores", scores):
        if told is not None:
            metadata[name] = as_json(name, told)
    check_writable("path", path)
    safetensors.write(path, arrays, metadata)


@checked
def load(path: str | Path) -> tuple[Params, Layer]:
    """Read weights and configuration from a file.

    Parameters
    ----------
    path
        What `save` wrote.

    Returns
    -------
    params
        The weights, as NumPy arrays.
    layer
        The NumPy layer; its twin is
        ``seqcourse.torch.from_config(layer.to_config())``.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read; the message begins
        with the path.
    ValueError
        If the file is damaged, cut short, not one of ours, or holds weights
        that are not its layer's or not finite; the message begins with the
        path.

    Examples
    --------
    >>> load("nothing.safetensors")
    Traceback (most recent call last):
    FileNotFoundError: nothing.safetensors: no such file
    """
    stored = read(path)
    return stored.params, stored.layer


@checked
def read(path: str | Path) -> Stored:
    """Read all that a file holds.

    Parameters
    ----------
    path
        What `save` wrote.

    Returns
    -------
    stored
        Weights, layer and, where they were saved, tokenizer, recipe and
        scores.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read; the message begins
        with the path.
    ValueError
        As `load`, and if the tokenizer, the recipe or the scores are damaged
        or not this layer's.

    Examples
    --------
    >>> read("nothing.safetensors")
    Traceback (most recent call last):
    FileNotFoundError: nothing.safetensors: no such file
    """
    path = Path(path)
    params, metadata = safetensors.read(path)
    if "config" not in metadata:
        raise ValueError(
            f"{path}: holds no configuration; was it written by store.save?"
        )
    try:
        layer = layer_from(metadata["config"], len(params))
        check_weights(params, layer)
        tokenizer = None
        if "tokenizer" in metadata:
            told = _from_json("tokenizer", metadata["tokenizer"])
            tokenizer = Tokenizer.from_config(told)
            check_vocabulary(tokenizer, layer)
        recipe = _from_json("recipe", metadata.get("recipe", "{}"))
        scores = _from_json("scores", metadata.get("scores", "{}"))
        for name, score in scores.items():
            if type(score) not in (int, float) or not isfinite(score):
                raise ValueError(
                    f"scores[{name!r}]: expected a finite number, "
                    f"got {described(score)}"
                )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return Stored(params, layer, tokenizer, recipe, scores)


def check_vocabulary(tokenizer: Tokenizer, layer: Any) -> None:
    """Refuse a tokenizer with another number of tokens than the layer reads.

    Parameters
    ----------
    tokenizer
        The tokenizer.
    layer
        A NumPy layer.

    Raises
    ------
    ValueError
        If the layer has no embedding of tokens, or one of another number.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> from seqcourse.tokenizers import ByteTokenizer
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> check_vocabulary(ByteTokenizer(), model)
    Traceback (most recent call last):
    ValueError: tokenizer: expected the 9 tokens that the model reads, got 256
    """
    words = embedding_of(layer)
    if words is None:
        raise ValueError(
            "tokenizer: expected None for a layer that reads no tokens, "
            f"{type(layer).__name__}, got {type(tokenizer).__name__}"
        )
    if words.num_embeddings != tokenizer.vocab_size:
        raise ValueError(
            f"tokenizer: expected the {words.num_embeddings} tokens that the "
            f"model reads, got {tokenizer.vocab_size}"
        )


def as_json(name: str, told: Mapping[str, Any]) -> str:
    """Write what is told of a model.

    Parameters
    ----------
    name
        What an error calls it.
    told
        A recipe, or scores.

    Returns
    -------
    text
        As JSON.

    Raises
    ------
    ValueError
        If it holds what JSON does not have, such as ``nan``.

    Examples
    --------
    >>> as_json("scores", {"nats": float("nan")})
    Traceback (most recent call last):
    ValueError: scores: expected JSON's own types and finite numbers (Out of
    range float values are not JSON compliant: nan)
    """
    try:
        return json.dumps(dict(told), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(
            f"{name}: expected JSON's own types and finite numbers ({error})"
        ) from None


def _from_json(name: str, text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"its {name} is not JSON ({error})") from None
    if not isinstance(told, dict):
        raise ValueError(
            f"{name}: expected a dictionary, got {described(told)}"
        )
    return told


def _to_array(name: str, value: Any) -> Array:
    if hasattr(value, "detach"):  # a tensor, on whichever device
        value = value.detach().cpu()
        try:
            value = value.numpy()
        except TypeError:  # a type that NumPy does not have
            value = value.float().numpy()
    try:
        array = np.asarray(value, order="C")
    except ValueError:  # ragged
        array = np.asarray(None)
    if array.dtype not in (np.float16, np.float32, np.float64):
        got = described(value) if array.dtype == object else array.dtype
        raise ValueError(
            f"params[{name!r}]: expected floating-point numbers, got {got}"
        )
    return array
