import contextlib

import numpy as np
import pytest

from seqcourse.numpy.storage import safetensors
from seqcourse.numpy.storage.checkpoint import Checkpoint
from seqcourse.numpy.training import loop


class Counting:
    """A learner whose only weight is the sum of what was drawn."""

    def __init__(self, interrupted_at=None):
        self.generators = [np.random.default_rng(0)]
        self.sum, self.interrupted_at = 0.0, interrupted_at
        self.made = []

    def begin(self, saved):
        if saved is not None:
            self.sum = saved.kept["params"]["sum"].item()
            rng = self.generators[0].bit_generator
            (rng.state,) = saved.generators

    def gradient(self, n):
        self.batch = self.generators[0].random()
        if n == self.interrupted_at:
            raise KeyboardInterrupt
        return self.batch, 1.0

    def update(self, n):
        self.made.append(n)
        self.sum += self.batch

    def params(self):
        return {"sum": np.array([self.sum])}

    def memory(self):
        return {}

    def random(self):
        return {}

    def check_saved(self, saved):
        pass

    def apart(self):
        return contextlib.nullcontext()


def run(steps, path=None, **options):
    learner = Counting(options.pop("interrupted_at", None))
    kept = path and Checkpoint(path, {"seed": 0})
    made = loop.Loop(learner, steps, kept, **options).run(progress=False)
    return learner, made


def test_a_learner_makes_each_step_once():
    path = None
    learner, made = run(5, path)
    assert learner.made == [0, 1, 2, 3, 4]
    expected = np.random.default_rng(0).random(5)
    np.testing.assert_array_equal(made.history.loss, expected)


def test_a_resumed_learner_makes_the_steps_that_are_left(tmp_path):
    run(3, tmp_path / "run")
    learner, made = run(5, tmp_path / "run")
    assert learner.made == [3, 4]
    np.testing.assert_array_equal(made.history.loss, run(5)[1].history.loss)


def test_an_interrupt_is_saved_and_resumed(tmp_path):
    path = tmp_path / "run"
    _, made = run(9, path, interrupted_at=4)
    assert len(made.history.loss) == 4
    assert len(safetensors.read(path)[0]["loss"]) == 4
    _, again = run(9, path)
    np.testing.assert_array_equal(again.history.loss, run(9)[1].history.loss)


def test_without_any_step_nothing_is_saved(tmp_path):
    run(9, tmp_path / "run", interrupted_at=0)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["steps", "checkpoint_every"])
def test_a_number_of_steps_below_one_is_refused(name):
    with pytest.raises(ValueError, match=f"^{name}: expected a whole number"):
        loop.Loop(Counting(), **{"steps": 3, name: 0})
