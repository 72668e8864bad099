"""One sentence that matters, somewhere in a long text."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqcourse.tasks import Sentences
from seqcourse.tasks.recall import needle

SAID = r"the magic number of (\w+) is (\d+) \."
ASKED = r" ?what is the magic number of (\w+) \?$"


def solve(task, batch):
    """Look for the city in plain Python."""
    outputs = np.zeros((len(batch.inputs), task.num_classes))
    for row, tokens in enumerate(batch.inputs):
        text = task.decode(tokens)
        numbers = dict(re.findall(SAID, text))
        answer = numbers[re.search(ASKED, text).group(1)]
        outputs[row, task.answers.index(answer)] = 1
    return outputs


@pytest.mark.parametrize("depth", [None, 0, 0.3, 1])
@pytest.mark.parametrize("needles", [1, 4, 8])
def test_whoever_finds_the_city_is_always_right(depth, needles):
    task = needle.Needle(90, depth, needles)
    batch = task.batch(np.random.default_rng(0), 60)
    assert batch.inputs.shape == (60, 90)
    assert task.metric(solve(task, batch), batch) == task.best == 1


def test_all_else_is_sentences_and_the_first_may_be_cut():
    task = needle.Needle(70, None, 2)
    known = Sentences().sentences()
    batch = task.batch(np.random.default_rng(1), 40)
    for tokens in batch.inputs:
        text = re.sub(ASKED, "", task.decode(tokens))
        said = re.findall(SAID, text)
        assert len({city for city, _ in said}) == 2
        assert len({number for _, number in said}) == 2
        rest = " ".join(re.sub(SAID, "", text).split())
        first, *others = re.findall(r"[^.]*\.", rest)
        assert any(s.endswith(first.strip()) for s in known)
        for sentence in others:
            assert sentence.strip() in known


@pytest.mark.parametrize("depth", [0, 0.2, 0.5, 0.9, 1])
def test_the_needle_stands_at_its_depth(depth):
    """No further off than half the longest sentence."""
    task = needle.Needle(300, depth)
    batch = task.batch(np.random.default_rng(2), 60)
    longest = max(len(s.split()) for s in Sentences().sentences())
    room = 300 - 8 - 8
    for tokens in batch.inputs:
        before = task.decode(tokens).split(" the magic number of ")[0]
        if task.decode(tokens).startswith("the magic number of "):
            before = ""
        words = len(before.split())
        assert abs(words - depth * room) <= longest / 2
    found = task.depths(batch)
    assert np.abs(found - depth).max() <= longest / 2 / room
    if depth in (0, 1):
        assert (found == depth).all()


def test_no_sentence_end_was_nearer():
    task = needle.Needle(60, 0.4)
    batch = task.batch(np.random.default_rng(3), 60)
    room = 60 - 8 - 8
    for tokens in batch.inputs:
        text = task.decode(tokens).split()
        at = text.index("magic") - 1
        rest = text[:at] + text[at + 8 : -8]
        assert len(rest) == room
        ends = [0] + [n + 1 for n, word in enumerate(rest) if word == "."]
        assert abs(at - 0.4 * room) == min(abs(n - 0.4 * room) for n in ends)


def test_depths_find_the_needle_that_is_asked_about():
    for depth in (0.0, 1.0):
        task = needle.Needle(100, depth, 5)
        batch = task.batch(np.random.default_rng(4), 60)
        assert (task.depths(batch) == depth).all()
    drawn = needle.Needle(400, None, 3).batch(np.random.default_rng(5), 2000)
    depths = needle.Needle(400, None, 3).depths(drawn)
    counts, _ = np.histogram(depths, bins=5, range=(0, 1))
    assert np.abs(counts - 400).max() < 5 * 20


def test_the_city_says_nothing_about_the_number():
    task = needle.Needle(24, numbers=5)
    size = 8000
    batch = task.batch(np.random.default_rng(6), size)
    city = batch.inputs[:, -2] - 5
    counts = np.bincount(5 * city + batch.targets, minlength=40)
    assert np.abs(counts - size / 40).max() < 5 * (size / 40) ** 0.5


def test_the_answer_stands_in_the_needle_alone():
    task = needle.Needle(120, None, 3)
    batch = task.batch(np.random.default_rng(7), 60)
    assert ((batch.inputs == batch.targets[:, None]).sum(1) == 1).all()
    assert ((batch.inputs < task.numbers).sum(1) == 3).all()


def test_any_number_that_was_named_gets_unbound():
    task = needle.Needle(60, None, 3)
    size = 4000
    batch = task.batch(np.random.default_rng(8), size)
    named = batch.inputs[batch.inputs < 10].reshape(size, 3)
    for which in range(3):
        score = task.metric(np.eye(10)[named[:, which]], batch)
        assert score == pytest.approx(task.unbound, abs=0.03)
    assert task.unbound == 1 / 3


def test_any_one_answer_gets_chance():
    task = needle.Needle(30, numbers=5)
    batch = task.batch(np.random.default_rng(9), 5000)
    for answer in range(5):
        scores = np.tile(np.eye(5)[answer], (5000, 1))
        score = task.metric(scores, batch)
        assert score == pytest.approx(task.chance, abs=0.03)
    assert task.chance == 1 / 5


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_it_is_solved_whatever_the_sizes(data):
    needles = data.draw(st.integers(1, 8))
    task = needle.Needle(
        8 + 8 * needles + data.draw(st.integers(0, 90)),
        data.draw(st.none() | st.floats(0, 1)),
        needles,
        data.draw(st.integers(max(2, needles), 12)),
    )
    seed = data.draw(st.integers(0, 2**32))
    batch = task.batch(np.random.default_rng(seed), 3)
    assert task.metric(solve(task, batch), batch) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"length": 15}, "length: expected at least 16 words, .* got 15"),
        ({"length": 31, "needles": 3}, "length: expected at least 32 words"),
        ({"depth": 1.5}, "depth: expected 0 to 1, or None, got 1.5"),
        ({"depth": float("nan")}, "depth: expected a .*, got nan"),
        ({"needles": 9}, "needles: expected 1 to 8, one a city, got 9"),
        ({"numbers": 1}, "numbers: expected at least 2, .* got 1"),
        ({"needles": 4, "numbers": 3}, "numbers: expected at least 4, .* 3"),
    ],
)
def test_wrong_arguments_are_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        needle.Needle(**arguments)
