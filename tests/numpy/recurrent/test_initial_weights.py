"""First weights follow the distributions that torch.nn draws from."""

import numpy as np
import pytest

from seqcourse.numpy import (
    RNN,
    BagOfWords,
    Embedding,
    FixedWindow,
    LanguageModel,
    Linear,
)

UNIFORM = [
    (Linear(25, 99), 1 / 5),
    (BagOfWords(25, 99), 1 / 5),
    (FixedWindow(5, 99, window=20), 1 / 10),
    (RNN(9, 100), 1 / 10),
]


def draw(layer):
    return layer.init(np.random.default_rng(0), np.float64)


@pytest.mark.parametrize(("layer", "bound"), UNIFORM, ids=repr)
def test_weights_and_biases_are_uniform_to_the_bound(layer, bound):
    for name, weight in draw(layer).items():
        assert abs(weight).max() <= bound, name
        assert weight.max() > 0.9 * bound, name
        assert weight.min() < -0.9 * bound, name
    everything = np.concatenate([w.ravel() for w in draw(layer).values()])
    assert everything.std() == pytest.approx(bound / 3**0.5, rel=0.05)
    assert everything.mean() == pytest.approx(0, abs=0.05 * bound)


def test_an_embedding_is_standard_normal():
    weight = draw(Embedding(60, 70))["weight"]
    assert weight.mean() == pytest.approx(0, abs=0.05)
    assert weight.std() == pytest.approx(1, rel=0.05)
    assert abs(weight).max() > 2.5


def test_a_models_parts_are_drawn_as_they_are_alone():
    model = LanguageModel(Embedding(7, 3), RNN(3, 5))
    rng = np.random.default_rng(0)
    alone = [
        *Embedding(7, 3).init(rng).values(),
        *RNN(3, 5).init(rng).values(),
        *Linear(5, 7).init(rng).values(),
    ]
    together = model.init(np.random.default_rng(0)).values()
    for a, b in zip(together, alone, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.torch
@pytest.mark.parametrize("name", ["Linear", "RNN", "Embedding"])
def test_torch_nn_draws_alike(name):
    import torch

    import seqcourse.numpy

    torch.manual_seed(0)
    theirs = getattr(torch.nn, name)(30, 90)
    mine = draw(getattr(seqcourse.numpy, name)(30, 90))
    for key, weight in theirs.named_parameters():
        other = mine[key.removesuffix("_l0")]
        assert other.std() == pytest.approx(weight.std().item(), rel=0.2)
