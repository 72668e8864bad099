"""Do the checks find what is wrong? Each is given layers with a known bug."""

import dataclasses

import numpy as np
import pytest

from seqcourse.numpy import (
    RNN,
    BagOfWords,
    Embedding,
    LanguageModel,
    Linear,
)
from seqcourse.testing import gradient_check, relative_error, twin_difference

B, T, D, H = 3, 5, 4, 7
LENGTHS = np.array([2, 5, 1])


def example(layer, dtype=np.float64):
    rng = np.random.default_rng(0)
    state = tuple(
        rng.standard_normal(part.shape) if part.dtype.kind == "f" else part
        for part in layer.initial_state(B, dtype)
    )
    return layer.init(rng, dtype), rng.standard_normal((B, T, D)), state


@dataclasses.dataclass(frozen=True)
class Bent(RNN):
    """An RNN with one of its gradients a little wrong."""

    bend: str = ""

    def backward(self, params, dy, dstate, cache):
        dx, dstate, grads = super().backward(params, dy, dstate, cache)
        if self.bend == "x":
            dx = dx * 1.001
        if self.bend == "state[0]":
            dstate = (dstate[0] * 1.001,)
        if self.bend in grads:
            grads[self.bend] = grads[self.bend] * 1.001
        return dx, dstate, grads


NAMES = ["x", "state[0]", "weight_ih", "weight_hh", "bias_ih", "bias_hh"]


def test_a_right_gradient_passes():
    errors = gradient_check(Bent(D, H), *example(Bent(D, H)), LENGTHS)
    assert list(errors) == NAMES
    assert all(error < 1e-9 for error in errors.values())


@pytest.mark.parametrize("bend", NAMES)
def test_a_wrong_gradient_is_found_where_it_is(bend):
    layer = Bent(D, H, bend=bend)
    errors = gradient_check(layer, *example(layer))
    assert errors.pop(bend) > 1e-5
    assert all(error < 1e-9 for error in errors.values())


def test_a_gradient_that_is_no_number_is_found():
    class Lost(Linear):
        def backward(self, params, dy, dstate, cache):
            dx, dstate, grads = super().backward(params, dy, dstate, cache)
            return dx, dstate, grads | {"bias": np.full(H, np.nan)}

    layer = Lost(D, H)
    errors = gradient_check(layer, *example(layer))
    assert np.isnan(errors["bias"])


def test_a_gradient_that_ignores_dstate_is_found():
    class Deaf(RNN):
        def backward(self, params, dy, dstate, cache):
            return super().backward(params, dy, None, cache)

    errors = gradient_check(Deaf(D, H), *example(Deaf(D, H)))
    assert all(error > 1e-3 for error in errors.values())


def test_a_gradient_that_ignores_lengths_is_found():
    class Late(RNN):
        def backward(self, params, dy, dstate, cache):
            cache = (*cache[:-1], None)
            return super().backward(params, dy, dstate, cache)

    errors = gradient_check(Late(D, H), *example(Late(D, H)), LENGTHS)
    assert errors["weight_hh"] > 1e-3


def test_the_seed_decides_the_directions():
    layer = RNN(D, H)
    first, same, other = (
        gradient_check(layer, *example(layer), seed=seed)
        for seed in (0, 0, 1)
    )
    assert first == same
    assert first != other


def test_float32_weights_are_checked_in_float64():
    layer = RNN(D, H)
    params, x, state = example(layer, np.float32)
    errors = gradient_check(layer, params, x.astype(np.float32), state)
    assert max(errors.values()) < 1e-8


def test_integers_are_not_checked():
    bag = BagOfWords(D, H)
    assert "state[1]" not in gradient_check(bag, *example(bag))
    model = LanguageModel(Embedding(9, D), RNN(D, H))
    params = model.init(np.random.default_rng(0))
    tokens = np.random.default_rng(1).integers(0, 9, (B, T))
    errors = gradient_check(model, params, tokens)
    assert "x" not in errors
    assert "embedding.weight" in errors


def test_nothing_given_is_written_to():
    layer = RNN(D, H)
    params, x, state = example(layer)
    for array in (*params.values(), x, *state):
        array.flags.writeable = False
    gradient_check(layer, params, x, state)


# --- relative error -------------------------------------------------------


def test_an_error_is_measured_against_the_larger_of_both():
    a, b = np.array([200.0, 1.0]), np.array([100.0, 1.0])
    assert relative_error(a, b) == relative_error(b, a) == 0.5
    assert relative_error(a, a) == 0


def test_small_numbers_are_compared_as_they_are():
    assert relative_error(1e-3, 2e-3) == pytest.approx(1e-3)


def test_no_number_is_no_agreement():
    assert np.isnan(relative_error(np.array([np.nan, 1]), np.ones(2)))
    assert np.isnan(relative_error(np.array([1.0]), np.array([np.nan])))


def test_other_shapes_are_no_agreement():
    with pytest.raises(ValueError, match=r"^b: expected shape \(2,\), got"):
        relative_error(np.ones(2), np.ones((1, 2)))


# --- the twin -------------------------------------------------------------


@pytest.mark.torch
def test_true_twins_agree():
    _, x, state = example(RNN(D, H))
    for given in ((x,), (x, state), (x, state, LENGTHS)):
        assert twin_difference(RNN(D, H), *given) < 1e-12
    rough = twin_difference(RNN(D, H), x, dtype=np.float32)
    assert 1e-9 < rough < 1e-6


@pytest.mark.torch
@pytest.mark.parametrize("bend", NAMES)
def test_a_bent_gradient_parts_the_twins(bend):
    planted = type("RNN", (Bent,), {"to_config": as_rnn})
    _, x, state = example(Bent(D, H))
    assert twin_difference(planted(D, H, bend=bend), x, state) > 1e-6


@pytest.mark.torch
def test_a_bent_answer_parts_the_twins():
    class Loud(RNN):
        def forward(self, *args, **kwargs):
            y, state, cache = super().forward(*args, **kwargs)
            return y * 1.001, state, cache

        to_config = as_rnn

    class Forgetful(RNN):
        def forward(self, *args, **kwargs):
            y, (h,), cache = super().forward(*args, **kwargs)
            return y, (h * 1.001,), cache

        to_config = as_rnn

    _, x, _ = example(RNN(D, H))
    assert twin_difference(Loud(D, H), x) > 1e-6
    assert twin_difference(Forgetful(D, H), x) > 1e-6


@pytest.mark.torch
def test_a_gradient_that_is_no_number_parts_the_twins():
    class Lost(RNN):
        def backward(self, params, dy, dstate, cache):
            dx, dstate, grads = super().backward(params, dy, dstate, cache)
            return dx, dstate, grads | {"bias_hh": np.full(H, np.nan)}

        to_config = as_rnn

    _, x, _ = example(RNN(D, H))
    assert not twin_difference(Lost(D, H), x) < 1


def as_rnn(self):
    config = RNN.to_config(self)
    config.pop("bend", None)
    return config | {"type": "RNN"}
