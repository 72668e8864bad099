"""The model without options is the model."""

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.functional import softmax
from seqcourse.numpy.seq2seq import target_probabilities


@pytest.mark.parametrize("core", ["GRU", "LSTM"])
def test_the_model_without_options_is_the_model(core):
    rng = np.random.default_rng(0)
    core = getattr(layers, core)
    source, target = layers.Embedding(9, 4), layers.Embedding(7, 5)
    model = layers.EncoderDecoder(source, core(4, 6), target, core(5, 6))
    params = model.init(rng, np.float64)
    sources, inputs = (
        rng.integers(9, size=(3, 5)),
        rng.integers(7, size=(3, 4)),
    )
    state, _ = model.encode(params, sources)
    scores, _, _ = model.forward(params, inputs, state)
    found = target_probabilities.target_probabilities(
        model, params, sources, inputs
    )
    np.testing.assert_allclose(found, softmax(scores), rtol=1e-12)
