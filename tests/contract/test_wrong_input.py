"""What is wrong is refused, in a sentence that names it."""

import re

import numpy as np
import pytest

from seqcourse.testing.promises import wrong_input
from seqcourse.testing.promises.example import B
from tests.contract.table import (
    TABLE,
    WINDOW,
    C,
    D,
    H,
    T,
    V,
    asked,
    layers,
)

test_a_wrong_x_has_its_sentence = asked(
    wrong_input.a_wrong_x_has_its_sentence
)
test_wrong_lengths_have_their_sentence = asked(
    wrong_input.wrong_lengths_have_their_sentence
)
test_a_wrong_state_has_its_sentence = asked(
    wrong_input.a_wrong_state_has_its_sentence
)
test_wrong_params_have_their_sentence = asked(
    wrong_input.wrong_params_have_their_sentence
)
test_wrong_weights_are_called_by_their_full_names = asked(
    wrong_input.wrong_weights_are_called_by_their_full_names
)
test_sizes_below_one_have_their_sentence = asked(
    wrong_input.sizes_below_one_have_their_sentence
)


def test_an_unknown_nonlinearity_has_its_sentence():
    with pytest.raises(
        ValueError,
        match=r"^nonlinearity: expected one of tanh, relu, got 'sin'$",
    ):
        layers.RNN(D, H, nonlinearity="sin")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"orthogonal": True, "identity": True},
            "identity: expected False where orthogonal=True, got True",
        ),
        ({"input_scale": 0.0}, "input_scale: expected a number above 0"),
        ({"input_scale": np.inf}, "input_scale: expected a number above 0"),
    ],
)
def test_an_rnn_refuses_initial_weights_that_make_no_sense(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        layers.RNN(D, H, **wrong)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"proj_size": H}, "proj_size: expected below hidden_size 9, got 9"),
        ({"proj_size": 0}, "proj_size: expected a whole number of at"),
        ({"chrono": 1}, "chrono: expected at least 2 steps, got 1"),
        ({"chrono": 2.5}, "chrono: expected a whole number or None, got 2.5"),
        (
            {"chrono": 9, "bias": False},
            "chrono: expected None where bias=False, got 9",
        ),
        (
            {"forget_bias": 1.0, "bias": False},
            "forget_bias: expected 0 where bias=False, got 1.0",
        ),
        (
            {"forget_bias": 1.0, "chrono": 9},
            "forget_bias: expected 0 where chrono is given, got 1.0",
        ),
        (
            {"forget_bias": np.inf},
            "forget_bias: expected a finite number, got inf",
        ),
    ],
)
def test_an_lstm_refuses_what_it_cannot_be(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        layers.LSTM(D, H, **wrong)


def test_a_gru_refuses_what_it_cannot_be():
    sentence = r"^chrono: expected None where bias=False, got 9$"
    with pytest.raises(ValueError, match=sentence):
        layers.GRU(D, H, bias=False, chrono=9)
    with pytest.raises(ValueError, match=r"^chrono: expected at least 2"):
        layers.GRU(D, H, chrono=1)


def test_a_language_model_reads_tokens():
    for wrong in (None, layers.Linear(5, D)):
        with pytest.raises(
            ValueError, match=r"^embedding: expected an Embedding for tokens"
        ):
            layers.LanguageModel(wrong, layers.RNN(D, H))


@pytest.mark.parametrize(
    ("embedding", "core", "sentence"),
    [
        (3, layers.RNN(D, H), r"^embedding: expected a Layer or None"),
        (None, "RNN", r"^core: expected a Layer, got"),
        (
            layers.Embedding(V, 4),
            layers.RNN(D, H),
            r"^core: expected input_size 4, the embedding's, got",
        ),
    ],
)
def test_parts_that_do_not_fit_are_refused(embedding, core, sentence):
    with pytest.raises(ValueError, match=sentence):
        layers.SequenceTagger(embedding, core, C)


@pytest.mark.parametrize(
    "name",
    ["Linear", "RNN", "LSTM", "GRU", "BagOfWords", "FixedWindow"],
)
def test_a_gradient_of_another_shape_is_refused(name):
    row = TABLE.get(name) or next(
        row for row in TABLE.values() if row.name.startswith(name)
    )
    layer = row.make()
    params = layer.init(np.random.default_rng(0))
    y, _, cache = layer.forward(params, np.ones((B, T, D)))
    with pytest.raises(ValueError, match=r"^dy: expected shape"):
        layer.backward(params, y[..., :1], None, cache)


def test_counts_below_zero_are_refused():
    for layer in (layers.BagOfWords(D, H), layers.FixedWindow(D, H, WINDOW)):
        params = layer.init(np.random.default_rng(0))
        first, count = layer.initial_state(B, np.float32)
        with pytest.raises(ValueError, match=r"^state\[1\]: expected counts"):
            layer.forward(params, np.ones((B, T, D)), (first, count - 1))
