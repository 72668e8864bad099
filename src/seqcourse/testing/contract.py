"""Does a layer keep the contract? Asked of any class that somebody writes."""

from __future__ import annotations

import inspect
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Layer
from seqcourse.numpy.seq2seq.encoder_decoder import EncoderDecoder
from seqcourse.numpy.transformer.transformer import Transformer
from seqcourse.numpy.transformer.transformer_block import TransformerBlock
from seqcourse.testing.promises import PROMISES, Promise
from seqcourse.testing.promises.example import B
from seqcourse.testing.promises.subject import Subject
from seqcourse.testing.report import ContractReport, Finding

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


def contract(layer: type[Layer] | Layer, **arguments: Any) -> ContractReport:
    """Ask a layer for everything that a layer promises.

    Its gradients are held against finite differences, its ``forward`` against
    its ``step``, padded batches against each sequence alone, and so on. A
    line is printed for each promise, with what was found where one does not
    hold.

    Parameters
    ----------
    layer
        The reader's own class, or a small instance of it. From a class,
        small instances are made here.
    **arguments
        What the class is called with, beside the sizes that it asks for.

    Returns
    -------
    report
        True where all promises hold; ``report.findings`` has each.

    Raises
    ------
    TypeError
        If it is no `Layer`, neither a class nor an instance, or if arguments
        come with an instance. Whatever goes wrong within the layer is a line
        of the report.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from seqcourse.numpy import RNN
    >>> @dataclass(frozen=True)
    ... class Forgetful(RNN):
    ...     def step(self, params, x_t, state=None):
    ...         return super().step(params, x_t, None)
    >>> report = contract(Forgetful, bias=False)  # doctest: +ELLIPSIS
    holds   construction: Forgetful(input_size=7, hidden_size=9, bias=False...
    holds   gradients: they agree with finite differences
    holds   gradients: none is zero by neglect
    holds   gradients: no gradient for the last state means zeros
    holds   gradients: integers have none, real numbers have one
    fails   splitting: forward gives what step gives, one step after the ...
    holds   splitting: reading in two parts gives what reading at once gives
    holds   causality: the future changes nothing before it
    ...
    >>> bool(report), len(report.broken)
    (False, 1)
    """
    is_class = isinstance(layer, type)
    cls = layer if isinstance(layer, type) else type(layer)
    if not issubclass(cls, Layer):
        raise TypeError(
            "layer: expected a class derived from seqcourse.numpy.Layer or "
            f"an instance of one, got {layer!r}"
        )
    if arguments and not is_class:
        raise TypeError(
            f"{', '.join(arguments)}: expected no arguments with an "
            f"instance, got them with {layer!r}"
        )
    findings = []
    for finding in _findings(cls, layer, arguments):
        print(finding, flush=True)
        findings.append(finding)
    return ContractReport(cls.__name__, tuple(findings))


def _findings(
    cls: type[Layer],
    layer: type[Layer] | Layer,
    arguments: dict[str, Any],
) -> Iterator[Finding]:
    made: list[Subject] = []

    def construct() -> None:
        if isinstance(layer, type):
            given = {**_sizes(cls, arguments), **arguments}
            made.append(_subject(lambda: cls(**given)))
        else:
            made.append(_subject(lambda: layer))

    broken = _broken(cls, construct)
    if broken:
        sentence = "it can be made, and reads a batch"
        yield Finding("construction", sentence, broken)
        return
    (subject,) = made
    yield Finding("construction", f"{subject.name} reads a batch")
    for promise in PROMISES:
        if promise.asked_of(subject):
            broken = _first_broken(cls, promise, subject)
            yield Finding(promise.group, promise.sentence, broken)


def _first_broken(
    cls: type[Layer], promise: Promise, subject: Subject
) -> str:
    for case in promise.cases:
        broken = _broken(cls, lambda case=case: promise(subject, case))
        if broken:
            return f"{broken} (case: {case})" if case else broken
    return ""


def _broken(cls: type[Layer], call: Callable[[], Any]) -> str:
    """Say in one line what went wrong; nothing where nothing did."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call()
    except AssertionError as error:
        told = str(error) or "an assert of the layer's own failed"
    except Exception as error:
        told = f"{type(error).__name__}: {error}" + _place(cls, error)
    else:
        return ""
    return " ".join(told.split())


def _place(cls: type[Layer], error: Exception) -> str:
    """Quote the last line of the class's own file that was at work."""
    own = {
        function.__code__.co_filename
        for function in vars(cls).values()
        if inspect.isfunction(function)
    }
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.line for frame in frames if frame.filename in own]
    return f", at `{lines[-1]}`" if lines and lines[-1] else ""


def _sizes(cls: type[Layer], given: dict[str, Any]) -> dict[str, int]:
    """Choose a small size for everything that the constructor asks for."""
    sizes = {}
    for name, parameter in inspect.signature(cls).parameters.items():
        named = parameter.kind in (
            parameter.POSITIONAL_OR_KEYWORD,
            parameter.KEYWORD_ONLY,
        )
        if named and parameter.default is parameter.empty:
            if name in given:
                continue
            if name not in SIZES and parameter.annotation not in (int, "int"):
                raise AssertionError(
                    f"{cls.__name__} asks for {name}, for which no value "
                    f"can be guessed; call contract({cls.__name__}, "
                    f"{name}=...) or give an instance"
                )
            sizes[name] = SIZES.get(name, 6)
    return sizes


def _subject(make: Callable[[], Any]) -> Subject:
    """Find out what is true of a layer."""
    layer = make()
    vocabulary, width = _input_of(layer)
    first, second = (layer.init(np.random.default_rng(i)) for i in (3, 4))
    constant = tuple(
        name
        for name, weight in first.items()
        if weight.ndim < 2 and np.array_equal(weight, second[name])
    )
    known = {
        "name": repr(layer),
        "make": make,
        "vocabulary": vocabulary,
        "width": width,
        "causal": layer.causal,
        "constant": constant,
        "own_words": True,
    }
    if isinstance(layer, EncoderDecoder):
        known["readers"] = ("source_embedding", "encoder", "bridge")
    subject = Subject(**known)
    x = subject.draw_x(np.random.default_rng(0))
    state = layer.initial_state(B, np.float64)
    params = layer.init(np.random.default_rng(0), np.float64)
    y, state, _ = layer.forward(params, x, state)
    known["answers_once"] = y.ndim == 2
    if not all(part.size for part in state):  # what another sequence fills
        crosses = isinstance(layer, Transformer | TransformerBlock)
        known |= {"elsewhere": True} if crosses else {"places": 4}
    return Subject(**known)


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
        f"or property input_size, or num_embeddings if it reads tokens"
    )
