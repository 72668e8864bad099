"""Byte-pair encoding: its training, its merges, its file."""

import json
import random
from collections import Counter
from itertools import islice, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqcourse.tokenizers import BytePairTokenizer, pre_tokens
from seqcourse.tokenizers.byte_pair_merging import merge, merge_reference
from seqcourse.tokenizers.byte_pair_training import (
    merged,
    most_frequent_pairs,
)

TEXT = Path(__file__, "../../../README.md").resolve().read_text("utf-8")
END = "<|endoftext|>"


def by_counting_again(words, number):
    """Count all pairs anew before each merge."""
    spelled = {word: list(word) for word in words}
    values = [bytes([value]) for value in range(256)]
    pairs = []
    while len(pairs) < number:
        counts = Counter()
        for word, times in words.items():
            for pair in pairwise(spelled[word]):
                counts[pair] += times
        counts = {
            pair: count
            for pair, count in counts.items()
            if count > 1 and values[pair[0]] + values[pair[1]] not in values
        }
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        for word in spelled:
            spelled[word] = merged(spelled[word], best, len(values))
        values.append(values[best[0]] + values[best[1]])
        pairs.append(best)
    return pairs


@given(
    st.dictionaries(
        st.text("abc", max_size=9).map(str.encode),
        st.integers(1, 9),
        max_size=12,
    )
)
def test_counts_are_kept_as_if_counted_again(words):
    wanted = by_counting_again(words, 40)
    assert list(islice(most_frequent_pairs(words), 40)) == wanted


def test_counts_are_kept_over_a_real_text():
    words = Counter(map(str.encode, pre_tokens(TEXT)))
    wanted = by_counting_again(words, 120)
    assert list(islice(most_frequent_pairs(words), 120)) == wanted


@given(st.data())
def test_merges_go_in_their_order_and_from_the_left(data):
    tokens = [97, 98, 99]
    merges = {}
    for rank in range(data.draw(st.integers(0, 9))):
        pair = tuple(data.draw(st.sampled_from(tokens)) for _ in range(2))
        if pair not in merges:
            merges[pair] = rank, 300 + rank
            tokens.append(300 + rank)
    word = data.draw(st.lists(st.sampled_from([97, 98, 99]), max_size=30))
    assert merge(word, merges) == merge_reference(word, merges)


def test_a_text_is_spelled_as_the_training_left_it():
    rng = random.Random(1)
    words = [bytes(rng.choices(b"abcd", k=7)) for _ in range(99)]
    pairs = list(islice(most_frequent_pairs(dict.fromkeys(words, 1)), 60))
    values = [bytes([value]) for value in range(256)]
    merges = {}
    for rank, pair in enumerate(pairs):
        merges[pair] = rank, len(values)
        values.append(values[pair[0]] + values[pair[1]])
    for word in words:
        wanted = list(word)
        for pair, (_, token) in merges.items():
            wanted = merged(wanted, pair, token)
        assert merge(word, merges) == wanted


def test_a_long_word_takes_no_square_of_its_length():
    tokenizer = BytePairTokenizer.train("a" * 999, 266)
    assert len(tokenizer.encode("a" * 300_000)) < 2_000


def test_equally_frequent_pairs_go_by_their_numbers():
    tokenizer = BytePairTokenizer.train("dc\nba\n" * 5, 258)
    assert tokenizer.merges == ((98, 97), (100, 99))


def test_tokens_do_not_cross_words():
    tokenizer = BytePairTokenizer.train(TEXT, 600)
    for value in tokenizer.vocabulary[256:]:
        cut = list(pre_tokens(value.decode("utf-8", "replace")))
        assert len(cut) == 1, value


def test_a_pair_that_makes_a_token_again_shares_its_number():
    # a bc and ab c both make abc, as in other people's files.
    merges = ((98, 99), (97, 256), (97, 98), (258, 99))
    tokenizer = BytePairTokenizer(merges)
    assert tokenizer.vocabulary[256:] == (b"bc", b"abc", b"ab")
    assert tokenizer.encode("abc").tolist() == [257]


def test_a_small_text_gives_fewer_tokens():
    assert BytePairTokenizer.train("abab", 999).vocab_size == 257


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"merges": ((97, 256),)},
            r"merges\[0\]: expected two tokens from 0",
        ),
        ({"merges": ((-1, 97),)}, r"merges\[0\]"),
        ({"merges": ((97, 98), (97, 98))}, "each pair once"),
        ({"merges": ((97, 98, 99),)}, "merges"),
        ({"merges": (), "special_tokens": ("",)}, "special_tokens"),
        ({"merges": (), "special_tokens": (END, END)}, "special_tokens"),
    ],
)
def test_wrong_merges_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        BytePairTokenizer(**wrong)


def test_a_vocabulary_has_room_for_the_bytes():
    with pytest.raises(ValueError, match=r"vocab_size.*257.*256"):
        BytePairTokenizer.train("abc", 256, (END,))


# --- special tokens -------------------------------------------------------


def test_a_special_token_counts_only_if_asked_for():
    tokenizer = BytePairTokenizer.train(TEXT, 300, (END,))
    text = f"one{END}two"
    plain, special = tokenizer.encode(text), tokenizer.encode(text, True)
    assert 299 not in plain
    assert special.tolist().count(299) == 1
    assert tokenizer.decode(plain) == tokenizer.decode(special) == text


def test_the_longest_special_token_is_found():
    tokenizer = BytePairTokenizer((), ("<a>", "<a>b"))
    assert tokenizer.encode("<a>b<a>", True).tolist() == [257, 256]


# --- its file -------------------------------------------------------------


@pytest.fixture
def written(tmp_path):
    tokenizer = BytePairTokenizer.train(TEXT, 320, (END,))
    path = tmp_path / "tokenizer.json"
    tokenizer.to_file(path)
    return tokenizer, path


def test_what_was_written_is_read(written):
    tokenizer, path = written
    assert BytePairTokenizer.from_file(path) == tokenizer


def test_a_file_that_cuts_otherwise_is_refused(written):
    _, path = written
    told = json.loads(path.read_text("utf-8"))
    told["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = r"\w+"
    path.write_text(json.dumps(told), "utf-8")
    with pytest.raises(ValueError, match="HuggingFaceTokenizer reads it"):
        BytePairTokenizer.from_file(path)


def damages(told):
    """Break one entry after the other."""
    for name in ("model", "added_tokens"):
        yield {key: told[key] for key in told if key != name}
        yield told | {name: 3}
    for name in ("vocab", "merges"):
        yield told | {"model": told["model"] | {name: None}}
        yield told | {"model": told["model"] | {name: [[1]]}}
    vocabulary = told["model"]["vocab"]
    for token in (-1, 10**9, "7", None, 0.5, [0]):
        broken = vocabulary | {"a": token}
        yield told | {"model": told["model"] | {"vocab": broken}}
    yield told | {"model": told["model"] | {"vocab": vocabulary | {"日": 5}}}
    yield told | {"model": told["model"] | {"merges": [["a", "日"]]}}
    yield told | {"model": told["model"] | {"merges": [["a", "a", "a"]]}}
    yield [told]
    yield None


def test_damage_is_refused_with_the_path(written):
    _, path = written
    told = json.loads(path.read_text("utf-8"))
    texts = [json.dumps(damage) for damage in damages(told)]
    texts += ["", "{", "[" * 99_999, path.read_text("utf-8")[:999]]
    for text in texts:
        path.write_text(text, "utf-8")
        with pytest.raises(ValueError, match=r"tokenizer\.json: "):
            BytePairTokenizer.from_file(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="not UTF-8"):
        BytePairTokenizer.from_file(path)
    with pytest.raises(FileNotFoundError, match="no such file"):
        BytePairTokenizer.from_file(path.with_name("none.json"))
