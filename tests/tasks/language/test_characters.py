"""The next character of a text."""

import dataclasses
import math
from collections import Counter

import numpy as np
import pytest

from seqcourse.tasks import Characters, Task, shakespeare
from seqcourse.tasks.language import characters

# Every place of it can be told from every other.
TEXT = "".join(chr(0x4E00 + n) for n in range(400))
TRAIN = Characters(TEXT, window=7)
VALIDATION = dataclasses.replace(TRAIN, split="validation")


def test_it_is_a_task_without_a_best_score():
    assert isinstance(TRAIN, Task)
    assert (TRAIN.kind, TRAIN.loss) == ("language", "cross_entropy")
    assert math.isnan(TRAIN.best)
    assert TRAIN.vocab_size == TRAIN.num_classes == 400


def test_targets_are_the_inputs_one_character_on():
    batch = TRAIN.batch(np.random.default_rng(0), 50)
    assert batch.inputs.shape == batch.targets.shape == (50, 7)
    assert batch.inputs.dtype == batch.targets.dtype == np.int64
    np.testing.assert_array_equal(batch.inputs[:, 1:], batch.targets[:, :-1])
    np.testing.assert_array_equal(batch.targets, batch.inputs + 1)
    assert (batch.lengths == 7).all()
    assert (batch.weights == 1).all()


def test_the_splits_share_no_character_and_leave_out_none():
    for task, places in ((TRAIN, range(360)), (VALIDATION, range(360, 400))):
        batch = task.batch(np.random.default_rng(0), 5000)
        seen = np.union1d(batch.inputs, batch.targets)
        assert seen.tolist() == list(places)


def test_every_place_is_equally_likely():
    starts = VALIDATION.batch(np.random.default_rng(0), 33_000).inputs[:, 0]
    counts = np.bincount(starts - 360, minlength=33)
    assert len(counts) == 33
    assert np.abs(counts - 1000).max() < 5 * math.sqrt(1000)


def test_a_seed_fixes_the_batch():
    one, same, other = (
        TRAIN.batch(np.random.default_rng(seed), 5).inputs
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_batch_is_the_callers_own():
    batch = TRAIN.batch(np.random.default_rng(0), 5)
    batch.inputs[...] = batch.targets[...] = 0
    assert TRAIN.tokens.tolist() == list(range(360))
    assert not np.shares_memory(batch.inputs, batch.targets)


def test_in_order_each_batch_goes_on_where_the_last_one_stopped():
    batches = list(VALIDATION.in_order(2))
    assert len(batches) == 2  # 39 characters to predict, 2 streams of 14
    read = np.concatenate([batch.inputs for batch in batches], axis=1)
    np.testing.assert_array_equal(read[0], np.arange(360, 374))
    np.testing.assert_array_equal(read[1], np.arange(374, 388))
    asked = np.concatenate([batch.targets for batch in batches], axis=1)
    np.testing.assert_array_equal(asked, read + 1)
    with pytest.raises(ValueError, match=r"size: expected at most 5 .* 6"):
        next(VALIDATION.in_order(6))


def test_the_score_is_in_nats():
    task = Characters("abab" * 30, window=4)
    batch = task.batch(np.random.default_rng(0), 9)
    blind = np.zeros((9, 4, 2))
    assert task.metric(blind, batch) == pytest.approx(math.log(2))
    assert task.chance == pytest.approx(math.log(2))
    sure = 50.0 * np.eye(2)[batch.targets]
    assert task.metric(sure, batch) == pytest.approx(0, abs=1e-12)


def test_chance_is_the_entropy_of_the_frequencies():
    task = Characters("aaab" * 30, window=4)
    p = np.array([0.75, 0.25])
    assert task.chance == pytest.approx(-(p * np.log(p)).sum())


def test_text_goes_there_and_back():
    task = Characters("to be, or not\n" * 20, window=4)
    text = "not to be\n"
    assert task.decode(task.encode(text)) == text
    assert list(task.characters) == sorted(set("to be, or not\n"))
    with pytest.raises(ValueError, match=r"text: 'z' is none of the \d+ "):
        task.encode("zebra")
    for token in (-1, task.vocab_size):
        with pytest.raises(ValueError, match=f"tokens: .* got {token}"):
            task.decode([0, token])


@pytest.mark.parametrize(
    ("count", "kind"),
    [(2, "uint8"), (256, "uint8"), (257, "uint16"), (2**16 + 1, "uint32")],
)
def test_tokens_take_no_more_room_than_they_need(count, kind):
    text = "".join(map(chr, range(0x10000, 0x10000 + count))) * 40
    task = characters.Characters(text, window=1)
    assert task.tokens.dtype == kind
    assert task.tokens.tolist() == task.encode(text[: task._cut]).tolist()
    batch = task.batch(np.random.default_rng(0), 2)
    assert batch.inputs.dtype == batch.targets.dtype == np.int64


@pytest.mark.parametrize("chunk", [1, 7, 10**6])
def test_a_text_is_counted_in_parts_as_at_once(monkeypatch, chunk):
    monkeypatch.setattr(characters, "_CHUNK", chunk)
    text = "to be é or 字 not 😀 \ud800 to be, zebra!" * 3
    cut = len(text) * 9 // 10
    parts = {"train": text[:cut], "validation": text[cut:]}
    for split, part in parts.items():
        task = Characters(text, window=3, split=split)
        assert task.characters == tuple(sorted(set(text)))
        known = {c: n for n, c in enumerate(task.characters)}
        assert task.tokens.tolist() == [known[c] for c in part]
        counts = np.array(list(Counter(text).values()))  # in this very order
        p = counts / counts.sum()
        assert task.chance == float(-(p * np.log(p)).sum())


def test_it_does_not_print_the_whole_text():
    assert len(repr(TRAIN)) < 100


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"window": 0}, "window: expected a whole number .* got 0"),
        ({"window": 40}, "text: expected more than 40 .* got 360 and 40"),
        ({"split": "test"}, "split: expected one of train, validation"),
        ({"text": ""}, "text: expected more than 7 .* got 0 and 0"),
        ({"text": "a" * 99}, "text: expected at least two different chara"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        dataclasses.replace(TRAIN, **arguments)
    VALIDATION.batch(np.random.default_rng(0), 1)
    with pytest.raises(ValueError, match="size: expected a whole number"):
        TRAIN.batch(np.random.default_rng(0), 0)


@pytest.mark.realdata
def test_tiny_shakespeare():
    task = Characters(shakespeare(), window=64, split="validation")
    assert task.vocab_size == 65
    assert len(task.tokens) == 111_540
    assert task.chance == pytest.approx(3.31, abs=0.01)
    assert task.chance > 2 * task.KNESER_NEY
    batch = next(task.in_order(4))
    assert task.decode(batch.inputs[0]).startswith(
        "?\n\nGREMIO:\nGood morrow"
    )


def kneser_ney(train, validation, order, discount=0.75):
    """Count n-grams, and give the nats of interpolated Kneser-Ney."""
    whole = Counter(
        train[i : i + order] for i in range(len(train) - order + 1)
    )
    counts = {order: whole}
    for n in range(order - 1, 0, -1):  # in how many places, not how often
        counts[n] = Counter(gram[1:] for gram in counts[n + 1])
    total, kinds = ({n: Counter() for n in counts} for _ in "ab")
    for n, grams in counts.items():
        for gram, count in grams.items():
            total[n][gram[:-1]] += count
            kinds[n][gram[:-1]] += 1
    text = train[1 - order :] + validation
    nats = 0.0
    for i in range(order - 1, len(text)):
        p = 1 / 65
        for n in range(1, order + 1):
            before = text[i - n + 1 : i]
            if seen := total[n][before]:
                own = counts[n][before + text[i]]
                left = discount * kinds[n][before] * p
                p = (max(own - discount, 0) + left) / seen
        nats -= math.log(p)
    return nats / len(validation)


@pytest.mark.realdata
def test_what_counting_gets():
    text = shakespeare()
    cut = len(text) * 9 // 10
    score = kneser_ney(text[:cut], text[cut:], 6)
    assert score == pytest.approx(Characters.KNESER_NEY, abs=5e-5)
