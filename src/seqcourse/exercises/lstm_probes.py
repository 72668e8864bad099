"""Show what the gates of an LSTM step do, by trying it with given sums.

A step is tried with a single cell. What then changes, and what does not,
shows the mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Mistake
from seqcourse.numpy import LSTM
from seqcourse.numpy.functional.unchecked import sigmoid


def _cell(
    answer: Any, c: float, sums: Mapping[str, float], way: str = "bias_ih"
) -> Any:
    """Take a step with a single cell whose sums are given: h and c."""
    a = np.array([sums.get(name, 0.0) for name in "ifgo"])
    zeros, x, h = np.zeros(4), 0.5, 0.25
    params = {
        "weight_ih": (a / x if way == "weight_ih" else zeros)[:, None],
        "weight_hh": (a / h if way == "weight_hh" else zeros)[:, None],
        "bias_ih": a if way == "bias_ih" else zeros,
        "bias_hh": a if way == "bias_hh" else zeros,
    }
    states = answer(*(np.full((1, 1), v) for v in (x, h, c)), params)
    return np.array([state.item() for state in states])


def _sums_are_right(answer: Any) -> bool:
    """Show that it is all one which way the sums come."""
    sums = {"i": 0.5, "f": -0.5, "g": 0.2, "o": 0.3}
    ways = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    found = [_cell(answer, 0.4, sums, way) for way in ways]
    return np.allclose(found, found[0])


def _heeds(answer: Any, part: int) -> str:
    """Tell which of the old cell and the sums h (0) or c (1) depends on."""
    sums = {"c": 0.5, "i": 0.4, "f": -0.7, "g": 0.3, "o": 0.5}
    before = _cell(answer, sums["c"], sums)[part]
    after = {}
    for name in sums:
        moved = sums | {name: sums[name] + 0.01}
        after[name] = _cell(answer, moved["c"], moved)[part]
    kept = {n for n in sums if np.isclose(after[n], before, 1e-9, 1e-12)}
    return "".join(name for name in sums if name not in kept)


def cell_heeds(names: str) -> Callable[..., bool]:
    """Show that the new cell depends on these alone.

    Parameters
    ----------
    names
        Of the old cell and the sums, ``"cifg"``, in this order.

    Returns
    -------
    shows
        Tells it of an answer and a case.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import define
    >>> exercise = find("lstm-step")
    >>> solution = define(exercise, exercise.solution)
    >>> shows = cell_heeds("cig")
    >>> shows(solution)
    False
    """
    return lambda answer, *_: (
        _sums_are_right(answer) and _heeds(answer, 1) == names
    )


def shown_heeds(some: str, missing: str) -> Callable[..., bool]:
    """Show that h depends on some of them, and on others not.

    Parameters
    ----------
    some
        On which h must depend, of ``"cifgo"``.
    missing
        On which it must not.

    Returns
    -------
    shows
        Tells it of an answer and a case.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import define
    >>> exercise = find("lstm-step")
    >>> solution = define(exercise, exercise.solution)
    >>> shown_heeds("c", "o")(solution)
    False
    """

    def shows(answer: Any, *_: Any) -> bool:
        heeded = set(_heeds(answer, 0))
        right = _sums_are_right(answer) and "c" in _heeds(answer, 1)
        return right and heeded >= set(some) and missing not in heeded

    return shows


def shown_comes_second(answer: Any, *_: Any) -> bool:
    """Show that the output gate decides about the second result alone.

    Parameters
    ----------
    answer
        The step.
    *_
        A case, which is not used.

    Returns
    -------
    shown
        Whether it is so.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import define
    >>> exercise = find("lstm-step")
    >>> solution = define(exercise, exercise.solution)
    >>> shown_comes_second(solution)
    False
    """
    first, second = (_heeds(answer, part) for part in (0, 1))
    return _sums_are_right(answer) and "o" in second and "o" not in first


def _gate(answer: Any, gate: str, a: float) -> float:
    """Find what a gate lets through when its sum is a."""
    if gate == "i":
        return float(_cell(answer, 0.0, {"i": a, "g": 40.0})[1])
    if gate == "f":
        return float(_cell(answer, 1.0, {"f": a})[1])
    h, c = _cell(answer, 1.0, {"o": a})
    return float(h / np.tanh(c))


def gate_is_negative(gate: str) -> Callable[..., bool]:
    """Show that a gate has the sign of its sum.

    Parameters
    ----------
    gate
        ``"i"``, ``"f"`` or ``"o"``.

    Returns
    -------
    shows
        Tells it of an answer and a case.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import define
    >>> exercise = find("lstm-step")
    >>> solution = define(exercise, exercise.solution)
    >>> gate_is_negative("f")(solution)
    False
    """
    return lambda answer, *_: (
        _sums_are_right(answer)
        and _gate(answer, gate, -2) < 0 < _gate(answer, gate, 2)
    )


def gates_are_no_sigmoids(answer: Any, *_: Any) -> bool:
    """Show that all gates are another function of their sums.

    Parameters
    ----------
    answer
        The step.
    *_
        A case, which is not used.

    Returns
    -------
    shown
        Whether it is so.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import define
    >>> exercise = find("lstm-step")
    >>> solution = define(exercise, exercise.solution)
    >>> gates_are_no_sigmoids(solution)
    False
    """
    a = [-40.0, -1.0, 0.0, 1.0, 40.0]
    i, f, o = ([_gate(answer, gate, each) for each in a] for gate in "ifo")
    alike = np.allclose(i, f) and np.allclose(f, o)
    return alike and not np.allclose(f, sigmoid(np.array(a)))


def blocks_in_another_order(
    answer: Any, x: Any, h: Any, c: Any, params: Any
) -> bool:
    """Show that the step is right for weights in another order.

    Parameters
    ----------
    answer
        The step.
    x
        (B, D).
    h
        (B, H).
    c
        (B, H).
    params
        The weights.

    Returns
    -------
    shown
        Whether it is so.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import define
    >>> exercise = find("lstm-step")
    >>> solution = define(exercise, exercise.solution)
    >>> from seqcourse.exercises.calling import draw
    >>> blocks_in_another_order(solution, *draw(exercise, 0)[0])
    True
    """
    layer = LSTM(x.shape[1], h.shape[1])
    right = layer.step(params, x, (h, c))[1]
    for order in permutations(range(4)):
        moved = {
            name: np.concatenate([np.split(w, 4)[n] for n in order])
            for name, w in params.items()
        }
        if np.allclose(answer(x, h, c, moved), right):
            return True
    return False


#: Mistakes in what the four sums are used for.
SUM_MISTAKES = (
    *(
        Mistake(
            f"the {gate} gate can be negative",
            f"Where its sum is negative, so is your {gate} gate. A gate "
            "is a fraction, from 0 to 1: what makes one of any sum?",
            [(f" sigmoid({gate[0]})", f" np.tanh({gate[0]})")],
            shows=gate_is_negative(gate[0]),
        )
        for gate in ("input", "forget", "output")
    ),
    *(
        Mistake(
            f"the {name} makes no difference",
            f"Your cell is the same whatever the {block} block of sums "
            f"is. What is the {name} for?",
            [edit],
            shows=cell_heeds(heeded),
        )
        for name, block, edit, heeded in (
            ("input gate", "first", ("i * g", "g"), "cfg"),
            ("candidate", "third", ("i * g", "i"), "cif"),
            ("forget gate", "second", ("f * c +", "c +"), "cig"),
        )
    ),
    Mistake(
        "what comes back first is not h",
        "Your first result depends on one of the first three sums "
        "alone, and on no cell. What is shown is made of the new cell "
        "and its gate.",
        [("return h, c", "return i, c")],
        shows=lambda answer, *_: (
            _sums_are_right(answer)
            and "c" in _heeds(answer, 1)
            and _heeds(answer, 0) in ("i", "f", "g")
        ),
    ),
    Mistake(
        "what comes back second is not the cell",
        "Your second result depends on a single sum, and not on the old "
        "cell. The next step needs the new cell.",
        [("return h, c", "return h, i")],
        shows=lambda answer, *_: (
            _sums_are_right(answer)
            and _heeds(answer, 1) in ("i", "f", "g")
        ),
    ),
)  # fmt: skip
