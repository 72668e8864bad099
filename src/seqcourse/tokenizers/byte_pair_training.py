"""Byte-pair encoding's training: which pairs become tokens."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from seqcourse.tokenizers.byte_tokenizer import BYTES

Pair = tuple[int, int]


def most_frequent_pairs(words: Mapping[bytes, int]) -> Iterator[Pair]:
    """Find the most frequent pair of neighbours, merge it, and so on.

    Counts are kept from merge to merge: a merge visits the words that have
    its pair, and no others.

    Parameters
    ----------
    words
        How often each word comes.

    Yields
    ------
    pair
        Two tokens: 0 to 255 are bytes, and each pair gets the next number.
        Of equally frequent pairs it is the lowest. What is a token already
        is not made again from two other halves. It ends when no pair comes
        twice.

    Examples
    --------
    >>> pairs = most_frequent_pairs({b"low": 3, b"lower": 2})
    >>> [next(pairs) for _ in range(3)]
    [(108, 111), (256, 119), (101, 114)]

    References
    ----------
    Gage (1994), A new algorithm for data compression; Sennrich, Haddow and
    Birch (2016), Neural machine translation of rare words with subword units,
    for words and their counts.
    """
    spelled = [list(word) for word in words]
    counts = list(words.values())
    pairs: Counter[Pair] = Counter()
    where: defaultdict[Pair, set[int]] = defaultdict(set)
    for index, word in enumerate(spelled):
        for pair in pairwise(word):
            pairs[pair] += counts[index]
            where[pair].add(index)
    known = set(BYTES)
    queue = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(queue)
    values = list(BYTES)
    while queue:
        count, pair = heapq.heappop(queue)
        if -count != pairs[pair]:
            if pairs[pair]:  # counted again since
                heapq.heappush(queue, (-pairs[pair], pair))
            continue
        if -count < 2:
            return
        value = values[pair[0]] + values[pair[1]]
        if value in known:  # from two other halves
            continue
        yield pair
        token = len(values)
        known.add(value)
        values.append(value)
        touched = set()
        for index in where.pop(pair):
            word = spelled[index]
            for old in pairwise(word):
                pairs[old] -= counts[index]
                where[old].discard(index)
            word[:] = merged(word, pair, token)
            for new in pairwise(word):
                pairs[new] += counts[index]
                where[new].add(index)
                touched.add(new)
        for new in touched:
            heapq.heappush(queue, (-pairs[new], new))


def merged(word: list[int], pair: Pair, token: int) -> list[int]:
    """Put a token in place of each pair, from left to right.

    Parameters
    ----------
    word
        As tokens.
    pair
        Two tokens.
    token
        What stands for both.

    Returns
    -------
    word
        The shorter one.

    Examples
    --------
    >>> merged([97, 97, 97], (97, 97), 256)
    [256, 97]
    """
    made, at = [], 0
    while at < len(word):
        found = word[at : at + 2] == [*pair]
        made.append(token if found else word[at])
        at += 1 + found
    return made
