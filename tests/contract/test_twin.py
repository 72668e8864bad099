"""The twin in PyTorch computes what the NumPy layer computes."""

from typing import Any

import numpy as np
import pytest

from seqcourse.testing import twin_difference
from seqcourse.testing.promises.arrays import (
    arrays,
    copies,
    require_close,
    require_same_bits,
)
from seqcourse.testing.promises.example import LENGTHS, Example, T
from seqcourse.testing.promises.promise import FULL_AND_PADDED
from seqcourse.testing.promises.wrong_input import mistakes
from tests.contract.table import (
    each_causal_layer,
    each_layer,
    each_layer_with_weights,
    each_padding,
)
from tests.contract.tensors import autograd_results, plain, tensors

each_device = pytest.mark.parametrize(
    "device",
    [
        pytest.param("cpu", marks=pytest.mark.torch),
        pytest.param("cuda", marks=pytest.mark.gpu),
    ],
)


def twin_of(c: Example) -> Any:
    from seqcourse.torch import from_config

    twin = from_config(c.layer.to_config()).load_params(c.params).eval()
    for part in twin.modules():
        part.fused = False  # the equations; the kernels have their own tests
    return twin


@pytest.mark.torch
@each_layer
@pytest.mark.parametrize(
    ("lengths", "begun", "dtype", "tolerance"),
    [(LENGTHS, False, np.float64, 1e-12), (None, True, np.float32, 2e-6)],
    ids=["float64", "float32"],
)
def test_the_twin_agrees(row, lengths, begun, dtype, tolerance):
    c = row.example(lengths, dtype=dtype)
    state = c.state if begun else None
    apart = twin_difference(c.layer, c.x, state, lengths, dtype=dtype)
    assert apart <= tolerance


@each_device
@each_layer
@each_padding
def test_autograd_finds_the_gradients_written_by_hand(row, case, device):
    lengths = FULL_AND_PADDED[case]["lengths"]
    c = row.example(lengths)
    found = autograd_results(
        twin_of(c).to(device),
        c,
        lambda twin, x, state: twin(x, state, tensors(lengths, device)),
        device,
    )
    tolerance = 1e-12 if device == "cpu" else 1e-10
    require_close(c.results(), found, "is not autograd's", tolerance)


@pytest.mark.torch
@each_causal_layer
def test_the_twin_steps_as_it_reads(row):
    c = row.example()
    y_t, state = c.layer.step(c.params, c.x[:, 0], c.state)
    twin_y, twin_state = twin_of(c).step(tensors(c.x[:, 0]), tensors(c.state))
    require_close(
        {"y_t": y_t, "state": state},
        {"y_t": plain(twin_y), "state": plain(twin_state)},
        "is not the twin's",
    )
    y_t, state = c.layer.step(c.params, c.x[:, 0])
    twin_y, twin_state = twin_of(c).step(tensors(c.x[:, 0]))
    require_close(
        {"y_t": y_t, "state": state},
        {"y_t": plain(twin_y), "state": plain(twin_state)},
        "is not the twin's",
    )


@pytest.mark.torch
@each_layer
def test_the_twin_has_the_same_names(row):
    c = row.example()
    twin = twin_of(c)
    assert list(twin.state_dict()) == list(c.params)
    assert twin.to_config() == c.layer.to_config()
    assert twin.state_bytes(T) == c.layer.state_bytes(T)
    require_same_bits(twin.to_params(), c.params, "is not the twin's")
    given = twin.to_params()
    for array in arrays(given):
        array[...] = 0
    require_same_bits(twin.to_params(), c.params, "is not the twin's")


@pytest.mark.torch
@each_layer_with_weights
def test_the_twin_survives_its_state_dict(row):
    c = row.example(LENGTHS)
    first, second = twin_of(c), twin_of(row.example(seed=1))
    read = tensors(c.x), tensors(c.state), tensors(LENGTHS)
    y, _ = first(*read)
    other, _ = second(*read)
    assert not np.array_equal(plain(y), plain(other))
    second.load_state_dict(first.state_dict())
    again, _ = second(*read)
    require_same_bits(plain(y), plain(again), "the output changes")


@pytest.mark.torch
@each_layer
def test_the_twins_first_weights_are_repeatable(row):
    import torch

    from seqcourse.torch import from_config

    config = row.make().to_config()

    def drawn(seed: int) -> Any:
        torch.manual_seed(seed)
        return from_config(config).to_params()

    require_same_bits(drawn(0), drawn(0), "changes with one seed")
    other = drawn(1)
    for name, weight in row.drawn(drawn(0)).items():
        assert weight.dtype == np.float32
        assert not np.array_equal(weight, other[name])


@pytest.mark.torch
@each_layer
def test_the_twin_does_not_write_to_its_inputs(row):
    c = row.example(LENGTHS)
    read = tensors((c.x, c.state, LENGTHS))
    before = copies(plain(read))
    twin_of(c)(*read)
    require_same_bits(plain(read), before, "is written to")


@pytest.mark.torch
@each_layer
def test_the_twin_has_the_same_sentences(row):
    c = row.example()
    twin = twin_of(c)
    for wrong in mistakes(row):
        if not wrong.in_torch:
            continue
        given = {"x": c.x, "state": c.state, "lengths": None}
        given |= wrong.change(c)
        here = wrong.refusal(c, lambda given=given: c.forward(**given))
        there = wrong.refusal(
            c, lambda given=given: twin(*map(tensors, given.values()))
        )
        assert there.replace("Tensor", "ndarray") == here


@pytest.mark.torch
@each_layer_with_weights
def test_the_twin_refuses_weights_that_are_not_its_own(row):
    c = row.example()
    twin = twin_of(c)
    for wrong in mistakes(row):
        if wrong.name.startswith("weight"):
            params = wrong.change(c)["params"]
            wrong.refusal(c, lambda params=params: twin.load_params(params))
