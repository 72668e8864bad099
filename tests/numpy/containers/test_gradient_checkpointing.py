"""What reading again adds to the contract: less memory, nothing else."""

import numpy as np
import pytest

from seqcourse.numpy import RNN, Bidirectional, Stack
from seqcourse.numpy.containers import gradient_checkpointing

B, T, D, H = 4, 23, 3, 5


def draw(core, lengths=None):
    rng = np.random.default_rng(0)
    params = core.init(rng, np.float64)
    x = rng.standard_normal((B, T, D))
    state = tuple(
        rng.standard_normal(part.shape)
        for part in core.initial_state(B, np.float64)
    )
    dy = rng.standard_normal((B, T, core.output_size))
    dstate = tuple(rng.standard_normal(part.shape) for part in state)
    return params, x, state, dy, dstate


def results(layer, given, lengths, seed=None):
    params, x, state, dy, dstate = given
    rng = None if seed is None else np.random.default_rng(seed)
    y, last, cache = layer.forward(params, x, state, lengths, rng)
    if isinstance(layer, gradient_checkpointing.GradientCheckpointing):
        layer.core.forward(  # what is read in between leaves no trace
            {name[5:]: w for name, w in params.items()}, 0 * x, rng=rng
        )
    dx, dstate, grads = layer.backward(params, dy, dstate, cache)
    return y, *last, dx, *dstate, *(grads[name] for name in sorted(grads))


@pytest.mark.parametrize("every", [1, 2, 5, 22, 23, 24, 1000])
@pytest.mark.parametrize(
    "lengths", [None, [23, 1, 10, 11], [4, 3, 9, 10]], ids=str
)
@pytest.mark.parametrize("share", [0.0, 0.5], ids=["plain", "dropout"])
def test_the_gradients_are_the_core_s_own(every, lengths, share):
    lengths = None if lengths is None else np.array(lengths)
    core = Stack((RNN(D, 6), RNN(6, H)), share)
    layer = gradient_checkpointing.GradientCheckpointing(core, every)
    given = draw(core)
    params = {f"core.{name}": w for name, w in given[0].items()}
    # One piece alone draws the very masks that the core draws.
    seed = 3 if share and every >= T else None
    plain = results(core, given, lengths, seed)
    again = results(layer, (params, *given[1:]), lengths, seed)
    for a, b in zip(plain, again, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)


def test_what_is_read_again_has_the_same_dropout():
    core = Stack((RNN(D, 6), RNN(6, H)), 0.5)
    layer = gradient_checkpointing.GradientCheckpointing(core, 4)
    _, x, _, dy, _ = draw(core)
    params = layer.init(np.random.default_rng(0), np.float64)
    u = np.random.default_rng(1).standard_normal(x.shape)

    def read(x):
        return layer.forward(params, x, rng=np.random.default_rng(7))

    _, _, cache = read(x)
    dx, _, _ = layer.backward(params, dy, None, cache)
    e = 1e-6
    slope = ((read(x + e * u)[0] - read(x - e * u)[0]) * dy).sum() / (2 * e)
    assert slope == pytest.approx((dx * u).sum(), rel=1e-6)


def bytes_of(value):
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, tuple):
        return sum(bytes_of(part) for part in value)
    return 0


@pytest.mark.parametrize("every", [1, 5, 20, 100])
def test_what_is_kept_is_the_state_at_every_kth_step(every):
    core = RNN(1, 50)
    layer = gradient_checkpointing.GradientCheckpointing(core, every)
    params = layer.init(np.random.default_rng(0))
    x = np.zeros((B, 400, 1), np.float32)
    *_, (read, kept, _) = layer.forward(params, x)
    assert read is x
    assert bytes_of(kept) == 400 // every * B * layer.state_bytes(400)


def test_no_more_than_k_steps_are_read_at_once(monkeypatch):
    seen, forward = [], RNN.forward

    def watched(self, params, x, *args):
        seen.append(x.shape[1])
        return forward(self, params, x, *args)

    monkeypatch.setattr(RNN, "forward", watched)
    layer = gradient_checkpointing.GradientCheckpointing(RNN(D, H), 7)
    params, x, _, dy, _ = draw(layer)
    _, _, cache = layer.forward(params, x)
    layer.backward(params, dy, None, cache)
    assert seen == [7, 7, 7, 2, 2, 7, 7, 7]


def test_a_core_that_sees_the_future_is_refused():
    with pytest.raises(
        ValueError,
        match=r"^core: expected one that sees no future .* got Bidirectional",
    ):
        gradient_checkpointing.GradientCheckpointing(
            Bidirectional(RNN(3, 4), RNN(3, 4)), 5
        )
    with pytest.raises(ValueError, match=r"^core: expected a Layer, got"):
        gradient_checkpointing.GradientCheckpointing("RNN", 5)


def test_a_state_for_another_batch_is_refused_with_lengths_too():
    layer = gradient_checkpointing.GradientCheckpointing(RNN(D, H), 7)
    params, x, (h,), _, _ = draw(layer)
    with pytest.raises(ValueError, match=r"^state\[0\]: expected shape"):
        layer.forward(params, x, (h[:2],), np.array([1, 9, 23, 8]))
