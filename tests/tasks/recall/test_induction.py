"""A was followed by B; now A again: what follows?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqcourse.tasks.recall import induction

FORMS = {
    "one": {"length": 9, "symbols": 8},
    "a stretch": {"length": 9, "symbols": 7, "repeated": 4},
    "a trigger": {"length": 9, "symbols": 3, "trigger": True},
}
each_form = pytest.mark.parametrize(
    "form", FORMS.values(), ids=list(FORMS.keys())
)


def solve(task, batch):
    """Find the symbol where it stood before, and give what followed."""
    outputs = np.zeros((*batch.inputs.shape, task.num_classes))
    for row, tokens in enumerate(batch.inputs):
        words = task.decode(tokens).split()
        for step in range(1, len(words)):
            before = words[:step]
            if words[step] in before:
                follows = words[before.index(words[step]) + 1]
                if follows in task.answers:
                    answer = task.answers.index(follows)
                    outputs[row, step, answer] = 1
    return outputs


@each_form
def test_what_followed_the_last_time_is_always_right(form):
    task = induction.Induction(**form)
    batch = task.batch(np.random.default_rng(0), 100)
    assert task.metric(solve(task, batch), batch) == task.best == 1


@each_form
def test_the_last_steps_ask_and_no_others(form):
    task = induction.Induction(**form)
    batch = task.batch(np.random.default_rng(1), 50)
    expected = np.arange(task.length) >= task.length - task.repeated
    np.testing.assert_array_equal(batch.weights, np.tile(expected, (50, 1)))


@pytest.mark.parametrize("repeated", [1, 2, 4])
def test_a_stretch_of_different_symbols_comes_again(repeated):
    task = induction.Induction(length=9, symbols=9, repeated=repeated)
    batch = task.batch(np.random.default_rng(2), 100)
    row = 9 - repeated
    for words in batch.inputs:
        assert len(set(words[:row])) == row
        begin = list(words[:row]).index(words[row])
        again = words[begin : begin + repeated]
        np.testing.assert_array_equal(words[row:], again)


def test_the_last_answer_stands_before_the_repetition_alone():
    """So it cannot be read off the steps that ask."""
    task = induction.Induction(length=9, symbols=7, repeated=4)
    batch = task.batch(np.random.default_rng(3), 100)
    last = batch.targets[:, -1:]
    assert ((batch.inputs == last).sum(1) == 1).all()
    assert ((batch.inputs[:, 5:] == last).sum(1) == 0).all()


def test_the_trigger_stands_once_before_and_at_the_end():
    task = induction.Induction(length=9, symbols=3, trigger=True)
    size = 7000
    batch = task.batch(np.random.default_rng(4), size)
    triggers = batch.inputs == task.encode("!")
    assert (triggers.sum(1) == 2).all()
    assert triggers[:, -1].all()
    counts = triggers[:, :-1].sum(0)
    assert counts[-1] == 0
    assert np.abs(counts[:-1] - size / 7).max() < 5 * (size / 7) ** 0.5


@pytest.mark.parametrize("repeated", [1, 3])
def test_the_stretch_begins_anywhere(repeated):
    task = induction.Induction(length=9, symbols=9, repeated=repeated)
    size = 7000
    batch = task.batch(np.random.default_rng(5), size)
    row = 9 - repeated
    begins = (batch.inputs[:, :row] == batch.inputs[:, row:][:, :1]).argmax(1)
    places = row - repeated
    counts = np.bincount(begins, minlength=places)
    assert len(counts) == places
    expected = size / places
    assert np.abs(counts - expected).max() < 5 * expected**0.5


@each_form
def test_any_one_answer_gets_chance(form):
    task = induction.Induction(**form)
    size = 8000
    batch = task.batch(np.random.default_rng(6), size)
    for answer in range(task.symbols):
        scores = np.tile(np.eye(task.symbols)[answer], (size, 9, 1))
        score = task.metric(scores, batch)
        assert score == pytest.approx(task.chance, abs=0.02)
    assert task.chance == 1 / task.symbols


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_it_is_solved_whatever_the_sizes(data):
    length = data.draw(st.integers(3, 12))
    trigger = data.draw(st.booleans())
    most = 1 if trigger else (length - 1) // 2
    repeated = data.draw(st.integers(1, most))
    task = induction.Induction(
        length=length,
        symbols=data.draw(st.integers(2 if trigger else length, 40)),
        repeated=repeated,
        trigger=trigger,
    )
    seed = data.draw(st.integers(0, 2**32))
    batch = task.batch(np.random.default_rng(seed), 4)
    assert task.metric(solve(task, batch), batch) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"length": 2}, "length: expected at least 3, got 2"),
        ({"length": 3, "symbols": 1}, "symbols: expected at least 2, got 1"),
        ({"length": 9, "symbols": 7}, "symbols: expected at least 8, .* 7"),
        ({"length": 8, "repeated": 4}, "repeated: expected less than half"),
        ({"repeated": 0}, "repeated: expected a whole number .* got 0"),
        ({"repeated": 2, "trigger": True}, "repeated: expected 1 with a"),
        ({"trigger": "!"}, "trigger: expected True or False, got '!'"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        induction.Induction(**arguments)
