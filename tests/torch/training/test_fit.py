import numpy as np
import pytest

import seqcourse.numpy
from seqcourse.numpy import SGD, Adam

pytestmark = pytest.mark.torch


@pytest.fixture
def layers():
    import seqcourse.torch

    return seqcourse.torch


def assert_same_batches(a, b):
    for left, right in zip(a.drawn, b.drawn, strict=True):
        for kind in ("inputs", "targets", "weights", "lengths"):
            np.testing.assert_array_equal(
                getattr(left, kind), getattr(right, kind)
            )


def assert_close(a, b, tolerance):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_allclose(a[name], b[name], atol=tolerance, rtol=0)


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)]
)
@pytest.mark.parametrize(
    "optimizer", [SGD(0.05, momentum=0.5), Adam(3e-3)], ids=["SGD", "Adam"]
)
def test_both_backends_follow_the_same_curve(
    lesson, layers, optimizer, dtype, tolerance
):
    given = {"steps": 30, "seed": 2, "batch_size": 9, "optimizer": optimizer}
    task, model = lesson(seqcourse.numpy)
    run = seqcourse.numpy.fit(model, task, dtype=dtype, **given)
    other, twin = lesson(layers)
    twin = twin.double() if dtype == np.float64 else twin
    found = layers.fit(twin, other, **given)
    assert_same_batches(task, other)
    for kind in ("loss", "grad_norm"):
        mine, theirs = (
            getattr(run.history, kind),
            getattr(found.history, kind),
        )
        assert theirs.shape == (30,)
        np.testing.assert_allclose(mine, theirs, rtol=tolerance)
    assert_close(run.params, found.params, tolerance)


def test_a_run_can_be_repeated_bit_by_bit(lesson, layers):
    task, model = lesson(layers)
    first = layers.fit(model, task, 5)
    _, other = lesson(layers)
    second = layers.fit(other, task, 5)
    np.testing.assert_array_equal(first.history.loss, second.history.loss)
    assert_close(first.params, second.params, 0)


def test_the_module_holds_what_the_run_returns(lesson, layers):
    task, model = lesson(layers)
    run = layers.fit(model, task, 3)
    assert_close(model.to_params(), run.params, 0)
    for weight in run.params.values():
        assert isinstance(weight, np.ndarray)
        assert weight.dtype == np.float32
    kept = model.to_params()
    for weight in run.params.values():
        weight[...] = 0
    assert_close(model.to_params(), kept, 0)


def test_a_run_goes_on_from_given_weights_and_leaves_them_alone(
    lesson, layers
):
    task, model = lesson(seqcourse.numpy)
    start = model.init(np.random.default_rng(5))
    before = {name: weight.copy() for name, weight in start.items()}
    mine = seqcourse.numpy.fit(model, task, 3, params=start)
    other, twin = lesson(layers)
    found = layers.fit(twin, other, 3, params=start)
    np.testing.assert_allclose(mine.history.loss, found.history.loss, 1e-5)
    assert_close(start, before, 0)


def test_both_backends_score_alike(lesson, layers):
    task, model = lesson(seqcourse.numpy)
    params = model.init(np.random.default_rng(0))
    other, twin = lesson(layers)
    own = twin.to_params()
    given = {"seed": 4, "size": 50}
    mine = seqcourse.numpy.evaluate(model, params, task, **given)
    theirs = layers.evaluate(twin, params, other, **given)
    assert_same_batches(task, other)
    assert mine == pytest.approx(theirs, rel=1e-5)
    assert_close(twin.to_params(), own, 0)


def test_a_loss_that_is_no_number_stops_the_run(series, layers):
    task, model = series(layers)
    with pytest.raises(
        FloatingPointError,
        match=r"^y: became (inf|nan) at \[.*\] at step \d+;",
    ):
        layers.fit(model, task, 50, optimizer=SGD(1e20), max_grad_norm=1e20)


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"batch_size": 0}])
def test_a_wrong_argument_has_its_sentence(classifier, layers, wrong):
    task, model = classifier(layers)
    (name,) = wrong
    with pytest.raises(ValueError, match=f"^{name}: expected a whole number"):
        layers.fit(model, task, **{"steps": 2, **wrong})


def test_an_unknown_optimiser_has_its_sentence(classifier, layers):
    task, model = classifier(layers)
    with pytest.raises(
        ValueError, match=r"^optimizer: expected an optimizer with init, up"
    ):
        layers.fit(model, task, 2, optimizer="adam")


def test_a_bar_is_drawn_only_when_asked_for(classifier, layers, capsys):
    task, model = classifier(layers)
    layers.fit(model, task, 2)
    assert capsys.readouterr() == ("", "")
    layers.fit(model, task, 2, progress=True)
    assert "2/2" in capsys.readouterr().err
