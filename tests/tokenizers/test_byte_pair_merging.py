"""Which tokens a word gets: merges in their order, from left to right."""

from seqcourse.tokenizers import byte_pair_merging

A, B, C, AB, BC, AA = 97, 98, 99, 256, 257, 258


def test_an_earlier_merge_goes_first():
    # In "abc" the b can go either way.
    first, second = {(A, B): (0, AB)}, {(B, C): (1, BC)}
    both = first | second
    assert byte_pair_merging.merge([A, B, C], both) == [AB, C]
    swapped = {(A, B): (1, AB), (B, C): (0, BC)}
    assert byte_pair_merging.merge([A, B, C], swapped) == [A, BC]


def test_a_pair_is_merged_from_the_left():
    assert byte_pair_merging.merge([A, A, A], {(A, A): (0, AA)}) == [AA, A]


def test_it_is_the_definition_on_every_short_word():
    merges = {(A, A): (0, AA), (AA, B): (1, AB), (B, AA): (2, BC)}
    for number in range(2**8):
        word = [A + (number >> bit & 1) for bit in range(8)]
        assert byte_pair_merging.merge(
            word, merges
        ) == byte_pair_merging.merge_reference(word, merges)
