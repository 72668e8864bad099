import math
import re

import numpy as np
import pytest

from seqcourse.numpy import functional
from seqcourse.numpy.functional import checking, unchecked

SHAPE = (3, 5, 7)
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
each_softmax = pytest.mark.parametrize("name", ["softmax", "log_softmax"])
each_loss = pytest.mark.parametrize(
    "kind", ["cross_entropy", "squared_error"]
)


def draw(seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return rng.normal(scale=2, size=SHAPE).astype(dtype)


def weights_with_zeros():
    weights = np.random.default_rng(3).random(SHAPE[:-1])
    weights[np.arange(SHAPE[1]) >= np.array([[3], [5], [1]])] = 0
    return weights


def example(kind, dtype=np.float64):
    outputs = draw(dtype=dtype)
    if kind == "squared_error":
        return outputs, draw(1, dtype)
    return outputs, np.random.default_rng(1).integers(0, 7, SHAPE[:-1])


def loss_and_gradient(kind, *given):
    loss, cache = getattr(functional, kind)(*given)
    return loss, getattr(functional, f"{kind}_backward")(cache)


def slow_loss(kind, outputs, targets, weights):
    """The definition, one answer at a time, in Python's own numbers."""
    total = 0.0
    for at in np.ndindex(SHAPE[:-1]):
        if kind == "cross_entropy":
            scores = [math.exp(score) for score in outputs[at]]
            each = -math.log(scores[targets[at]] / sum(scores))
        else:
            apart = [
                (a - b) ** 2
                for a, b in zip(outputs[at], targets[at], strict=True)
            ]
            each = sum(apart) / len(apart)
        total += weights[at] * each
    return total / weights.sum()


# --- softmax --------------------------------------------------------------


def test_softmax_is_its_definition():
    x = draw()
    e = np.exp(x)
    np.testing.assert_allclose(
        functional.softmax(x), e / e.sum(-1, keepdims=True), rtol=1e-13
    )
    np.testing.assert_allclose(
        np.exp(functional.log_softmax(x)), functional.softmax(x), rtol=1e-13
    )


def test_softmax_sums_to_one_over_the_last_axis_alone():
    y = functional.softmax(draw())
    np.testing.assert_allclose(y.sum(-1), 1, rtol=1e-14)
    assert np.abs(y.sum(0) - 1).min() > 1e-3
    assert np.abs(y.sum(1) - 1).min() > 1e-3


@each_softmax
def test_a_shift_of_all_scores_changes_nothing(name):
    f = getattr(functional, name)
    np.testing.assert_allclose(f(draw()), f(draw() + 100), atol=1e-12)


@each_dtype
def test_scores_may_be_of_any_size(dtype):
    x = np.array([[1000, 0, -1000], [-1000, -1000, -1000]], dtype)
    p, log_p = functional.softmax(x), functional.log_softmax(x)
    assert p.dtype == log_p.dtype == dtype
    np.testing.assert_allclose(p, [[1, 0, 0], [1 / 3] * 3], rtol=1e-6)
    np.testing.assert_allclose(
        log_p, [[0, -1000, -2000], [-math.log(3)] * 3], rtol=1e-6
    )


@each_softmax
def test_softmax_backward_is_the_slope(name):
    f, back = (getattr(functional, n) for n in (name, f"{name}_backward"))
    x, dy, u, e = draw(), draw(1), draw(2), 1e-5
    slope = ((f(x + e * u) - f(x - e * u)) * dy).sum() / (2 * e)
    assert (back(dy, f(x)) * u).sum() == pytest.approx(slope, rel=1e-8)


@each_softmax
def test_softmax_writes_to_no_input(name):
    f, back = (getattr(functional, n) for n in (name, f"{name}_backward"))
    x, dy = draw(), draw(1)
    y = f(x)
    for array in (x, dy, y):
        array.flags.writeable = False
    f(x)
    back(dy, y)


# --- losses ---------------------------------------------------------------


@each_loss
def test_a_loss_is_its_definition(kind):
    outputs, targets = example(kind)
    weights = weights_with_zeros()
    loss, _ = loss_and_gradient(kind, outputs, targets, weights)
    assert loss == pytest.approx(
        slow_loss(kind, outputs, targets, weights), rel=1e-12
    )


@each_loss
def test_no_weights_count_all_alike(kind):
    given = example(kind)
    loss, gradient = loss_and_gradient(kind, *given)
    same, other = loss_and_gradient(kind, *given, np.full(SHAPE[:-1], 2.5))
    assert loss == pytest.approx(same, rel=1e-14)
    np.testing.assert_allclose(gradient, other, rtol=1e-13)


@each_loss
def test_a_loss_gradient_is_the_slope(kind):
    outputs, targets = example(kind)
    weights = weights_with_zeros()
    _, gradient = loss_and_gradient(kind, outputs, targets, weights)
    rng, e = np.random.default_rng(5), 1e-5
    for _ in range(3):
        u = rng.standard_normal(SHAPE)
        up, _ = loss_and_gradient(kind, outputs + e * u, targets, weights)
        down, _ = loss_and_gradient(kind, outputs - e * u, targets, weights)
        slope = (up - down) / (2 * e)
        assert (gradient * u).sum() == pytest.approx(slope, rel=1e-7)


@each_loss
def test_an_answer_of_no_weight_has_no_say(kind):
    outputs, targets = example(kind)
    weights = weights_with_zeros()
    changed, wrong = outputs.copy(), targets.copy()
    changed[weights == 0] = 1e3
    wrong[weights == 0] = 0
    before = loss_and_gradient(kind, outputs, targets, weights)
    after = loss_and_gradient(kind, changed, wrong, weights)
    assert before[0] == after[0]
    counted = weights > 0
    np.testing.assert_array_equal(before[1][counted], after[1][counted])
    assert not before[1][~counted].any()
    assert before[1][counted].any(-1).all()


@each_loss
def test_padding_does_not_thin_the_mean(kind):
    outputs, targets = example(kind)
    weights = np.ones(SHAPE[:-1])
    weights[:, 2:] = 0
    padded, _ = loss_and_gradient(kind, outputs, targets, weights)
    short, _ = loss_and_gradient(kind, outputs[:, :2], targets[:, :2])
    assert padded == pytest.approx(short, rel=1e-13)


@each_loss
@each_dtype
def test_a_loss_keeps_the_type_of_the_outputs(kind, dtype):
    given = example(kind, dtype)
    loss, gradient = loss_and_gradient(kind, *given, weights_with_zeros())
    assert type(loss) is float
    assert gradient.dtype == dtype
    assert gradient.shape == SHAPE


@each_dtype
def test_targets_and_weights_of_another_type_change_no_type(dtype):
    other = np.float64 if dtype == np.float32 else np.float32
    for kind, targets in [
        ("cross_entropy", np.zeros(SHAPE[:-1], np.int32)),
        ("squared_error", draw(1, other)),
    ]:
        weights = weights_with_zeros().astype(other)
        given = draw(dtype=dtype), targets, weights
        assert loss_and_gradient(kind, *given)[1].dtype == dtype


@each_loss
def test_a_loss_writes_to_no_input_and_not_to_its_cache(kind):
    given = (*example(kind), weights_with_zeros())
    for array in given:
        array.flags.writeable = False
    backward = getattr(functional, f"{kind}_backward")
    _, cache = getattr(functional, kind)(*given)
    first = backward(cache)
    kept = first.copy()
    np.testing.assert_array_equal(backward(cache), kept)
    first[...] = 99
    np.testing.assert_array_equal(backward(cache), kept)


@each_dtype
def test_cross_entropy_of_sure_answers(dtype):
    logits = np.array([[1000, -1000], [1000, -1000]], dtype)
    right, gradient = loss_and_gradient(
        "cross_entropy", logits, np.zeros(2, int)
    )
    assert right == 0
    np.testing.assert_array_equal(gradient, 0)
    wrong, gradient = loss_and_gradient(
        "cross_entropy", logits, np.ones(2, int)
    )
    assert wrong == 2000
    np.testing.assert_array_equal(gradient, [[0.5, -0.5]] * 2)


def test_cross_entropy_of_a_guess_is_the_log_of_the_choices():
    loss, _ = functional.cross_entropy(np.zeros((4, 8)), np.arange(4))
    assert loss == pytest.approx(math.log(8), rel=1e-15)


def test_cross_entropy_takes_one_answer_a_sequence():
    logits = draw()[:, 0]
    targets = np.array([6, 0, 3])
    loss, gradient = loss_and_gradient("cross_entropy", logits, targets)
    p = functional.softmax(logits)[np.arange(3), targets]
    assert loss == pytest.approx(-np.log(p).mean(), rel=1e-13)
    np.testing.assert_allclose(gradient.sum(-1), 0, atol=1e-16)


def test_no_loss_is_cut_off_to_an_integer():
    right = [[1.9, 2.9], [3.9, 4.9]]
    loss, cache = functional.squared_error([[1, 2], [3, 4]], right)
    assert loss == pytest.approx(0.81, rel=1e-14)
    expected = 2 * (np.array([[1, 2], [3, 4]]) - right) / 4
    np.testing.assert_allclose(
        functional.squared_error_backward(cache), expected, rtol=1e-14
    )
    whole, _ = functional.cross_entropy([[3, 1]], [0])
    assert whole == functional.cross_entropy([[3.0, 1.0]], [0])[0]


@pytest.mark.parametrize(
    ("kind", "change", "sentence"),
    [
        (
            "cross_entropy",
            {"targets": np.zeros((3, 4), int)},
            "targets: expected shape (3, 5), got (3, 4)",
        ),
        (
            "cross_entropy",
            {"targets": np.full((3, 5), 7)},
            "targets: expected classes from 0 to 6, got 7 at [0, 0]",
        ),
        (
            "cross_entropy",
            {"targets": np.full((3, 5), -1)},
            "targets: expected classes from 0 to 6, got -1 at [0, 0]",
        ),
        (
            "squared_error",
            {"targets": np.zeros((3, 5))},
            "targets: expected shape (3, 5, 7), got (3, 5)",
        ),
        (
            "cross_entropy",
            {"weights": np.ones(3)},
            "weights: expected shape (3, 5), got (3,)",
        ),
        (
            "squared_error",
            {"weights": np.ones(SHAPE)},
            "weights: expected shape (3, 5), got (3, 5, 7)",
        ),
        (
            "squared_error",
            {"weights": np.zeros((3, 5))},
            "weights: expected at least one answer that counts",
        ),
        (
            "cross_entropy",
            {"weights": np.zeros((3, 5))},
            "weights: expected at least one answer that counts",
        ),
    ],
)
def test_a_wrong_argument_has_its_sentence(kind, change, sentence):
    outputs, targets = example(kind)
    given = {"targets": targets, "weights": None, **change}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        getattr(functional, kind)(outputs, **given)


# --- torch as a judge -----------------------------------------------------


@pytest.mark.torch
@each_softmax
def test_torch_agrees_on_softmax(name):
    import torch

    x = torch.tensor(draw(), requires_grad=True)
    y = getattr(torch.nn.functional, name)(x, -1)
    y.backward(torch.tensor(draw(1)))
    mine = getattr(functional, name)(draw())
    np.testing.assert_allclose(mine, y.detach(), rtol=1e-12)
    dx = getattr(functional, f"{name}_backward")(draw(1), mine)
    np.testing.assert_allclose(dx, x.grad, rtol=1e-10, atol=1e-14)


@pytest.mark.torch
@each_loss
def test_torch_agrees_on_losses(kind):
    import torch

    outputs, targets = example(kind)
    x = torch.tensor(outputs, requires_grad=True)
    if kind == "cross_entropy":
        expected = torch.nn.functional.cross_entropy(
            x.reshape(-1, 7), torch.tensor(targets).reshape(-1)
        )
    else:
        expected = torch.nn.functional.mse_loss(x, torch.tensor(targets))
    expected.backward()
    loss, gradient = loss_and_gradient(kind, outputs, targets)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, x.grad, rtol=1e-10, atol=1e-15)


@pytest.mark.torch
def test_torch_agrees_on_answers_that_do_not_count():
    import torch

    outputs, targets = example("cross_entropy")
    counted = weights_with_zeros() > 0
    ignored = torch.tensor(np.where(counted, targets, -100))
    x = torch.tensor(outputs, requires_grad=True)
    expected = torch.nn.functional.cross_entropy(
        x.reshape(-1, 7), ignored.reshape(-1), ignore_index=-100
    )
    expected.backward()
    loss, gradient = loss_and_gradient(
        "cross_entropy", outputs, targets, counted.astype(np.float32)
    )
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, x.grad, rtol=1e-10, atol=1e-15)


def test_what_is_hidden_gets_nothing():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((3, 4, 5))
    hidden = np.arange(5) >= np.array([5, 2, 0])[:, None, None]
    with np.errstate(all="raise"):
        y = checking.unchecked(functional.softmax)(x, hidden)
    np.testing.assert_allclose(y[0], functional.softmax(x[0]))
    np.testing.assert_allclose(y[1, :, :2], functional.softmax(x[1, :, :2]))
    assert not y[1, :, 2:].any()
    assert (y[2] == 0).all()
    dx = functional.softmax_backward(rng.standard_normal(y.shape), y)
    assert not dx[np.broadcast_to(hidden, y.shape)].any()
    for dtype in (np.float32, np.float64):
        assert functional.softmax(x.astype(dtype), hidden).dtype == dtype
    assert unchecked.softmax(np.zeros((2, 0))).shape == (2, 0)
