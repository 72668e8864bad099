"""Read some numbers, then write them in order."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqcourse.tasks.recall import sorting

ORDERS = ["ascending", "reversed", "same"]
SHOWN = [True, False]


def in_order(numbers, order):
    """Put numbers in order, in plain Python."""
    if order == "ascending":
        return sorted(numbers)
    return numbers[::-1] if order == "reversed" else numbers


def solve(task, batch):
    """Sort the numbers before the sign, and count the steps since."""
    outputs = np.zeros((*batch.inputs.shape, task.num_classes))
    for row, tokens in enumerate(batch.inputs):
        words = task.decode(tokens).split()
        sign = words.index("=")
        ordered = in_order([int(w) for w in words[:sign]], task.order)
        for since, number in enumerate(ordered):
            outputs[row, sign + since, number] = 1
    return outputs


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("shown", SHOWN)
def test_sorting_what_was_read_is_always_right(order, shown):
    task = sorting.Sorting(5, 7, order, shown)
    batch = task.batch(np.random.default_rng(0), 50)
    outputs = solve(task, batch)
    assert task.metric(outputs, batch) == task.best == 1
    assert task.exact(outputs, batch) == 1
    outputs[3, 9] = 0
    outputs[3, 9, (batch.targets[3, 9] + 1) % 7] = 1
    assert task.metric(outputs, batch) == pytest.approx(1 - 1 / 250)
    assert task.exact(outputs, batch) == pytest.approx(1 - 1 / 50)


def test_no_answer_is_read_before_its_turn():
    """Behind the sign stands what was due at the steps before, or nothing."""
    shown = sorting.Sorting(5, 7).batch(np.random.default_rng(1), 50)
    np.testing.assert_array_equal(shown.inputs[:, 6:], shown.targets[:, 5:-1])
    hidden = sorting.Sorting(5, 7, shown=False)
    batch = hidden.batch(np.random.default_rng(1), 50)
    assert (batch.inputs[:, 5:] == hidden.encode("=")).all()
    np.testing.assert_array_equal(batch.targets, shown.targets)


def test_the_answers_count_from_the_sign_on():
    task = sorting.Sorting(4, 5)
    batch = task.batch(np.random.default_rng(2), 20)
    assert (batch.inputs[:, 4] == task.encode("=")).all()
    assert (batch.inputs[:, :4] < 5).all()
    np.testing.assert_array_equal(
        batch.weights, np.tile(np.arange(8) >= 4, (20, 1))
    )


@pytest.mark.parametrize("length", [1, 2, 3, 5])
@pytest.mark.parametrize("symbols", [2, 3, 4])
@pytest.mark.parametrize("order", ORDERS)
def test_chance_is_the_likeliest_answer_at_each_step(length, symbols, order):
    """Counted over every sequence there is."""
    every = [
        in_order(list(numbers), order)
        for numbers in product(range(symbols), repeat=length)
    ]
    likeliest = [
        Counter(answers).most_common(1)[0][1] / len(every)
        for answers in zip(*every, strict=True)
    ]
    task = sorting.Sorting(length, symbols, order)
    assert task.chance == pytest.approx(sum(likeliest) / length, rel=1e-12)


def test_chance_holds_for_many_numbers():
    assert 0 < sorting.Sorting(64, 128).chance < 0.2
    assert sorting.Sorting(64, 2).chance > 0.85


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_it_is_solved_whatever_the_sizes(data):
    task = sorting.Sorting(
        data.draw(st.integers(1, 9)),
        data.draw(st.integers(2, 12)),
        data.draw(st.sampled_from(ORDERS)),
        data.draw(st.booleans()),
    )
    seed = data.draw(st.integers(0, 2**32))
    batch = task.batch(np.random.default_rng(seed), 4)
    assert task.metric(solve(task, batch), batch) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"length": 0}, "length: expected a whole number .* got 0"),
        ({"symbols": 1}, "symbols: expected at least 2, got 1"),
        ({"order": "up"}, "order: expected one of ascending, .* got 'up'"),
        ({"shown": 1}, "shown: expected True or False, got 1"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        sorting.Sorting(**arguments)
