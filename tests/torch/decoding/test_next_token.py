"""Modules that write: what is special to tensors."""

import numpy as np
import pytest

import seqcourse.numpy

pytestmark = pytest.mark.torch


@pytest.fixture
def layers():
    import seqcourse.torch

    return seqcourse.torch


def test_a_module_of_bfloat16_writes(layers):
    import torch

    torch.manual_seed(0)
    module = layers.LanguageModel(layers.Embedding(9, 4), layers.LSTM(4, 6))
    module = module.bfloat16()
    params = module.to_params()
    for name, weight in module.state_dict().items():
        assert params[name].dtype == np.float32
        assert torch.equal(torch.tensor(params[name]).bfloat16(), weight)
    given = {"prefix": [[1, 2, 3], [4]], "max_length": 5}
    found = layers.greedy(module, params, **given)
    model = seqcourse.numpy.LanguageModel.from_config(module.to_config())
    same = layers.greedy(model, params, **given)
    np.testing.assert_allclose(found.scores, same.scores, rtol=0.05)
    assert layers.beam_search(module, params, **given).tokens.shape[0] == 2


def test_a_module_without_weights_is_refused(layers):
    module = layers.SinusoidalPositionEmbedding(4)
    with pytest.raises(ValueError, match=r"^model: expected one that reads"):
        layers.greedy(module, {}, prefix=1, max_length=2)


def test_what_is_handed_in_is_arrays(layers):
    import torch

    module = layers.LanguageModel(layers.Embedding(9, 4), layers.LSTM(4, 6))
    params = dict(sorted(module.state_dict().items()))
    with pytest.raises(ValueError, match=r"^params\['core.bias_hh'\]: expec"):
        layers.greedy(module, params, prefix=1, max_length=2)
    params, prefix = module.to_params(), torch.ones(1, 2, dtype=torch.int64)
    with pytest.raises(ValueError, match=r"^prefix: .* got a torch.Tensor "):
        layers.greedy(module, params, prefix=prefix, max_length=2)


@pytest.mark.filterwarnings("error")
def test_arrays_that_torch_cannot_share_are_read(layers):
    module = layers.EncoderDecoder(
        layers.Embedding(9, 3),
        layers.GRU(3, 4),
        layers.Embedding(9, 3),
        layers.GRU(3, 4),
        layers.DotAttention(4, 4),
    )
    given = np.array([[3, 1, 4], [1, 5, 0]]), np.array([3, 2])
    expected = layers.greedy(
        module, module.to_params(), *given, prefix=1, max_length=4
    )
    frozen = *given, given[0].copy()
    for array in frozen:
        array.flags.writeable = False
    sources, lengths, prefix = frozen
    found = layers.greedy(
        module, module.to_params(), sources, lengths, prefix=1, max_length=4
    )
    np.testing.assert_array_equal(found.tokens, expected.tokens)
    np.testing.assert_array_equal(found.scores, expected.scores)
    for decode in (layers.greedy, layers.beam_search):
        decode(
            module,
            module.to_params(),
            sources[:, ::-1],
            lengths,
            prefix=prefix[:, :2],
            max_length=4,
        )
