"""What is wrong is refused, in a sentence that names it."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable
from typing import Any

from seqcourse.testing.promises.mistakes import mistakes
from seqcourse.testing.promises.promise import Promise, promise
from seqcourse.testing.promises.refusal import refusal
from seqcourse.testing.promises.subject import Subject


def _refused(argument: str, sentence: str) -> Promise:
    """Promise that every mistake about one argument is refused."""

    def wrong(subject: Subject) -> None:
        c = subject.example()
        for mistake in mistakes(subject):
            if mistake.argument == argument:
                mistake.refusal(c, lambda m=mistake: c.forward(**m.change(c)))

    def can_be_wrong(subject: Subject) -> bool:
        return any(one.argument == argument for one in mistakes(subject))

    return promise("wrong input", sentence, asked_of=can_be_wrong)(wrong)


a_wrong_x_has_its_sentence = _refused("x", "a wrong x is refused by name")
wrong_lengths_have_their_sentence = _refused(
    "lengths", "wrong lengths are refused by name"
)
a_wrong_state_has_its_sentence = _refused(
    "state", "a wrong state is refused by name"
)
wrong_params_have_their_sentence = _refused(
    "params", "wrong weights are refused by name"
)


@promise(
    "wrong input",
    "a weight of another shape is called by its full name",
    asked_of=lambda subject: bool(subject.make().parameter_shapes()),
)
def wrong_weights_are_called_by_their_full_names(subject: Subject) -> None:
    c = subject.example()
    wanted = ", ".join(sorted(c.params))
    _refuse(
        subject,
        lambda: c.forward(params={}),
        "params={}",
        "params",
        f"params: expected {wanted}, got none",
    )
    for name, weight in c.params.items():
        if weight.ndim == 0:
            continue
        wrong = {**c.params, name: weight[:-1]}
        full = f"params['{name}']"
        _refuse(
            subject,
            lambda wrong=wrong: c.forward(params=wrong),
            f"{full} of shape {weight[:-1].shape}",
            full,
            f"{full}: expected shape {weight.shape}, got (",
        )


@promise("wrong input", "sizes below one are refused by name")
def sizes_below_one_have_their_sentence(subject: Subject) -> None:
    layer = subject.make()
    sizes = [
        field.name
        for field in dataclasses.fields(layer)
        if type(size := getattr(layer, field.name)) is int and size > 0
    ]
    for name, wrong in itertools.product(sizes, [0, -1, 2.5, True, "3"]):
        _refuse(
            subject,
            lambda name=name, wrong=wrong: dataclasses.replace(
                layer, **{name: wrong}
            ),
            f"{name}={wrong!r}",
            name,
            f"{name}: expected a whole number of at least 1, got {wrong!r}",
        )


def _refuse(
    subject: Subject,
    call: Callable[[], Any],
    what: str,
    argument: str,
    begins: str,
) -> None:
    sentence = None if subject.own_words else re.escape(begins)
    refusal(call, what, argument, sentence)
