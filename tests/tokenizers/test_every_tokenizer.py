"""What every tokenizer must do: exact round trips, and plain refusals."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqcourse.tokenizers import (
    BytePairTokenizer,
    ByteTokenizer,
    CharacterTokenizer,
    HuggingFaceTokenizer,
    Tokenizer,
    WordTokenizer,
    pre_tokenization,
    pre_tokens,
)

TEXT = Path(__file__, "../../../README.md").resolve().read_text("utf-8")
PAIRS = BytePairTokenizer.train(TEXT, 400, ("<|end|>", "<|end|>s"))


@pytest.fixture(scope="session")
def rust(tmp_path_factory):
    path = tmp_path_factory.mktemp("rust") / "tokenizer.json"
    PAIRS.to_file(path)
    return HuggingFaceTokenizer.from_file(path)


EXACT = (PAIRS, ByteTokenizer())
ALL = (*EXACT, CharacterTokenizer.train(TEXT), WordTokenizer.train(TEXT, 90))
each = pytest.mark.parametrize(
    "tokenizer", ALL, ids=lambda t: type(t).__name__
)
each_exact = pytest.mark.parametrize(
    "tokenizer", EXACT, ids=lambda t: type(t).__name__
)
unicode_text = st.text(st.characters(exclude_categories=["Cs"]))


@each_exact
@given(text=unicode_text)
def test_any_text_comes_back(tokenizer, text):
    tokens = tokenizer.encode(text)
    assert tokens.dtype == np.int64
    assert tokenizer.decode(tokens) == text
    assert tokenizer.decode_bytes(tokens) == text.encode()


@each_exact
@given(data=st.binary())
def test_any_bytes_come_back(tokenizer, data):
    assert tokenizer.decode_bytes(tokenizer.encode(data)) == data


@each_exact
@given(text=unicode_text | st.text(" \n\r\t\u3000ab9!é字", min_size=5))
def test_the_tokens_of_its_parts_are_those_of_the_text(tokenizer, text):
    for size in range(1, 4):
        cut = list(pre_tokenization.parts(text, 0, len(text), size))
        assert "".join(cut) == text
        tokens = [tokenizer.encode(part) for part in cut]
        assert np.concatenate([[], *tokens]).tolist() == [
            *tokenizer.encode(text)
        ]
        words = [word for part in cut for word in pre_tokens(part)]
        assert words == list(pre_tokens(text))


@each
def test_the_bytes_of_a_text_are_the_text(tokenizer):
    from_bytes = tokenizer.encode(TEXT.encode())
    np.testing.assert_array_equal(tokenizer.encode(TEXT), from_bytes)


@each
def test_each_token_stands_for_its_bytes(tokenizer):
    assert len(tokenizer.vocabulary) == tokenizer.vocab_size
    for token, value in enumerate(tokenizer.vocabulary):
        assert tokenizer.decode_bytes([token]) == value


@each
def test_it_is_what_its_description_makes(tokenizer):
    config = json.loads(json.dumps(tokenizer.to_config()))
    again = Tokenizer.from_config(config)
    assert again == tokenizer
    assert again.vocabulary == tokenizer.vocabulary


@each
def test_nothing_is_encoded_to_nothing(tokenizer):
    for empty in ("", b""):
        tokens = tokenizer.encode(empty)
        assert (tokens.shape, tokens.dtype) == ((0,), np.int64)
    assert tokenizer.decode([]) == ""


@each
@pytest.mark.parametrize("wrong", [-1, 10**6, 0.5, True, None])
def test_what_is_no_token_is_refused(tokenizer, wrong):
    with pytest.raises(ValueError, match=r"^tokens"):
        tokenizer.decode([wrong])


@each
@pytest.mark.parametrize("text", ["a\ud800", "\udcffb"])
def test_half_of_a_surrogate_pair_is_refused(tokenizer, text):
    with pytest.raises(ValueError, match="surrogate"):
        tokenizer.encode(text)


@each
@pytest.mark.parametrize("wrong", [3, None, ["a"], np.zeros(2)])
def test_what_is_no_text_is_refused(tokenizer, wrong):
    with pytest.raises(ValueError, match=r"^text"):
        tokenizer.encode(wrong)


@given(text=unicode_text)
def test_words_are_the_text_cut_up(text):
    words = list(pre_tokens(text))
    assert "".join(words) == text
    assert all(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don't stop", ["don", "'t", " stop"]),
        ("12345.6", ["123", "45", ".", "6"]),
        ("a  b\t\tc", ["a", " ", " b", "\t", "\tc"]),
        ("end.\r\n\r\n  new", ["end", ".\r\n\r\n", " ", " new"]),
        ("“Ja”, sagte er …", ["“Ja", "”,", " sagte", " er", " …"]),
        ("हिन्दी में", ["हिन्दी", " में"]),
        ("x=y+1", ["x", "=y", "+", "1"]),
        (" \n a", [" \n", " a"]),
        ("tail  ", ["tail", "  "]),
    ],
)
def test_where_a_text_is_cut(text, words):
    assert list(pre_tokens(text)) == words


def test_a_character_that_was_not_there_is_named():
    with pytest.raises(ValueError, match=r"got 'z'$"):
        CharacterTokenizer("abc").encode("abz")
    with pytest.raises(ValueError, match="got the bytes"):
        CharacterTokenizer("abc").encode(b"a\xff")


@pytest.mark.parametrize("characters", ["", "aba", "a\ud800"])
def test_characters_are_each_there_once(characters):
    with pytest.raises(ValueError, match=r"^(characters|text): expected"):
        CharacterTokenizer(characters)


def test_the_most_frequent_words_are_known():
    words = ["b"] * 3 + ["c"] * 3 + ["a"] * 2 + ["d"]
    random.Random(0).shuffle(words)
    tokenizer = WordTokenizer.train("\n".join(words), 4)
    assert tokenizer.words == ("\n", "b", "c")
    assert tokenizer.encode("b\nq c").tolist() == [2, 1, 0, 0]
    assert tokenizer.decode([2, 0]) == "b<unk>"
    assert WordTokenizer.train("a", 99).vocab_size == 2


@pytest.mark.parametrize("words", [("a b",), ("",), ("a", "a")])
def test_a_word_is_one_word_and_there_once(words):
    with pytest.raises(ValueError, match=r"^words: expected"):
        WordTokenizer(words)


# --- the same in Rust -----------------------------------------------------


def same(rust, data):
    for special in (False, True):
        np.testing.assert_array_equal(
            rust.encode(data, special), PAIRS.encode(data, special)
        )


@given(text=unicode_text)
def test_rust_gives_the_same_tokens_for_any_text(rust, text):
    same(rust, text)


@given(data=st.binary())
def test_rust_gives_the_same_tokens_for_any_bytes(rust, data):
    same(rust, data)


@given(text=st.text(" \t\n\r\v\f\x1c\x85\xa0\u2003\u3000ab'1_.<|end|>s"))
def test_rust_cuts_at_the_same_spaces(rust, text):
    same(rust, text)


SCRIPTS = (
    "Быть или не быть, вот в чём вопрос.",
    "生存还是毁灭，这是个值得考虑的问题。",
    "أكون أو لا أكون، ذلك هو السؤال",
    "होना या न होना, यही सवाल है",
    "이것이 문제로다 👩‍👩‍👧 café naïve Ω≈ç",
)


@pytest.mark.parametrize("text", SCRIPTS)
def test_rust_gives_the_same_tokens_in_other_scripts(rust, text):
    merges = BytePairTokenizer.train(text * 3, 330)
    again = HuggingFaceTokenizer(json_of(merges))
    assert len(again.encode(text)) < len(text.encode()) / 2
    np.testing.assert_array_equal(again.encode(text), merges.encode(text))
    same(rust, text)


def json_of(tokenizer):
    from seqcourse.tokenizers.byte_pair_file import to_json

    values = tokenizer.vocabulary
    return to_json(values, tokenizer.merges, ()).decode()


def test_rust_has_the_same_vocabulary_and_decodes_alike(rust):
    assert rust.vocabulary == PAIRS.vocabulary
    assert rust.decode(PAIRS.encode(TEXT)) == TEXT
    assert Tokenizer.from_config(rust.to_config()) == rust


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"model": {"type": "WordLevel", "vocab": {}}}']
)
def test_what_is_no_tokenizer_is_refused(text):
    with pytest.raises(ValueError, match=r"^json: expected"):
        HuggingFaceTokenizer(text)
