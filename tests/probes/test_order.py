"""What an answer owes to the order."""

import numpy as np
import pytest

from seqcourse.numpy import (
    RNN,
    BagOfWords,
    Embedding,
    LanguageModel,
    Linear,
    SequenceClassifier,
)
from seqcourse.probes import order_sensitivity
from seqcourse.tasks import DelayedRecall, Sentences


def test_a_bag_is_blind_to_order():
    task = DelayedRecall(delay=6)
    model = SequenceClassifier(Embedding(9, 4), BagOfWords(4, 5), 8)
    params = model.init(np.random.default_rng(0))
    batch = task.batch(np.random.default_rng(1), 31)
    found = order_sensitivity(model, params, batch)
    assert found.changed == 0
    assert found.distance < 1e-14


def test_a_bag_whose_sums_are_exact_gives_exactly_zero():
    layer = BagOfWords(3, 4)
    params = layer.init(np.random.default_rng(0))
    x = np.random.default_rng(1).integers(-8, 8, (7, 5, 3)) / 8
    found = order_sensitivity(layer, params, x)
    assert (found.changed, found.distance) == (0, 0)


def test_who_answers_with_the_last_step_alone_answers_another_sequence():
    layer = Linear(3, 3)
    params = {"weight": np.eye(3), "bias": np.zeros(3)}
    x = np.random.default_rng(1).standard_normal((400, 50, 3))
    found = order_sensitivity(layer, params, x)
    # Of 50 steps, the last stays last once; else it is one like any other.
    assert found.distance == pytest.approx(np.sqrt(49 / 50), abs=0.03)
    assert found.changed == pytest.approx(2 / 3 * 49 / 50, abs=0.03)
    kept = order_sensitivity(layer, params, x, keep=1)
    assert (kept.changed, kept.distance) == (0, 0)


def test_only_real_steps_change_places_and_padding_is_not_read():
    task = Sentences()
    rng = np.random.default_rng(0)
    model = LanguageModel(Embedding(task.vocab_size, 4), BagOfWords(4, 5))
    params, batch = model.init(rng), task.batch(rng, 9)
    assert len(set(batch.lengths)) > 1
    assert order_sensitivity(model, params, batch).distance < 1e-14
    reader = LanguageModel(Embedding(task.vocab_size, 4), RNN(4, 5))
    params = reader.init(rng)
    found = order_sensitivity(reader, params, batch)
    beyond = np.arange(batch.inputs.shape[1]) >= batch.lengths[:, None]
    batch.inputs[beyond] = 7
    assert order_sensitivity(reader, params, batch) == found
    assert found.distance > 0.01


def test_a_seed_fixes_it():
    layer = RNN(3, 4)
    params = layer.init(np.random.default_rng(0))
    x = np.random.default_rng(1).standard_normal((5, 6, 3))
    one, same = (order_sensitivity(layer, params, x, seed=3) for _ in "ab")
    assert one == same != order_sensitivity(layer, params, x, seed=4)


def test_what_cannot_be_shuffled_is_refused():
    layer = RNN(3, 4)
    params = layer.init(np.random.default_rng(0))
    x = np.random.default_rng(1).standard_normal((5, 6, 3))
    for keep in (-1, 5, 6):
        with pytest.raises(
            ValueError, match=f"keep: expected 0 to 4.*{keep}"
        ):
            order_sensitivity(layer, params, x, keep=keep)
    for same in (x[:1], np.ones((5, 6, 3))):
        with pytest.raises(ValueError, match="batch: expected at least two"):
            order_sensitivity(layer, params, same)
    with pytest.raises(ValueError, match="shuffles: expected a whole number"):
        order_sensitivity(layer, params, x, shuffles=0)
