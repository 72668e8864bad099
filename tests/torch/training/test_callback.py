"""What a callback does to torch and to the module is undone after it."""

import pytest

pytestmark = pytest.mark.torch


@pytest.fixture
def train(load):
    """Train a model with dropout; give the run and the module."""
    import seqcourse.torch as layers

    lessons = load("lessons.py")

    def train(callback=None):
        core = layers.Stack((layers.RNN(4, 6), layers.RNN(6, 5)), 0.5)
        embedding = layers.Embedding(lessons.SYMBOLS, 4)
        model = layers.SequenceTagger(embedding, core, lessons.SYMBOLS)
        about = callback and (lambda run: callback(model, run))
        task = lessons.TokenBefore()
        run = layers.fit(model, task, 6, callback=about, callback_every=2)
        return run, model

    return train


def draw(model, run):
    import torch

    torch.manual_seed(0)
    torch.rand(3)


def score(model, run):
    model.eval()


def freeze_dropout(model, run):
    model.core.eval()


def differentiate(model, run):
    sum(weight.sum() for weight in model.parameters()).backward()


@pytest.mark.parametrize(
    "callback", [draw, score, freeze_dropout, differentiate]
)
def test_the_run_keeps_its_bits(train, callback):
    (mine, _), (found, _) = train(), train(callback)
    assert mine.history.loss.tobytes() == found.history.loss.tobytes()
    for name, weight in mine.params.items():
        assert weight.tobytes() == found.params[name].tobytes()


def test_the_module_holds_the_weights_that_are_shown(train):
    def compare(model, run):
        for name, weight in model.to_params().items():
            assert weight.tobytes() == run.params[name].tobytes()
            assert weight is not run.params[name]

    train(compare)


def test_after_an_exception_the_module_is_in_its_mode_again(train):
    kept = []

    def stop(model, run):
        kept.append(model)
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        train(stop)
    assert kept[0].training
    _, model = train()
    assert model.training
