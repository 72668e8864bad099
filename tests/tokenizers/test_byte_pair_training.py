"""Byte-pair encoding's training, on words that a person can count."""

from itertools import islice

from seqcourse.tokenizers import byte_pair_training

OFTEN = {b"low": 5, b"lower": 2, b"newest": 6, b"widest": 3}


def merges_of(words, number):
    """Give the bytes of the first new tokens."""
    pairs = byte_pair_training.most_frequent_pairs(words)
    values = [bytes([byte]) for byte in range(256)]
    for left, right in islice(pairs, number):
        values.append(values[left] + values[right])
    return values[256:]


def test_the_first_merges_are_those_of_counting_by_hand():
    # From the sixth on, ties by number and by alphabet go different ways.
    assert merges_of(OFTEN, 5) == [b"es", b"est", b"lo", b"low", b"ew"]


def test_a_word_counts_as_often_as_it_occurs():
    # Three words have "ab", one of them has "cd", and that one is frequent.
    words = {b"abx": 1, b"aby": 1, b"abz": 1, b"cd": 9}
    assert merges_of(words, 1) == [b"cd"]


def test_equally_frequent_pairs_go_by_their_tokens():
    assert merges_of({b"dc": 2, b"ba": 2}, 2) == [b"ba", b"dc"]


def test_no_pair_is_left_where_none_comes_twice():
    assert merges_of({b"abab": 1, b"xyz": 1}, 9) == [b"ab"]
