"""Who looks ahead is found out."""

from dataclasses import dataclass

import numpy as np
import pytest

from seqcourse.numpy import (
    GRU,
    LSTM,
    RNN,
    BagOfWords,
    Bidirectional,
    Embedding,
    FixedWindow,
    LanguageModel,
    Linear,
    SequenceClassifier,
    SequenceTagger,
    Stack,
)
from seqcourse.probes import leak_test

X = np.random.default_rng(1).standard_normal((3, 5, 3))


@pytest.mark.parametrize(
    "layer",
    [
        Linear(3, 4),
        BagOfWords(3, 4),
        FixedWindow(3, 4, 5),
        RNN(3, 4),
        LSTM(3, 4),
        GRU(3, 4),
        Stack((RNN(3, 2), LSTM(2, 5))),
        SequenceClassifier(None, RNN(3, 4), 2),
    ],
    ids=lambda layer: type(layer).__name__,
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_who_sees_no_future_leaks_exactly_nothing(layer, dtype):
    params = layer.init(np.random.default_rng(0), dtype)
    assert leak_test(layer, params, X) == 0.0


def test_a_language_model_reads_tokens():
    model = LanguageModel(Embedding(9, 4), RNN(4, 5))
    params = model.init(np.random.default_rng(0))
    assert leak_test(model, params, np.array([[1, 8, 0, 3]])) == 0.0


def test_who_reads_from_both_ends_is_found_out():
    model = SequenceTagger(
        Embedding(9, 4), Bidirectional(RNN(4, 5), RNN(4, 5)), 2
    )
    params = model.init(np.random.default_rng(0))
    assert leak_test(model, params, np.array([[1, 8, 0, 3]])) > 1e-3


@dataclass(frozen=True)
class Peek(RNN):
    """Lets one number of the last step alone slip into the first."""

    def forward(self, params, x, *arguments, **options):
        y, state, cache = super().forward(params, x, *arguments, **options)
        y[-1, 0, -1] += 1e-3 * x[-1, -1, -1]
        return y, state, cache


def test_one_number_of_one_sequence_is_enough():
    layer = Peek(3, 4)
    params = layer.init(np.random.default_rng(0))
    assert 1e-5 < leak_test(layer, params, X) < 1e-1


@dataclass(frozen=True)
class PeekOneStep(RNN):
    """Lets the second step alone slip into the first."""

    def forward(self, params, x, *arguments, **options):
        y, state, cache = super().forward(params, x, *arguments, **options)
        y[:, 0, 0] += x[:, 1, 0]
        return y, state, cache


def test_one_step_ahead_is_enough():
    layer = PeekOneStep(3, 4)
    params = layer.init(np.random.default_rng(0))
    assert leak_test(layer, params, X) > 0.1


def test_the_input_is_left_alone():
    layer = RNN(3, 4)
    params = layer.init(np.random.default_rng(0))
    x = X.copy()
    x.flags.writeable = False
    leak_test(layer, params, x)


def test_what_has_no_future_is_refused():
    layer = RNN(3, 4)
    params = layer.init(np.random.default_rng(0))
    with pytest.raises(ValueError, match="x: expected at least 2 steps"):
        leak_test(layer, params, X[:, :1])
    one = LanguageModel(Embedding(1, 4), RNN(4, 5))
    params = one.init(np.random.default_rng(0))
    with pytest.raises(ValueError, match="at least 2 tokens"):
        leak_test(one, params, np.zeros((2, 3), int))
