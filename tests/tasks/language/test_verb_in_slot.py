"""A verb is a verb wherever it stands."""

from dataclasses import replace

import numpy as np
import pytest

from seqcourse.tasks import VerbInSlot

TASK = VerbInSlot(length=6, slot=2, settled=3)
SIZE = 4000


@pytest.fixture(scope="module")
def batch():
    return TASK.batch(np.random.default_rng(0), SIZE)


def test_there_is_one_verb_and_it_is_the_answer(batch):
    verbs = batch.inputs < 8
    assert (verbs.sum(1) == 1).all()
    np.testing.assert_array_equal(batch.targets > 0, verbs)
    at = verbs.nonzero()
    np.testing.assert_array_equal(batch.targets[at], 1 + batch.inputs[at])
    for token, target in zip(
        batch.inputs[at][:20], batch.targets[at], strict=False
    ):
        assert TASK.words[token] == TASK.answers[target]
    assert TASK.answers[0] == "none"


def test_settled_verbs_stand_in_their_slot_and_the_others_anywhere(batch):
    row, slot = (batch.inputs < 8).nonzero()
    settled = batch.inputs[row, slot] < 3
    assert (slot[settled] == 1).all()
    counts = np.bincount(slot[~settled], minlength=6)
    expected = (~settled).sum() / 6
    assert np.abs(counts - expected).max() < 5 * np.sqrt(expected)


def test_all_words_are_equally_likely(batch):
    counts = np.bincount(batch.inputs.ravel(), minlength=20)
    verbs, fillers = counts[:8], counts[8:]
    assert np.abs(verbs - SIZE / 8).max() < 5 * np.sqrt(SIZE / 8)
    expected = SIZE * 5 / 12
    assert np.abs(fillers - expected).max() < 5 * np.sqrt(expected)


def test_the_slot_moves_the_settled_verbs_alone():
    moved = replace(TASK, slot=6).batch(np.random.default_rng(0), 300)
    row, slot = (moved.inputs < 8).nonzero()
    settled = moved.inputs[row, slot] < 3
    assert (slot[settled] == 5).all()
    assert len(set(slot[~settled])) == 6


def test_the_metric_asks_for_the_settled_verbs_alone(batch):
    known = np.eye(9)[batch.targets]
    assert TASK.metric(known, batch) == TASK.best
    settled = (batch.targets > 0) & (batch.targets <= 3)
    wrong = known.copy()
    wrong[~settled] = np.eye(9)[8]
    assert TASK.metric(wrong, batch) == TASK.best
    none = np.tile(np.eye(9)[0], (SIZE, 6, 1))
    assert TASK.metric(none, batch) == 0
    one = np.tile(np.eye(9)[2], (SIZE, 6, 1))
    share = (batch.targets == 2).sum() / settled.sum()
    assert TASK.metric(one, batch) == pytest.approx(share)


def test_a_draw_among_the_answers_gets_chance(batch):
    drawn = np.random.default_rng(1).normal(size=(SIZE, 6, 9))
    asked = SIZE * 3 / 8
    error = np.sqrt(TASK.chance / asked)
    assert TASK.metric(drawn, batch) == pytest.approx(
        TASK.chance, abs=4 * error
    )


def test_a_batch_without_a_settled_verb_is_refused(batch):
    rows = ((batch.targets > 3).any(1)).nonzero()[0]
    others = replace(
        batch,
        **{
            name: getattr(batch, name)[rows]
            for name in ("inputs", "targets", "lengths", "weights")
        },
    )
    with pytest.raises(ValueError, match="at least one settled verb"):
        TASK.metric(np.zeros((len(rows), 6, 9)), others)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"length": 0}, "length: expected a whole number .* got 0"),
        ({"slot": 0}, "slot: expected a whole number .* got 0"),
        ({"length": 4, "slot": 5}, "slot: expected 1 to 4, .* got 5"),
        ({"settled": 9}, "settled: expected 1 to 8 verbs, got 9"),
        ({"settled": 0}, "settled: expected a whole number .* got 0"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        VerbInSlot(**arguments)
