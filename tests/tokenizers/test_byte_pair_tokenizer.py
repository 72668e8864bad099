"""A byte-pair encoding loses nothing, and crosses no word."""

import random

from seqcourse.tokenizers import byte_pair_tokenizer, pre_tokens

TEXT = (
    "The cat sat on the mat, and the rat sat on the cat. The clouds are in "
    "the sky, the sky is in the clouds, and the cat reads the clouds. "
)
SCRIPTS = (
    "naïve café",
    "Небо полно облаков.",
    "空に雲がある",
    "🙂 = U+1F642",
)


def trained():
    return byte_pair_tokenizer.BytePairTokenizer.train(TEXT * 3, 300)


def test_a_text_in_any_script_comes_back():
    tokenizer = trained()
    for text in (TEXT, *SCRIPTS):
        assert tokenizer.decode(tokenizer.encode(text)) == text


def test_any_bytes_come_back():
    tokenizer, rng = trained(), random.Random(0)
    for size in (1, 2, 3, 50, 500):
        data = rng.randbytes(size) + b" the cat \xff\xfe \xc3"
        assert tokenizer.decode_bytes(tokenizer.encode(data)) == data


def test_no_token_crosses_the_cut_between_two_words():
    for token in trained().vocabulary[256:]:
        assert len(list(pre_tokens(token.decode()))) == 1, token
