import copy
import dataclasses
import re

import numpy as np
import pytest

from seqcourse.numpy import AdamW, DivergenceError, WarmupCosine
from seqcourse.numpy.optimizers import adam

SHAPES = {"weight": (3, 5), "bias": (7,)}
MAKE = {
    "SGD": lambda: adam.SGD(0.1),
    "SGD with momentum": lambda: adam.SGD(0.1, momentum=0.9),
    "Adam": lambda: adam.Adam(1e-3),
    "Adam of other betas": lambda: adam.Adam(
        0.02, betas=(0.7, 0.95), eps=1e-3
    ),
    "AdamW": lambda: AdamW(0.02, weight_decay=0.3),
    "SGD on a schedule": lambda: adam.SGD(
        WarmupCosine(0.1, steps=15, warmup=4, floor=0.01), momentum=0.5
    ),
    "Adam on a schedule": lambda: adam.Adam(
        WarmupCosine(0.02, steps=20, floor=1e-3)
    ),
    "AdamW on a schedule": lambda: AdamW(
        WarmupCosine(0.02, steps=12, warmup=3, floor=1e-3), weight_decay=0.3
    ),
}
each = pytest.mark.parametrize("name", MAKE)


def draw(seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return {
        name: rng.standard_normal(shape).astype(dtype)
        for name, shape in SHAPES.items()
    }


def run(optimizer, steps=20, dtype=np.float64):
    params = draw(0, dtype)
    state = optimizer.init(params)
    path = []
    for n in range(steps):
        params, state = optimizer.update(draw(n + 1, dtype), state, params)
        path.append(params)
    return path


def by_hand(optimizer, steps=20):
    """The papers' own recursions, one number at a time."""
    path = []
    params = draw(0)
    memory = {name: np.zeros((2, *shape)) for name, shape in SHAPES.items()}
    for n in range(1, steps + 1):
        grads, moved = draw(n), {}
        rate = optimizer.learning_rate
        rate = rate(n - 1) if callable(rate) else rate
        for name, w in params.items():
            moved[name] = np.empty_like(w)
            for at in np.ndindex(w.shape):
                g, kept = grads[name][at], memory[name][(slice(None), *at)]
                if isinstance(optimizer, adam.SGD):
                    kept[0] = optimizer.momentum * kept[0] + g
                    change = rate * kept[0]
                else:
                    b1, b2 = optimizer.betas
                    kept[0] = b1 * kept[0] + (1 - b1) * g
                    kept[1] = b2 * kept[1] + (1 - b2) * g**2
                    mean, square = (
                        kept[0] / (1 - b1**n),
                        kept[1] / (1 - b2**n),
                    )
                    change = rate * mean / (square**0.5 + optimizer.eps)
                    decays = getattr(optimizer, "weight_decay", 0)
                    if name == "weight":  # a bias does not decay
                        change += rate * decays * w[at]
                moved[name][at] = w[at] - change
        params = moved
        path.append(params)
    return path


@each
def test_twenty_steps_are_the_paper_s(name):
    optimizer = MAKE[name]()
    for mine, theirs in zip(run(optimizer), by_hand(optimizer), strict=True):
        for key in SHAPES:
            np.testing.assert_allclose(mine[key], theirs[key], rtol=1e-11)


@pytest.mark.torch
@each
def test_twenty_steps_are_torch_s(name):
    import torch

    from seqcourse.torch.optimizers.adam import attach, set_rate

    optimizer = MAKE[name]()
    weights = {
        key: torch.tensor(value, requires_grad=True)
        for key, value in draw(0).items()
    }
    descent = attach(optimizer, weights.values())
    for n, mine in enumerate(run(optimizer)):
        for key, gradient in draw(n + 1).items():
            weights[key].grad = torch.tensor(gradient)
        set_rate(descent, optimizer, n)
        descent.step()
        for key in SHAPES:
            np.testing.assert_allclose(
                mine[key], weights[key].detach(), rtol=1e-11
            )


@each
def test_an_update_changes_none_of_its_arguments(name):
    optimizer = MAKE[name]()
    params = draw(0)
    _, state = optimizer.update(draw(1), optimizer.init(params), params)
    given = draw(2), state, params
    before = copy.deepcopy(given)
    moved, new = optimizer.update(*given)
    assert_equal(given, before)
    again, _ = optimizer.update(*given)
    assert_equal(moved, again)
    for array in leaves((moved, new)):
        for old in leaves(given):
            assert not np.shares_memory(array, old)


def leaves(value):
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [leaf for part in value for leaf in leaves(part)]
    return []


def assert_equal(a, b):
    for left, right in zip(leaves(a), leaves(b), strict=True):
        np.testing.assert_array_equal(left, right)


@each
def test_the_type_stays(name):
    optimizer = MAKE[name]()
    params = draw(0, np.float32)
    moved, state = optimizer.update(
        draw(1, np.float32), optimizer.init(params), params
    )
    assert {leaf.dtype for leaf in leaves((moved, state))} == {
        np.dtype(np.float32)
    }


@each
def test_a_first_step_goes_downhill_in_every_weight(name):
    optimizer = MAKE[name]()
    params, grads = draw(0), draw(1)
    moved, _ = optimizer.update(grads, optimizer.init(params), params)
    for key in SHAPES:
        np.testing.assert_array_equal(
            np.sign(params[key] - moved[key]), np.sign(grads[key])
        )


@each
def test_a_minimum_is_found(name):
    optimizer = MAKE[name]()
    if name.startswith("Adam"):
        optimizer = dataclasses.replace(optimizer, learning_rate=0.02)
    if name.startswith("SGD"):
        optimizer = dataclasses.replace(optimizer, learning_rate=0.1)
    params = {"weight": np.array([3.0, -2.0])}
    state = optimizer.init(params)
    for _ in range(600):
        grads = {"weight": 2 * (params["weight"] - 1)}
        params, state = optimizer.update(grads, state, params)
    np.testing.assert_allclose(params["weight"], 1, atol=0.02)


def test_a_gradient_of_zero_moves_nothing():
    zeros = {name: np.zeros(shape) for name, shape in SHAPES.items()}
    for name, make in MAKE.items():
        if name.startswith("AdamW"):
            continue
        params = draw(0)
        moved, _ = make().update(zeros, make().init(params), params)
        assert_equal(moved, params)


@each
def test_an_optimiser_never_changes(name):
    with pytest.raises(dataclasses.FrozenInstanceError):
        MAKE[name]().learning_rate = 1


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: adam.SGD(0),
            "learning_rate: expected a number above 0, got 0",
        ),
        (
            lambda: adam.SGD(float("nan")),
            "learning_rate: expected a finite number or a function, got nan",
        ),
        (
            lambda: adam.SGD(0.1, momentum=1),
            "momentum: expected 0 to below 1, got 1",
        ),
        (
            lambda: adam.SGD(0.1, momentum=-0.1),
            "momentum: expected 0 to below 1, got -0.1",
        ),
        (
            lambda: adam.Adam(-1.0),
            "learning_rate: expected a number above 0, got -1.0",
        ),
        (
            lambda: adam.Adam(betas=(1.0, 0.9)),
            "betas[0]: expected 0 to below 1, got 1.0",
        ),
        (
            lambda: adam.Adam(betas=(0.9, 1.5)),
            "betas[1]: expected 0 to below 1, got 1.5",
        ),
        (
            lambda: adam.Adam(eps=0),
            "eps: expected a number above 0, got 0",
        ),
        (
            lambda: AdamW(weight_decay=-0.1),
            "weight_decay: expected a number of at least 0, got -0.1",
        ),
        (
            lambda: WarmupCosine(0.0, 10),
            "peak: expected a number above 0, got 0.0",
        ),
        (
            lambda: WarmupCosine(0.1, 10, floor=0.2),
            "floor: expected 0 to the peak, 0.1, got 0.2",
        ),
        (
            lambda: WarmupCosine(0.1, 10, warmup=10),
            "warmup: expected below steps, 10, got 10",
        ),
        (
            lambda: WarmupCosine(0.1, 10, warmup=-1),
            "warmup: expected a whole number of at least 0, got -1",
        ),
        (
            lambda: adam.clip_by_global_norm(draw(0), 0),
            "max_norm: expected a number above 0, got 0",
        ),
    ],
)
def test_a_wrong_argument_has_its_sentence(make, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        make()


NO_RATE = "learning_rate: expected a schedule of finite numbers of at least 0"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: adam.Adam("1e-3"),
            "learning_rate: expected a number or a function, got '1e-3'",
        ),
        (
            lambda: adam.SGD(np.inf),
            "learning_rate: expected a number above 0, got inf",
        ),
        (
            lambda: adam.Adam(eps=np.inf),
            "eps: expected a number above 0, got inf",
        ),
        (
            lambda: AdamW(weight_decay=np.inf),
            "weight_decay: expected a finite number, got inf",
        ),
        (
            lambda: WarmupCosine(np.inf, 10),
            "peak: expected a number above 0, got inf",
        ),
        (
            lambda: WarmupCosine(1.0, 2.5),
            "steps: expected a whole number, got 2.5",
        ),
        (
            lambda: WarmupCosine(1.0, 10)(-1),
            "n: expected a whole number of at least 0, got -1",
        ),
        (
            lambda: run(adam.SGD(lambda n: -1.0 - n), 1),
            f"{NO_RATE}, got -1.0 for update 0",
        ),
        (
            lambda: run(adam.Adam(lambda n: "fast" * (n + 1)), 1),
            f"{NO_RATE}, got 'fast' for update 0",
        ),
        (
            lambda: adam.clip_by_global_norm(None, 1.0),
            "grads: expected a dictionary, got None",
        ),
        (
            lambda: adam.clip_by_global_norm({"w": np.array([3, 4])}, 1.0),
            "grads['w']: expected floating-point numbers, got int64",
        ),
        (
            lambda: adam.clip_by_global_norm({"w": np.array([np.nan])}, 1.0),
            "grads['w']: expected finite numbers, got nan at [0]",
        ),
    ],
)
def test_what_is_no_number_has_its_sentence(make, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        make()


def test_numpy_s_numbers_are_taken_as_python_s():
    assert repr(adam.Adam(np.float32(0.5), [np.float64(0.5), 0])) == (
        "Adam(learning_rate=0.5, betas=(0.5, 0), eps=1e-08)"
    )


@pytest.mark.torch
def test_an_heir_is_not_taken_for_its_parent_by_torch():
    from seqcourse.torch.optimizers.adam import attach

    class Half(adam.SGD):
        def update(self, grads, state, params):
            return params, state

    with pytest.raises(
        ValueError, match=r"^optimizer: expected SGD, Adam or"
    ):
        attach(Half(0.1), [])


def test_a_schedule_of_numpy_s_numbers_does_not_widen_the_weights():
    path = run(adam.SGD(lambda n: np.float64(0.1) / (n + 1)), 2, np.float32)
    assert path[-1]["weight"].dtype == np.float32


# --- what an update refuses -----------------------------------------------


@each
def test_a_weight_without_a_gradient_stays_as_it_is(name):
    optimizer, params = MAKE[name](), draw(0)
    state = optimizer.init(params)
    moved, new = params, state
    for n in range(3):
        grads = {"bias": draw(n)["bias"]}
        moved, new = optimizer.update(grads, new, moved)
    np.testing.assert_array_equal(moved["weight"], params["weight"])
    assert not np.shares_memory(moved["weight"], params["weight"])
    for kind in state.keys() - {"n"}:
        np.testing.assert_array_equal(
            new[kind]["weight"], state[kind]["weight"]
        )
        assert np.any(new[kind]["bias"] != state[kind]["bias"])


def test_a_weight_that_begins_late_takes_whole_steps():
    optimizer, params, grads = adam.Adam(0.1), draw(0), draw(1)
    state, before = optimizer.init(params), params["weight"]
    for _ in range(5):
        given = {"bias": grads["bias"]}
        params, state = optimizer.update(given, state, params)
    params, _ = optimizer.update(grads, state, params)
    np.testing.assert_allclose(abs(params["weight"] - before), 0.1, rtol=1e-5)


@pytest.mark.torch
@each
def test_updates_of_some_weights_are_torch_s(name):
    import torch

    from seqcourse.torch.optimizers.adam import attach, set_rate

    optimizer, params = MAKE[name](), draw(0)
    weights = {
        key: torch.tensor(value, requires_grad=True)
        for key, value in params.items()
    }
    descent, state = attach(optimizer, weights.values()), None
    state = optimizer.init(params)
    for n, moving in enumerate(["weight", "both", "bias", "both", "weight"]):
        grads = draw(n + 1)
        if moving != "both":
            grads = {moving: grads[moving]}
        params, state = optimizer.update(grads, state, params)
        for key, weight in weights.items():
            weight.grad = torch.tensor(grads[key]) if key in grads else None
        set_rate(descent, optimizer, n)
        descent.step()
        for key in SHAPES:
            np.testing.assert_allclose(
                params[key], weights[key].detach(), rtol=1e-11
            )


def damaged(name):
    """Give the arguments of an update, one of them wrong, and the refusal."""
    grads, params = draw(1), draw(0)
    state = adam.Adam().init(params)
    weight = grads["weight"]
    wrong = {
        "stranger": (grads, "bais", weight, "grads['bais']: expected the na"),
        "shape": (
            grads,
            "bias",
            weight[0, :1],
            "grads['bias']: expected shape (7,), got (1,)",
        ),
        "nan": (
            grads,
            "bias",
            np.full(7, np.nan),
            "grads['bias']: expected finite numbers, got nan at [0]",
        ),
        "list": (
            grads,
            "bias",
            [1.0] * 7,
            "grads['bias']: expected an array of numbers, got [1.0, ",
        ),
        "integers": (
            grads,
            "bias",
            np.ones(7, int),
            "grads['bias']: expected floating-point numbers, got int64",
        ),
        "weight": (
            params,
            "bias",
            np.full(7, np.inf),
            "params['bias']: expected finite numbers, got inf at [0]",
        ),
        "count": (
            state,
            "n",
            -1,
            "state['n']: expected a whole number of at least 0, got -1",
        ),
        "moment": (
            state["mean"],
            "bias",
            weight,
            "state['mean']['bias']: expected shape (7,), got (3, 5)",
        ),
        "number": (
            state["updates"],
            "bias",
            0.5,
            "state['updates']['bias']: expected a whole number of at least 0",
        ),
        "spoiled": (
            state["square"],
            "bias",
            np.full(7, np.nan),
            "state['square']['bias']: expected finite numbers, got nan at",
        ),
        "less": (
            state,
            "mean",
            {},
            "state['mean']: expected an entry for each of bias, weight, got",
        ),
        "more": (
            state,
            "velocity",
            {},
            "state: expected mean, n, square, updates, as init gives them",
        ),
    }
    place, key, value, refusal = wrong[name]
    place[key] = value
    return (grads, state, params), refusal


@pytest.mark.parametrize(
    "name",
    [
        "stranger",
        "shape",
        "nan",
        "list",
        "integers",
        "weight",
        "count",
        "moment",
        "number",
        "spoiled",
        "less",
        "more",
    ],
)
def test_an_update_of_what_does_not_belong_is_refused(name):
    given, refusal = damaged(name)
    with pytest.raises(ValueError, match=f"^{re.escape(refusal)}"):
        adam.Adam().update(*given)


@each
def test_an_update_that_overflows_says_what_became_infinite(name):
    optimizer, params = MAKE[name](), draw(0, np.float32)
    grads = {key: np.full_like(w, 3e38) for key, w in params.items()}
    state = optimizer.init(params)
    with pytest.raises(DivergenceError, match=r"'\] became -?inf$"):
        repeated(optimizer, grads, state, params)


def repeated(optimizer, grads, state, params):
    for _ in range(99):
        params, state = optimizer.update(grads, state, params)


# --- clipping -------------------------------------------------------------


def norm_of(grads):
    return np.linalg.norm(np.concatenate([g.ravel() for g in grads.values()]))


def test_a_long_gradient_is_shortened_and_keeps_its_direction():
    grads = draw(0)
    clipped, norm = adam.clip_by_global_norm(grads, 0.5)
    assert norm == pytest.approx(norm_of(grads), rel=1e-14)
    assert norm_of(clipped) == pytest.approx(0.5, rel=1e-14)
    for name, g in grads.items():
        np.testing.assert_allclose(clipped[name], g * 0.5 / norm, rtol=1e-14)
    assert_equal(grads, draw(0))


def test_a_short_gradient_is_let_through():
    grads = draw(0)
    clipped, norm = adam.clip_by_global_norm(grads, norm_of(grads) + 1)
    assert_equal(clipped, grads)
    assert norm == pytest.approx(norm_of(grads), rel=1e-14)


def test_a_gradient_of_nothing_has_no_length():
    zeros = {name: np.zeros(shape) for name, shape in SHAPES.items()}
    clipped, norm = adam.clip_by_global_norm(zeros, 1.0)
    assert norm == 0
    assert_equal(clipped, zeros)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("size", ["max", "smallest_normal"])
def test_a_norm_neither_overflows_nor_vanishes(dtype, size):
    unit = float(getattr(np.finfo(dtype), size))
    unit = unit / 8 if size == "max" else unit * 4
    grads = {
        "a": np.array([3 * unit], dtype),
        "b": np.array(-unit * 4, dtype),
    }
    for most in (unit, np.inf):
        clipped, norm = adam.clip_by_global_norm(grads, most)
        assert norm == pytest.approx(5 * unit, rel=1e-3)
        if most == np.inf:
            assert_equal(clipped, grads)
        else:
            found = [float(g.item()) / unit for g in clipped.values()]
            np.testing.assert_allclose(found, [0.6, -0.8], rtol=2e-3)
            assert clipped["a"].dtype == dtype


def test_a_norm_beyond_float64_is_no_clipping_to_zero():
    grads = {"w": np.full(2, 1.7e308)}
    with pytest.raises(DivergenceError, match=r"^the norm of grads became i"):
        adam.clip_by_global_norm(grads, 1.0)


def test_clipping_keeps_the_type():
    clipped, norm = adam.clip_by_global_norm(draw(0, np.float32), 0.1)
    assert {g.dtype for g in clipped.values()} == {np.dtype(np.float32)}
    assert type(norm) is float


@pytest.mark.torch
def test_torch_clips_alike():
    import torch

    grads = draw(0)
    weights = [torch.zeros(shape) for shape in SHAPES.values()]
    for weight, g in zip(weights, grads.values(), strict=True):
        weight.grad = torch.tensor(g, dtype=torch.float32)
    norm = torch.nn.utils.clip_grad_norm_(weights, 0.3)
    clipped, mine = adam.clip_by_global_norm(grads, 0.3)
    assert mine == pytest.approx(norm.item(), rel=1e-6)
    for weight, g in zip(weights, clipped.values(), strict=True):
        np.testing.assert_allclose(g, weight.grad, rtol=1e-5)
