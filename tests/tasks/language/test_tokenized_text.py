"""Predicting the next token of a text, whatever a token is."""

import dataclasses
import math

import numpy as np
import pytest

from seqcourse.tasks import Characters, TokenizedText
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


def test_of_characters_it_is_the_task_of_characters():
    ours = TokenizedText(TEXT, CharacterTokenizer.train(TEXT), window=9)
    theirs = Characters(TEXT, window=9)
    np.testing.assert_array_equal(ours.tokens, theirs.tokens)
    assert ours.vocab_size == theirs.vocab_size
    one, other = (
        t.batch(np.random.default_rng(3), 4) for t in (ours, theirs)
    )
    np.testing.assert_array_equal(one.inputs, other.inputs)
    blind = np.zeros((4, 9, ours.vocab_size))
    assert ours.metric(blind, one) == pytest.approx(math.log(ours.vocab_size))


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
