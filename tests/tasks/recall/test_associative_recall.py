"""What goes with this key?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqcourse.tasks.recall import associative_recall

QUERIES = [None, 1, 3]


def small(**more):
    given = {"pairs": 3, "length": 13, "keys": 5, "values": 7}
    return associative_recall.AssociativeRecall(**{**given, **more})


def solve(task, batch):
    """Answer in plain Python, from the words that were read so far."""
    outputs = np.zeros((*batch.inputs.shape, task.num_classes))
    for row, tokens in enumerate(batch.inputs):
        words = task.decode(tokens).split()
        pairs = {}
        before = next(t for t, word in enumerate(words) if word != ".")
        for step, word in enumerate(words):
            if step < before + 2 * task.pairs:
                if (step - before) % 2:
                    pairs[words[step - 1]] = word
            elif word != ".":
                answer = task.answers.index(pairs[word])
                outputs[row, step, answer] = 1
    return outputs


@pytest.mark.parametrize("queries", QUERIES)
def test_looking_it_up_in_the_pairs_is_always_right(queries):
    task = small(queries=queries)
    batch = task.batch(np.random.default_rng(0), 60)
    assert task.metric(solve(task, batch), batch) == task.best == 1


@pytest.mark.parametrize("queries", QUERIES)
def test_the_weights_are_where_a_key_is_asked(queries):
    task = small(queries=queries)
    batch = task.batch(np.random.default_rng(1), 60)
    asked = batch.inputs >= task.values
    asked[:, :6] = False
    asked &= batch.inputs < task.values + task.keys
    np.testing.assert_array_equal(batch.weights, asked)
    assert (batch.weights.sum(1) == (queries or 7)).all()


@pytest.mark.parametrize("queries", QUERIES)
def test_the_pairs_begin_anywhere_alike(queries):
    task = small(queries=queries, max_before=4)
    size = 6000
    batch = task.batch(np.random.default_rng(9), size)
    before = (batch.inputs != task.values + task.keys).argmax(1)
    counts = np.bincount(before, minlength=5)
    assert len(counts) == 5
    assert np.abs(counts - size / 5).max() < 5 * (size / 5) ** 0.5
    asked = np.arange(13) >= before[:, None] + 6
    assert not batch.weights[~asked].any()
    if queries is None:
        assert batch.weights[asked].all()
    else:
        assert (batch.weights.sum(1) == queries).all()


def test_queries_behind_full_stops_stand_anywhere_alike():
    task = small(pairs=1, length=7, queries=2, max_before=1)
    size = 9000
    batch = task.batch(np.random.default_rng(10), size)
    later = batch.inputs[:, 0] == task.values + task.keys
    for rows, start in ((~later, 2), (later, 3)):
        counts = batch.weights[rows].sum(0)[start:]
        expected = rows.sum() * 2 / (7 - start)
        assert np.abs(counts - expected).max() < 5 * expected**0.5


def test_pairs_are_different_keys_and_different_values():
    task = small()
    batch = task.batch(np.random.default_rng(2), 200)
    keys, values = batch.inputs[:, 0:6:2], batch.inputs[:, 1:6:2]
    assert keys.min() == task.values
    assert keys.max() == task.values + task.keys - 1
    assert values.min() == 0
    assert values.max() == task.values - 1
    for row in range(200):
        assert len(set(keys[row])) == len(set(values[row])) == 3


def test_no_answer_is_shown_after_the_pairs():
    task = small(queries=3)
    batch = task.batch(np.random.default_rng(3), 200)
    assert (batch.inputs[:, 6:] >= task.values).all()


def test_every_pair_is_asked_alike_at_every_place():
    task = small(pairs=2, length=7, queries=2)
    size = 12_000
    batch = task.batch(np.random.default_rng(4), size)
    which = (batch.inputs[:, 4:] == batch.inputs[:, 2:3]).astype(int)
    asked = batch.weights[:, 4:] == 1
    counts = [np.bincount(which[asked[:, t], t]) for t in range(3)]
    expected = size * 2 / 3 / 2
    assert np.abs(np.array(counts) - expected).max() < 5 * expected**0.5


def test_keys_say_nothing_about_values():
    task = small(pairs=2, length=5, keys=3, values=3)
    size = 18_000
    batch = task.batch(np.random.default_rng(5), size)
    key, value = batch.inputs[:, 0] - 3, batch.inputs[:, 1]
    counts = np.bincount(3 * key + value, minlength=9)
    assert np.abs(counts - size / 9).max() < 5 * (size / 9) ** 0.5


def test_knowing_the_values_but_not_whose_they_are_gets_unbound():
    """The value of a pair drawn blindly; or always that of the first."""
    task = small(length=20)
    size = 4000
    batch = task.batch(np.random.default_rng(6), size)
    rng = np.random.default_rng(7)
    for which in (
        rng.integers(3, size=(size, 20)),
        np.zeros((size, 20), int),
    ):
        drawn = np.take_along_axis(batch.inputs[:, 1:6:2], which, 1)
        score = task.metric(np.eye(task.num_classes)[drawn], batch)
        assert score == pytest.approx(task.unbound, abs=0.015)
    assert task.unbound == 1 / 3


def test_any_one_answer_gets_chance():
    task = small(length=20)
    batch = task.batch(np.random.default_rng(8), 4000)
    for answer in range(task.num_classes):
        scores = np.tile(np.eye(task.num_classes)[answer], (4000, 20, 1))
        score = task.metric(scores, batch)
        assert score == pytest.approx(task.chance, abs=0.02)
    assert task.chance == 1 / 7


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_it_is_solved_whatever_the_sizes(data):
    pairs = data.draw(st.integers(1, 5))
    room = data.draw(st.integers(1, 9))
    task = associative_recall.AssociativeRecall(
        pairs=pairs,
        length=2 * pairs + room,
        keys=data.draw(st.integers(pairs, 40)),
        values=data.draw(st.integers(max(pairs, 2), 9)),
        queries=(queries := data.draw(st.none() | st.integers(1, room))),
        max_before=data.draw(st.integers(0, room - (queries or 1))),
    )
    seed = data.draw(st.integers(0, 2**32))
    batch = task.batch(np.random.default_rng(seed), 4)
    assert task.metric(solve(task, batch), batch) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"pairs": 0}, "pairs: expected a whole number .* got 0"),
        ({"pairs": 6}, "keys: expected at least 6, one a pair, got 5"),
        ({"values": 2}, "values: expected at least 3, .* got 2"),
        ({"pairs": 1, "values": 1}, "values: expected at least 2, .* got 1"),
        ({"length": 6}, "length: expected more than 6 steps, .* got 6"),
        ({"queries": 8}, "queries: expected at most 7, .* got 8"),
        ({"queries": 0}, "queries: expected a whole number .* got 0"),
        ({"max_before": -1}, "max_before: expected .* got -1"),
        ({"max_before": 7}, "max_before: expected at most 6, .* got 7"),
        (
            {"queries": 3, "max_before": 5},
            "max_before: expected at most 4, .* got 5",
        ),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        small(**arguments)
