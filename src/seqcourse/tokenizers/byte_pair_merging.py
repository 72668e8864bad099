"""Byte-pair encoding of one word: which merges are made, in which order."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from itertools import pairwise

#: For each pair of tokens its rank, low first, and the token it becomes.
Merges = Mapping[tuple[int, int], tuple[int, int]]
#: Stands where a token was that is part of its neighbour now.
_GONE = -1


def merge(tokens: Sequence[int], merges: Merges) -> list[int]:
    """Merge neighbours until no pair is left that can be merged.

    The pair of the lowest rank goes first; of equal pairs, the leftmost. A
    queue of pairs makes it n log n steps, so a word may be a megabyte long.

    Parameters
    ----------
    tokens
        A word, as tokens.
    merges
        What can be merged.

    Returns
    -------
    tokens
        As many, or fewer.

    Examples
    --------
    >>> merge([97, 97, 97, 98], {(97, 97): (0, 256), (256, 97): (1, 257)})
    [257, 98]
    """
    if len(tokens) < 2:
        return list(tokens)
    now = list(tokens)
    after = list(range(1, len(now) + 1))
    before = list(range(-1, len(now) - 1))
    queue: list[tuple[int, int, tuple[int, int]]] = []

    def offer(left: int, right: int) -> None:
        if left >= 0 and right < len(now):
            pair = (now[left], now[right])
            if pair in merges:
                heapq.heappush(queue, (merges[pair][0], left, pair))

    for left in range(len(now) - 1):
        offer(left, left + 1)
    while queue:
        _, left, pair = heapq.heappop(queue)
        right = after[left]
        if right == len(now) or (now[left], now[right]) != pair:
            continue  # one of the two has been merged meanwhile
        now[left], now[right] = merges[pair][1], _GONE
        after[left] = after[right]
        if after[left] < len(now):
            before[after[left]] = left
        offer(before[left], left)
        offer(left, after[left])
    return [token for token in now if token != _GONE]


def merge_reference(tokens: Sequence[int], merges: Merges) -> list[int]:
    """Merge as `merge` does, a pair at a time: the definition.

    Parameters
    ----------
    tokens
        A word, as tokens.
    merges
        What can be merged.

    Returns
    -------
    tokens
        What `merge` gives; a test compares the two.

    Examples
    --------
    >>> merge_reference([97, 97, 98], {(97, 97): (0, 256)})
    [256, 98]
    """
    tokens = list(tokens)
    while pairs := [p for p in pairwise(tokens) if p in merges]:
        best = min(pairs, key=lambda pair: merges[pair][0])
        i = [*pairwise(tokens)].index(best)
        tokens[i : i + 2] = [merges[best][1]]
    return tokens
