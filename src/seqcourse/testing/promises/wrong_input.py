"""What is wrong is refused, in a sentence that names it."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import numpy as np

from seqcourse.testing.promises.mistakes import MISTAKES
from seqcourse.testing.promises.promise import Promise, promise
from seqcourse.testing.promises.refusal import Mistake, refusal
from seqcourse.testing.promises.subject import Subject


def mistakes(subject: Subject) -> Iterator[Mistake]:
    """Give the mistakes that can be made with a layer.

    Parameters
    ----------
    subject
        The layer.

    Returns
    -------
    mistakes
        Those of `MISTAKES` that apply.

    Examples
    --------
    >>> from seqcourse.numpy import Embedding
    >>> embedding = Subject("Embedding", lambda: Embedding(11, 7), 11)
    >>> next(mistakes(embedding)).name
    'float tokens'
    """
    return (one for one in MISTAKES if one.of in _what_it_takes(subject))


@cache
def _what_it_takes(subject: Subject) -> frozenset[str]:
    """Say which kinds of mistake can be made with a layer."""
    layer = subject.make()
    shapes = layer.parameter_shapes().values()
    state = layer.initial_state(1, np.float64)
    kinds = {
        "every": True,
        "weights": bool(shapes),
        "matrices": any(shape != shape[::-1] for shape in shapes),
        "numbers": subject.vocabulary is None,
        "tokens": subject.vocabulary is not None,
        "memory": bool(state),
        "real memory": bool(state) and state[0].dtype.kind == "f",
        "window": subject.window is not None,
    }
    return frozenset(kind for kind, is_so in kinds.items() if is_so)


def _refused(argument: str, sentence: str) -> Promise:
    """Promise that every mistake about one argument is refused."""

    def wrong(subject: Subject) -> None:
        c = subject.example()
        for mistake in mistakes(subject):
            if mistake.argument == argument:
                mistake.refusal(c, partial(c.forward, **mistake.change(c)))

    def can_be_wrong(subject: Subject) -> bool:
        return any(one.argument == argument for one in mistakes(subject))

    return promise("wrong input", sentence, asked_of=can_be_wrong)(wrong)


a_wrong_x_has_its_sentence = _refused(
    "x", "a wrong x is refused, with a message that names it"
)
wrong_lengths_have_their_sentence = _refused(
    "lengths", "wrong lengths are refused, with a message that names them"
)
a_wrong_state_has_its_sentence = _refused(
    "state", "a wrong state is refused, with a message that names it"
)
wrong_params_have_their_sentence = _refused(
    "params", "wrong params are refused, with a message that names them"
)


@promise(
    "wrong input",
    "a weight of the wrong shape is named in full",
    asked_of=lambda subject: bool(subject.make().parameter_shapes()),
)
def wrong_weights_are_called_by_their_full_names(subject: Subject) -> None:
    c = subject.example()
    wanted = ", ".join(sorted(c.params))
    _refuse(
        subject,
        partial(c.forward, params={}),
        "params={}",
        "params",
        re.escape(f"params: expected {wanted}, got none"),
    )
    for name, weight in c.params.items():
        if weight.ndim == 0:
            continue
        wrong = {**c.params, name: weight[:-1]}
        full = f"params['{name}']"
        _refuse(
            subject,
            partial(c.forward, params=wrong),
            f"{full} of shape {weight[:-1].shape}",
            full,
            re.escape(f"{full}: expected shape {weight.shape}, got ("),
        )


@promise(
    "wrong input", "sizes below 1 are refused, with a message that names them"
)
def sizes_below_one_have_their_sentence(subject: Subject) -> None:
    layer = subject.make()
    for name, wrong in itertools.product(
        _sizes(subject), [0, -1, 2.5, True, "3"]
    ):
        least = " of at least 1" if type(wrong) is int else "( or None)?"
        sentence = f"{name}: expected a whole number{least}, got "
        _refuse(
            subject,
            partial(dataclasses.replace, layer, **{name: wrong}),
            f"{name}={wrong!r}",
            name,
            f"{sentence}{re.escape(repr(wrong))}$",
        )


def _sizes(subject: Subject) -> list[str]:
    """Name the fields that are sizes; a reader's layer may have other ints.

    A size is what the shapes follow from, or what nothing can be one larger
    than: of heads, only some numbers divide the width.
    """
    layer = subject.make()
    found = []
    for field in dataclasses.fields(layer):
        size = getattr(layer, field.name)
        if type(size) is not int or size <= 0:
            continue
        try:
            larger = dataclasses.replace(layer, **{field.name: size + 1})
        except ValueError:
            found.append(field.name)
            continue
        if not subject.own_words or _shapes(larger) != _shapes(layer):
            found.append(field.name)
    return found


def _shapes(layer: Any) -> tuple[Any, ...]:
    state = layer.initial_state(1, np.float64)
    return (
        layer.parameter_shapes(),
        layer.output_size,
        [part.shape for part in state],
    )


def _refuse(
    subject: Subject,
    call: Callable[[], Any],
    what: str,
    argument: str,
    sentence: str,
) -> None:
    own_words = subject.own_words
    refusal(call, what, argument, None if own_words else sentence)
