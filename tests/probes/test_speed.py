"""Times, taken in turns."""

import numpy as np
import pytest

from seqcourse.numpy import RNN, Linear, SequenceTagger
from seqcourse.numpy.functional import squared_error
from seqcourse.probes import Speed, speed, training_step
from seqcourse.tasks import Sines


class Machine:
    """A clock that its steps move, and a record of who took which turn."""

    def __init__(self):
        self.now, self.turns, self.load = 0.0, [], 1.0

    def step(self, name, seconds):
        def step():
            self.turns.append(name)
            self.now += self.load * seconds

        return step

    def clock(self):
        return self.now


def test_seconds_per_step_and_per_token_and_ratios():
    machine = Machine()
    steps = {"a": machine.step("a", 2.0), "b": machine.step("b", 0.5)}
    found = speed(steps, tokens=100, rounds=5, clock=machine.clock)
    assert found.per_step == {"a": 2.0, "b": 0.5}
    assert found.per_token == {"a": 0.02, "b": 0.005}
    assert found.ratio == {"a": 1.0, "b": 0.25}
    assert found.seconds.shape == (5, 2)


def test_they_take_turns_and_the_order_turns():
    machine = Machine()
    steps = {name: machine.step(name, 1.0) for name in "abc"}
    speed(steps, rounds=3, clock=machine.clock)
    assert "".join(machine.turns) == "cbaabccbaabc"


def test_the_first_round_and_one_slow_round_do_not_count():
    machine = Machine()
    loads = {"a": [50.0, 1.0, 9.0, 1.0], "b": [70.0, 1.0, 9.0, 1.0]}

    def loaded(name, seconds):
        def step():
            machine.now += loads[name].pop(0) * seconds

        return step

    steps = {"a": loaded("a", 1.0), "b": loaded("b", 2.0)}
    found = speed(steps, rounds=3, clock=machine.clock)
    np.testing.assert_array_equal(found.seconds, [[1, 2], [9, 18], [1, 2]])
    assert found.per_step == {"a": 1.0, "b": 2.0}
    assert found.ratio["b"] == 2.0


def test_a_ratio_is_of_two_times_from_one_round():
    seconds = np.array([[1.0, 2.0], [10.0, 20.0], [1.0, 30.0]])
    found = Speed(("a", "b"), seconds, 1)
    assert found.ratio == {"a": 1.0, "b": 2.0}
    assert found.per_step == {"a": 1.0, "b": 20.0}


def test_a_training_step_is_one():
    task = Sines(length=7)
    model = SequenceTagger(Linear(task.input_size, 3), RNN(3, 4), 1)
    rng = np.random.default_rng(0)
    params, batch = model.init(rng), task.batch(rng, 5)
    step = training_step(model, params, batch)
    y, _, _ = model.forward(params, batch.inputs)
    loss, _ = squared_error(y, batch.targets, batch.weights)
    assert step() == step() == loss


def test_nothing_to_time_is_refused():
    with pytest.raises(ValueError, match="steps: expected at least one"):
        speed({})
    with pytest.raises(ValueError, match="rounds: expected a whole number"):
        speed({"a": lambda: None}, rounds=0)
