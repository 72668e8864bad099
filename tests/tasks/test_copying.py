"""Some symbols, a long wait, then the same symbols again."""

import math

import numpy as np
import pytest

from seqcourse.tasks import copying


@pytest.mark.parametrize("lag", [1, 2, 7])
def test_symbols_then_a_wait_then_the_sign_then_blanks(lag):
    task = copying.Copying(delay=lag, items=3, symbols=4)
    batch = task.batch(np.random.default_rng(0), 40)
    for row in range(40):
        words = task.decode(batch.inputs[row]).split()
        symbols, rest = words[:3], words[3:]
        assert set(symbols) <= set("0123")
        assert rest == ["."] * (lag - 1) + ["?"] + ["."] * 3
        answers = task.decode(batch.targets[row]).split()
        assert answers == ["."] * (3 + lag) + symbols
    assert batch.inputs.shape == (40, task.length) == (40, lag + 6)


def by_memory(task, batch, certainty=60.0):
    """Count from the sign on, and say what was read then, word for word."""
    outputs = np.zeros((*batch.inputs.shape, task.num_classes))
    for row, tokens in enumerate(batch.inputs):
        words = task.decode(tokens).split()
        read, since = [w for w in words if w not in ".?"], None
        for step, word in enumerate(words):
            answer = "."
            if since is not None:
                answer = read[since]
                since += 1
            if word == "?":
                since = 0
            outputs[row, step, task.answers.index(answer)] = certainty
    return outputs


def test_whoever_remembers_is_never_surprised():
    task = copying.Copying(delay=5, items=4)
    batch = task.batch(np.random.default_rng(1), 50)
    outputs = by_memory(task, batch)
    assert task.metric(outputs, batch) == pytest.approx(task.best, abs=1e-20)
    assert task.recalled(outputs, batch) == 1


def test_whoever_remembers_nothing_gets_chance():
    """Certain of the blanks, and of the symbols only that they are some."""
    task = copying.Copying(delay=20, items=10, symbols=8)
    batch = task.batch(np.random.default_rng(2), 50)
    outputs = np.zeros((50, 40, 9))
    outputs[:, :30, 8] = 60
    outputs[:, 30:, 8] = -60
    assert task.metric(outputs, batch) == pytest.approx(task.chance)
    assert task.chance == pytest.approx(10 * math.log(8) / (20 + 20))


def test_recalled_asks_for_the_symbols_alone():
    task = copying.Copying(delay=3, items=2, symbols=4)
    batch = task.batch(np.random.default_rng(3), 4000)
    always_blank = np.tile(np.eye(5)[4], (4000, 7, 1))
    assert task.recalled(always_blank, batch) == 0
    one = np.tile(np.eye(5)[1], (4000, 7, 1))
    assert task.recalled(one, batch) == pytest.approx(1 / 4, abs=0.03)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"lag": 0}, "lag: expected a whole number .* got 0"),
        ({"items": 0}, "items: expected a whole number .* got 0"),
        ({"symbols": 1}, "symbols: expected at least 2, got 1"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        copying.Copying(**arguments)
