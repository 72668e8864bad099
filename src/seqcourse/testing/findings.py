"""What a layer is found to keep, and what it was asked with."""

from __future__ import annotations

import inspect
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array, Layer, State
from seqcourse.numpy.seq2seq.encoder_decoder import EncoderDecoder
from seqcourse.numpy.transformer.transformer import Transformer
from seqcourse.numpy.transformer.transformer_block import TransformerBlock
from seqcourse.testing.promises import PROMISES, Promise
from seqcourse.testing.promises.arrays import require
from seqcourse.testing.promises.example import B
from seqcourse.testing.promises.subject import Subject
from seqcourse.testing.report import Finding

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


def findings(
    layer: type[Layer] | Layer, arguments: dict[str, Any]
) -> Iterator[Finding]:
    """Ask a layer for each promise.

    Parameters
    ----------
    layer
        A class or an instance.
    arguments
        Arguments of the class, besides the sizes that it requires.

    Yields
    ------
    finding
        One for whether it can be made, then one for each promise that it is
        asked for.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> print(next(findings(Linear, {"bias": False})))
    holds   construction: Linear(in_features=7, out_features=9, bias=False)
    """
    cls = layer if isinstance(layer, type) else type(layer)
    made: list[Subject] = []

    def construct() -> None:
        _require_decorator(cls)
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
    except (Exception, SystemExit) as error:
        words = f": {error}" if str(error) else ""
        told = f"{type(error).__name__}{words}{_place(cls, error)}"
    else:
        return ""
    return " ".join(told.split())


def _place(cls: type[Layer], error: BaseException) -> str:
    """Quote the last line of the class's own file that was at work."""
    own = {
        inspect.unwrap(function).__code__.co_filename
        for function in vars(cls).values()
        if inspect.isfunction(function)
    }
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.line for frame in frames if frame.filename in own]
    return f", at `{lines[-1]}`" if lines and lines[-1] else ""


def _require_decorator(cls: type[Layer]) -> None:
    """Say that fields are of no use in a class that is no dataclass."""
    own = vars(cls)
    fields = [
        name
        for name, annotation in inspect.get_annotations(cls).items()
        if "ClassVar" not in str(annotation)
    ]
    require(
        not fields or "__dataclass_fields__" in own or "__init__" in own,
        f"{cls.__name__} declares {', '.join(fields)}, but is no dataclass; "
        "write @dataclass(frozen=True) above it",
    )


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
    y, state = _first_call(layer, subject)
    filled = all(part.size for part in state)  # or by another sequence
    crosses = isinstance(layer, Transformer | TransformerBlock)
    return replace(
        subject,
        one_output=y.ndim == 2,
        cross_attends=crosses and not filled,
        memory_steps=0 if crosses or filled else 4,
    )


def _first_call(layer: Any, subject: Subject) -> tuple[Array, State]:
    """Let a layer read, and see that it takes and gives what a layer does."""
    params = layer.init(np.random.default_rng(0), np.float64)
    state = layer.initial_state(B, np.float64)
    _require_tuple(state, "initial_state returns")
    x = subject.draw_x(np.random.default_rng(0))
    returned = layer.forward(params, x, state)
    require(
        isinstance(returned, tuple) and len(returned) == 3,
        "forward does not return (y, state, cache)",
    )
    y, state, _ = returned
    _require_tuple(state, "forward returns, for the state,")
    return y, state


def _require_tuple(state: Any, returned: str) -> None:
    require(
        isinstance(state, tuple),
        f"{returned} {type(state).__name__}, expected a tuple of arrays",
    )


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
