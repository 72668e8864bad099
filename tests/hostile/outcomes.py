"""What a call came to: a result, a sentence, or what nobody may see."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import io
import itertools
import os
import re
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from tests.hostile.base_calls import Call
from tests.hostile.change import (
    EITHER,
    REFUSED,
    SAME,
    SAME_OR_REFUSED,
    Change,
)
from tests.hostile.folder import FOLDER, tidy

#: Seconds that one call may take.
LIMIT = 10
SUCCEEDED = "succeeded"
SENTENCE = "refused with a sentence"
RAW = "raw errors"
NONSENSE = "nonsense accepted"
REFUSED_WRONGLY = "right ones refused"
HANGS = "hangs"
OUTCOMES = (SUCCEEDED, SENTENCE, RAW, NONSENSE, REFUSED_WRONGLY, HANGS)

#: Entries whose results may hold infinity or NaN, and why.
NON_FINITE = {
    "numpy.functional.log_softmax": "the logarithm of a probability of 0",
    "probes.gate_statistics": "NaN at steps that no sequence has",
    "probes.half_life": "a gate of 1 never forgets",
    "testing.relative_error": "what is not finite is infinitely wrong",
}
#: Entries that measure time, which is never the same.
TIMED = {"probes.decoding_cost", "probes.speed"}


class Hangs(BaseException):
    """A call that took too long."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What one hostile call came to.

    Parameters
    ----------
    what
        One of `OUTCOMES`.
    words
        What was said or given.
    error
        The name of the error's class, if there was one.
    """

    what: str
    words: str = ""
    error: str = ""

    @property
    def is_failure(self) -> bool:
        return self.what not in {SUCCEEDED, SENTENCE}


def outcome_of(call: Call, changes: list[tuple[Change, Any]]) -> Outcome:
    """Make a call with some arguments replaced, and judge what follows."""
    replaced = {change.argument: value for change, value in changes}
    verdicts = {change.verdict for change, _ in changes}
    kinds = {change.kind for change, _ in changes}
    if len(changes) > len(kinds) and "axis" in str(kinds):
        verdicts = {EITHER}  # two arrays of another size may agree
    try:
        with quiet(), limited():
            result = _result(call, **replaced)
    except Hangs:
        return Outcome(HANGS, f"more than {LIMIT} seconds")
    except BaseException as error:
        return _judged(call, error, verdicts, replaced)
    name = call.entry.name
    if REFUSED in verdicts:
        return Outcome(NONSENSE, short(result))
    if name not in NON_FINITE and (place := not_finite(result)):
        return Outcome(NONSENSE, f"not finite: {place}")
    if verdicts <= {SAME, SAME_OR_REFUSED} and len(changes) == 1:
        plain = plain_result(call)
        if plain is not None and not same(plain, result):
            return Outcome(NONSENSE, f"another result: {short(result)}")
    return Outcome(SUCCEEDED)


def _result(call: Call, **replaced: Any) -> Any:
    """Make a call; take what comes first of a generator, and no cache."""
    result = call.make(**replaced)
    if inspect.isgenerator(result):
        return list(itertools.islice(result, 2))
    if re.match(r"numpy\.\w+\.(forward|encode)$", call.entry.name):
        return result[:-1]
    return result


def _judged(
    call: Call,
    error: BaseException,
    verdicts: set[str],
    replaced: dict[str, Any],
) -> Outcome:
    words, kind = said(error), type(error).__name__
    path = replaced.get("path", replaced.get("checkpoint"))
    written = isinstance(path, str | Path) and f"{Path(path)}: "
    named = written and words.startswith(written)
    if not named and not is_sentence(call, error, words):
        return Outcome(RAW, words, kind)
    if verdicts == {SAME}:
        return Outcome(REFUSED_WRONGLY, words, kind)
    return Outcome(SENTENCE, words, kind)


def said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as other:
        return f"an error whose words raise {type(other).__name__}"


def is_sentence(call: Call, error: BaseException, words: str) -> bool:
    """Tell whether an error is one that a caller may see."""
    if isinstance(error, ImportError):
        return "install" in words
    if type(error).__name__ == "DivergenceError":
        return re.search(r"finite|nan|inf|diverge", words) is not None
    if not isinstance(error, ValueError | TypeError | OSError):
        return False
    if FOLDER.name in words.partition(": ")[0] or (
        isinstance(error, OSError) and FOLDER.name in words
    ):
        return True  # the path that the caller wrote
    names = set(call.entry.parameters)
    if "task" in call.arguments:  # whose batches are the caller's, too
        names |= {"inputs", "targets", "weights", "lengths"}
    for name, value in call.arguments.items():
        if dataclasses.is_dataclass(value):  # of a batch, a layer, …
            names |= {field.name for field in dataclasses.fields(value)}
        if name == "config":  # its keys are the caller's own words, too
            names |= set(re.findall(r"'(\w+)':", str(value)))
    name = "|".join(map(re.escape, sorted(names)))
    part = r"\[[^\]]*\]|\.\w+|(, | and | or )\w+"
    return re.match(rf"({name})\b({part})*:", words) is not None


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Raise `Hangs` in what takes too long."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise Hangs

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Turn warnings into errors; let nothing be printed or left behind."""
    here = Path.cwd()
    tidy()
    os.chdir(FOLDER)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("error")
            yield
    finally:
        os.chdir(here)


_plain: dict[int, Any] = {}


def plain_result(call: Call) -> Any:
    """Give what a call gives unchanged; None if that is never the same."""
    if id(call) not in _plain:
        with quiet():
            once, twice = _result(call), _result(call)
        again = call.entry.name not in TIMED and same(once, twice)
        _plain[id(call)] = (call, once if again else None)
    return _plain[id(call)][1]


def same(a: Any, b: Any) -> bool:
    """Tell whether two results say the same, up to rounding."""
    if hasattr(a, "detach"):
        a = a.detach().numpy()
    if hasattr(b, "detach"):
        b = b.detach().numpy()
    if isinstance(a, np.ndarray | float):
        numbers = isinstance(b, np.ndarray | float | np.generic)
        if not numbers or np.shape(a) != np.shape(b):
            return False
        if np.asarray(a).dtype.kind not in "fiub":
            return bool(np.array_equal(a, b))
        return bool(np.allclose(a, b, 1e-4, 1e-5, equal_nan=True))
    if isinstance(a, dict):
        return isinstance(b, dict) and (
            a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
        )
    if isinstance(a, tuple | list):
        return (
            isinstance(b, tuple | list)
            and len(a) == len(b)
            and all(map(same, a, b))
        )
    if dataclasses.is_dataclass(a):
        return type(a) is type(b) and same(vars(a), vars(b))
    if isinstance(a, str | int | bytes | type(None)):
        return bool(a == b)
    return type(a) is type(b)


def not_finite(result: Any, place: str = "result") -> str:
    """Say where a result holds what is no finite number; "" for nowhere."""
    if hasattr(result, "detach"):
        result = result.detach()
        if result.dtype.is_complex:
            return f"{place}: complex numbers"
        if result.device.type == "meta":
            return f"{place}: no numbers at all"
        result = result.double().numpy()
    if isinstance(result, float | np.ndarray | np.generic):
        kind = np.asarray(result).dtype.kind
        if kind in "fc" and not np.isfinite(result).all():
            return place
        return f"{place}: {kind}" if kind == "O" else ""
    if hasattr(result, "html"):
        wrong = re.search(r'="[^"]*\b(nan|inf)\b[^"]*"', result.html)
        return f"{place}.html: {wrong[0]}" if wrong else ""
    if isinstance(result, dict):
        parts = result.items()
    elif isinstance(result, tuple | list):
        parts = enumerate(result)
    elif dataclasses.is_dataclass(result):
        parts = vars(result).items()
    else:
        return ""
    for name, part in parts:
        if found := not_finite(part, f"{place}[{name!r}]"):
            return found
    return ""


def short(value: Any, width: int = 70) -> str:
    """Write a value as a reader could type it, if it is small."""
    if type(value).__name__ in {"Parameter", "Module"} or (
        hasattr(value, "to_config") and hasattr(value, "parameters")
    ):
        return f"torch.{getattr(value, 'config', value)!r}"
    if isinstance(value, np.ndarray) and value.size > 6:
        return f"array{value.shape} of {value.dtype}"
    if hasattr(value, "detach") and value.numel() > 6:
        return f"tensor{tuple(value.shape)} of {value.dtype}"
    if isinstance(value, dict):
        inside = ", ".join(f"{k!r}: {short(v)}" for k, v in value.items())
        text = f"{{{inside}}}"
    elif isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        inside = ", ".join(map(short, value))
        text = f"[{inside}]" if isinstance(value, list) else f"({inside})"
    else:
        try:
            text = " ".join(repr(value).split())
        except Exception as error:
            text = f"<repr raises {type(error).__name__}>"
    return text if len(text) <= width else f"{text[: width - 1]}…"
