"""The model without options, in both backends."""

import numpy as np
import pytest
import torch

from seqcourse import numpy as reference
from seqcourse.numpy.seq2seq.target_probabilities import target_probabilities
from seqcourse.torch import from_config
from seqcourse.torch.seq2seq.target_probabilities import (
    target_probabilities as twin,
)

pytestmark = pytest.mark.torch


@pytest.fixture
def drawn():
    rng = np.random.default_rng(0)
    G, E = reference.GRU, reference.Embedding
    model = reference.EncoderDecoder(E(9, 4), G(4, 6), E(7, 5), G(5, 6))
    params = model.init(rng, np.float64)
    tokens = rng.integers(9, size=(3, 5)), rng.integers(7, size=(3, 4))
    torch_model = from_config(model.to_config()).double().load_params(params)
    return model, params, torch_model, tokens


def test_the_model_without_options_is_the_twins(drawn):
    model, params, torch_model, tokens = drawn
    with torch.no_grad():
        found = twin(torch_model, *map(torch.from_numpy, tokens))
    expected = target_probabilities(model, params, *tokens)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)


def test_the_model_without_options_is_the_model(drawn):
    _, _, torch_model, tokens = drawn
    sources, inputs = map(torch.from_numpy, tokens)
    with torch.no_grad():
        found = twin(torch_model, sources, inputs)
        scores, _ = torch_model(inputs, torch_model.encode(sources))
    torch.testing.assert_close(found, scores.softmax(-1))
