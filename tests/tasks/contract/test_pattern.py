"""One line that stands for many sentences."""

import pytest

from seqcourse.tasks.contract.pattern import expand


def test_fixed_words_are_one_sentence():
    assert expand("the sky.") == {("the", "sky", "."): 1.0}


def test_choices_are_independent():
    sentences = expand("(a:3 | b) x (c | d d:4).")
    assert sentences == {
        ("a", "x", "c", "."): pytest.approx(0.75 * 0.2),
        ("a", "x", "d", "d", "."): pytest.approx(0.75 * 0.8),
        ("b", "x", "c", "."): pytest.approx(0.25 * 0.2),
        ("b", "x", "d", "d", "."): pytest.approx(0.25 * 0.8),
    }


def test_a_way_may_be_empty():
    assert expand("a (:3 | b) c") == {("a", "c"): 0.75, ("a", "b", "c"): 0.25}


def test_two_ways_to_the_same_sentence_add_up():
    assert expand("(a | b) (b | )(a | )")[("a", "b")] == 1 / 8
    assert expand("(a b | a) (b | )")[("a", "b")] == 1 / 2
    assert expand("(a | b | a)")[("a",)] == pytest.approx(2 / 3)


@pytest.mark.parametrize("pattern", ["a (b", "a) b", "(a (b | c))", "a | b"])
def test_brackets_must_match(pattern):
    with pytest.raises(ValueError, match="pattern: expected every choice"):
        expand(pattern)


@pytest.mark.parametrize("weight", ["0", "-1"])
def test_weights_are_above_nothing(weight):
    with pytest.raises(ValueError, match=f"above 0, got 'b:{weight}'"):
        expand(f"(a | b:{weight})")
