"""Words and numbers."""

import numpy as np
import pytest

from seqcourse.tasks import Vocabulary
from seqcourse.tasks.contract.vocabulary import split

WORDS = ("<start>", ",", ".", "?", "the", "clouds", "I")


def test_a_token_is_a_place_in_the_list():
    tokens = Vocabulary(WORDS).encode("the clouds . ? I")
    np.testing.assert_array_equal(tokens, [4, 5, 2, 3, 6])
    assert tokens.dtype == np.int64


def test_punctuation_needs_no_space():
    assert split("I, the clouds.") == ("I", ",", "the", "clouds", ".")
    assert split("") == ()
    assert split("  \n") == ()
    assert split("<start> I") == ("<start>", "I")


def test_nothing_is_encoded_as_nothing():
    assert Vocabulary(WORDS).encode("").shape == (0,)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("the zebra", r"text: 'zebra' is none of the 7 words of this task$"),
        ("The clouds", r"'The' is none .*; did you mean 'the'\?"),
        ("the cloud", r"'cloud' is none .*; did you mean 'clouds'\?"),
    ],
)
def test_an_unknown_word_has_its_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        Vocabulary(WORDS).encode(text)


@pytest.mark.parametrize("token", [-1, 7, 1000])
def test_a_number_of_no_word_has_its_sentence(token):
    with pytest.raises(
        ValueError, match=f"tokens: expected 0 to 6, got {token}"
    ):
        Vocabulary(WORDS).decode([0, token])


def test_words_are_distinct():
    with pytest.raises(ValueError, match=r"each once, got \['a', 'b'\]"):
        Vocabulary(("a", "b", "c", "a", "b"))
    with pytest.raises(ValueError, match="words: expected at least one"):
        Vocabulary(())
