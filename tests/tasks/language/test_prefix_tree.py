"""A language of four sentences, worked out by hand."""

import math

import pytest

from seqcourse.tasks.language.prefix_tree import plant, surprise

# ab. 1/2   ac. 1/4   b. 1/8   ba. 1/8
LANGUAGE = {
    ("a", "b", "."): 0.5,
    ("a", "c", "."): 0.25,
    ("b", "."): 0.125,
    ("b", "a", "."): 0.125,
}
LENGTH = 3 * 0.5 + 3 * 0.25 + 2 * 0.125 + 3 * 0.125


@pytest.fixture
def tree():
    return plant(LANGUAGE)


def test_next_words(tree):
    assert tree.next_words() == {"a": 0.75, "b": 0.25}
    assert tree.find(["a"]).next_words() == {"b": 2 / 3, "c": 1 / 3}
    assert tree.find(["b"]).next_words() == {".": 0.5, "a": 0.5}
    assert tree.find(["b", "."]).next_words() == {}


def test_the_likeliest_word_comes_first():
    assert list(plant({("a",): 0.2, ("b",): 0.8}).next_words()) == ["b", "a"]


def test_what_is_no_beginning_is_not_found(tree):
    assert tree.find(["c"]) is None
    assert tree.find([*"cab"]) is None
    assert tree.find([]) is tree


def test_every_beginning_is_visited_once(tree):
    beginnings = [words for words, _ in tree.beginnings()]
    assert sorted("".join(words) for words in beginnings) == [
        "", "a", "ab", "ac", "b", "ba",
    ]  # fmt: skip


def test_surprise_is_the_entropy_of_a_sentence(tree):
    entropy = sum(-p * math.log(p) for p in LANGUAGE.values())
    assert surprise(tree) == pytest.approx(entropy / LENGTH)
    assert surprise(tree, 3) == pytest.approx(entropy / LENGTH)


def test_surprise_without_context_is_that_of_the_frequencies(tree):
    counts = {"a": 0.75 + 0.125, "b": 0.5 + 0.25, "c": 0.25, ".": 1}
    expected = sum(-n * math.log(n / LENGTH) for n in counts.values())
    assert surprise(tree, 0) == pytest.approx(expected / LENGTH)


def test_surprise_with_one_word_of_context(tree):
    after = {
        "": {"a": 0.75, "b": 0.25},
        "a": {"b": 0.5, "c": 0.25, ".": 0.125},
        "b": {".": 0.5 + 0.125, "a": 0.125},
        "c": {".": 0.25},
    }
    expected = sum(
        -p * math.log(p / sum(words.values()))
        for words in after.values()
        for p in words.values()
    )
    assert surprise(tree, 1) == pytest.approx(expected / LENGTH)


def test_no_sentence_may_begin_another():
    with pytest.raises(ValueError, match=r"expected none to begin .* 'a'"):
        plant({("a",): 0.5, ("a", "b"): 0.5})
