"""Show what the gates of a GRU step do, by trying it with other weights.

A step is tried with a single cell whose sums are given, or with one block of
its weights moved. What then changes, and what does not, shows the mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Mistake
from seqcourse.numpy.functional.unchecked import sigmoid


def _heeds(
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
        heeded = _heeds(answer, block, x, h, params)
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
        not any(_heeds(answer, block, *case).values())
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
    heeded = _heeds(answer, 2, *case)
    return [n for n, heard in heeded.items() if heard] == [
        "weight_ih",
        "bias_ih",
    ]


def _cell(
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
    one, other = (_cell(answer, h, 0.2, 2.0, 0.3, 0.4) for h in (0.2, 0.7))
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
        ends = [_cell(answer, 0.4, 0.0, z, 0.7, 0.0) for z in (40.0, -40.0)]
        right = np.isclose(ends, (0.4, np.tanh(0.7)))
        return bool(right[0] == old and right[1] == new)

    return shows


def _update_gate(answer: Any, z: float) -> float:
    """Find the fraction of the old state that is kept."""
    return _cell(answer, 1.0, 0.0, z, 0.0, 0.0)


def _reset_gate(answer: Any, r: float) -> float:
    """Find the fraction of m that gets into a small candidate."""
    low, high = (_cell(answer, 0.0, r, 1.0, 0.0, m) for m in (0.0, 1e-4))
    other = _cell(answer, 0.0, 0.0, 1.0, 1e-4, 0.0)
    return (high - low) / other


def gate_is_negative(gate: str) -> Callable[..., bool]:
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
    >>> gate_is_negative("z")(solution)
    False
    """
    find = {"z": _update_gate, "r": _reset_gate}[gate]
    return lambda answer, *_: find(answer, -2.0) < 0 < find(answer, 2.0)


def gates_are_no_sigmoids(answer: Any, *_: Any) -> bool:
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
    >>> gates_are_no_sigmoids(solution)
    False
    """
    a = [-40.0, -1.0, 0.0, 1.0, 40.0]
    z = [_update_gate(answer, each) for each in a]
    r = [_reset_gate(answer, each) for each in a]
    alike = np.allclose(z, r, 1e-4, 1e-4)
    return alike and not np.allclose(z, sigmoid(np.array(a)))


#: Whose sum lacks what, an edit that makes it so, and what then shows it.
_LACKING = (
    ("update gate", "some of its weights", "blocks of weights",
     ("h @ W_hz.T", "h @ W_hr.T"), 1, "weight"),
    ("update gate", "a bias", "biases", (" + b_hz", ""), 1, "bias"),
    ("candidate", "some of its weights", "blocks of weights",
     ("h @ W_hn.T", "h @ W_hr.T"), 2, "weight"),
    ("candidate", "a bias", "biases", ("b_in + r", "r"), 2, "bias"),
    ("reset gate", "a part", "arrays", (" + b_hr", ""), 0, ""),
)  # fmt: skip
#: Mistakes in the sums of the gates and of the candidate.
SUM_MISTAKES = (
    *(
        Mistake(
            f"the {who}'s sum lacks {what}",
            f"At least one of the {who}'s own {arrays} makes no "
            "difference to your result. Its sum is made of x and of h, "
            "each with weights and a bias of its own.",
            [edit],
            shows=lacks(block, kind),
        )
        for who, what, arrays, edit, block, kind in _LACKING
    ),
    *(
        Mistake(
            f"the {gate} gate can be negative",
            f"Where its sum is negative, so is your {gate} gate. A gate "
            "is a fraction, from 0 to 1: what makes one of any sum?",
            [(f"{letter} = sigmoid(", f"{letter} = np.tanh(")],
            shows=gate_is_negative(letter),
        )
        for gate, letter in (("update", "z"), ("reset", "r"))
    ),
    *(
        Mistake(
            f"the {gate} gate multiplies its two sums",
            f"Your {gate} gate multiplies what it makes of x by what it "
            "makes of h. The two are added, so that each can open the "
            "gate.",
            [(f"sigmoid(x @ W_i{letter}", f"sigmoid((x @ W_i{letter}"),
             (f"b_i{letter} + h @", f"b_i{letter}) * (h @"),
             (f"W_h{letter}.T + b", f"W_h{letter}.T) + b")],
        )
        for gate, letter in (("update", "z"), ("reset", "r"))
    ),
)  # fmt: skip
