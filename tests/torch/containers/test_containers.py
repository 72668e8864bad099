import numpy as np
import pytest

pytestmark = pytest.mark.torch


@pytest.fixture
def layers():
    import seqcourse.torch

    return seqcourse.torch


def draw_stack(layers, share):
    import torch

    torch.manual_seed(0)
    parts = (layers.RNN(3, 8), layers.RNN(8, 7), layers.RNN(7, 5))
    return layers.Stack(parts, share), torch.randn(4, 6, 3)


def test_training_and_evaluation_switch_dropout(layers):
    import torch

    stack, x = draw_stack(layers, 0.5)
    first, _ = stack(x)
    second, _ = stack(x)
    assert not torch.equal(first, second)
    stack.eval()
    quiet, _ = stack(x)
    assert torch.equal(quiet, stack(x)[0])
    assert not torch.equal(quiet, first)
    config = stack.config
    y, _, _ = config.forward(stack.to_params(), x.numpy())
    np.testing.assert_allclose(y, quiet.detach().numpy(), atol=1e-6)


def test_dropout_never_follows_the_last_layer(layers):
    import torch

    stack, x = draw_stack(layers, 0.5)
    y, (*_, last) = stack(x)
    assert (y != 0).all()
    assert torch.equal(y[:, -1], last)
    one = layers.Stack((layers.RNN(3, 5),), 0.9)
    assert torch.equal(one(x)[0], one(x)[0])


def test_parts_that_do_not_fit_have_the_same_sentences(layers):
    with pytest.raises(
        ValueError, match=r"^layers\[1\]: expected input_size"
    ):
        layers.Stack((layers.RNN(3, 4), layers.RNN(5, 4)))
    with pytest.raises(ValueError, match=r"^layers: expected at least 1"):
        layers.Stack(())
    with pytest.raises(ValueError, match=r"^dropout: expected 0 to below 1"):
        layers.Stack((layers.RNN(3, 4),), 1.0)
    with pytest.raises(ValueError, match=r"^backward_layer: expected input"):
        layers.Bidirectional(layers.RNN(3, 4), layers.RNN(5, 4))
    with pytest.raises(ValueError, match=r"^forward_layer: expected a Layer"):
        layers.Bidirectional("RNN", layers.RNN(5, 4))


def test_a_refused_state_is_called_by_its_number_in_the_whole(layers):
    import torch

    stack, x = draw_stack(layers, 0.0)
    state = list(stack.initial_state(4))
    state[2] = state[2][:, 1:]
    with pytest.raises(ValueError, match=r"^state\[2\]: expected shape"):
        stack(x, tuple(state))
    state = list(stack.initial_state(4))
    state[1] = torch.full_like(state[1], torch.nan)
    with pytest.raises(ValueError, match=r"^state\[1\]: expected finite"):
        stack(x, tuple(state))


def test_a_reversed_sequence_starts_at_its_own_last_step(layers):
    import torch

    torch.manual_seed(0)
    layer = layers.Bidirectional(layers.RNN(3, 4), layers.RNN(3, 5))
    x, lengths = torch.randn(3, 6, 3), torch.tensor([2, 6, 1])
    y, (_, last) = layer(x, None, lengths)
    for b, n in enumerate(lengths):
        alone, (h,) = layer.backward_layer(x[b : b + 1, :n].flip(1))
        torch.testing.assert_close(y[b, :n, 4:], alone[0].flip(0))
        torch.testing.assert_close(last[b], h[0])
