"""The future changes nothing before it."""

import dataclasses

import pytest

import seqcourse.numpy
from seqcourse.testing.promises import causality
from seqcourse.testing.promises.causality import require_causal
from tests.contract.table import (
    C,
    D,
    H,
    Row,
    V,
    asked,
    each_layer_that_sees_the_future,
    layers,
)

test_the_future_changes_nothing_before_it = asked(
    causality.the_future_changes_nothing_before_it
)
test_what_sees_the_future_cannot_go_step_by_step = asked(
    causality.what_sees_the_future_cannot_go_step_by_step
)


@each_layer_that_sees_the_future
def test_what_sees_the_future_fails_the_causality_check(row):
    assert not row.make().causal
    if row.one_output:  # at the end, after which there is no future
        require_causal(row)
    else:
        with pytest.raises(AssertionError):
            require_causal(row)


@each_layer_that_sees_the_future
def test_where_the_future_must_be_hidden_it_is_refused(row):
    sees = row.make()
    with pytest.raises(
        ValueError, match=r"^core: expected one that sees no future"
    ):
        layers.LanguageModel(layers.Embedding(V, row.width), sees)


@dataclasses.dataclass(frozen=True)
class SeesTheFuture(seqcourse.numpy.Linear):
    """What no causal layer may do: every answer knows the last step."""

    causal = False

    def forward(self, params, x, *args, **kwargs):
        y, state, cache = super().forward(params, x, *args, **kwargs)
        if y.ndim == 3 and y.shape[1] > 1:
            y = y + y[:, -1:]
        return y, state, cache


def test_the_causality_check_can_fail():
    row = Row("future", lambda: SeesTheFuture(D, H), causal=False)
    with pytest.raises(AssertionError):
        require_causal(row)


def test_a_model_is_as_causal_as_its_core():
    sees = SeesTheFuture(D, H)
    assert not layers.SequenceTagger(None, sees, C).causal
    assert not layers.SequenceClassifier(None, sees, C).causal
    with pytest.raises(
        ValueError,
        match=r"^core: expected one that sees no future .* got Sees",
    ):
        layers.LanguageModel(layers.Embedding(V, D), sees)
