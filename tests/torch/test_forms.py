"""The twins as torch's users expect them: packed, narrow, compiled."""

import numpy as np
import pytest

pytestmark = pytest.mark.torch

LENGTHS = [3, 6, 1, 6]
#: Relative to the largest number of the exact answer.
NARROW = {"bfloat16": 3e-2, "float16": 4e-3, "float32": 3e-6}
each_core = pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
each_engine = pytest.mark.parametrize("engine", ["reference", "fused"])


def case(name, engine="reference"):
    import torch

    import seqcourse.torch

    torch.manual_seed(0)
    layer = getattr(seqcourse.torch, name)(
        5, 7, engine=engine, dtype=torch.float64
    )
    x = torch.randn(4, 6, 5, dtype=torch.float64)
    state = tuple(torch.randn_like(part) for part in layer.initial_state(4))
    return torch, layer, x, state


@each_core
@each_engine
def test_a_packed_batch_is_the_padded_one(name, engine):
    torch, layer, x, state = case(name, engine)
    lengths = torch.tensor(LENGTHS)
    y, last = layer(x, state, lengths)
    utils = torch.nn.utils.rnn
    packed = utils.pack_padded_sequence(
        x, lengths, batch_first=True, enforce_sorted=False
    )
    out, packed_last = layer(packed, state)
    assert isinstance(out, utils.PackedSequence)
    again, real = utils.pad_packed_sequence(
        out, batch_first=True, total_length=6
    )
    assert real.tolist() == LENGTHS
    assert torch.equal(again, y)
    for one, other in zip(packed_last, last, strict=True):
        assert torch.equal(one, other)


def test_a_packed_batch_has_its_own_lengths():
    torch, layer, x, _ = case("RNN")
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        x, torch.tensor([6, 6, 6, 6]), batch_first=True
    )
    with pytest.raises(ValueError, match="lengths: a packed batch has its"):
        layer(packed, None, torch.tensor(LENGTHS))


def test_a_classifier_answers_a_packed_batch_once():
    import torch

    from seqcourse.torch import GRU, SequenceClassifier

    torch.manual_seed(0)
    model = SequenceClassifier(None, GRU(5, 7), 3)
    x, lengths = torch.randn(4, 6, 5), torch.tensor(LENGTHS)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        x, lengths, batch_first=True, enforce_sorted=False
    )
    y, _ = model(packed)
    assert torch.equal(y, model(x, None, lengths)[0])


@each_core
@each_engine
@pytest.mark.parametrize("kind", NARROW)
def test_narrow_numbers_stay_near_the_exact_answer(name, engine, kind):
    torch, layer, x, state = case(name, engine)
    dy = torch.randn(4, 6, 7, dtype=torch.float64)

    def answers(dtype):
        made = layer.to(dtype)
        inputs = x.detach().to(dtype, copy=True).requires_grad_()
        y, _ = made(inputs, tuple(part.to(dtype) for part in state))
        made.zero_grad()
        y.backward(dy.to(dtype))
        grads = [w.grad.clone() for w in made.parameters()]
        return [y.detach(), inputs.grad, *grads]

    exact = [part.double() for part in answers(torch.float64)]
    narrow = answers(getattr(torch, kind))
    for one, other in zip(exact, narrow, strict=True):
        assert other.dtype == getattr(torch, kind)
        apart = (one - other.double()).abs().max() / one.abs().max()
        assert apart <= NARROW[kind], float(apart)


def test_the_reference_engine_compiles():
    torch, layer, x, state = case("LSTM")
    # Captured and differentiated as a whole; C++ would need a compiler.
    compiled = torch.compile(layer, backend="aot_eager")
    wanted = layer(x, state)
    found = compiled(x, state)
    for one, other in zip(
        [wanted[0], *wanted[1]], [found[0], *found[1]], strict=True
    ):
        assert torch.allclose(one, other, rtol=0, atol=1e-14)
    dy = torch.randn_like(wanted[0])
    grads = []
    for answer in (wanted[0], found[0]):
        layer.zero_grad()
        answer.backward(dy)
        grads.append([w.grad.numpy().copy() for w in layer.parameters()])
    for one, other in zip(*grads, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)
