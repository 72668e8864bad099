from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse.numpy import RNN, SequenceClassifier

pytestmark = pytest.mark.torch


@pytest.fixture
def layers():
    import seqcourse.torch

    return seqcourse.torch


def test_arguments_set_device_and_type(layers):
    import torch

    for layer in (
        layers.Linear(3, 5, device="cpu", dtype=torch.float64),
        layers.Embedding(3, 5, device="cpu", dtype=torch.float64),
        layers.BagOfWords(3, 5, device="cpu", dtype=torch.float64),
        layers.FixedWindow(3, 5, 7, device="cpu", dtype=torch.float64),
        layers.RNN(3, 5, device="cpu", dtype=torch.float64),
    ):
        for weight in layer.parameters():
            assert weight.dtype == torch.float64
            assert weight.device.type == "cpu"
            assert weight.requires_grad


def test_constructors_check_as_the_numpy_layers_do(layers):
    with pytest.raises(ValueError, match=r"^hidden_size: expected a whole"):
        layers.RNN(3, 0)
    with pytest.raises(ValueError, match=r"^nonlinearity: expected one of"):
        layers.RNN(3, 5, nonlinearity="sin")
    with pytest.raises(ValueError, match=r"^num_classes: expected a whole"):
        layers.SequenceClassifier(None, layers.RNN(3, 5), 0)
    with pytest.raises(ValueError, match=r"^embedding: expected an Embed"):
        layers.LanguageModel(layers.Linear(3, 3), layers.RNN(3, 5))


def test_an_unknown_type_has_its_sentence(layers):
    with pytest.raises(
        ValueError, match=r'^config: expected the "type" of a Module, got \'X'
    ):
        layers.from_config({"type": "X"})
    with pytest.raises(ValueError, match=r"of a Linear, got 'RNN'"):
        layers.Linear.from_config(RNN(3, 5).to_config())


def test_the_configuration_goes_to_and_fro(layers):
    model = SequenceClassifier(None, RNN(3, 5, "relu", False), 2)
    twin = layers.from_config(model.to_config())
    assert twin.to_config() == model.to_config()
    assert type(twin).from_config(twin.to_config()).config == model


def test_the_first_state_is_zero_and_of_the_weights_type(layers):
    import torch

    total, count = layers.BagOfWords(3, 5, dtype=torch.float64).initial_state(
        4
    )
    assert (total.dtype, count.dtype) == (torch.float64, torch.int64)
    assert (total.shape, count.shape) == ((4, 3), (4,))
    assert not total.any()
    assert not count.any()


def test_weights_bring_their_type(layers):
    params = RNN(3, 5).init(np.random.default_rng(0), np.float64)
    twin = layers.RNN(3, 5).load_params(params)
    for name, weight in twin.to_params().items():
        assert weight.dtype == np.float64
        assert weight.tobytes() == params[name].tobytes()


def test_lengths_may_be_numpys_or_torchs(layers):
    import torch

    twin = layers.SequenceClassifier(None, layers.RNN(3, 5), 2)
    x = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(0))
    lengths = np.array([2, 4])
    y, _ = twin(x, None, lengths)
    again, _ = twin(x, None, torch.tensor(lengths))
    assert torch.equal(y, again)


def unshared(array):
    """Give the same numbers in ways that torch cannot share, and one more."""
    frozen = array.copy()
    frozen.flags.writeable = False
    backwards = np.array(array[..., ::-1], order="C")[..., ::-1]
    swapped = array.astype(array.dtype.newbyteorder())
    return frozen, backwards, swapped, array.copy()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("i", range(4))
def test_arrays_lie_in_memory_as_they_like(layers, i):
    import torch

    twin = layers.SequenceClassifier(None, layers.RNN(3, 1), 1)
    params = twin.to_params()  # with axes of 1, which are always contiguous
    x, lengths = torch.randn(1, 4, 3), np.array([2])
    expected, _ = twin(x, None, lengths)
    strange = {name: unshared(w)[i] for name, w in params.items()}
    y, _ = twin.load_params(strange)(x, None, unshared(lengths)[i])
    assert torch.equal(y, expected)
    batch = SimpleNamespace(inputs=x.numpy(), lengths=unshared(lengths)[i])
    batch.targets = batch.weights = None
    found = layers.predict(twin, strange, batch)
    np.testing.assert_array_equal(found, expected.detach())
    for weight in twin.parameters():
        weight.data += 1
    for name, weight in strange.items():
        np.testing.assert_array_equal(weight, params[name])


def test_numbers_longer_than_torchs_are_refused(layers):
    twin = layers.SequenceClassifier(None, layers.RNN(3, 5), 2)
    long = np.longdouble
    if np.dtype(long).itemsize == 8:  # where the compiler has none
        return
    params = {name: w.astype(long) for name, w in twin.to_params().items()}
    batch = SimpleNamespace(inputs=np.ones((1, 4, 3)), lengths=None)
    batch.targets = batch.weights = None
    for call in (
        lambda: twin.load_params(params),
        lambda: layers.predict(twin, params, batch),
    ):
        with pytest.raises(
            ValueError, match=r"^params\['core\.\w+'\]: expected float64 or l"
        ):
            call()
