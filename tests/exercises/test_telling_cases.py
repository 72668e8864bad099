"""Answers that are right on most cases, and wrong on one that is drawn."""

import pytest

from seqcourse.exercises import check, find
from seqcourse.exercises.calling import define

FIRST_END = "np.argmax(tokens == end) + 1"
CHANGED = 'return {**params, "weight_hh": W * wanted / radius}'
NEW = "W * wanted / radius"
#: An exercise, a piece of its solution, and what some write instead.
ANSWERS = {
    "the last end": (
        "sequence-log-probability",
        FIRST_END,
        "np.flatnonzero(tokens == end)[-1] + 1",
    ),
    "the number of other tokens": (
        "sequence-log-probability",
        FIRST_END,
        "(tokens != end).sum() + 1",
    ),
    "a position forgets what it has": (
        "receptive-field",
        "reached | mask",
        "mask",
    ),
    "a new entry in the same dictionary": (
        "spectral-radius",
        CHANGED,
        f'params["weight_hh"] = {NEW}\n    return params',
    ),
    "the same array": (
        "spectral-radius",
        CHANGED,
        f"W[...] = {NEW}\n    return params",
    ),
    "a curve that never comes back": (
        "sensitivity-by-lag",
        "int(faded.argmax()) if faded.any() else T",
        "int((~faded).sum())",
    ),
    "two decimals": ("order-sensitivity", "answers, 6", "answers, 2"),
    "three decimals": ("order-sensitivity", "answers, 6", "answers, 3"),
    "always four steps": (
        "jacobian-product",
        "in range(len(x))",
        "in range(4)",
    ),
    "always six sequences": (
        "truncate-and-pad",
        "np.zeros(B), ",
        "np.zeros(6), ",
    ),
    "always eight tokens": ("greedy-decoding", "< max_length", "< 8"),
    "as many queries as keys": (
        "mask-padding",
        "B, T, S = scores.shape",
        "B, S, T = scores.shape",
    ),
    "always three widths": (
        "decay-time-by-width",
        "np.zeros(len(widths))",
        "np.zeros(3)",
    ),
    "always four seeds": ("decay-time-by-width", "/ len(seeds)", "/ 4"),
    "always the same slot": (
        "shared-lookup-table",
        "slot=2, settled",
        "slot=1, settled",
    ),
    "always asked elsewhere": (
        "shared-lookup-table",
        "slot=slot, settled",
        "slot=8, settled",
    ),
}


@pytest.mark.parametrize(("id_", "old", "new"), ANSWERS.values(), ids=ANSWERS)
def test_it_is_refused(id_, old, new):
    exercise = find(id_)
    assert exercise.solution.count(old) == 1
    wrong = define(exercise, exercise.solution.replace(old, new))
    for seed in range(10):
        assert not check(id_, wrong, seed=seed).passed, seed
