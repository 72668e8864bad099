"""Show what the gates of a recurrent step do: probes of LSTM and GRU steps.

A step is tried with a single cell whose sums are given, or with one block of
its weights moved. What then changes, and what does not, shows the mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Any

import numpy as np

from seqcourse.numpy import LSTM


def _lstm_cell(
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
    found = [_lstm_cell(answer, 0.4, sums, way) for way in ways]
    return np.allclose(found, found[0])


def _lstm_heeds(answer: Any, part: int) -> str:
    """Tell which of the old cell and the sums h (0) or c (1) depends on."""
    sums = {"c": 0.5, "i": 0.4, "f": -0.7, "g": 0.3, "o": 0.5}
    before = _lstm_cell(answer, sums["c"], sums)[part]
    after = {}
    for name in sums:
        moved = sums | {name: sums[name] + 0.01}
        after[name] = _lstm_cell(answer, moved["c"], moved)[part]
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
        _sums_are_right(answer) and _lstm_heeds(answer, 1) == names
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
        heeded = set(_lstm_heeds(answer, 0))
        right = _sums_are_right(answer) and "c" in _lstm_heeds(answer, 1)
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
    first, second = (_lstm_heeds(answer, part) for part in (0, 1))
    return _sums_are_right(answer) and "o" in second and "o" not in first


def _lstm_gate(answer: Any, gate: str, a: float) -> float:
    """Find what a gate lets through when its sum is a."""
    if gate == "i":
        return float(_lstm_cell(answer, 0.0, {"i": a, "g": 40.0})[1])
    if gate == "f":
        return float(_lstm_cell(answer, 1.0, {"f": a})[1])
    h, c = _lstm_cell(answer, 1.0, {"o": a})
    return float(h / np.tanh(c))


def lstm_gate_is_negative(gate: str) -> Callable[..., bool]:
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
    >>> lstm_gate_is_negative("f")(solution)
    False
    """
    return lambda answer, *_: (
        _sums_are_right(answer)
        and _lstm_gate(answer, gate, -2) < 0 < _lstm_gate(answer, gate, 2)
    )


def lstm_gates_are_no_sigmoids(answer: Any, *_: Any) -> bool:
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
    >>> lstm_gates_are_no_sigmoids(solution)
    False
    """
    a = [-40.0, -1.0, 0.0, 1.0, 40.0]
    i, f, o = (
        [_lstm_gate(answer, gate, each) for each in a] for gate in "ifo"
    )
    alike = np.allclose(i, f) and np.allclose(f, o)
    return alike and not np.allclose(f, 1 / (1 + np.exp(np.negative(a))))


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


def _gru_heeds(
    answer: Any, block: int, x: Any, h: Any, params: Any
) -> dict[str, bool]:
    """Tell which arrays the result depends on through r, z or n's rows."""
    before, heeded = answer(x, h, params), {}
    for name, rows in params.items():
        moved = rows.copy()
        np.split(moved, 3)[block][...] += 0.5
        after = answer(x, h, params | {name: moved})
        heeded[name] = not np.array_equal(before, after)
    return heeded


def lacks(block: int, kind: str) -> Callable[..., bool]:
    """Show that some weights or biases of a sum are not heeded.

    Parameters
    ----------
    block
        0 for r, 1 for z, 2 for the candidate.
    kind
        How the names of these arrays begin.

    Returns
    -------
    shows
        Tells it of an answer and a case.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import define, draw
    >>> exercise = find("gru-step")
    >>> solution = define(exercise, exercise.solution)
    >>> case = draw(exercise, 0)[0]
    >>> lacks(1, "bias")(solution, *case)
    False
    """

    def shows(answer: Any, x: Any, h: Any, params: Any) -> bool:
        heeded = _gru_heeds(answer, block, x, h, params)
        lacking = [name for name, heard in heeded.items() if not heard]
        some = any(name.startswith(kind) for name in lacking)
        return some and len(lacking) < len(heeded)

    return shows


def ignores(block: int) -> Callable[..., bool]:
    """Show that a block of rows makes no difference at all.

    Parameters
    ----------
    block
        0 for r, 1 for z, 2 for the candidate.

    Returns
    -------
    shows
        Tells it of an answer and a case.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import define, draw
    >>> exercise = find("gru-step")
    >>> solution = define(exercise, exercise.solution)
    >>> case = draw(exercise, 0)[0]
    >>> ignores(1)(solution, *case)
    False
    """
    return lambda answer, *case: (
        not any(_gru_heeds(answer, block, *case).values())
    )


def ignores_the_state(answer: Any, *case: Any) -> bool:
    """Show that the candidate's sum is made of x alone.

    Parameters
    ----------
    answer
        The step.
    *case
        The inputs (B, D), the state (B, H) and the weights.

    Returns
    -------
    shown
        Whether it is so.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import define, draw
    >>> exercise = find("gru-step")
    >>> solution = define(exercise, exercise.solution)
    >>> case = draw(exercise, 0)[0]
    >>> ignores_the_state(solution, *case)
    False
    """
    heeded = _gru_heeds(answer, 2, *case)
    return [n for n, heard in heeded.items() if heard] == [
        "weight_ih",
        "bias_ih",
    ]


def _gru_cell(
    answer: Any, h: float, r: float, z: float, n: float, m: float
) -> float:
    """Take a step with a single cell whose sums are given.

    The candidate's are n of x, and m of the state, which r multiplies.
    """
    params = {
        "weight_ih": np.array([[r], [z], [n]]),
        "weight_hh": np.zeros((3, 1)),
        "bias_ih": np.zeros(3),
        "bias_hh": np.array([0.0, 0.0, m]),
    }
    new = answer(np.ones((1, 1)), np.full((1, 1), h), params)
    return float(new.item())


def nothing_is_kept(answer: Any, *_: Any) -> bool:
    """Show that the old state is heard through the weights alone.

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
    >>> exercise = find("gru-step")
    >>> solution = define(exercise, exercise.solution)
    >>> nothing_is_kept(solution)
    False
    """
    one, other = (
        _gru_cell(answer, h, 0.2, 2.0, 0.3, 0.4) for h in (0.2, 0.7)
    )
    return one == other


def right_ends(old: bool, new: bool) -> Callable[..., bool]:
    """Show at which ends of the update gate the result is right.

    Parameters
    ----------
    old
        Whether the old state comes back where z is 1.
    new
        Whether the candidate comes back where z is 0.

    Returns
    -------
    shows
        Tells it of an answer and a case.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import define
    >>> exercise = find("gru-step")
    >>> solution = define(exercise, exercise.solution)
    >>> right_ends(True, True)(solution)
    True
    """

    def shows(answer: Any, *_: Any) -> bool:
        ends = [
            _gru_cell(answer, 0.4, 0.0, z, 0.7, 0.0) for z in (40.0, -40.0)
        ]
        right = np.isclose(ends, (0.4, np.tanh(0.7)))
        return bool(right[0] == old and right[1] == new)

    return shows


def _update_gate(answer: Any, z: float) -> float:
    """Find the share of the old state that is kept."""
    return _gru_cell(answer, 1.0, 0.0, z, 0.0, 0.0)


def _reset_gate(answer: Any, r: float) -> float:
    """Find the share of m that gets into a small candidate."""
    low, high = (_gru_cell(answer, 0.0, r, 1.0, 0.0, m) for m in (0.0, 1e-4))
    other = _gru_cell(answer, 0.0, 0.0, 1.0, 1e-4, 0.0)
    return (high - low) / other


def gru_gate_is_negative(gate: str) -> Callable[..., bool]:
    """Show that a gate has the sign of its sum.

    Parameters
    ----------
    gate
        ``"r"`` or ``"z"``.

    Returns
    -------
    shows
        Tells it of an answer and a case.

    Examples
    --------
    >>> from seqcourse.exercises import find
    >>> from seqcourse.exercises.calling import define
    >>> exercise = find("gru-step")
    >>> solution = define(exercise, exercise.solution)
    >>> gru_gate_is_negative("z")(solution)
    False
    """
    find = {"z": _update_gate, "r": _reset_gate}[gate]
    return lambda answer, *_: find(answer, -2.0) < 0 < find(answer, 2.0)


def gru_gates_are_no_sigmoids(answer: Any, *_: Any) -> bool:
    """Show that both gates are another function of their sums.

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
    >>> exercise = find("gru-step")
    >>> solution = define(exercise, exercise.solution)
    >>> gru_gates_are_no_sigmoids(solution)
    False
    """
    a = [-40.0, -1.0, 0.0, 1.0, 40.0]
    z = [_update_gate(answer, each) for each in a]
    r = [_reset_gate(answer, each) for each in a]
    right = 1 / (1 + np.exp(np.negative(a)))
    return np.allclose(z, r, 1e-4, 1e-4) and not np.allclose(z, right)
