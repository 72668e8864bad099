"""Every exercise: what is right passes, what is wrong hears why."""

import inspect

import numpy as np
import pytest

from seqcourse.exercises import EXERCISES, Mistake, check, find
from seqcourse.exercises.calling import define, draw, outcome

SEEDS = range(3)
each_exercise = pytest.mark.parametrize(
    "exercise", EXERCISES.values(), ids=EXERCISES.keys()
)
each_mistake = pytest.mark.parametrize(
    ("exercise", "mistake"),
    [
        pytest.param(
            exercise, mistake, id=f"{exercise.id}: {mistake.name}"
        )
        for exercise in EXERCISES.values()
        for mistake in exercise.mistakes
    ],
)  # fmt: skip


def arrays(value):
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from arrays(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from arrays(part)


@each_exercise
def test_the_solution_passes(exercise):
    for seed in SEEDS:
        verdict = check(
            exercise.id, define(exercise, exercise.solution), seed=seed
        )
        assert verdict.passed, verdict


@each_exercise
def test_the_untouched_starter_fails_kindly(exercise):
    verdict = check(exercise.id, define(exercise, exercise.starter))
    assert not verdict.passed
    assert "Error" not in verdict.words, verdict
    assert len(verdict.words.split()) >= 4


@each_mistake
def test_a_mistake_is_refused_with_its_own_sentence(exercise, mistake):
    wrong = define(exercise, mistake.made_in(exercise.solution))
    for seed in SEEDS:
        verdict = check(exercise.id, wrong, seed=seed)
        assert not verdict.passed
        assert mistake.name in verdict.head, verdict
        assert verdict.words == mistake.says


@each_exercise
def test_three_mistakes_at_least_and_no_two_alike(exercise):
    assert len(exercise.mistakes) >= 3
    for key in ("name", "says"):
        said = [getattr(mistake, key) for mistake in exercise.mistakes]
        assert len(set(said)) == len(said)


@each_mistake
def test_a_sentence_names_the_mistake_and_keeps_the_answer(exercise, mistake):
    assert len(mistake.says.split()) >= 8
    assert mistake.says[-1] in ".?"
    for old, _ in mistake.edits:
        answer = old.strip(" +-*,()")
        assert len(answer) < 4 or answer not in mistake.says


@each_exercise
def test_no_constant_no_argument_and_no_nan_is_accepted(exercise):
    solution = define(exercise, exercise.solution)
    cases = draw(exercise, seed=0)
    results = [outcome(solution, case) for case in cases]
    constants = {"nothing": None, "NaN": np.nan}
    constants |= {f"the result of case {i}": r for i, r in enumerate(results)}
    answers = {name: always(value) for name, value in constants.items()}
    answers |= {
        f"argument {i}": lambda *case, i=i: case[i]
        for i in range(len(cases[0]))
    }
    answers["all NaN"] = lambda *case: not_a_number(solution(*case))
    answers["all zeros"] = lambda *case: zeros(solution(*case))
    for name, answer in answers.items():
        assert not check(exercise.id, answer).passed, name


def always(value):
    def answer(*_):
        return value

    return answer


def not_a_number(value):
    return with_floats(value, lambda part: np.full(np.shape(part), np.nan))


def zeros(value):
    return with_floats(value, lambda part: np.zeros(np.shape(part)))


def with_floats(value, change):
    if isinstance(value, dict):
        return {k: with_floats(part, change) for k, part in value.items()}
    if isinstance(value, tuple | list):
        return tuple(with_floats(part, change) for part in value)
    if isinstance(value, str):  # which has no numbers: another text
        return f"{value}?"
    return change(value)


@each_exercise
def test_cases_are_several_random_and_read_only(exercise):
    one, again, other = (draw(exercise, seed) for seed in (0, 0, 1))
    assert len(one) >= 3
    solution = define(exercise, exercise.solution)
    same = [repr(outcome(solution, case)) for case in (*one, *again)]
    assert same[: len(one)] == same[len(one) :]
    moved = [repr(outcome(solution, case)) for case in other]
    assert moved != same[: len(one)]
    for array in arrays(one):
        assert not array.flags.writeable


@each_exercise
def test_an_exercise_is_whole(exercise):
    assert find(exercise.id) is exercise
    assert exercise.grade in (1, 2, 3)
    assert 1 <= exercise.minutes <= 60
    assert len(exercise.hints) >= 2
    assert exercise.function in exercise.prompt
    for code in (exercise.starter, exercise.solution):
        assert code == code.strip() + "\n"
        assert all(len(line) <= 78 for line in code.splitlines())
        names = inspect.getfullargspec(define(exercise, code)).args
        assert len(names) == len(draw(exercise, seed=0)[0])
    assert exercise.starter != exercise.solution


@each_exercise
def test_a_verdict_has_no_rounding_noise(exercise):
    """Nothing that depends on the machine: no long numbers."""
    solution = define(exercise, exercise.solution)

    def almost(*case):
        value = solution(*case)
        return with_floats(value, lambda part: np.asarray(part) * 1.01 + 0.01)

    verdict = check(exercise.id, almost)
    digits = [word for word in verdict.words.split() if "e-" in word]
    assert not digits
    assert all(len(word) < 14 for word in verdict.words.split())


def test_a_mistake_is_made_by_edits_or_by_code():
    with pytest.raises(ValueError, match=r"^edits: expected edits or code"):
        Mistake("neither", "…")
    with pytest.raises(ValueError, match=r"^edits: expected edits or code"):
        Mistake("both", "…", [("a", "b")], code="c")
    with pytest.raises(ValueError, match=r"^solution: .* got it 2 times"):
        Mistake("twice", "…", [("a", "b")]).made_in("a a")


def test_an_unknown_exercise_is_named():
    with pytest.raises(ValueError, match="got 'rnn-stop'"):
        check("rnn-stop", len)


def test_an_error_is_told_with_its_line():
    def broken(x, h, params):
        return x / y  # noqa: F821

    verdict = check("rnn-step", broken)
    assert not verdict.passed
    assert "NameError in line" in verdict.words


def test_an_answer_may_come_as_names():
    exercise = find("rnn-step")
    names = {"rnn_step": define(exercise, exercise.solution), "np": np}
    assert check("rnn-step", names).passed
    verdict = check("rnn-step", {"np": np})
    assert not verdict.passed
    assert "rnn_step" in verdict.words


def test_an_answer_that_writes_to_its_input_is_told_so():
    def greedy(x, h, params):
        x += 1
        return x

    assert "changes its input `x`" in check("rnn-step", greedy).words


def test_a_wrong_shape_is_told():
    verdict = check("rnn-step", lambda _, h, __: h.T[:1])
    assert "shape" in verdict.words
