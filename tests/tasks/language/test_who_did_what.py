"""The dog bites the man."""

from collections import Counter

import numpy as np
import pytest

from seqcourse.tasks import WhoDidWhat

TASK = WhoDidWhat()


def texts(batch):
    return [TASK.decode(row) for row in batch.inputs]


def test_the_answer_is_the_noun_that_does_it():
    batch = TASK.batch(np.random.default_rng(0), 50)
    for text, target in zip(texts(batch), batch.targets, strict=True):
        the, agent, verb, and_the, patient = text.split()
        assert the == and_the == "the"
        assert TASK.answers[target] == agent != patient
        assert agent in TASK.answers
        assert patient in TASK.answers
        assert verb not in TASK.answers


def test_pairs_are_every_sentence_and_its_swap():
    every = texts(TASK.pairs())
    assert len(every) == len(set(every)) == 8 * 7 * 6
    for one, other in zip(every[::2], every[1::2], strict=True):
        _, agent, verb, _, patient = one.split()
        assert other == f"the {patient} {verb} the {agent}"
    batch = TASK.batch(np.random.default_rng(0), 4000)
    assert set(texts(batch)) == set(every)


def test_every_sentence_is_equally_likely():
    size = 336 * 100
    counts = Counter(texts(TASK.batch(np.random.default_rng(0), size)))
    squares = sum((n - 100) ** 2 / 100 for n in counts.values())
    assert len(counts) == 336
    assert abs(squares - 335) < 5 * np.sqrt(2 * 335)


@pytest.mark.parametrize("seed", range(5))
def test_order_blind_is_the_best_without_order(seed):
    """Bayes from the counts of the words: both nouns, half each."""
    batch = TASK.pairs()
    bags = np.stack([np.bincount(row, minlength=15) for row in batch.inputs])
    nouns = bags[:, 1:9].astype(float)
    # However ties are broken, if only by the words there are.
    ties = np.random.default_rng(seed).normal(size=(15, 8))
    assert TASK.metric(nouns + 0.01 * bags @ ties, batch) == TASK.order_blind
    # Whatever else is made of the counts, it is not better.
    assert TASK.metric(bags @ ties, batch) <= TASK.order_blind


def test_whoever_sees_the_second_word_is_always_right():
    batch = TASK.pairs()
    agent = np.eye(TASK.vocab_size)[batch.inputs[:, 1]][:, 1:9]
    assert TASK.metric(agent, batch) == TASK.best


def test_one_answer_always_gets_chance():
    batch = TASK.pairs()
    always = np.tile(np.arange(8.0), (len(batch.targets), 1))
    assert TASK.metric(always, batch) == pytest.approx(TASK.chance)
