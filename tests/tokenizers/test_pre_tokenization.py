"""Where a text is cut before tokens are made of it."""

from pathlib import Path

from seqcourse.tokenizers import pre_tokenization, pre_tokens

TEXT = Path(__file__, "../../../README.md").resolve().read_text("utf-8")


def test_words_are_not_cut_between_parts():
    cut = list(pre_tokenization.parts(TEXT, 0, len(TEXT), size=1))
    assert len(cut) > 300
    words = [
        word for part in cut for word in pre_tokenization.pre_tokens(part)
    ]
    assert words == list(pre_tokens(TEXT))
