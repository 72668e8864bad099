"""What a stack adds to the contract."""

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy import RNN, Bidirectional, Embedding, Linear, Stack
from seqcourse.numpy.containers import stack
from seqcourse.numpy.functional import dropout as of_dropout

B, T, D = 4, 6, 3


def draw(layer, seed=0):
    rng = np.random.default_rng(seed)
    params = layer.init(rng, np.float64)
    return params, rng.standard_normal((B, T, layer.input_size))


# --- what fits ------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ((), r"^layers: expected at least 1 layer, got \(\)$"),
        (RNN(3, 4), r"^layers: expected a tuple, got a seqcourse.numpy.RNN"),
        (
            (RNN(3, 4), RNN(5, 6)),
            r"^layers\[1\]: expected input_size 4, .* layers\[0\], got 5$",
        ),
        (
            (RNN(3, 4), Linear(4, 5), Bidirectional(RNN(6, 1), RNN(6, 2))),
            r"^layers\[2\]: expected input_size 5, .* layers\[1\], got 6$",
        ),
        (
            (Embedding(9, 4), RNN(4, 5)),
            r"^layers\[0\]: expected a layer that reads features \(B, T, D\)",
        ),
        ((RNN(3, 4), "RNN"), r"^layers\[1\]: expected a Layer, got 'RNN'"),
    ],
)
def test_layers_that_do_not_fit_are_refused(parts, sentence):
    with pytest.raises(ValueError, match=sentence):
        Stack(parts)


@pytest.mark.parametrize("share", [-0.1, 1, 1.5, float("nan")])
def test_a_dropout_that_is_no_share_is_refused(share):
    with pytest.raises(
        ValueError,
        match=r"^dropout: expected (0 to below 1|a finite number), got",
    ):
        Stack((RNN(3, 4),), share)


def test_a_model_checks_a_containers_size():
    for core in (
        Stack((RNN(5, 4), RNN(4, 3))),
        Bidirectional(RNN(5, 4), RNN(5, 3)),
    ):
        with pytest.raises(
            ValueError, match=r"^core: expected input_size 7, .* got 5$"
        ):
            layers.SequenceTagger(Embedding(9, 7), core, 2)


def test_a_list_of_layers_is_kept_as_a_tuple():
    layer = Stack([RNN(3, 4), RNN(4, 5)])
    assert layer == Stack((RNN(3, 4), RNN(4, 5)))
    assert hash(layer) == hash(Stack((RNN(3, 4), RNN(4, 5))))


@pytest.mark.parametrize("i", range(5))
def test_a_refused_state_is_called_by_its_number_in_the_whole(i):
    inner = Stack((RNN(9, 4), RNN(4, 3)))
    whole = Stack((Bidirectional(RNN(D, 4), RNN(D, 5)), RNN(9, 9), inner))
    params, x = draw(whole)
    state = list(whole.initial_state(B, np.float64))
    state[i] = state[i][:, 1:]
    with pytest.raises(ValueError, match=rf"^state\[{i}\]: expected shape"):
        whole.forward(params, x, tuple(state))
    above = Stack(whole.layers[1:])
    params, x = draw(above)
    if i >= 2:
        with pytest.raises(ValueError, match=rf"^state\[{i - 2}\]: "):
            above.step(params, x[:, 0], tuple(state[2:]))


# --- dropout --------------------------------------------------------------


def stack_of(share):
    return stack.Stack((RNN(D, 8), RNN(8, 7), RNN(7, 5)), share)


def test_without_a_source_of_randomness_nothing_is_left_out():
    params, x = draw(stack_of(0.9))
    y, _, _ = stack_of(0.9).forward(params, x)
    again, _, _ = stack_of(0.0).forward(
        params, x, rng=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(y, again)


def test_dropout_acts_between_layers_and_not_after_the_last():
    params, x = draw(stack_of(0.5))
    _, _, (read, masks) = stack_of(0.5).forward(
        params, x, rng=np.random.default_rng(0)
    )
    assert masks[0] is None
    for mask, size in zip(masks[1:], (8, 7), strict=True):
        assert mask.shape == (B, T, size)
        assert set(np.unique(mask)) == {0.0, 2.0}
    y, (_, _, last), _ = stack_of(0.5).forward(
        params, x, rng=np.random.default_rng(0)
    )
    assert len(read) == 3
    assert (y != 0).all()
    np.testing.assert_array_equal(y[:, -1], last)


def test_one_layer_alone_has_no_dropout():
    layer = stack.Stack((RNN(D, 8),), 0.9)
    params, x = draw(layer)
    y, _, _ = layer.forward(params, x, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(y, layer.forward(params, x)[0])


def test_what_was_left_out_sends_no_gradient_and_the_rest_the_right_one():
    layer = stack_of(0.5)
    params, x = draw(layer)

    def read(x):
        return layer.forward(params, x, rng=np.random.default_rng(7))

    y, _, cache = read(x)
    rng = np.random.default_rng(1)
    dy, u = rng.standard_normal(y.shape), rng.standard_normal(x.shape)
    dx, _, _ = layer.backward(params, dy, None, cache)
    e = 1e-6
    slope = ((read(x + e * u)[0] - read(x - e * u)[0]) * dy).sum() / (2 * e)
    assert slope == pytest.approx((dx * u).sum(), rel=1e-7)


def test_dropout_keeps_the_mean_and_leaves_out_the_share():
    x = np.full((200, 500), 3.0, np.float32)
    y, mask = of_dropout.dropout(x, 0.3, np.random.default_rng(0))
    assert y.dtype == mask.dtype == np.float32
    assert (y == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert y.mean() == pytest.approx(3, abs=0.03)


def test_a_stack_in_a_stack_has_its_own_dropout():
    inner = stack.Stack((RNN(4, 5), RNN(5, 3)), 0.5)
    outer = stack.Stack((RNN(D, 4), inner))
    params, x = draw(outer)
    y, _, _ = outer.forward(params, x, rng=np.random.default_rng(0))
    assert not np.array_equal(y, outer.forward(params, x)[0])
