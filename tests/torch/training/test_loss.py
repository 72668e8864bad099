"""The twin's gradient of a batch, cut, beside the NumPy models'."""

import numpy as np
import pytest

import seqcourse.numpy
from seqcourse.numpy.training import loss as reference

pytestmark = pytest.mark.torch


@pytest.fixture
def layers():
    import seqcourse.torch

    return seqcourse.torch


@pytest.mark.parametrize("bptt_length", [None, 1, 2, 4, 6, 9])
def test_both_backends_cut_alike(lesson, layers, bptt_length):
    from seqcourse.torch.training.loss import loss_and_gradient

    task, model = lesson(seqcourse.numpy)
    _, twin = lesson(layers)
    params = model.init(np.random.default_rng(0), np.float64)
    twin.load_params(params)
    batch = task.batch(np.random.default_rng(1), 7)
    loss, grads, _ = reference.loss_and_gradient(
        model, params, batch, task.loss, bptt_length
    )
    found = loss_and_gradient(twin, batch, task.loss, bptt_length)
    assert found == pytest.approx(loss, rel=1e-12)
    for name, weight in twin.named_parameters():
        np.testing.assert_allclose(
            grads[name], weight.grad, rtol=0, atol=1e-12
        )


@pytest.mark.parametrize("bptt_length", [1, 3])
def test_both_backends_follow_the_same_cut_curve(lesson, layers, bptt_length):
    given = {"steps": 20, "seed": 2, "bptt_length": bptt_length}
    task, model = lesson(seqcourse.numpy)
    run = seqcourse.numpy.fit(model, task, dtype=np.float64, **given)
    other, twin = lesson(layers)
    found = layers.fit(twin.double(), other, **given)
    np.testing.assert_allclose(
        run.history.loss, found.history.loss, rtol=1e-10
    )


def test_a_cut_beyond_the_end_changes_no_bit(lesson, layers):
    runs = []
    for bptt_length in (None, 6, 99):
        task, twin = lesson(layers)
        runs.append(layers.fit(twin, task, 5, bptt_length=bptt_length))
    for run in runs[1:]:
        assert run.history.loss.tobytes() == runs[0].history.loss.tobytes()
        for name, weight in run.params.items():
            assert weight.tobytes() == runs[0].params[name].tobytes()


def test_no_gradient_crosses_the_cut(classifier, layers):
    from seqcourse.torch.training.loss import loss_and_gradient

    task, twin = classifier(layers)
    batch = task.batch(np.random.default_rng(0), 7)
    batch.inputs[:, :4], batch.inputs[:, 4:] = 1, 2
    batch.lengths[:] = 6
    loss_and_gradient(twin, batch, task.loss, 4)
    taught = twin.embedding.weight.grad.abs().sum(1)
    assert taught[1] == 0
    assert taught[2] > 0
    twin.zero_grad()
    loss_and_gradient(twin, batch, task.loss)
    assert twin.embedding.weight.grad.abs().sum(1)[1] > 0


def test_what_sees_the_future_cannot_be_cut(classifier, layers):
    task, _ = classifier(layers)
    both = layers.Bidirectional(layers.RNN(4, 3), layers.RNN(4, 3))
    twin = layers.SequenceTagger(layers.Embedding(5, 4), both, 5)
    with pytest.raises(
        ValueError, match=r"^bptt_length: expected a model that"
    ):
        layers.fit(twin, task, 2, bptt_length=3)
