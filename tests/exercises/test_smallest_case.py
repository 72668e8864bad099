"""The case that is shown is small, telling, and written to be read."""

import numpy as np
import pytest

from seqcourse.exercises import EXERCISES, check, find
from seqcourse.exercises.calling import Failure, define, outcome
from seqcourse.exercises.example import example
from seqcourse.exercises.readable_draws import ReadableGenerator
from seqcourse.exercises.smallest_case import extent, small_cases


def wrong(id_, old, new):
    exercise = find(id_)
    assert exercise.solution.count(old) == 1
    return define(exercise, exercise.solution.replace(old, new))


@pytest.mark.parametrize("id_", EXERCISES)
def test_small_cases_are_what_the_solution_takes(id_):
    exercise = find(id_)
    solution = define(exercise, exercise.solution)
    cases = small_cases(exercise)
    assert [extent(case) for case in cases] == sorted(map(extent, cases))
    results = [outcome(solution, case) for case in cases]
    taken = [r for r in results if not isinstance(r, Failure)]
    assert len(taken) >= 3


@pytest.mark.parametrize("id_", EXERCISES)
def test_the_example_shows_where_an_answer_parts(id_):
    exercise = find(id_)
    for mistake in exercise.mistakes:
        answer = define(exercise, mistake.made_in(exercise.solution))
        verdict = check(id_, answer)
        shown = verdict.example
        if shown is None or not shown.yours:
            continue
        assert len(shown.yours) == len(shown.right)
        assert shown.yours[shown.first] != shown.right[shown.first], verdict
        text = str(shown)
        assert max(map(len, text.splitlines())) < 120, text
        assert len(text.splitlines()) < 40, text


def test_the_first_difference_is_marked():
    right = np.arange(12.0).reshape(3, 4) / 10
    got = right.copy()
    got[1, 2] += 1
    got[2] += 1
    shown = example({"x": np.array([0.5, -1.25])}, right, got)
    assert str(shown).splitlines() == [
        "  with  x = [ 0.50 -1.25]",
        " yours  result[1] = 0.4 0.5 1.6 0.7",
        " right  result[1] = 0.4 0.5 0.6 0.7",
        "                            ^^^",
    ]


def test_a_long_row_is_shown_around_its_difference():
    right = np.arange(40)
    got = right.copy()
    got[30] = 0
    shown = example({}, right, got)
    assert shown.place == "result[27:33]"
    assert shown.yours[shown.first].strip() == "0"
    assert shown.right[shown.first].strip() == "30"


def test_a_small_difference_gets_the_digits_that_show_it():
    shown = example({}, np.array([1.0, 1 / 3]), np.array([1.0, 1 / 3 + 1e-6]))
    assert shown.yours[1] != shown.right[1]
    assert shown.yours[0] == shown.right[0]


def test_the_parts_have_their_names():
    answer = wrong("lstm-step", "return h, c", "return h, 2 * c")
    shown = check("lstm-step", answer).example
    assert shown.place == "c[0]"


def test_what_cannot_be_compared_is_named():
    shown = example({}, np.zeros((2, 3)), np.zeros((3, 2)))
    assert (shown.yours, shown.right) == (
        ("shape (3, 2)",),
        ("shape (2, 3)",),
    )
    assert example({}, 1.0, None) is None


def test_nothing_is_said_in_per_cent_of_the_largest_number():
    exercise = find("rnn-step")

    def almost(*case):
        solution = define(exercise, exercise.solution)
        return solution(*case) * 1.5 + 0.1 * case[0].sum()

    verdict = check("rnn-step", almost)
    assert verdict.kind in ("case", "relation")
    assert "%" not in repr(verdict)
    assert "case 1 of" not in repr(verdict)


def test_readable_draws_are_short_and_within_their_bounds():
    rng = ReadableGenerator(3)
    for low, high in ((0.0, 1.0), (0.5, 0.7), (0.8, 0.95), (-3.0, 3.0)):
        drawn = rng.uniform(low, high, 500)
        assert (drawn > low).all()
        assert (drawn < high).all()
        short = np.isclose(drawn, np.round(drawn, 2), atol=1e-12)
        assert short.mean() > 0.9
    drawn = rng.normal(size=500)
    assert (drawn != 0).all()
    assert np.isclose(drawn, np.round(drawn, 1)).mean() > 0.9
    assert {int(rng.integers(3, 9)) for _ in range(50)} == {3, 4}
    assert rng.integers(3, 9, size=500).max() == 8
    firsts = [2 + rng.permutation(6)[:3] for _ in range(100)]
    assert max(map(max, firsts)) <= 5
    assert all(len(set(first.tolist())) == 3 for first in firsts)
    shuffled = rng.permutation(np.array([5, 1, 9]))
    assert sorted(shuffled.tolist()) == [1, 5, 9]
