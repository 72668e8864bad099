"""A matrix for each position, beside two that every window uses."""

import xml.etree.ElementTree as ET

import pytest

from seqcourse.figures import weight_sharing


@pytest.mark.parametrize("count", range(2, 6))
def test_each_position_has_its_matrix_or_shares_two(count):
    words = ["a", "b", "c", "d", "e"][:count]
    for svg in ET.fromstring(weight_sharing(words).html).iter("svg"):
        texts = ["".join(text.itertext()) for text in svg.iter("text")]
        own = [f"W{position}" for position in range(1, count + 1)]
        shared = ["W1", "W2"] * count
        letters = [text for text in texts if text.startswith("W")]
        assert sorted(letters) == sorted(own + shared)
        assert len(list(svg.iter("line"))) == count + 2 * count
        assert [texts.count(word) for word in words] == [2] * count
        assert texts.count("0") == 1


@pytest.mark.parametrize("words", [[], ["one"], list("abcdef")])
def test_weight_sharing_refuses(words):
    with pytest.raises(ValueError, match="expected 2 to 5 of them"):
        weight_sharing(words)
