"""What tasks refuse that is no task, no text, no batch: each a sentence."""

import dataclasses
import re
from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse import tasks
from seqcourse.tasks.contract import batch as batches
from seqcourse.tasks.contract import draws, pattern, scores
from seqcourse.tasks.language import language, prefix_tree
from seqcourse.tasks.pairs import calendar_dates
from seqcourse.tasks.series import tunes
from seqcourse.tokenizers import ByteTokenizer, token_numbers

RNG = np.random.default_rng(0)
WORDS = tasks.Vocabulary(("the", "sky"))
DAYS = np.array(["1979-05-03"], "datetime64[D]")
BATCH = tasks.Batch(
    np.zeros((2, 3), int),
    np.zeros((2, 3), int),
    np.array([3, 2]),
    np.array([[1, 1, 1], [1, 1, 0]]),
)
OUTPUTS = np.zeros((2, 3, 4))


def changed(**fields):
    return dataclasses.replace(BATCH, **fields)


REFUSED = {
    # batches
    "a batch of nothing": (
        lambda: changed(inputs=None),
        "inputs: expected an array of numbers, got None",
    ),
    "real tokens": (
        lambda: changed(inputs=np.zeros((2, 3))),
        "inputs: expected integer tokens (B, T) or floating-point numbers",
    ),
    "a length of 0": (
        lambda: changed(lengths=[3, 0]),
        "lengths: expected 1 to 3 (axis 1 of inputs, T), got 0 to 3",
    ),
    "an answer beyond the end": (
        lambda: changed(weights=np.ones((2, 3))),
        "weights: expected 0 beyond the lengths, got 1.0 at [1, 2]",
    ),
    "a negative weight": (
        lambda: changed(weights=-BATCH.weights),
        "weights: expected finite numbers of at least 0, got -1.0 at [0, 0]",
    ),
    "a batch that fills all memory": (
        lambda: tasks.Copying().batch(RNG, 10**9),
        "size: expected at most 1,677,721, got 1000000000",
    ),
    "a generator of another kind": (
        lambda: tasks.Sentences().sample(np.random.RandomState(0)),
        "rng: expected a generator as np.random.default_rng(0) makes it",
    ),
    # sizes
    "a wait without end": (
        lambda: tasks.DelayedRecall(delay=10**12),
        "delay: expected at most 1,000,000, got 1000000000000",
    ),
    "an endless alphabet": (
        lambda: tasks.AssociativeRecall(keys=10**10),
        "keys: expected at most 1,000,000, got 10000000000",
    ),
    "a truth value for a number": (
        lambda: tasks.Needle(depth=True),
        "depth: expected a number or None, got True",
    ),
    "more numbers than there are": (
        lambda: draws.distinct(RNG, 2, 4, 3),
        "count: expected at most 3, the numbers to draw from, got 4",
    ),
    "orders that no float can count": (
        lambda: tasks.Sorting(length=2000).chance,
        "length: expected at most 1,000, got 2000",
    ),
    "factorials without end": (
        lambda: tasks.SortingPairs(length=10**6).chance,
        "length: expected at most 1,000, got 1000000",
    ),
    "a system for each of too many steps": (
        lambda: tasks.Sines(length=10_000).best_linear,
        "length: expected at most 512, got 10000",
    ),
    # words
    "a word of two": (
        lambda: tasks.Vocabulary(("the sky",)),
        (
            "words: expected words without spaces, and punctuation as words "
            "of its own, got 'the sky'"
        ),
    ),
    "half a token": (
        lambda: WORDS.decode([0, 0.5]),
        "tokens[1]: expected a whole number, got 0.5",
    ),
    "tokens of many rows": (
        lambda: WORDS.decode(np.zeros((2, 2), int)),
        "tokens[0]: expected a whole number, got an array of shape (2,)",
    ),
    "a text for tokens": (
        lambda: WORDS.decode("0 1"),
        "tokens: expected several values, such as a list, got '0 1'",
    ),
    "tokens for a text": (
        lambda: WORDS.encode([0, 1]),
        "text: expected a string, got [0, 1]",
    ),
    "an unknown word by the caller's name": (
        lambda: tasks.Sentences().probability("the zebra"),
        "sentence: 'zebra' is none of the 118 words of this task",
    ),
    "too many streams": (  # at once, not when the first batch is asked for
        lambda: tasks.TokenizedText("ab" * 500, ByteTokenizer()).in_order(90),
        "size: expected at most 14 streams (axis 0, B) of one window each",
    ),
    # grammar
    "sentences without end": (
        lambda: pattern.expand("(a | b)" * 40),
        "pattern: expected at most 1,000,000 sentences, got more",
    ),
    "a weight in words": (
        lambda: pattern.expand("(a:twice | b)"),
        "pattern: expected weights above 0, got 'a:twice'",
    ),
    "an infinite weight": (
        lambda: pattern.expand("(a:inf | b)"),
        "pattern: expected weights above 0, got 'a:inf'",
    ),
    "an unknown family": (
        lambda: language.language_of(("sea",)),
        "families: expected one of sky, weather, everyday, agreement, ",
    ),
    "an impossible sentence": (
        lambda: prefix_tree.plant({("a",): 0.0, ("b",): 1.0}),
        "sentences[('a',)]: expected a probability above 0, got 0.0",
    ),
    "half a language": (
        lambda: prefix_tree.plant({("a",): 0.5}),
        "sentences: expected probabilities that add to 1, got 0.5",
    ),
    "no language": (
        lambda: prefix_tree.surprise(prefix_tree.Node()),
        "root: expected a tree of sentences, got no word",
    ),
    # dates
    "today": (
        lambda: tasks.Dates().every_form("today"),
        "date: expected one of 1950 to 2049 as '1979-05-03', got 'today'",
    ),
    "a day that is none": (
        lambda: tasks.Dates().every_form("1979-02-30"),
        "date: expected one of 1950 to 2049 as '1979-05-03', got '1979-02-30",
    ),
    "a piece that is none": (
        lambda: calendar_dates.Forms(("{day}",)),
        "forms: expected pieces among d, dd, th, m, mm,",
    ),
    "a day of another century": (
        lambda: calendar_dates.parts_of(DAYS - 40_000),
        "days: expected dates of 1950 to 2049, got 1869-10-26 at [0]",
    ),
    "numbers for days": (
        lambda: calendar_dates.exchangeable(np.arange(3)),
        "days: expected dates (N,), datetime64[D], got an array of shape",
    ),
    "a form that is none": (
        lambda: calendar_dates.Forms(("{d}",)).write(DAYS, np.array([1])),
        "which: expected forms from 0 to 0, got 1 at [0]",
    ),
    # tunes
    "a note of no length": (
        lambda: tunes.read_notes("C4*0 C4", metre=1),
        "score: expected notes that last above 0 beats, got 'C4*0'",
    ),
    "a note of two points": (
        lambda: tunes.read_notes("C4*1.0.0", metre=1),
        "score: expected a note such as C4 or F#4*0.5, got 'C4*1.0.0'",
    ),
    "a tune without notes": (
        lambda: tasks.Tune("", "", 4, ()),
        "notes: expected at least one note, got none",
    ),
    # scores
    "scores of a word": (
        lambda: scores.nats("scores", BATCH),
        "outputs: expected an array of numbers, got 'scores'",
    ),
    "scores of nothing": (
        lambda: scores.accuracy(OUTPUTS, None),
        "batch: expected a batch with inputs, lengths, targets, weights",
    ),
    "too few classes": (
        lambda: scores.accuracy(OUTPUTS, changed(targets=np.full((2, 3), 4))),
        "targets: expected classes from 0 to 3, got 4 at [0, 0]",
    ),
    "one answer a sequence": (
        lambda: scores.exact(
            OUTPUTS[:, 0], changed(targets=[0, 1], weights=[1, 1])
        ),
        "batch: expected an answer at every step, weights (B, T), got (2,)",
    ),
    "nothing to copy": (
        lambda: tasks.Copying(1, 1, 2).recalled(
            np.zeros((2, 3, 3)), changed(targets=np.full((2, 3), 2))
        ),
        "batch: expected a symbol to copy, got blanks alone",
    ),
    "texts of another task": (
        lambda: tasks.Needle(length=20).depths(BATCH),
        "batch: expected texts of Needle(length=20, depth=None, needles=1, ",
    ),
}


@pytest.mark.parametrize(
    ("call", "sentence"), REFUSED.values(), ids=REFUSED.keys()
)
def test_what_is_wrong_has_its_sentence(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        call()


@pytest.mark.parametrize("name", ["batch", "metric"])
def test_every_task_checks_what_it_is_given(task, name):
    with pytest.raises(ValueError, match=r"^(rng|outputs): expected a"):
        getattr(task, name)(None, None)
    for field in dataclasses.fields(task):
        with pytest.raises(ValueError, match=rf"^{field.name}: expected "):
            dataclasses.replace(task, **{field.name: object()})


def test_numpys_numbers_are_numbers():
    task = tasks.DelayedRecall(np.int64(3), symbols=np.uint8(4))
    assert task == tasks.DelayedRecall(3, symbols=4)
    assert type(task.symbols) is int
    assert task.batch(RNG, np.int16(2)).inputs.shape == (2, 5)


def test_no_name_is_left_out():
    """The last of a million letters has five."""
    names = draws.letters(500_000)
    assert len(set(names)) == 500_000
    assert len(names[-1]) == 5


def test_a_sentence_may_be_longer_than_python_can_recurse():
    words = tuple(map(str, range(3000)))
    tree = prefix_tree.plant({words: 1.0})
    assert sum(1 for _ in tree.beginnings()) == 3000
    assert str(prefix_tree.surprise(tree)) == "0.0"


def test_beginnings_come_in_the_order_of_the_sentences():
    tree = prefix_tree.plant({("a", "b", "."): 0.5, ("c", "d"): 0.5})
    found = [" ".join(words) for words, _ in tree.beginnings()]
    assert found == ["", "a", "a b", "c"]


def test_many_words_are_read_in_no_time():
    assert len(tasks.Vocabulary(tuple(map(str, range(200_000))))) == 200_000


def test_a_certain_word_has_no_entropy_and_not_minus_none():
    assert str(tasks.Sentences().entropy("the clouds")) == "0.0"
    certain = tasks.Counting(shortest=3, longest=3)
    batch = certain.batch(RNG, 2)
    sure = 1e3 * np.eye(certain.num_classes)[batch.targets]
    assert str(certain.metric(sure, batch)) == "0.0"


def test_what_does_not_count_is_not_scored():
    targets = BATCH.targets.copy()
    targets[1, 2] = -100
    batch = changed(targets=targets)
    for score in (scores.accuracy, scores.nats, scores.exact):
        assert score(OUTPUTS, batch) == score(OUTPUTS, BATCH)


def test_a_batch_without_weights_counts_all_real_steps():
    targets = np.array([[0, 1, 1], [0, 1, 1]])
    given = SimpleNamespace(
        inputs=BATCH.inputs, targets=targets, lengths=None, weights=None
    )
    assert scores.accuracy(OUTPUTS, given) == pytest.approx(1 / 3)
    given.lengths = [3, 1]
    assert scores.accuracy(OUTPUTS, given) == 1 / 2


def test_tokens_may_be_of_any_integer_type():
    assert WORDS.decode(np.array([0, 1], np.uint8)) == "the sky"
    numbers = token_numbers.numbers_of(iter([np.int8(1)]), 2)
    assert list(numbers) == [1]


def test_a_batch_as_large_as_memory_allows_is_drawn():
    batches.check_draw(RNG, 512, 10_000)
