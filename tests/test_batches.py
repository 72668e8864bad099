"""One table of batches that nothing can be learned from, on both backends."""

import dataclasses
import importlib
import re
from types import SimpleNamespace

import numpy as np
import pytest

B, T, D, V, C, S = 2, 3, 2, 5, 4, 4

each_backend = pytest.mark.parametrize(
    "backend", ["numpy", pytest.param("torch", marks=pytest.mark.torch)]
)


def batch_of(kind, **changes):
    """Give a batch for `model_of`, changed where a row of the table says."""
    rng = np.random.default_rng(0)
    tokens = rng.integers(0, V, (B, T))
    given = {
        "inputs": tokens,
        "targets": rng.integers(0, C, (B, T)),
        "lengths": np.array([3, 2]),
        "weights": np.array([[1, 1, 1], [1, 1, 0]], np.float32),
    }
    if kind == "classifier":
        given["targets"] = np.array([0, 3])
        given["weights"] = np.ones(B, np.float32)
    if kind == "series":
        given["inputs"] = rng.normal(size=(B, T, D)).astype(np.float32)
        given["targets"] = rng.normal(size=(B, T, 1)).astype(np.float32)
    if kind == "pairs":
        given["sources"] = rng.integers(0, V, (B, S))
        given["source_lengths"] = np.array([4, 1])
    return SimpleNamespace(**{**given, **changes})


def model_of(kind, layers):
    if kind == "series":
        return layers.SequenceTagger(layers.Linear(D, 3), layers.RNN(3, 3), 1)
    if kind == "pairs":
        return layers.EncoderDecoder(
            layers.Embedding(V, 3),
            layers.RNN(3, 3),
            layers.Embedding(V, 3),
            layers.RNN(3, 3),
        )
    make = {
        "tagger": layers.SequenceTagger,
        "classifier": layers.SequenceClassifier,
    }
    return make[kind](layers.Embedding(V, 3), layers.RNN(3, 3), C)


@dataclasses.dataclass(frozen=True)
class Fixed:
    """A task that always gives one batch."""

    given: object
    loss: str

    def batch(self, rng, size):
        return self.given

    def metric(self, outputs, batch):
        return float(np.sum(outputs))


def task_of(kind, **changes):
    loss = "squared_error" if kind == "series" else "cross_entropy"
    return Fixed(batch_of(kind, **changes), loss)


def both(kind, backend):
    layers = importlib.import_module(f"seqcourse.{backend}")
    numpy = importlib.import_module("seqcourse.numpy")
    params = model_of(kind, numpy).init(np.random.default_rng(0))
    return layers, model_of(kind, layers), params


NAN = np.full((B, T, 1), np.nan, np.float32)
#: What is asked for, what is wrong with the batch, and what is said.
WRONG = {
    "words": ("tagger", {"inputs": "to be"}, "inputs: expected an array of "),
    "no inputs": ("tagger", {"inputs": None}, "inputs: expected an array of"),
    "a vector": (
        "tagger",
        {"inputs": np.zeros(3, int)},
        (
            "inputs: expected integer tokens (B, T) or floating-point "
            "numbers (B, T, D), got int64 of shape (3,)"
        ),
    ),
    "tokens that are no integers": (
        "tagger",
        {"inputs": np.zeros((B, T))},
        (
            "inputs: expected integer tokens (B, T) or floating-point "
            "numbers (B, T, D), got float64 of shape (2, 3)"
        ),
    ),
    "no step": (
        "tagger",
        {"inputs": np.zeros((B, 0), int)},
        "inputs: expected no empty axis, got shape (2, 0)",
    ),
    "an unknown token": (
        "tagger",
        {"inputs": np.array([[0, 1, 2], [0, 5, 2]])},
        "inputs: expected tokens from 0 to 4, got 5 at [1, 1]",
    ),
    "a token below 0": (
        "tagger",
        {"inputs": np.array([[0, 1, 2], [0, -1, 2]])},
        "inputs: expected tokens from 0 to 4, got -1 at [1, 1]",
    ),
    "an input that is no number": (
        "series",
        {"inputs": np.full((B, T, D), np.nan)},
        "inputs: expected finite numbers, got nan at [0, 0, 0]",
    ),
    "other features": (
        "series",
        {"inputs": np.zeros((B, T, D + 1))},
        "inputs: expected 2 features on axis 2 (D), got shape (2, 3, 3)",
    ),
    "a length for one": (
        "tagger",
        {"lengths": np.array([3])},
        "lengths: expected shape (2,), one for each sequence",
    ),
    "a length that is a fraction": (
        "tagger",
        {"lengths": np.array([3.0, 2.0])},
        "lengths: expected integers, got float64",
    ),
    "a length of 0": (
        "tagger",
        {"lengths": np.array([3, 0])},
        "lengths: expected 1 to 3 (axis 1 of inputs, T), got 0 to 3",
    ),
    "a length beyond the end": (
        "tagger",
        {"lengths": np.array([4, 1], np.uint8)},
        "lengths: expected 1 to 3 (axis 1 of inputs, T), got 1 to 4",
    ),
    "targets for other steps": (
        "tagger",
        {"targets": np.zeros((B, T + 1), int)},
        "targets: expected shape (2, 3), got (2, 4)",
    ),
    "classes that are no integers": (
        "tagger",
        {"targets": np.zeros((B, T))},
        "targets: expected integers, got float64",
    ),
    "a series without its last axis": (
        "series",
        {"targets": np.zeros((B, T))},
        "targets: expected shape (2, 3, C), got (2, 3)",
    ),
    "a target that counts and is no number": (
        "series",
        {"targets": NAN},
        "targets: expected finite numbers, got nan at [0, 0, 0]",
    ),
    "weights for other steps": (
        "tagger",
        {"weights": np.ones((B, T + 1))},
        "weights: expected shape (2,) or (2, 3), got (2, 4)",
    ),
    "one weight a sequence where each step is asked": (
        "tagger",
        {"weights": np.ones(B)},
        "targets: expected shape (2,), got (2, 3)",
    ),
    "no weights": (
        "tagger",
        {"weights": np.zeros((B, T))},
        "weights: expected at least one answer that counts, got 0 alone",
    ),
    "a negative weight": (
        "tagger",
        {"weights": np.array([[1, 1, 1], [1, -1, 1]])},
        "weights: expected finite numbers of at least 0, got -1.0 at [1, 1]",
    ),
    "a weight that is no number": (
        "series",
        {"weights": np.full((B, T), np.nan)},
        "weights: expected finite numbers of at least 0, got nan at [0, 0]",
    ),
    "an infinite weight": (
        "tagger",
        {"weights": np.full((B, T), np.inf)},
        "weights: expected finite numbers of at least 0, got inf at [0, 0]",
    ),
    "a source of reals": (
        "pairs",
        {"sources": np.zeros((B, S))},
        "sources: expected integer tokens (B, T) or",
    ),
    "an unknown token in a source": (
        "pairs",
        {"sources": np.full((B, S), V)},
        "sources: expected tokens from 0 to 4, got 5 at [0, 0]",
    ),
    "sources of another number": (
        "pairs",
        {"sources": np.zeros((B + 1, S), int), "source_lengths": None},
        "sources: expected 2 on axis 0 (B), one for each of the inputs",
    ),
    "a source's length of 0": (
        "pairs",
        {"source_lengths": np.array([4, 0])},
        "source_lengths: expected 1 to 4 (axis 1 of sources, T), got 0 to 4",
    ),
}
#: What does not fit the outputs of the model.
UNFIT = {
    "one target a sequence where each step is asked": (
        "tagger",
        {"targets": np.zeros(B, int), "weights": None},
        "targets: expected shape (2, 3), got (2,)",
    ),
    "a target each step where each sequence is asked": (
        "classifier",
        {"targets": np.zeros((B, T), int), "weights": None},
        "targets: expected shape (2,), got (2, 3)",
    ),
    "a class too many": (
        "tagger",
        {"targets": np.full((B, T), C)},
        "targets: expected classes from 0 to 3, got 4 at [0, 0]",
    ),
    "-100 that counts": (
        "tagger",
        {"targets": np.array([[0, 1, -100], [0, 1, -100]])},
        "targets: expected classes from 0 to 3, got -100 at [0, 2]",
    ),
    "a square series without its last axis": (
        "series",
        {
            "inputs": np.zeros((T, T, D)),
            "targets": np.zeros((T, T)),
            "lengths": None,
            "weights": None,
        },
        "targets: expected shape (3, 3, 1), got (3, 3)",
    ),
    "a series of other features": (
        "series",
        {"targets": np.zeros((B, T, 2))},
        "targets: expected shape (2, 3, 1), got (2, 3, 2)",
    ),
}


@each_backend
@pytest.mark.parametrize(
    ("kind", "changes", "sentence"), WRONG.values(), ids=WRONG.keys()
)
def test_a_wrong_batch_has_its_sentence(backend, kind, changes, sentence):
    layers, model, params = both(kind, backend)
    task = task_of(kind, **changes)
    calls = [
        lambda: layers.fit(model, task, 1),
        lambda: layers.evaluate(model, params, task),
    ]
    if not sentence.startswith(("targets", "weights")):  # it needs none
        calls.append(lambda: layers.predict(model, params, task.given))
    for call in calls:
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
            call()


@each_backend
@pytest.mark.parametrize(
    ("kind", "changes", "sentence"), UNFIT.values(), ids=UNFIT.keys()
)
def test_answers_to_something_else_have_their_sentence(
    backend, kind, changes, sentence
):
    layers, model, _ = both(kind, backend)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        layers.fit(model, task_of(kind, **changes), 1)


@each_backend
@pytest.mark.parametrize("given", [None, "batch", {"inputs": 1}])
def test_what_is_no_batch_has_its_sentence(backend, given):
    layers, model, params = both("tagger", backend)
    task = Fixed(given, "cross_entropy")
    for call in (
        lambda: layers.fit(model, task, 1),
        lambda: layers.predict(model, params, given),
        lambda: layers.evaluate(model, params, task),
    ):
        with pytest.raises(
            ValueError, match=r"^batch: expected a batch with"
        ):
            call()


@pytest.mark.torch
@each_backend
def test_the_arrays_are_numpys_in_both_backends(backend):
    import torch

    layers, model, _ = both("tagger", backend)
    task = task_of("tagger", inputs=torch.zeros(B, T, dtype=torch.int64))
    sentence = "inputs: expected an array of numbers, got a torch.Tensor of"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        layers.fit(model, task, 1)


def gradients(kind, backend, **changes):
    """Give the loss of a batch, and its gradient for every weight."""
    layers, model, params = both(kind, backend)
    training = importlib.import_module(f"{layers.__name__}.training.loss")
    task = task_of(kind, **changes)
    if backend == "numpy":
        found = training.loss_and_gradient(
            model, params, task.given, task.loss
        )
        return found[:2]
    model.load_params(params)
    loss = training.loss_and_gradient(model, task.given, task.loss)
    named = model.named_parameters()
    return loss, {name: w.grad.numpy() for name, w in named}


def assert_same(found, expected):
    assert found[0] == pytest.approx(expected[0], rel=1e-6)
    for name, gradient in expected[1].items():
        np.testing.assert_allclose(found[1][name], gradient, atol=1e-6)


@each_backend
def test_what_has_no_weight_may_be_anything(backend):
    expected = gradients("tagger", backend)
    targets = batch_of("tagger").targets
    targets[1, 2] = -100
    assert_same(gradients("tagger", backend, targets=targets), expected)
    expected = gradients("series", backend)
    targets = batch_of("series").targets
    targets[1, 2] = np.nan
    assert_same(gradients("series", backend, targets=targets), expected)


@each_backend
@pytest.mark.parametrize("kind", ["tagger", "classifier", "series", "pairs"])
def test_what_is_left_out_means_all(backend, kind):
    whole = batch_of(kind)
    everything = {
        "lengths": np.full(B, T),
        "weights": np.ones(np.shape(whole.weights)),
    }
    if kind == "pairs":
        everything["source_lengths"] = np.full(B, S)
    nothing = dict.fromkeys(everything)
    assert_same(
        gradients(kind, backend, **nothing),
        gradients(kind, backend, **everything),
    )
    layers, model, params = both(kind, backend)
    np.testing.assert_array_equal(
        layers.predict(model, params, batch_of(kind, **nothing)),
        layers.predict(model, params, batch_of(kind, **everything)),
    )


@each_backend
@pytest.mark.parametrize(
    "dtype", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", ">i8"]
)
def test_integers_of_any_type_are_the_same_integers(backend, dtype):
    given = vars(batch_of("pairs"))
    integers = {
        name: given[name].astype(dtype) for name in given.keys() - {"weights"}
    }
    assert_same(
        gradients("pairs", backend, **integers), gradients("pairs", backend)
    )


@each_backend
def test_a_byte_is_no_mask(backend):
    """As many sequences as steps: torch could index with the lengths."""
    layers, model, params = both("classifier", backend)
    inputs, lengths = np.arange(9).reshape(3, 3) % V, np.array([3, 1, 2])
    answers = [
        layers.predict(
            model,
            params,
            batch_of("classifier", inputs=inputs, lengths=lengths.astype(n)),
        )
        for n in (np.uint8, np.int64)
    ]
    np.testing.assert_array_equal(*answers)


@each_backend
def test_lists_and_views_are_arrays_too(backend):
    given = vars(batch_of("tagger"))
    expected = gradients("tagger", backend)
    nested = {name: array.tolist() for name, array in given.items()}
    assert_same(gradients("tagger", backend, **nested), expected)
    views = {name: array[::-1].copy()[::-1] for name, array in given.items()}
    for array in views.values():
        array.flags.writeable = False
    assert_same(gradients("tagger", backend, **views), expected)


@each_backend
@pytest.mark.parametrize("scale", [1e-300, 1e300])
@pytest.mark.parametrize("bptt_length", [None, 1])
def test_the_size_of_the_weights_does_not_matter(backend, scale, bptt_length):
    layers, model, params = both("tagger", backend)
    weights = batch_of("tagger").weights.astype(float)
    weights[0, 1] = 1e-60  # a cut has a piece of nothing else
    weights[1, 1] = 0
    losses = [
        layers.fit(
            model, task, 1, params=params, bptt_length=bptt_length
        ).history.loss
        for task in (
            task_of("tagger", weights=weights),
            task_of("tagger", weights=weights * scale),
        )
    ]
    np.testing.assert_allclose(*losses, rtol=1e-6)
    assert np.isfinite(losses).all()
