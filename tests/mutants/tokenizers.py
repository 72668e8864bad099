"""Bugs of byte-pair encoding: its training, its merges, its bytes."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "every word counted once",
        "tokenizers.byte_pair_training",
        "pairs[pair] += counts[index]",
        "pairs[pair] += 1",
        "tokenizers/byte_pair_training: a_word_counts_as_often_as_it_occurs",
    ),
    Mutant(
        "the last merge made first",
        "tokenizers.byte_pair_merging",
        "heapq.heappush(queue, (merges[pair][0], left, pair))",
        "heapq.heappush(queue, (-merges[pair][0], left, pair))",
        "tokenizers/byte_pair_merging: an_earlier_merge_goes_first",
    ),
    Mutant(
        "bytes that are not UTF-8 left out",
        "tokenizers.byte_pair_tokenizer",
        "tokens += rest",
        "pass",
        "tokenizers/byte_pair_tokenizer: any_bytes_come_back",
    ),
    Mutant(
        "a text cut into words only at the end of a line",
        "tokenizers.byte_pair_tokenizer",
        "words.update(map(str.encode, pre_tokens(piece)))",
        "words.update(map(str.encode, piece.splitlines()))",
        "tokenizers/byte_pair_tokenizer: "
        "no_token_crosses_the_cut_between_two_words",
    ),
]
