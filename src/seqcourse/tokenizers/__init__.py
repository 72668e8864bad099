"""From a text to whole numbers, and back."""

from seqcourse.tokenizers.byte_pair_tokenizer import BytePairTokenizer
from seqcourse.tokenizers.byte_tokenizer import ByteTokenizer
from seqcourse.tokenizers.character_tokenizer import CharacterTokenizer
from seqcourse.tokenizers.hugging_face_tokenizer import HuggingFaceTokenizer
from seqcourse.tokenizers.pre_tokenization import PATTERN, pre_tokens
from seqcourse.tokenizers.tokenizer import Tokenizer
from seqcourse.tokenizers.word_tokenizer import WordTokenizer

__all__ = [
    "PATTERN",
    "BytePairTokenizer",
    "ByteTokenizer",
    "CharacterTokenizer",
    "HuggingFaceTokenizer",
    "Tokenizer",
    "WordTokenizer",
    "pre_tokens",
]
