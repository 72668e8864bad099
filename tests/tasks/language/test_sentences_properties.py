"""The grammar's probabilities, for any choice of families."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seqcourse.tasks import Sentences
from seqcourse.tasks.contract.pattern import expand
from seqcourse.tasks.language.grammar import FAMILIES
from seqcourse.tasks.language.prefix_tree import plant, surprise

chosen = st.lists(
    st.sampled_from(sorted(FAMILIES)), min_size=1, unique=True
).map(lambda families: Sentences(tuple(families)))
seeds = st.integers(0, 2**32)

# Words, ways and lines of the language that patterns are written in.
phrases = st.text("ab ", max_size=4)
ways = st.lists(
    st.tuples(phrases, st.integers(1, 9)), min_size=1, max_size=4
).map(lambda all_: "(" + "|".join(f"{w}:{n}" for w, n in all_) + ")")
patterns = st.lists(phrases | ways, max_size=4).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(chosen, seeds)
def test_a_sentence_is_as_likely_as_its_words_together(task, seed):
    words = task.sample(np.random.default_rng(seed)).split()
    product = math.prod(
        task.next_words(" ".join(words[:t]))[word]
        for t, word in enumerate(words)
    )
    assert product == pytest.approx(task.probability(" ".join(words)))


@settings(max_examples=40, deadline=None)
@given(chosen, seeds)
def test_every_step_has_probabilities_that_add_to_one(task, seed):
    words = task.sample(np.random.default_rng(seed)).split()
    for t in range(len(words)):
        after = task.next_words(" ".join(words[:t]))
        assert math.fsum(after.values()) == pytest.approx(1, abs=1e-12)
        entropy = task.entropy(" ".join(words[:t]))
        assert 0 <= entropy <= math.log(len(after)) + 1e-12
        assert set(after) <= set(task.words)


@settings(max_examples=31, deadline=None)
@given(chosen, st.integers(0, 30))
def test_best_is_never_beaten_by_a_window(task, window):
    assert math.fsum(task.sentences().values()) == pytest.approx(1)
    assert task.best <= task.best_within(window) + 1e-12
    assert task.best_within(window + 1) <= task.best_within(window) + 1e-12


@given(patterns)
@example("(:1|:2| :1) (:1|:3| :1)")  # its only sentence adds to 1 + 2e-16
def test_any_pattern_is_a_language(pattern):
    sentences = expand(f"{pattern}.")
    assert math.fsum(sentences.values()) == pytest.approx(1)
    root = plant(sentences)
    assert root.probability == pytest.approx(1)
    length = sum(p * len(words) for words, p in sentences.items())
    entropy = sum(-p * math.log(p) for p in sentences.values())
    assert surprise(root) == pytest.approx(entropy / length, abs=1e-9)
