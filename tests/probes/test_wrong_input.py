"""What a probe cannot measure is refused in a sentence that names it."""

import itertools

import numpy as np
import pytest

from seqcourse import probes
from seqcourse.numpy import (
    GRU,
    RNN,
    Bidirectional,
    DivergenceError,
    Embedding,
    LanguageModel,
    SequenceClassifier,
)
from seqcourse.tasks import DelayedRecall

RNG = np.random.default_rng(0)
LAYER, WORDS = GRU(3, 4), LanguageModel(Embedding(9, 3), GRU(3, 4))
PARAMS, WORD_PARAMS = LAYER.init(RNG), WORDS.init(RNG)
X = RNG.standard_normal((2, 5, 3))
TASK = DelayedRecall(delay=2, symbols=4)
RECALL = SequenceClassifier(
    Embedding(TASK.vocab_size, 3), GRU(3, 4), TASK.num_classes
)
RECALL_PARAMS = RECALL.init(RNG)
BATCH = TASK.batch(RNG, 4)
OF_LAYER = {"layer": LAYER, "params": PARAMS}
OF_MODEL = {"model": LAYER, "params": PARAMS}

#: A call of each probe that is right.
CALLS = {
    "decoding_cost": {**OF_MODEL, "x": X[:1], "lengths": (1, 3)},
    "gate_statistics": {**OF_LAYER, "x": X},
    "gates": {**OF_LAYER, "x": X},
    "gradient_flow": {**OF_MODEL, "batch": X},
    "jacobian_spectrum": {**OF_LAYER, "x_t": X[:, 0]},
    "leak_test": {**OF_MODEL, "x": X},
    "memory_decay": {**OF_LAYER, "x": X},
    "memory_horizon": {
        "model": RECALL,
        "params": RECALL_PARAMS,
        "task": TASK,
        "lags": [1, 2],
        "size": 4,
    },
    "order_sensitivity": {**OF_MODEL, "batch": X},
    "retention": {
        "model": WORDS,
        "params": WORD_PARAMS,
        "tokens": np.array([1, 2]),
    },
    "speed": {"steps": {"a": int}, "rounds": 1},
    "training_step": {
        "model": RECALL,
        "params": RECALL_PARAMS,
        "batch": BATCH,
    },
}


def test_every_probe_is_here():
    functions = {name for name in probes.__all__ if name.islower()}
    assert functions == CALLS.keys() | {"half_life"}


@pytest.mark.parametrize("name", CALLS)
def test_the_right_call_is_accepted(name):
    assert getattr(probes, name)(**CALLS[name]) is not None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("name", "argument"),
    [(name, given) for name, call in CALLS.items() for given in call],
)
@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "nonsense",
        -1,
        object(),
        [None],
        {"a": 1},
        np.array(["a"]),
        np.nan,
    ],
    ids=lambda wrong: type(wrong).__name__,
)
def test_a_wrong_type_is_refused(name, argument, wrong):
    with pytest.raises(ValueError, match=rf"^{argument}(\[.*\])?: expected "):
        getattr(probes, name)(**CALLS[name] | {argument: wrong})


WEIGHTS = [
    (lambda w: w.astype(int), "expected floating-point numbers, got int64"),
    (lambda w: w * np.nan, "expected finite numbers, got nan"),
    (lambda w: w[:1], "expected shape "),
    (lambda w: w.tolist()[0], None),
]


@pytest.mark.parametrize(
    "name", [name for name in CALLS if "params" in CALLS[name]]
)
def test_wrong_weights_are_refused(name):
    call = CALLS[name]
    first = next(iter(call["params"]))
    for change, says in WEIGHTS:
        wrong = {**call["params"], first: change(call["params"][first])}
        with pytest.raises(ValueError, match=r"^params\['") as refusal:
            getattr(probes, name)(**call | {"params": wrong})
        assert says is None or says in str(refusal.value)
    more = {**call["params"], "more": np.ones(1)}
    with pytest.raises(ValueError, match=r"^params: expected .*, got .*more"):
        getattr(probes, name)(**call | {"params": more})


@pytest.mark.torch
@pytest.mark.parametrize("name", [name for name in CALLS if name != "speed"])
def test_a_twin_is_refused(name):
    import torch

    from seqcourse.torch import from_config

    call = dict(CALLS[name])
    of = "model" if "model" in call else "layer"
    twin = from_config(call[of].to_config())
    with pytest.raises(ValueError, match=rf"^{of}: expected a Layer, got a "):
        getattr(probes, name)(**call | {of: twin})
    tensors = {k: torch.tensor(w) for k, w in call["params"].items()}
    with pytest.raises(ValueError, match=r"^params(\[.*\])?: expected a"):
        getattr(probes, name)(**call | {"params": tensors})


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("decoding_cost", {"clock": lambda: "now"}, r"clock: expected a fu"),
        ("decoding_cost", {"lengths": (1, 2.5)}, r"lengths\[1\]: expected a"),
        ("decoding_cost", {"x": X[0]}, r"x: expected"),
        ("decoding_cost", {"rounds": 10**15}, r"rounds: expected at most 1"),
        (
            "gate_statistics",
            {"quantiles": [0.5, 2]},
            r"quantiles: expected n",
        ),
        ("gate_statistics", {"quantiles": 0.5}, r"quantiles: expected shape"),
        (
            "gate_statistics",
            {"lengths": [9, 9]},
            r"lengths: expected 2 whole",
        ),
        ("gates", {"x": X[..., :2]}, r"x: expected 3 features on axis 2"),
        ("gates", {"x": X * np.nan}, r"x: expected finite numbers, got nan"),
        ("gates", {"x": X > 0}, r"x: expected floating-point numbers, got b"),
        ("gates", {"state": ()}, r"state: expected a tuple of 1 array"),
        ("gradient_flow", {"batch": X[..., :2]}, r"batch: expected 3 feat"),
        ("gradient_flow", {"seed": -1}, r"seed: expected a whole number of"),
        ("gradient_flow", {"lengths": [1]}, r"lengths: expected 2 whole num"),
        ("jacobian_spectrum", {"x_t": X}, r"x_t: expected 3 axes"),
        ("jacobian_spectrum", {"x_t": X[0, 0]}, r"x_t: expected"),
        ("jacobian_spectrum", {"state": (X,)}, r"state\[0\]: expected shape"),
        ("leak_test", {"x": X[:, :1]}, r"x: expected at least 2 steps"),
        ("leak_test", {"seed": 0.5}, r"seed: expected a whole number, got 0"),
        ("memory_decay", {"part": 1}, r"part: expected one of \[0\]"),
        ("memory_decay", {"size": 1e-300}, r"size: expected a nudge that"),
        ("memory_decay", {"directions": 0}, r"directions: expected a whole"),
        ("memory_horizon", {"lags": [1, -1]}, r"lags\[1\]: expected a whole"),
        (
            "memory_horizon",
            {"lags": itertools.count(1)},
            r"lags: expected at",
        ),
        ("memory_horizon", {"params": [None]}, r"params\[0\]: expected a d"),
        ("memory_horizon", {"params": [{}]}, r"params\[0\]: expected core"),
        ("memory_horizon", {"size": 0}, r"size: expected a whole number of"),
        ("order_sensitivity", {"keep": 9}, r"keep: expected 0 to 3, so that"),
        ("order_sensitivity", {"batch": X[:, :0]}, r"batch: expected tokens"),
        ("retention", {"tokens": [1, 9]}, r"tokens: expected tokens from 0"),
        ("retention", {"tokens": [0.5]}, r"tokens: expected integer tokens"),
        ("retention", {"tokens": [[1]]}, r"tokens: expected one sentence"),
        ("retention", {"others": 0}, r"others: expected a whole number of"),
        ("speed", {"steps": {"a": 3}}, r"steps\['a'\]: expected a function"),
        ("speed", {"clock": 3}, r"clock: expected a function, got 3"),
        ("speed", {"tokens": 0}, r"tokens: expected a whole number of at"),
    ],
)
def test_a_wrong_value_is_refused(name, given, says):
    with pytest.raises(ValueError, match=f"^{says}"):
        getattr(probes, name)(**CALLS[name] | given)


@pytest.mark.parametrize("name", ["decoding_cost", "gradient_flow"])
def test_who_sees_the_future_is_refused(name):
    both = Bidirectional(LAYER, LAYER)
    seen = {"model": both, "params": both.init(RNG)}
    with pytest.raises(
        ValueError, match=r"^model: expected one that sees no"
    ):
        getattr(probes, name)(**CALLS[name] | seen)


def test_lengths_beside_a_batch_are_refused():
    with pytest.raises(ValueError, match=r"^lengths: expected None with a B"):
        probes.gradient_flow(RECALL, RECALL_PARAMS, BATCH, BATCH.lengths)


@pytest.mark.parametrize(
    "wrong", [1.5, np.nan, "0.5", b"1", True, 10**400, [0.5, "a"], 1j, None]
)
def test_what_is_no_gate_has_no_half_life(wrong):
    with pytest.raises(ValueError, match=r"^forget(\[.*\])?: expected "):
        probes.half_life(wrong)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "name",
    ["decoding_cost", "gradient_flow", "leak_test", "memory_decay"],
)
def test_what_explodes_is_told(name):
    """Without an end to its growth, float64 has one."""
    linear = RNN(3, 4, nonlinearity="relu", bias=False)
    params = linear.init(RNG, np.float64)
    params["weight_ih"] = np.full((4, 3), 1e200)
    params["weight_hh"] = np.full((4, 4), 1e200)
    call = CALLS[name]
    of = "model" if "model" in call else "layer"
    changed = {of: linear, "params": params}
    x = "batch" if "batch" in call else "x"
    with pytest.raises(
        DivergenceError, match=r"^[\w\[\]]+: became (inf|nan|-inf)"
    ):
        getattr(probes, name)(**call | changed | {x: np.ones((1, 5, 3))})


def test_a_memory_that_tells_no_words_apart_is_refused():
    blind = WORD_PARAMS | {
        "embedding.weight": np.zeros_like(WORD_PARAMS["embedding.weight"])
    }
    with pytest.raises(
        ValueError, match=r"^model: expected one whose memory"
    ):
        probes.retention(WORDS, blind, np.array([1, 2]))
