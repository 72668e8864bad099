"""A call from outside is checked before it runs and after, in one place."""

import inspect
import re
import warnings

import numpy as np
import pytest
import torch

import seqcourse.numpy as layers
import seqcourse.torch as modules
from seqcourse.numpy.contract.divergence import DivergenceError
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.testing.promises.example import LENGTHS, B, T
from tests.contract.leaky import Leaky
from tests.contract.table import TABLE, D, H

#: Every kind of layer, and one of a reader's own.
each_layer = pytest.mark.parametrize("name", [*TABLE, "a reader's own"])


def example(name, lengths=None):
    if name in TABLE:
        return TABLE[name].example(lengths)
    return TABLE["RNN"].__class__(name, lambda: Leaky(D, H)).example(lengths)


def refused(sentence, call, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=f"^{sentence}"):
            call(*args, **options)


# --- forward ---------------------------------------------------------------

NO_ARRAY = (None, "x", [[1.0], [1.0, 2.0]], {}, object(), 1j)


@each_layer
def test_no_array_is_read(name):
    c = example(name)
    for x in (*NO_ARRAY, torch.ones(2, 3)):
        refused("x: expected an array of numbers, got ", c.forward, x=x)


@each_layer
def test_weights_are_arrays_of_one_floating_type(name):
    c = example(name)
    refused("params: expected a dictionary", c.forward, params=[c.params])
    first, *others = c.params or ("",)
    if first:
        full = re.escape(f"params[{first!r}]: expected ")
        for wrong, sentence in (
            (None, "an array, got None"),
            (c.params[first].tolist(), "an array, got "),
            (c.params[first].astype(int), "floating-point numbers, got int"),
            (c.params[first] > 0, "floating-point numbers, got bool"),
        ):
            params = {**c.params, first: wrong}
            refused(full + sentence, c.forward, params=params)
    for other in others[:1]:
        params = c.params | {other: c.params[other].astype(np.float32)}
        sentence = (
            f"params[{other!r}]: expected float64, as params[{first!r}]"
        )
        refused(re.escape(sentence), c.forward, params=params)


@each_layer
def test_a_state_is_arrays_of_the_same_kind(name):
    c = example(name)
    if not c.state:
        return
    for i, part in enumerate(c.state):
        for wrong, sentence in (
            (None, "an array of numbers, got None"),
            (part[:1], "shape "),
            (
                part.astype(int if part.dtype.kind == "f" else float),
                "integers" if part.dtype.kind == "i" else "floating-point",
            ),
        ):
            state = (*c.state[:i], wrong, *c.state[i + 1 :])
            refused(
                rf"state\[{i}\]: expected {sentence}", c.forward, state=state
            )
    refused("state: expected a tuple of ", c.forward, state=[*c.state])


@each_layer
def test_a_generator_is_asked_for(name):
    c = example(name)
    sentence = "rng: expected a generator as "
    for rng in (0, "seed", np.random.RandomState(0)):
        refused(sentence, c.layer.forward, c.params, c.x, rng=rng)


@each_layer
def test_buffers_come_from_a_call_of_the_same_layer(name):
    c = example(name)
    y, _, cache = c.forward()
    for wrong in ((), (1, 2), "out", tuple(cache)):
        refused(
            "out: expected the tuple that forward returned, got ",
            c.layer.forward,
            c.params,
            c.x,
            c.state,
            out=wrong,
        )
    other = layers.Linear(2, 3)
    _, _, of_other = other.forward(
        other.init(np.random.default_rng(0)), np.ones((1, 1, 2))
    )
    again, _, _ = c.layer.forward(c.params, c.x, c.state, out=of_other)
    assert again.tobytes() == y.tobytes()


# --- step ------------------------------------------------------------------


def stepping(name):
    """Give a layer that goes step by step, or None."""
    c = example(name)
    return c if c.layer.causal else None


@each_layer
def test_step_refuses_what_forward_refuses(name):
    c = stepping(name)
    if c is None:
        return
    step, x_t, state = c.layer.step, c.x[:, 0], c.state
    tokens = c.x.dtype.kind == "i"
    for wrong in NO_ARRAY:
        sentence = "x_t: expected an array of numbers"
        refused(sentence, step, c.params, wrong, state)
    refused("x_t: expected shape ", step, c.params, c.x, state)
    refused("x_t: expected shape ", step, c.params, x_t[:0], None)
    if tokens:
        refused("x_t: expected integer", step, c.params, x_t * 1.0, state)
        refused("x_t: expected tokens", step, c.params, x_t - 99, state)
    else:
        wrong = x_t.copy()
        wrong[1, 2] = np.nan
        sentence = r"x_t: expected finite numbers, got nan at \[1, 2\]"
        refused(sentence, step, c.params, wrong, state)
        refused(
            "x_t: expected floating-point",
            step,
            c.params,
            x_t.astype(int),
            state,
        )
    refused("params: expected", step, {"nonsense": x_t}, x_t, state)
    for weight in c.params:
        if c.params[weight].ndim:  # NumPy would stretch a bias of one number
            refused(
                re.escape(f"params[{weight!r}]: expected shape"),
                step,
                c.params | {weight: np.ones(1)[None, None, None]},
                x_t,
                state,
            )
    if state:
        short = (state[0][:1], *state[1:])
        refused(r"state\[0\]: expected shape", step, c.params, x_t, short)


@each_layer
def test_step_gives_the_weights_type(name):
    c = stepping(name)
    if c is None or not c.params:
        return
    single = {k: w.astype(np.float32) for k, w in c.params.items()}
    y_t, state = c.layer.step(single, c.x[:, 0], c.state)
    assert y_t.dtype == np.float32
    assert all(part.dtype in (np.float32, np.int64) for part in state)


# --- backward --------------------------------------------------------------


@each_layer
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "padded"])
def test_gradients_are_those_of_the_results(name, lengths):
    c = example(name, lengths)
    _, last, cache = c.forward()
    dstate = tuple(
        np.ones_like(part) if part.dtype.kind == "f" else None
        for part in last
    )
    c.backward(cache, dstate=dstate)
    for dy, sentence in (
        (None, "dy: expected an array of numbers, got None"),
        (c.dy[:1], "dy: expected shape "),
        (c.dy[..., :1], "dy: expected shape "),
        (c.dy.astype(int), "dy: expected floating-point numbers, got int64"),
        (np.where(c.dy == c.dy.flat[0], np.nan, c.dy), "dy: expected finite"),
    ):
        refused(sentence, c.backward, cache, dy=dy, dstate=dstate)
    count = f"dstate: expected a tuple of {len(last)} arrays, got "
    refused(count, c.backward, cache, dstate=(*dstate, c.dy))
    for i, part in enumerate(dstate):
        others = dstate[:i], dstate[i + 1 :]
        if part is None:
            wrong = [(np.ones_like(last[i]), "None, since ")]
        else:
            wrong = [
                (part[:1], "shape "),
                (part.astype(int), "floating-point numbers, got int64"),
            ]
            if part.size:
                wrong.append((part * np.nan, "finite numbers, got nan"))
        for one, sentence in wrong:
            refused(
                rf"dstate\[{i}\]: expected {sentence}",
                c.backward,
                cache,
                dstate=(*others[0], one, *others[1]),
            )


@each_layer
def test_a_cache_is_what_forward_returned(name):
    c = example(name)
    _, _, cache = c.forward()
    for wrong in (None, (), tuple(cache), "cache", c.x):
        refused(
            "cache: expected the tuple that forward returned, got ",
            c.layer.backward,
            c.params,
            c.dy,
            None,
            wrong,
        )
    other = layers.Linear(2, 3)
    _, _, of_other = other.forward(
        other.init(np.random.default_rng(0)), np.ones((1, 1, 2))
    )
    refused(
        "cache: expected what this layer's forward returned, got that of "
        "another Linear",
        c.layer.backward,
        c.params,
        c.dy,
        None,
        of_other,
    )


# --- before anything is read -----------------------------------------------


@each_layer
def test_what_is_drawn_is_floating_and_begins_with_a_batch(name):
    layer = example(name).layer
    rng = np.random.default_rng(0)
    for dtype in (int, "int64", bool, "nonsense", None, complex):
        sentence = "dtype: expected a floating type such as np.float32, got "
        refused(sentence, layer.init, rng, dtype)
        refused(sentence, layer.initial_state, 1, dtype)
        refused(sentence, layer.state_bytes, 1, dtype)
    for wrong in (0, None, np.random.RandomState(0)):
        refused("rng: expected a generator as ", layer.init, wrong)
    for wrong in (0, -1, 1.5, "2", None, True):
        sentence = "batch_size: expected a whole number"
        refused(sentence, layer.initial_state, wrong, np.float32)
    for wrong in (-1, 1.5, None, 10**30):
        refused("T: expected ", layer.state_bytes, wrong)


def test_what_does_not_fit_into_memory_is_named():
    rng = np.random.default_rng(0)
    refused(
        r"params\['weight'\]: expected a weight that fits into memory, got ",
        layers.Linear(10**9, 10**9).init,
        rng,
    )
    sentence = "batch_size: expected a batch that fits into memory, got "
    refused(sentence, layers.RNN(3, 4).initial_state, 10**18, np.float32)
    refused(sentence, modules.RNN(3, 4).initial_state, 10**18)


# --- results ---------------------------------------------------------------


def becomes(sentence, call, *args):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DivergenceError, match=f"^{sentence}"):
            call(*args)


def test_what_becomes_infinite_is_named():
    layer = layers.Linear(2, 3)
    params = layer.init(np.random.default_rng(0))
    large = np.full((1, 4, 2), 3e38, np.float32)
    params["weight"] = np.full((3, 2), 2, np.float32)
    for y, x, call in (("y", large, "forward"), ("y_t", large[0], "step")):
        sentence = f"{y}: became inf at [0, 0{', 0' * (y == 'y')}]; the "
        becomes(re.escape(sentence), getattr(layer, call), params, x)
    y, _, cache = layer.forward(params, np.ones((1, 4, 2), np.float32))
    sentence = r"dx: became inf at \[0, 0, 0\]; the numbers are too large"
    becomes(sentence, layer.backward, params, y + np.float32(3e38), (), cache)
    core = layers.RNN(2, 3, nonlinearity="relu")
    params = core.init(np.random.default_rng(0))
    params["weight_ih"][...] = 1e38
    with inside_a_model(), np.errstate(all="ignore"):
        core.forward(params, large)  # fit has checks of its own


def test_a_weight_that_is_to_blame_is_named():
    model = layers.SequenceTagger(None, layers.RNN(D, H), 2)
    params = model.init(np.random.default_rng(0))
    params["core.weight_hh"][1, 2] = np.nan
    becomes(
        r"params\['core.weight_hh'\]: expected finite numbers, "
        r"got nan at \[1, 2\]",
        model.forward,
        params,
        np.ones((B, T, D)),
    )
    module = modules.SequenceTagger(None, modules.RNN(D, H), 2)
    with torch.no_grad():
        module.core.weight_hh[1, 2] = torch.nan
    sentence = r"params\['core.weight_hh'\]: expected finite numbers, got nan"
    becomes(sentence, module, torch.ones(B, T, D))


def test_numbers_beyond_the_weights_type_are_refused():
    sentence = (
        r"x: expected finite numbers that float32 can hold, got 1e\+39 at "
    )
    x = np.full((1, 2, D), 1e39)
    layer = layers.Linear(D, H)
    refused(sentence, layer.forward, layer.init(np.random.default_rng(0)), x)
    refused(sentence, modules.Linear(D, H), torch.from_numpy(x))


# --- modules ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"x": np.ones((2, 3, 4))}, "x: expected a torch.Tensor, got an arr"),
        ({"x": None}, "x: expected a torch.Tensor, got None"),
        (
            {"x": torch.ones(2, 3, 4, device="meta")},
            "x: expected a tensor on",
        ),
        ({"x": torch.ones(2, 3, 4).to_sparse()}, "x: expected a dense tens"),
        (
            {"x": torch.ones(2, 3, 4, dtype=torch.int8)},
            "x: expected floating",
        ),
        ({"x": torch.ones(2, 3, 5)}, "x: expected 4 features on axis 2"),
        ({"lengths": "12"}, "lengths: expected an array of numbers or a t"),
        ({"lengths": torch.ones(2)}, "lengths: expected integers, got float"),
        ({"lengths": torch.tensor([1, 4])}, "lengths: expected 1 to 3"),
        ({"state": (np.ones((2, 4)),)}, r"state\[0\]: expected a torch.Tens"),
        (
            {"state": (torch.ones(1, 4),)},
            r"state\[0\]: expected shape \(2, 4",
        ),
        ({"state": (torch.ones(2, 4).int(),)}, r"state\[0\]: expected float"),
        (
            {"state": (torch.ones(2, 4, device="meta"),)},
            r"state\[0\]: expected a tensor on cpu",
        ),
    ],
)
def test_a_module_refuses_what_its_twin_refuses(changes, sentence):
    given = {"x": torch.ones(2, 3, 4)} | changes
    refused(sentence, modules.RNN(4, 4), **given)
    given["x_t"] = x_t = given.pop("x")
    if isinstance(x_t, torch.Tensor) and x_t.layout is torch.strided:
        given["x_t"] = x_t[:, 0]
    if "lengths" not in given:
        features = sentence.replace("4 features on axis 2", "shape")
        wanted = features.replace("x:", "x_t:")
        refused(wanted, modules.RNN(4, 4).step, **given)


def test_short_integers_are_lengths():
    module, x = modules.RNN(4, 4), torch.randn(3, 3, 4)
    lengths = torch.tensor([1, 3, 2])
    expected, _ = module(x, lengths=lengths)
    for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32):
        y, _ = module(x, lengths=lengths.to(dtype))
        assert torch.equal(y, expected)
    model = modules.SequenceClassifier(None, module, 2)
    answer, _ = model(x, lengths=lengths.to(torch.uint8))
    assert torch.equal(answer, model(x, lengths=lengths)[0])


def test_a_step_of_other_floats_is_read_in_the_weights_type():
    module = modules.LSTM(4, 3)
    state = tuple(part.double() for part in module.initial_state(2))
    y_t, state = module.step(torch.ones(2, 4, dtype=torch.float64), state)
    assert {y_t.dtype, *(part.dtype for part in state)} == {torch.float32}


def every_kind():
    """Give a model of parts of every kind."""
    both = modules.Bidirectional(
        modules.RNN(4, 3), modules.GRU(4, 3, engine="reference")
    )
    core = modules.Stack((both, modules.LSTM(6, 5)))
    return modules.SequenceClassifier(modules.Embedding(9, 4), core, 2)


@pytest.mark.parametrize(
    "make",
    [
        lambda: modules.Linear(4, 3),
        lambda: modules.LayerNorm(4),
        lambda: modules.Embedding(9, 4),
        lambda: modules.RNN(4, 3, engine="reference"),
        every_kind,
    ],
)
def test_a_module_is_compiled_in_one_graph(make):
    module = make()
    torch._dynamo.reset()
    x = torch.randn(2, 5, 4)
    if isinstance(getattr(module, "embedding", module), modules.Embedding):
        x = torch.randint(9, (2, 5))
    compiled = torch.compile(module, fullgraph=True, backend="eager")
    assert torch.equal(compiled(x)[0], module(x)[0])


# --- what is shown ---------------------------------------------------------


def test_the_source_is_the_methods_own():
    source = inspect.getsource(layers.RNN.step)
    assert source.lstrip().startswith("def step(")
    assert "check_step" in source
    assert [*inspect.signature(layers.RNN.forward).parameters][:3] == [
        "self",
        "params",
        "x",
    ]
    assert layers.RNN.backward.__doc__ is None
    assert layers.Layer.forward.__doc__.startswith("Read a batch")
