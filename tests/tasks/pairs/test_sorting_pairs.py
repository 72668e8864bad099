"""Sorting, for a model that reads with one part and writes with another."""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from seqcourse.tasks.pairs import sorting_pairs

ORDERS = {
    "ascending": sorted,
    "reversed": lambda numbers: numbers[::-1],
    "same": list,
}


@pytest.mark.parametrize("order", ORDERS)
def test_the_target_is_the_source_in_order(order):
    task = sorting_pairs.SortingPairs(6, 5, order)
    batch = task.batch(np.random.default_rng(0), 40)
    for row in range(40):
        numbers = [int(w) for w in task.decode(batch.sources[row]).split()]
        *written, end = task.decode(batch.targets[row]).split()
        assert end == "<eos>"
        assert [int(w) for w in written] == ORDERS[order](numbers)


@pytest.mark.parametrize("length", [1, 2, 3, 5, 6])
@pytest.mark.parametrize("symbols", [2, 3, 4])
@pytest.mark.parametrize("order", ORDERS)
def test_chance_is_the_likeliest_sequence(length, symbols, order):
    """Counted over every sequence there is."""
    every = product(range(symbols), repeat=length)
    counts = Counter(tuple(ORDERS[order](list(n))) for n in every)
    share = max(counts.values()) / symbols**length
    task = sorting_pairs.SortingPairs(length, symbols, order)
    assert task.chance == pytest.approx(share, rel=1e-12)


def test_words_go_there_and_back():
    task = sorting_pairs.SortingPairs(4, 12)
    batch = task.batch(np.random.default_rng(1), 3)
    for tokens in (*batch.sources, *batch.inputs, *batch.targets):
        np.testing.assert_array_equal(
            task.encode(task.decode(tokens)), tokens
        )
