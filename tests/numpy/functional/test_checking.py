"""What the functions refuse, and that the checks change no number."""

import inspect
import re

import numpy as np
import pytest

from seqcourse.numpy import DivergenceError, functional
from seqcourse.numpy.functional import (
    activations,
    checking,
    dropout,
    gelu,
    unchecked,
)

TWO = np.array([0.25, 0.75])
CLASS = np.array([1])
ROW = TWO[None]
rng = np.random.default_rng

REFUSED = {
    "a word": (
        lambda: functional.softmax("scores"),
        "x: expected an array of numbers, got 'scores'",
    ),
    "nothing": (
        lambda: functional.log_softmax(None),
        "x: expected an array of numbers, got None",
    ),
    "a ragged list": (
        lambda: activations.tanh([[1.0], [1.0, 2.0]]),
        "x: expected an array of numbers, got [[1.0], [1.0, 2.0]]",
    ),
    "truth values": (
        lambda: activations.relu([True, False]),
        "x: expected numbers, got bool",
    ),
    "no scores": (
        lambda: functional.softmax(np.zeros((2, 0))),
        "x: expected at least one number, got an array of shape (2, 0)",
    ),
    "a single score": (
        lambda: functional.softmax(1.0),
        "x: expected shape (..., C), got ()",
    ),
    "a NaN among scores": (
        lambda: functional.log_softmax([[0.0, np.nan]]),
        "x: expected finite numbers, got nan at [0, 1]",
    ),
    "no score that can be": (
        lambda: functional.softmax([[0.0], [-np.inf]]),
        "x: expected a score above -inf in each row, got -inf alone",
    ),
    "none that can be where not hidden": (
        lambda: functional.softmax([-np.inf, 1.0], [False, True]),
        "x: expected a score above -inf in each row, got -inf alone",
    ),
    "a mask of numbers": (
        lambda: functional.softmax(TWO, [0, 1]),
        "hidden: expected True or False, got int64",
    ),
    "a mask that stretches the scores": (
        lambda: functional.softmax(TWO, [[True, False], [False, True]]),
        "hidden: expected a shape that (2,), that of x, can be covered with",
    ),
    "a stretched gradient": (
        lambda: functional.softmax_backward(ROW, TWO),
        "dy: expected shape (2,), got (1, 2)",
    ),
    "scores for probabilities": (
        lambda: functional.softmax_backward(TWO, [-3.0, 1.0]),
        "y: expected numbers from 0 to 1, got -3.0 at [0]",
    ),
    "probabilities for their logarithms": (
        lambda: functional.log_softmax_backward(TWO, TWO),
        "y: expected numbers at most 0, got 0.25 at [0]",
    ),
    "an input of tanh for its output": (
        lambda: activations.tanh_backward(TWO, [0.5, 2.0]),
        "y: expected numbers from -1 to 1, got 2.0 at [1]",
    ),
    "an infinite gradient": (
        lambda: activations.relu_backward([np.inf, 0.0], TWO),
        "dy: expected finite numbers, got inf at [0]",
    ),
    "an infinite output": (
        lambda: activations.relu_backward(TWO, [np.inf, 0.0]),
        "y: expected numbers at least 0, got inf at [0]",
    ),
    "gates that cannot be written over": (
        lambda: activations.activate_gates([0.5], [1.0]),
        (
            "a: expected a contiguous floating-point array to write into, "
            "got [0.5]"
        ),
    ),
    "gates of integers": (
        lambda: activations.activate_gates(np.zeros(2, int), TWO),
        (
            "a: expected a contiguous floating-point array to write into, "
            "got an array of shape (2,) and type int64"
        ),
    ),
    "a scale for another number of gates": (
        lambda: activations.gate_scale((0.5,), np.zeros((2, 1, 1))),
        "like: expected shape (1, B, H), got (2, 1, 1)",
    ),
    "a table that is no contiguous one": (
        lambda: gelu.gelu_and_slope(np.zeros((2, 3)).T, np.zeros((3, 2))),
        "x: expected a contiguous floating-point array to write into",
    ),
    "all left out": (
        lambda: dropout.dropout(TWO, 1.0, rng(0)),
        "share: expected 0 to below 1, got 1.0",
    ),
    "a seed for a generator": (
        lambda: dropout.dropout(TWO, 0.5, 0),
        "rng: expected a generator as np.random.default_rng(0) makes it",
    ),
    "logits that are infinite": (
        lambda: functional.cross_entropy([[-np.inf, 0.0]], CLASS),
        "logits: expected finite numbers, got -inf at [0, 0]",
    ),
    "targets that are no integers": (
        lambda: functional.cross_entropy(ROW, [1.0]),
        "targets: expected integers, got float64",
    ),
    "an infinite weight": (
        lambda: functional.cross_entropy(ROW, CLASS, [np.inf]),
        "weights: expected finite numbers of at least 0, got inf at [0]",
    ),
    "a negative weight": (
        lambda: functional.squared_error(ROW, ROW, [-1.0]),
        "weights: expected finite numbers of at least 0, got -1.0 at [0]",
    ),
    "a target that is none": (
        lambda: functional.squared_error(ROW, [[np.nan, 0.0]]),
        "targets: expected finite numbers, got nan at [0, 0]",
    ),
    "a cache of something else": (
        lambda: functional.cross_entropy_backward((ROW, CLASS + 5, TWO)),
        (
            "cache: expected what cross_entropy returned, got arrays of "
            "shapes (1, 2), (1,), (2,)"
        ),
    ),
    "no cache": (
        lambda: functional.squared_error_backward(None),
        "cache: expected a tuple, got None",
    ),
}


@pytest.mark.parametrize(
    ("call", "sentence"), REFUSED.values(), ids=REFUSED.keys()
)
def test_what_is_wrong_has_its_sentence(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        call()


def test_what_has_no_weight_may_be_anything():
    outputs = rng(0).normal(size=(2, 3))
    for kind, targets, nothing in (
        ("cross_entropy", np.array([2, 0]), -100),
        ("squared_error", rng(1).normal(size=(2, 3)), np.nan),
    ):
        loss_of = getattr(functional, kind)
        way_back = getattr(functional, f"{kind}_backward")
        alone, _ = loss_of(outputs[:1], targets[:1])
        targets[1] = nothing
        loss, cache = loss_of(outputs, targets, [1, 0])
        assert loss == alone
        assert not way_back(cache)[1].any()


@pytest.mark.parametrize("scale", [1e-300, 1e-45, 1.0, 1e38, 1e300])
def test_the_size_of_the_weights_does_not_matter(scale):
    outputs = rng(0).normal(size=(2, 3)).astype(np.float32)
    given = outputs, np.array([0, 1])
    expected, _ = functional.cross_entropy(*given, [1.0, 3.0])
    found, _ = functional.cross_entropy(*given, [scale, 3 * scale])
    assert found == pytest.approx(expected, rel=1e-6)


def test_sure_answers_lose_nothing_and_not_minus_nothing():
    loss, _ = functional.cross_entropy([[1000.0, -1000.0]], [0])
    assert str(loss) == "0.0"


def test_what_overflows_is_told():
    with pytest.raises(DivergenceError, match=r"^loss: became inf"):
        functional.squared_error([[1e200]], [[-1e200]])
    with pytest.raises(DivergenceError, match=r"^y: became inf at \[1\]"):
        checking.checking(checking.numbers, "y")(np.exp)([0.0, 1e3])


def test_what_cannot_be_has_no_probability():
    x = np.array([[0.0, -np.inf], [-1e308, 1e308]])
    np.testing.assert_array_equal(functional.softmax(x), [[1, 0], [0, 1]])
    expected = [[0, -np.inf], [-np.inf, 0]]
    np.testing.assert_array_equal(functional.log_softmax(x), expected)


def test_the_order_in_memory_does_not_matter():
    x = rng(0).normal(size=(3, 4))
    np.testing.assert_array_equal(
        gelu.gelu(x.T), np.ascontiguousarray(gelu.gelu(x).T)
    )
    np.testing.assert_array_equal(gelu.gelu(x[::-1]), gelu.gelu(x)[::-1])


def test_a_check_changes_no_bit():
    x = rng(0).normal(size=(3, 4))
    for name in ("softmax", "log_softmax", "tanh", "sigmoid"):
        core = getattr(unchecked, name)
        public = getattr(functional, name, None)
        public = public or getattr(activations, name)
        assert core is not public
        assert core(x).tobytes() == public(x).tobytes()
        assert inspect.getsource(core) == inspect.getsource(public)
