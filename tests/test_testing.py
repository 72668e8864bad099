"""Do the checks find what is wrong? Each is given layers with a known bug."""

import dataclasses
from typing import ClassVar

import numpy as np
import pytest

from seqcourse.numpy import (
    RNN,
    BagOfWords,
    Embedding,
    LanguageModel,
    Linear,
)
from seqcourse.testing import (
    finite_differences,
    gradient_check,
    relative_error,
    twin_difference,
)
from seqcourse.testing.finite_differences import wrong_gradients

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
    by: ClassVar = 1.001

    def backward(self, params, dy, dstate, cache):
        dx, dstate, grads = super().backward(params, dy, dstate, cache)
        if self.bend == "x":
            dx = dx * self.by
        if self.bend == "state[0]":
            dstate = (dstate[0] * self.by,)
        if self.bend in grads:
            grads[self.bend] = grads[self.bend] * self.by
        return dx, dstate, grads


NAMES = ["x", "state[0]", "weight_ih", "weight_hh", "bias_ih", "bias_hh"]


def test_a_right_gradient_passes():
    errors = gradient_check(Bent(D, H), *example(Bent(D, H)), LENGTHS)
    assert list(errors) == NAMES
    assert all(error < 1e-9 for error in errors.values())


@pytest.mark.parametrize("by", [1 + 1e-5, 0.0, np.nan, np.inf])
@pytest.mark.parametrize("size", [1e-5, 1.0])
@pytest.mark.parametrize("bend", NAMES)
def test_one_wrong_gradient_is_found_among_all(bend, size, by):
    layer = type("Bent", (Bent,), {"by": by})(D, H, bend=bend)
    params, x, state = example(layer)
    params["weight_ih"] *= size  # the gradient for x is as small
    found = wrong_gradients(layer, params, x, state, None, tolerance=1e-8)
    assert list(found) == [bend]


def test_all_at_once_is_how_right_gradients_are_seen(monkeypatch):
    monkeypatch.setattr(finite_differences, "_slope_error", None)
    layer = RNN(D, H)
    call = layer, *example(layer), LENGTHS
    assert wrong_gradients(*call, tolerance=1e-8) == {}


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
    assert errors["bias"] == np.inf
    assert max(errors.values()) == np.inf


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


class Plain(Linear):
    """A linear layer, whose gradient for x may be spoilt."""

    def backward(self, params, dy, dstate, cache):
        dx, *rest = super().backward(params, dy, dstate, cache)
        return self.spoil(dx), *rest

    def spoil(self, dx):
        return dx


class Vanished(Plain):
    def spoil(self, dx):
        return 0 * dx


class Halved(Plain):
    def spoil(self, dx):
        return dx / 2


SCALES = [1e-30, 1e-12, 1e-6, 1.0, 1e6, 1e12]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("kind", [Plain, Vanished, Halved])
def test_a_gradient_of_any_size_is_checked_relatively(kind, scale):
    layer = kind(D, H, bias=False)
    params, x, _ = example(layer)
    params["weight"] *= scale
    errors = gradient_check(layer, params, x)
    assert errors.pop("weight") < 1e-8
    if kind is Plain:
        assert errors["x"] < 1e-8
    else:
        assert errors["x"] > 0.01


@pytest.mark.parametrize("kind", [Plain, Vanished, Halved])
def test_a_gradient_that_is_small_beside_the_loss_is_checked(kind):
    """Its slope drowns in a short step's rounding, not in a long one's."""
    layer = kind(D, H)
    params, x, _ = example(layer)
    params["weight"] *= 1e-11
    params["bias"] = np.ones(H)
    errors = gradient_check(layer, params, x)
    assert (errors["x"] < 1e-8) == (kind is Plain)


def test_a_gradient_that_is_zero_is_right():
    """A number that is added to all scores changes no softmax."""

    class Unmoved(Linear):
        def forward(self, params, x, *rest, **options):
            y, state, cache = super().forward(params, x, *rest, **options)
            y = np.exp(y - y.max(-1, keepdims=True))
            return y / y.sum(-1, keepdims=True), state, cache

        def backward(self, params, dy, dstate, cache):
            zero = {name: 0 * w for name, w in params.items()}
            return np.zeros((B, T, D)), (), zero

    layer = Unmoved(D, H)
    params, x, _ = example(layer)
    params["weight"] = np.ones((H, D))  # so x moves all scores alike
    assert gradient_check(layer, params, x)["x"] < 1e-9


@pytest.mark.parametrize(
    ("gradients", "says"),
    [
        (lambda _, d, g: (None, d, g), r"^dx: expected shape \(3, 5, 4\)"),
        (lambda dx, _, g: (dx, (None,), g), r"^dstate\[0\]: expected sha"),
        (lambda dx, _, g: (dx, None, g), r"^dstate: .* 1 gradient, got None"),
        (lambda dx, d, _: (dx, d, None), r"^grads: .* bias_ih, .* got None"),
        (
            lambda dx, d, g: (dx, d, {**g, "bias_hh": None}),
            r"^grads\['bias_hh'\]: expected shape \(7,\), got NoneType",
        ),
        (
            lambda dx, d, g: (dx, d, {"bias_ih": g["bias_ih"]}),
            r"^grads: expected bias_hh, .*; got bias_ih$",
        ),
        (
            lambda dx, d, g: (dx, d, {**g, "weight_hh": g["weight_hh"][:1]}),
            r"^grads\['weight_hh'\]: expected shape \(7, 7\), got \(1, 7\)",
        ),
    ],
)
def test_a_gradient_that_is_missing_is_named(gradients, says):
    class Lost(RNN):
        def backward(self, *given):
            return gradients(*super().backward(*given))

    layer = Lost(D, H)
    with pytest.raises(AssertionError, match=says):
        gradient_check(layer, *example(layer))


def test_a_gradient_of_integers_is_refused():
    class Counted(Embedding):
        def backward(self, *given):
            _, *rest = super().backward(*given)
            return np.zeros((B, T)), *rest

    layer = Counted(9, D)
    tokens = np.zeros((B, T), int)
    with pytest.raises(AssertionError, match=r"^dx: expected None for int"):
        gradient_check(layer, layer.init(np.random.default_rng(0)), tokens)


def test_a_weight_called_x_hides_no_gradient():
    class Called(Vanished):
        def parameter_shapes(self):
            return {"x": super().parameter_shapes()["weight"]}

        def forward(self, params, *rest, **options):
            return super().forward(as_weight(params), *rest, **options)

        def backward(self, params, dy, dstate, cache):
            back = super().backward(as_weight(params), dy, dstate, cache)
            return *back[:2], {"x": back[2]["weight"]}

    def as_weight(params):
        return {"weight": params["x"]}

    layer = Called(D, H, bias=False)
    params, x, _ = example(layer)
    errors = gradient_check(layer, params, x)
    assert errors["x"] > 0.1
    assert errors["params['x']"] < 1e-8


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"seed": -1}, r"^seed: expected a whole number of at least 0"),
        ({"seed": 1.5}, r"^seed: expected a whole number, got 1\.5"),
        ({"directions": 0}, r"^directions: expected a whole number of at"),
        ({"dropout_seed": -1}, r"^dropout_seed: expected a whole number"),
        ({"x": np.zeros(3)}, r"^x: expected tokens \(B, T\) or features"),
        ({"x": None}, r"^x: expected an array of numbers, got None"),
        ({"params": [1]}, r"^params: expected a dictionary, got \[1\]"),
        ({"layer": RNN}, r"^layer: expected a Layer, got the class"),
        ({"lengths": "all"}, r"^lengths: expected an array of numbers"),
        (
            {"state": (np.ones((B, H), bool),)},
            r"^state\[0\]: expected floating-point numbers, got bool$",
        ),
        ({"state": ()}, r"^state: expected "),
    ],
)
def test_what_cannot_be_checked_is_refused(given, says):
    layer = RNN(D, H)
    params, x, state = example(layer)
    call = {"layer": layer, "params": params, "x": x, "state": state}
    with pytest.raises(ValueError, match=says):
        gradient_check(**call | given)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1])
def test_weights_that_are_no_real_numbers_are_refused(wrong):
    layer = RNN(D, H)
    params, x, state = example(layer)
    bias = np.full(H, wrong)
    with pytest.raises(ValueError, match=r"^params\['bias_hh'\]: expected f"):
        gradient_check(layer, params | {"bias_hh": bias}, x, state)


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


@pytest.mark.parametrize("scale", [*SCALES, 1e-300, 1e300])
def test_the_scale_of_both_does_not_matter(scale):
    half = relative_error(np.array([scale, scale]), np.array([scale, 0]))
    assert half == 1
    assert relative_error(scale, scale / 2) == 0.5


def test_two_zeros_agree():
    assert relative_error(np.zeros(3), np.zeros(3)) == 0
    assert relative_error(np.zeros(0), np.zeros(0)) == 0


@pytest.mark.parametrize("lost", [np.nan, np.inf, -np.inf])
def test_no_number_is_no_agreement(lost):
    assert relative_error(np.array([1.0, lost]), np.ones(2)) == np.inf
    assert relative_error(np.array([1.0]), np.array([lost])) == np.inf
    assert relative_error(lost, lost) == np.inf


@pytest.mark.filterwarnings("error")
def test_whole_numbers_do_not_wrap():
    small, large = np.array([1], np.uint8), np.array([3], np.uint8)
    assert relative_error(small, large) == relative_error(large, small)
    with pytest.raises(ValueError, match=r"^b: expected numbers, got bool"):
        relative_error(1.0, True)
    assert relative_error(1e308, -1e308) == np.inf


def test_other_shapes_are_no_agreement():
    with pytest.raises(ValueError, match=r"^b: expected shape \(2,\), got"):
        relative_error(np.ones(2), np.ones((1, 2)))


# --- the twin -------------------------------------------------------------


@pytest.mark.torch
def test_true_twins_agree():
    _, x, state = example(RNN(D, H))
    backwards = LENGTHS[::-1].copy()[::-1]  # in memory
    for given in (
        (x,),
        (x, state),
        (x, state, LENGTHS),
        (x, None, backwards),
    ):
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
    assert twin_difference(Lost(D, H), x) == np.inf


@pytest.mark.torch
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (
            lambda _, d, g: (None, d, g),
            r"^dx: expected shape \(3, 5, 4\), g",
        ),
        (lambda dx, _, g: (dx, (None,), g), r"^dstate\[0\]: expected shape"),
        (
            lambda dx, d, g: (dx, d, {"bias_ih": g["bias_ih"]}),
            r"^grads\['weight_ih'\]: expected shape \(7, 4\), got NoneType",
        ),
    ],
)
def test_a_gradient_that_is_missing_parts_the_twins(spoil, says):
    class Lost(RNN):
        to_config = as_rnn

        def backward(self, *given):
            return spoil(*super().backward(*given))

    with pytest.raises(AssertionError, match=says):
        twin_difference(Lost(D, H), example(RNN(D, H))[1])


@pytest.mark.torch
def test_a_small_gradient_that_vanished_parts_the_twins():
    class Tiny(Vanished):
        def init(self, rng, dtype):
            params = super().init(rng, dtype)
            return params | {"weight": 1e-12 * params["weight"]}

        def to_config(self):
            return super().to_config() | {"type": "Linear"}

    class Right(Tiny):
        def spoil(self, dx):
            return dx

    _, x, _ = example(Linear(D, H))
    assert twin_difference(Right(D, H), x) < 1e-12
    assert twin_difference(Tiny(D, H), x) == 1


@pytest.mark.torch
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"seed": -1}, r"^seed: expected a whole number of at least 0"),
        ({"dtype": int}, r"^dtype: expected a floating type"),
        ({"x": [0.0]}, r"^x: expected tokens \(B, T\) or features"),
        ({"x": np.zeros((0, 2, D))}, r"^x: .* sequence, got shape \(0, 2"),
        ({"layer": None}, r"^layer: expected a Layer, got None"),
        (
            {"layer": Bent(D, H)},
            r"^layer: expected one with a twin in seqcourse",
        ),
    ],
)
def test_what_has_no_twin_is_refused(given, says):
    call = {"layer": RNN(D, H), "x": example(RNN(D, H))[1]}
    with pytest.raises(ValueError, match=says):
        twin_difference(**call | given)


def as_rnn(self):
    config = RNN.to_config(self)
    config.pop("bend", None)
    return config | {"type": "RNN"}
