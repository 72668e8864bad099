"""A classifier reads what each reader knows when it has read everything."""

import numpy as np
import pytest
import torch

import seqcourse.torch as modules
from seqcourse.testing import gradient_check
from tests.contract import table

D, LENGTHS = 3, np.array([4, 1, 6])
rng = np.random.default_rng(0)
x = rng.standard_normal((3, 6, D))


def both(front, back, backend=None):
    backend = backend or table.layers
    return backend.Bidirectional(backend.RNN(D, front), backend.GRU(D, back))


def model(core):
    made = table.layers.SequenceClassifier(None, core, 2)
    return made, made.init(np.random.default_rng(1), np.float64)


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
def test_both_readers_are_asked_at_their_own_end(lengths):
    made, params = model(both(4, 5))
    answer, state, _ = made.forward(params, x, lengths=lengths)
    final = np.concatenate(state, 1)
    expected = final @ params["readout.weight"].T + params["readout.bias"]
    np.testing.assert_allclose(answer, expected, rtol=1e-12)


CORES = {
    "both": lambda _: both(4, 5),
    "stack": lambda layers: layers.Stack((layers.Linear(D, D), both(4, 5))),
    "nested": lambda layers: layers.Bidirectional(
        layers.RNN(D, 2), both(2, 2)
    ),
    "below a reader": lambda layers: layers.Stack(
        (both(4, 5), layers.LSTM(9, 4))
    ),
}


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
def test_every_weight_learns(core, lengths):
    made, params = model(CORES[core](table.layers))
    y, _, cache = made.forward(params, x, lengths=lengths)
    _, _, grads = made.backward(params, np.ones_like(y), None, cache)
    for name, gradient in grads.items():
        assert gradient.any(), name
    errors = gradient_check(made, params, x, None, lengths)
    assert max(errors.values()) < 1e-6


def test_the_twin_agrees_and_its_readers_learn():
    made, params = model(both(4, 5))
    core = both(4, 5, modules)
    twin = modules.SequenceClassifier(None, core, 2).load_params(params)
    for lengths in (None, LENGTHS):
        y, _ = twin(torch.from_numpy(x), None, lengths)
        expected, _, _ = made.forward(params, x, None, lengths)
        np.testing.assert_allclose(y.detach(), expected, rtol=1e-12)
        twin.zero_grad()
        y.sum().backward()
        assert twin.core.backward_layer.weight_hh.grad.any()
    assert "first" not in twin.state_dict()


def test_what_comes_after_the_end_changes_nothing():
    made, params = model(both(4, 5))
    alone = [
        made.forward(params, x[b : b + 1, :n])[0]
        for b, n in enumerate(LENGTHS)
    ]
    together, _, _ = made.forward(params, x, None, LENGTHS)
    np.testing.assert_allclose(together, np.concatenate(alone), rtol=1e-12)


def test_a_core_without_such_a_step_is_refused():
    mixed = table.layers.Stack((both(4, 5), table.layers.Linear(9, 2)))
    assert table.layers.Stack(
        (table.layers.RNN(D, 2), table.layers.Linear(2, 2))
    ).complete_at
    for core in (
        mixed,
        table.layers.Stack((mixed, table.layers.LayerNorm(2))),
    ):
        with pytest.raises(ValueError, match=r"^core: expected one that has"):
            table.layers.SequenceClassifier(None, core, 2)
    table.layers.SequenceTagger(None, mixed, 2)
