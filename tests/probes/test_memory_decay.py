"""Half-lives, by the gate and as measured."""

import math

import numpy as np
import pytest

from seqcourse.numpy import (
    LSTM,
    RNN,
    BagOfWords,
    Embedding,
    Linear,
    SequenceTagger,
)
from seqcourse.probes import MemoryDecay, half_life, memory_decay


@pytest.mark.parametrize(
    ("bias", "steps"), [(0, 1.0), (1, 2.2), (2, 5.5), (4, 38.2)]
)
def test_half_lives_of_the_usual_biases(bias, steps):
    forget = 1 / (1 + math.exp(-bias))
    assert half_life(forget) == pytest.approx(steps, abs=0.06)
    assert forget ** half_life(forget) == pytest.approx(0.5)


def test_the_ends():
    with np.errstate(all="raise", divide="warn"):
        found = half_life([0.0, 0.5, 1.0])
    assert found.tolist() == [0, 1, math.inf]


@pytest.mark.parametrize("forget", [-0.1, 1.1, math.nan])
def test_what_is_no_gate_is_refused(forget):
    with pytest.raises(
        ValueError, match="forget: expected numbers from 0 to 1"
    ):
        half_life([0.5, forget])


@pytest.mark.parametrize("keeps", [0.3, 0.5, 0.731, 0.95])
def test_a_linear_recurrence_has_the_half_life_of_its_weight(linear, keeps):
    layer, params = linear(keeps * np.eye(3))
    found = memory_decay(layer, params, np.ones((2, 20, 1)))
    np.testing.assert_allclose(found.left, keeps ** np.arange(21), atol=1e-8)
    assert found.half_life == pytest.approx(half_life(keeps), rel=1e-4)


def test_the_cell_of_an_lstm_fades_with_its_gate():
    layer = LSTM(3, 5)
    params = {
        k: 0 * w for k, w in layer.init(np.random.default_rng(0)).items()
    }
    params["bias_ih"][5:10] = 1
    x = np.random.default_rng(1).normal(size=(4, 9, 3))
    assert memory_decay(layer, params, x, part=1).half_life == pytest.approx(
        2.21, abs=0.01
    )
    # What h held is gone at once: no weight hands it on.
    assert memory_decay(layer, params, x, part=0).left[1] == 0


def test_what_keeps_everything_has_no_half_life():
    model = SequenceTagger(Embedding(9, 4), BagOfWords(4, 5), 2)
    params = model.init(np.random.default_rng(0))
    found = memory_decay(model, params, np.array([[1, 4, 8, 8]]))
    np.testing.assert_allclose(found.left, 1, rtol=1e-8)
    assert found.half_life == math.inf


def test_between_two_steps_it_falls_by_a_factor():
    assert MemoryDecay(np.array([1, 0.25])).half_life == pytest.approx(0.5)
    assert MemoryDecay(np.array([1, 0.5, 0.9])).half_life == 1
    assert MemoryDecay(np.array([1, 2.0, 0.25])).half_life == pytest.approx(
        5 / 3
    )
    assert MemoryDecay(np.array([1, 0.7, 0.0])).half_life == 2


def test_it_agrees_with_the_slope_at_that_input():
    rng = np.random.default_rng(0)
    layer = RNN(3, 1)
    params = layer.init(rng, np.float64)
    x = rng.normal(size=(1, 4, 3))
    state, left = (np.full((1, 1), 0.3),), [1.0]
    for t in range(4):
        _, state = layer.step(params, x[:, t], state)
        slope = (1 - state[0] ** 2) * params["weight_hh"]
        left.append(left[-1] * abs(slope.item()))
    found = memory_decay(layer, params, x, (np.full((1, 1), 0.3),))
    np.testing.assert_allclose(found.left, left, rtol=1e-4)


def test_what_cannot_be_nudged_is_refused():
    rng = np.random.default_rng(0)
    bag, x = BagOfWords(3, 4), np.ones((1, 2, 3))
    with pytest.raises(ValueError, match=r"part: expected one of \[0\]"):
        memory_decay(bag, bag.init(rng), x, part=1)
    plain = Linear(3, 4)
    with pytest.raises(ValueError, match=r"part: expected one of \[\]"):
        memory_decay(plain, plain.init(rng), x)
    with pytest.raises(ValueError, match="size: expected a number above 0"):
        memory_decay(bag, bag.init(rng), x, size=0)
