"""Does a layer keep the contract? Asked of any class that somebody writes."""

from __future__ import annotations

import inspect
import traceback
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Layer
from seqcourse.numpy.seq2seq.encoder_decoder import EncoderDecoder
from seqcourse.numpy.transformer.transformer import Transformer
from seqcourse.numpy.transformer.transformer_block import TransformerBlock
from seqcourse.testing.promises import PROMISES, Promise
from seqcourse.testing.promises.arrays import require
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
    """Check that a layer keeps all the promises of the layer contract.

    Its gradients are compared with finite differences, its ``forward`` with
    its ``step``, a padded batch with each sequence alone, and so on. One line
    is printed for each promise; where one fails, the line says why.

    Parameters
    ----------
    layer
        Your own class, or a small instance of it. From a class, small
        instances are made here.
    **arguments
        Arguments of the class, besides the sizes that it requires.

    Returns
    -------
    report
        True if all promises hold; ``report.findings`` has each of them.

    Raises
    ------
    TypeError
        If it is neither a `Layer` class nor an instance of one, or if
        arguments come with an instance. Whatever goes wrong inside the layer
        is a line of the report.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from seqcourse.numpy import RNN
    >>> @dataclass(frozen=True)
    ... class Forgetful(RNN):
    ...     def step(self, params, x_t, state=None):
    ...         return super().step(params, x_t, None)
    >>> report = contract(Forgetful, bias=False)  # doctest: +ELLIPSIS
    holds   construction: Forgetful(input_size=7, hidden_size=9, ...)
    holds   gradients: each agrees with finite differences
    holds   gradients: none is zero throughout
    holds   gradients: dstate=None means a dstate of zeros
    holds   gradients: real numbers have one, integers have none
    fails   splitting: forward gives the same as step, called once per step;
    y of forward differs from that of step, called once per step ...
    holds   splitting: reading in two parts gives the same as reading at once
    holds   causality: the future changes nothing before it
    ...
    >>> report.broken[0].group
    'splitting'
    >>> bool(report)
    False
    """
    cls = layer if isinstance(layer, type) else type(layer)
    if not issubclass(cls, Layer):
        raise TypeError(
            "layer: expected a class derived from seqcourse.numpy.Layer or "
            f"an instance of one, got {layer!r}"
        )
    if arguments and cls is not layer:
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
            given = _sizes(layer, arguments) | arguments
            made.append(_subject(lambda: layer(**given)))
        else:
            made.append(_subject(lambda: layer))

    if reason := _reason(cls, construct):
        yield Finding("construction", "it can be made and reads", reason)
        return
    (subject,) = made
    yield Finding("construction", subject.name)
    for promise in PROMISES:
        if found := _finding(cls, promise, subject):
            yield found


def _finding(
    cls: type[Layer], promise: Promise, subject: Subject
) -> Finding | None:
    asked = [True]
    reason = _reason(cls, lambda: asked.append(promise.asked_of(subject)))
    if not all(asked):
        return None
    for case in promise.cases:
        if not reason:
            reason = _reason(cls, partial(promise, subject, case))
            reason += f" (case: {case})" if reason and case else ""
    return Finding(promise.group, promise.sentence, reason)


def _reason(cls: type[Layer], call: Callable[[], Any]) -> str:
    """Say in one line what went wrong; nothing where nothing did."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call()
    except AssertionError as error:
        told = str(error) or f"an assertion failed{_place(cls, error)}"
    except Exception as error:
        told = f"{type(error).__name__}: {error}{_place(cls, error)}"
    else:
        return ""
    return " ".join(told.split())


def _place(cls: type[Layer], error: BaseException) -> str:
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
    require(
        isinstance(state, tuple),
        f"initial_state returns {type(state).__name__}, expected a tuple of "
        "arrays",
    )
    params = layer.init(np.random.default_rng(0), np.float64)
    returned = layer.forward(params, x, state)
    require(
        isinstance(returned, tuple) and len(returned) == 3,
        "forward does not return (y, state, cache)",
    )
    y, state, _ = returned
    require(
        isinstance(state, tuple),
        f"forward returns {type(state).__name__} for the state, expected a "
        "tuple of arrays",
    )
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
        "or property input_size, or num_embeddings if it reads tokens"
    )
