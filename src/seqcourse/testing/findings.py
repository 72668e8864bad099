"""What a layer is found to keep, and what it was asked with."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import traceback
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Layer
from seqcourse.testing.forms import check_forms_on_the_way_back
from seqcourse.testing.promises import PROMISES, Promise
from seqcourse.testing.promises.arrays import require
from seqcourse.testing.promises.subject import Subject
from seqcourse.testing.report import Finding
from seqcourse.testing.subjects import sizes_for, subject_of


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
    made: dict[str, Subject] = {}

    def construct() -> None:
        _require_decorator(cls)
        if not isinstance(layer, type):
            made[""] = subject_of(lambda: layer)
            return
        given = sizes_for(layer, arguments) | arguments
        made[""] = subject_of(lambda: layer(**given))
        for name, other in _switches(made[""], arguments):
            also = partial(layer, **given, **{name: other})
            with contextlib.suppress(ValueError):  # it may exclude another
                also()
                made[f" (with {name}={other})"] = subject_of(also)

    if reason := _reason(cls, construct):
        yield Finding("construction", "it can be made and reads", reason)
        return
    yield Finding("construction", made[""].name)
    for promise in PROMISES:
        if found := _finding(cls, promise, made):
            yield found


def _switches(
    subject: Subject, given: dict[str, Any]
) -> Iterator[tuple[str, bool]]:
    """Give each of a layer's booleans that nobody has set, turned round."""
    layer = subject.make()
    for field in dataclasses.fields(layer):
        value = getattr(layer, field.name)
        if field.init and isinstance(value, bool) and field.name not in given:
            yield field.name, not value


def _finding(
    cls: type[Layer], promise: Promise, subjects: dict[str, Subject]
) -> Finding | None:
    reasons = [
        reason and reason + switched
        for switched, subject in subjects.items()
        if (reason := _broken(cls, promise, subject)) is not None
    ]
    if not reasons:
        return None
    return Finding(promise.group, promise.sentence, max(reasons, key=bool))


def _broken(
    cls: type[Layer], promise: Promise, subject: Subject
) -> str | None:
    """Say why a promise is broken; None where it is not asked for."""
    asked = [True]
    reason = _reason(cls, lambda: asked.append(promise.asked_of(subject)))
    if not all(asked):
        return None
    for case in promise.cases:
        if reason:
            break
        reason = _reason(cls, partial(promise, subject, case), subject)
        reason += f" (case: {case})" if reason and case else ""
    return reason


def _reason(
    cls: type[Layer], call: Callable[[], Any], subject: Subject | None = None
) -> str:
    """Say in one line what went wrong; nothing where nothing did."""
    try:
        _quietly(call)
    except AssertionError as error:
        told = _words(error) or f"an assertion failed{_place(cls, error)}"
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a reader's layer may raise
        told = _form(subject) if subject else ""
        words = f": {_words(error)}" if _words(error) else ""
        told = told or f"{type(error).__name__}{words}{_place(cls, error)}"
    else:
        return ""
    return " ".join(told.split())


def _quietly(call: Callable[[], Any]) -> None:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        call()


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # its own __str__ fails
        return ""


def _form(subject: Subject) -> str:
    """Say which method gives something of another form, if that is all."""
    x = subject.draw_x(np.random.default_rng(0))
    layer = subject.make()
    try:
        _quietly(partial(check_forms_on_the_way_back, layer, x))
    except AssertionError as error:
        return _words(error)
    except KeyboardInterrupt:
        raise
    except BaseException:  # the caller reports the error
        return ""
    return ""


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
