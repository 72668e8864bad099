"""Characters and their numbers, with marks that are none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqcourse.tasks.language.alphabet import EOS, MARKS, PAD, START, Alphabet

ABC = Alphabet("abc -")


@given(st.text("abc -", max_size=20))
def test_a_text_goes_there_and_back(text):
    tokens = ABC.encode(text)
    assert tokens.dtype == np.int64
    assert ABC.text(tokens) == text
    assert ABC.text([START, *tokens, EOS, PAD, 5, PAD]) == text
    assert (tokens >= len(MARKS)).all()


def test_the_marks_come_first():
    assert [ABC.words[n] for n in (PAD, START, EOS)] == [
        "<pad>",
        "<start>",
        "<eos>",
    ]
    assert len(ABC) == len(ABC.words) == 8


def test_what_it_does_not_have_is_refused():
    with pytest.raises(ValueError, match="text: 'd' is none of the 5 char"):
        ABC.encode("abd")
    for token in (-1, 8):
        with pytest.raises(ValueError, match="tokens: expected 0 to 7, got"):
            ABC.text([3, token])


@pytest.mark.parametrize("characters", ["", "aba"])
def test_characters_come_once(characters):
    with pytest.raises(ValueError, match="characters: expected at least one"):
        Alphabet(characters)
