"""The contract at sizes that nobody chose."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from seqcourse.numpy import (
    RNN,
    BagOfWords,
    FixedWindow,
    GradientCheckpointing,
    Linear,
    SequenceClassifier,
    SequenceTagger,
    Stack,
)
from seqcourse.testing import gradient_check, relative_error

LONGEST = 7
sizes = st.integers(1, 5)
cores = st.sampled_from(
    [
        Linear,
        BagOfWords,
        lambda D, H: FixedWindow(D, H, 2 * LONGEST),
        RNN,
        lambda D, H: RNN(D, H, bias=False),
        lambda D, H: Stack((RNN(D, 3), BagOfWords(3, 2), RNN(2, H))),
        lambda D, H: GradientCheckpointing(RNN(D, H), every=2),
        lambda D, H: SequenceTagger(Linear(D, 3), RNN(3, H), 2),
    ]
)
sized = settings(max_examples=40, deadline=None, derandomize=True)


@st.composite
def readings(draw):
    """Draw a layer, weights, input, first state and lengths of any size."""
    layer = draw(cores)(D := draw(sizes), draw(sizes))
    B, T = draw(sizes), draw(st.integers(1, LONGEST))
    lengths = draw(st.lists(st.integers(1, T), min_size=B, max_size=B))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    state = tuple(
        rng.standard_normal(part.shape)
        if part.dtype.kind == "f"
        else rng.integers(0, LONGEST, part.shape)
        for part in layer.initial_state(B, np.float64)
    )
    params = layer.init(rng, np.float64)
    x = rng.standard_normal((B, T, D))
    return layer, params, x, state, np.array(lengths)


def close(a, b):
    return relative_error(a, b) <= 1e-12


@sized
@given(readings())
def test_gradients(reading):
    for name, error in gradient_check(*reading, directions=1).items():
        assert error <= 1e-8, name


@sized
@given(readings())
def test_padding(reading):
    layer, params, x, state, lengths = reading
    y, last, _ = layer.forward(params, x, state, lengths)
    for b, length in enumerate(lengths):
        mine = tuple(part[b : b + 1] for part in state)
        alone, end, _ = layer.forward(params, x[b : b + 1, :length], mine)
        assert close(y[b : b + 1, :length], alone)
        assert not y[b, length:].any()
        for part, expected in zip(last, end, strict=True):
            assert close(part[b : b + 1], expected)


@sized
@given(readings(), st.data())
def test_split(reading, data):
    layer, params, x, state, _ = reading
    split = data.draw(st.integers(0, x.shape[1] - 1))
    y, last, _ = layer.forward(params, x, state)
    parts = []
    for part in (x[:, :split], x[:, split:])[not split :]:
        answer, state, _ = layer.forward(params, part, state)
        parts.append(answer)
    assert close(y, np.concatenate(parts, 1))
    for part, expected in zip(last, state, strict=True):
        assert close(part, expected)


@sized
@given(readings())
def test_step(reading):
    layer, params, x, state, _ = reading
    y, last, _ = layer.forward(params, x, state)
    for t in range(x.shape[1]):
        y_t, state = layer.step(params, x[:, t], state)
        assert close(y[:, t], y_t)
    for part, expected in zip(last, state, strict=True):
        assert close(part, expected)


@sized
@given(readings())
def test_a_classifier_answers_from_the_last_real_step(reading):
    core, _, x, state, lengths = reading
    model = SequenceClassifier(None, core, 3)
    params = model.init(np.random.default_rng(0), np.float64)
    tagger = SequenceTagger(None, core, 3)
    answer, _, _ = model.forward(params, x, state, lengths)
    answers, _, _ = tagger.forward(params, x, state, lengths)
    for b, length in enumerate(lengths):
        assert close(answer[b], answers[b, length - 1])
