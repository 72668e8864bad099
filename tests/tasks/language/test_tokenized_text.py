"""Predicting the next token of a text, whatever a token is."""

import dataclasses
import math

import numpy as np
import pytest

from seqcourse.tasks import Task, TokenizedText
from seqcourse.tasks.language import tokenized_text
from seqcourse.tokenizers import (
    BytePairTokenizer,
    ByteTokenizer,
    CharacterTokenizer,
)

RNG = np.random.default_rng(0)
WORDS = ["wörter", "wie", "bäume", "犬", "and", "the", "dog", "bites"]
TEXT = " ".join(RNG.choice(WORDS, 900))
PAIRS = BytePairTokenizer.train(TEXT, 290)
TASK = TokenizedText(TEXT, PAIRS, window=7)
HELD_BACK = dataclasses.replace(TASK, split="validation")
# Every place of it can be told from every other: it is its own token.
PLACES = "".join(chr(0x4E00 + n) for n in range(400))
BY_PLACE = TokenizedText(PLACES, CharacterTokenizer(PLACES), window=7)
LAST = dataclasses.replace(BY_PLACE, split="validation")


def test_it_is_a_task_without_a_best_score():
    assert isinstance(TASK, Task)
    assert (TASK.kind, TASK.loss) == ("language", "cross_entropy")
    assert math.isnan(TASK.best)
    assert TASK.vocab_size == TASK.num_classes == PAIRS.vocab_size


def test_the_splits_are_the_text_cut_once():
    parts = [task.decode(task.tokens) for task in (TASK, HELD_BACK)]
    assert "".join(parts) == TEXT
    assert len(parts[0]) == len(TEXT) * 9 // 10


def test_targets_are_the_tokens_that_follow():
    batch = TASK.batch(np.random.default_rng(1), 50)
    np.testing.assert_array_equal(batch.inputs[:, 1:], batch.targets[:, :-1])
    whole = TASK.tokens.tolist()
    rows = [whole[i : i + 8] for i in range(len(whole) - 7)]
    for inputs, targets in zip(batch.inputs, batch.targets, strict=True):
        assert [*inputs, targets[-1]] in rows
    assert batch.inputs.dtype == np.int64
    assert batch.weights.all()


def test_each_window_is_equally_likely():
    short = TokenizedText("abcdefghij" * 2, ByteTokenizer(), window=1)
    firsts = short.batch(np.random.default_rng(0), 17_000).inputs[:, 0]
    counts = np.bincount(firsts)[97:107]
    assert counts.sum() == 17_000  # 17 windows; a to g begin two of them
    expected = 1000 * np.array([2, 2, 2, 2, 2, 2, 2, 1, 1, 1])
    assert ((counts - expected) ** 2 / expected).sum() < 33


def test_the_splits_share_no_token_and_leave_out_none():
    for task, places in ((BY_PLACE, range(360)), (LAST, range(360, 400))):
        batch = task.batch(np.random.default_rng(0), 5000)
        seen = np.union1d(batch.inputs, batch.targets)
        assert seen.tolist() == list(places)


def test_in_order_each_batch_goes_on_where_the_last_one_stopped():
    batches = list(LAST.in_order(2))
    assert len(batches) == 2  # 39 tokens to predict, 2 streams of 14
    read = np.concatenate([batch.inputs for batch in batches], axis=1)
    np.testing.assert_array_equal(read[0], np.arange(360, 374))
    np.testing.assert_array_equal(read[1], np.arange(374, 388))
    asked = np.concatenate([batch.targets for batch in batches], axis=1)
    np.testing.assert_array_equal(asked, read + 1)
    with pytest.raises(ValueError, match=r"size: expected at most 5 .* 6"):
        next(LAST.in_order(6))


def test_a_seed_fixes_the_batch():
    one, same, other = (
        TASK.batch(np.random.default_rng(seed), 5).inputs
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_batch_is_the_callers_own():
    batch = BY_PLACE.batch(np.random.default_rng(0), 5)
    batch.inputs[...] = batch.targets[...] = 0
    assert BY_PLACE.tokens.tolist() == list(range(360))
    assert not np.shares_memory(batch.inputs, batch.targets)


@pytest.mark.parametrize(
    ("count", "kind"),
    [(2, "uint8"), (256, "uint8"), (257, "uint16"), (2**16 + 1, "uint32")],
)
def test_tokens_take_no_more_room_than_they_need(count, kind):
    characters = "".join(map(chr, range(0x10000, 0x10000 + count)))
    tokenizer = CharacterTokenizer(characters)
    text = characters[:2] * 40
    task = tokenized_text.TokenizedText(text, tokenizer, window=1)
    assert task.tokens.dtype == kind
    assert task.tokens.tolist() == [0, 1] * 36
    batch = task.batch(np.random.default_rng(0), 2)
    assert batch.inputs.dtype == batch.targets.dtype == np.int64


def test_the_score_is_in_nats():
    batch = BY_PLACE.batch(np.random.default_rng(0), 9)
    blind = np.zeros((9, 7, 400))
    assert BY_PLACE.metric(blind, batch) == pytest.approx(math.log(400))
    sure = 50.0 * np.eye(400)[batch.targets]
    assert BY_PLACE.metric(sure, batch) == pytest.approx(0, abs=1e-12)


def test_bits_per_byte_do_not_depend_on_the_tokenizer():
    # A model that finds all 256 bytes equally likely needs 8 bits for each.
    for tokenizer in ByteTokenizer(), PAIRS:
        task = TokenizedText(TEXT, tokenizer, window=7)
        lengths = [len(PAIRS.vocabulary[t]) for t in task.tokens]
        if tokenizer == ByteTokenizer():
            lengths = [1] * len(task.tokens)
        nats = np.mean(lengths) * math.log(256)
        assert task.bits_per_byte(float(nats)) == pytest.approx(8)


def test_chance_is_the_entropy_of_the_splits_tokens():
    counts = np.unique(HELD_BACK.tokens, return_counts=True)[1]
    p = counts / counts.sum()
    assert HELD_BACK.chance == pytest.approx(-(p * np.log(p)).sum())


def test_it_does_not_print_the_whole_text():
    assert len(repr(TASK)) < 120


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"window": 0}, "window: expected a whole number"),
        ({"window": 10**6}, "text: expected more than 1000000 tokens"),
        ({"split": "test"}, "split: expected one of train, validation"),
        ({"text": ""}, "text: expected more than 7 tokens, .* got 0"),
        (
            {"tokenizer": CharacterTokenizer("ab")},
            "text: expected the 2 char",
        ),
        ({"tokenizer": None}, "tokenizer: expected"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        dataclasses.replace(TASK, **arguments)
