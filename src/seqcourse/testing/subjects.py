"""A layer is made, and looked at, before it is asked for its promises."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array, Layer
from seqcourse.numpy.seq2seq.encoder_decoder import EncoderDecoder
from seqcourse.numpy.transformer.transformer import Transformer
from seqcourse.numpy.transformer.transformer_block import TransformerBlock
from seqcourse.testing.forms import check_forms, first_weights
from seqcourse.testing.promises.example import LONGER, T
from seqcourse.testing.promises.subject import Subject

#: What a constructor is given for a size that it asks for, by name.
SIZES = {
    "embed_dim": 8,
    "embedding_dim": 7,
    "hidden_size": 9,
    "in_features": 7,
    "input_size": 7,
    "max_length": 13,
    "normalized_shape": 7,
    "num_classes": 2,
    "num_embeddings": 11,
    "num_heads": 2,
    "out_features": 9,
    "window": 13,
}


def sizes_for(kind: type[Layer], given: dict[str, Any]) -> dict[str, int]:
    """Choose a small size for everything that the constructor asks for.

    Parameters
    ----------
    kind
        A class of layers.
    given
        Arguments that somebody else has chosen.

    Returns
    -------
    sizes
        The other arguments that it requires.

    Raises
    ------
    AssertionError
        If an argument is no size.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> sizes_for(RNN, {"input_size": 3})
    {'hidden_size': 9}
    """
    sizes = {}
    for name, parameter in inspect.signature(kind).parameters.items():
        named = parameter.kind in (
            parameter.POSITIONAL_OR_KEYWORD,
            parameter.KEYWORD_ONLY,
        )
        if named and parameter.default is parameter.empty:
            if name in given:
                continue
            if name not in SIZES and parameter.annotation not in (int, "int"):
                raise AssertionError(
                    f"{kind.__name__} asks for {name}, for which no value "
                    f"can be guessed; call contract({kind.__name__}, "
                    f"{name}=...) or give an instance"
                )
            sizes[name] = SIZES.get(name, 6)
    return sizes


def subject_of(make: Callable[[], Any]) -> Subject:
    """Find out what is true of a layer.

    Parameters
    ----------
    make
        What makes it.

    Returns
    -------
    subject
        The layer, ready to be asked for its promises.

    Raises
    ------
    AssertionError
        If a method gives something of another form than it should, or the
        layer does not say what it reads.

    Examples
    --------
    >>> from seqcourse.numpy import Embedding
    >>> subject_of(lambda: Embedding(11, 7)).vocabulary
    11
    """
    layer = make()
    vocabulary, width = _input_of(layer)
    first, second = (first_weights(layer, seed) for seed in (3, 4))
    constant = tuple(
        name
        for name, weight in first.items()
        if np.array_equal(weight, second[name]) and _is_plain(weight)
    )
    decodes = isinstance(layer, EncoderDecoder)
    subject = Subject(
        repr(layer),
        make,
        vocabulary,
        causal=layer.causal,
        width=width,
        constant=constant,
        encoder_parts=("source_embedding", "encoder", "bridge")
        if decodes
        else (),
        own_words=True,
    )
    y, state = check_forms(layer, subject.draw_x(np.random.default_rng(0)))
    filled = all(part.size for part in state)  # or by another sequence
    crosses = isinstance(layer, Transformer | TransformerBlock)
    subject = replace(
        subject,
        one_output=y.ndim == 2,
        cross_attends=crosses and not filled,
        memory_steps=0 if crosses or filled else 4,
    )
    return replace(subject, longest=_longest(subject))


def _is_plain(weight: Array) -> bool:
    """Tell a weight that may begin alike each time from one drawn badly.

    That is a vector, or a matrix of two numbers such as the identity.
    """
    return weight.ndim < 2 or len(np.unique(weight)) == 2


def _longest(subject: Subject) -> int:
    """Find out whether a layer reads more steps than most examples have."""
    try:
        subject.example(T=LONGER).forward()
    except ValueError as refusal:
        if str(refusal).startswith("x: expected at most "):
            return T
    except Exception:  # a promise will tell of it
        pass
    return LONGER


def _input_of(layer: Any) -> tuple[int | None, int]:
    """Tell which tokens a layer reads, or how many features."""
    if isinstance(layer, EncoderDecoder):
        layer = layer.target_embedding
    if hasattr(layer, "num_embeddings"):
        return layer.num_embeddings, 0
    for name in ("input_size", "in_features"):
        if hasattr(layer, name):
            return None, getattr(layer, name)
    for name in ("embedding", "core"):
        if getattr(layer, name, None) is not None:
            return _input_of(getattr(layer, name))
    raise AssertionError(
        f"{type(layer).__name__} does not say what it reads; give it a field "
        "or property input_size, or num_embeddings if it reads tokens"
    )
