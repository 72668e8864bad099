"""One training step of each recurrent core: NumPy, ``torch.nn`` and JAX.

Forward and backward on the CPU, float32, the same weights and the same data,
and the matrix products of such a step alone. All take turns, so that whatever
else the machine does slows all of them; each number of threads has a process
of its own, since a library reads it once, and as many cores.
"""

import json
import math
import os
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

import seqcourse.numpy as sn

CORES = "RNN", "LSTM", "GRU"
SHAPES = (  # B, T, D, H
    (32, 64, 32, 64),
    (32, 64, 64, 128),
    (64, 128, 128, 256),
)
THREADS = (1, 2)
SECONDS = 2.0  # for each way of each case
ROUNDS = 7, 31  # at least, at most
#: On average a step in NumPy may take no longer than in torch.nn, and no case
#: more than twice as long.
MEAN, WORST = 1.0, 2.0


def numpy_step(
    layer: Any, params: Any, x: Any, dy: Any
) -> Callable[[], dict[str, Any]]:
    cache = layer.forward(params, x)[2]

    def step() -> dict[str, Any]:
        # As `fit` does it: the buffers of the step before are used again.
        y, _, again = layer.forward(params, x, out=cache)
        dx, _, grads = layer.backward(params, dy, None, again)
        return {"y": y, "dx": dx, **grads}

    return step


def torch_step(
    layer: Any, params: Any, x: Any, dy: Any
) -> Callable[[], dict[str, Any]]:
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    make = getattr(torch.nn, type(layer).__name__)
    twin = make(layer.input_size, layer.hidden_size, batch_first=True)
    weights = {f"{name}_l0": torch.tensor(w) for name, w in params.items()}
    twin.load_state_dict(weights)
    inputs = torch.tensor(x, requires_grad=True)
    outer = torch.tensor(dy)

    def step() -> dict[str, Any]:
        twin.zero_grad(set_to_none=True)
        inputs.grad = None
        y = twin(inputs)[0]
        y.backward(outer)
        grads = {
            name.removesuffix("_l0"): weight.grad.numpy()
            for name, weight in twin.named_parameters()
        }
        return {
            "y": y.detach().numpy(),
            "dx": inputs.grad.numpy(),
            **grads,
        }

    return step


def jax_step(
    layer: Any, params: Any, x: Any, dy: Any
) -> Callable[[], dict[str, Any]]:
    import jax

    cell = {"RNN": rnn_cell, "LSTM": lstm_cell, "GRU": gru_cell}
    step_of = cell[type(layer).__name__]
    first = tuple(
        jax.numpy.asarray(part)
        for part in layer.initial_state(len(x), np.float32)
    )

    def read(params: Any, x: Any) -> Any:
        said = x.swapaxes(0, 1) @ params["weight_ih"].T + params["bias_ih"]

        def step(state: Any, a: Any) -> Any:
            state = step_of(params, a, state)
            return state, state[0]

        return jax.lax.scan(step, first, said)[1].swapaxes(0, 1)

    @jax.jit
    def both(params: Any, x: Any, dy: Any) -> Any:
        y, back = jax.vjp(read, params, x)
        return y, *back(dy)

    def step() -> dict[str, Any]:
        y, grads, dx = jax.block_until_ready(both(params, x, dy))
        found = {"y": y, "dx": dx, **grads}
        return {name: np.asarray(part) for name, part in found.items()}

    return step


def rnn_cell(params: Any, a: Any, state: Any) -> Any:
    from jax import numpy as jnp

    (h,) = state
    return (jnp.tanh(a + h @ params["weight_hh"].T + params["bias_hh"]),)


def lstm_cell(params: Any, a: Any, state: Any) -> Any:
    from jax import nn
    from jax import numpy as jnp

    h, c = state
    a = a + h @ params["weight_hh"].T + params["bias_hh"]
    i, f, g, o = jnp.split(a, 4, axis=1)
    c = nn.sigmoid(f) * c + nn.sigmoid(i) * jnp.tanh(g)
    return nn.sigmoid(o) * jnp.tanh(c), c


def gru_cell(params: Any, a: Any, state: Any) -> Any:
    from jax import nn
    from jax import numpy as jnp

    (h,) = state
    from_memory = h @ params["weight_hh"].T + params["bias_hh"]
    a_r, a_z, a_n = jnp.split(a, 3, axis=1)
    b_r, b_z, b_n = jnp.split(from_memory, 3, axis=1)
    r, z = nn.sigmoid(a_r + b_r), nn.sigmoid(a_z + b_z)
    return ((1 - z) * jnp.tanh(a_n + r * b_n) + z * h,)


def memory(layer: Any, params: Any, x: Any, dy: Any) -> tuple[float, float]:
    """Give the peak of a step and what its cache holds, in MB."""
    cache = layer.forward(params, x)[2]
    held = sum(part.nbytes for part in cache if isinstance(part, np.ndarray))
    del cache
    tracemalloc.start()
    _, _, cache = layer.forward(params, x)
    layer.backward(params, dy, None, cache)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6, held / 1e6


def products(
    params: Any, x: Any, dy: Any
) -> Callable[[], dict[str, Any] | None]:
    """Give the products that no way of doing the step can leave out."""
    (B, T, D), H = x.shape, dy.shape[2]
    W_ih, W_hh = params["weight_ih"], params["weight_hh"]
    V_hh = W_hh.T.copy()
    x, h = x.reshape(T * B, D), dy.reshape(T * B, H)
    a = np.ones((T * B, len(W_ih)), np.float32)

    def multiply() -> None:
        x @ W_ih.T
        for t in range(T):
            h[t * B : t * B + B] @ V_hh
        for t in range(T):
            a[t * B : t * B + B] @ W_hh
        a.T @ x
        a.T @ h
        a @ W_ih

    return multiply


def measure() -> list[dict[str, Any]]:
    """Measure every case with as many threads as this process has."""
    from turns import in_turns  # beside this file, which is run alone

    if hasattr(os, "sched_setaffinity"):  # JAX takes every core it can see
        cores = sorted(os.sched_getaffinity(0))
        threads = int(os.environ["OMP_NUM_THREADS"])
        os.sched_setaffinity(0, cores[:threads])
    rng = np.random.default_rng(0)
    rows = []
    for name, (B, T, D, H) in ((n, s) for n in CORES for s in SHAPES):
        layer = getattr(sn, name)(D, H)
        params = layer.init(rng)
        x = rng.normal(size=(B, T, D)).astype(np.float32)
        dy = rng.normal(size=(B, T, H)).astype(np.float32)
        steps: dict[str, Callable[[], Any]] = {
            "numpy": numpy_step(layer, params, x, dy),
            "torch": torch_step(layer, params, x, dy),
            "jax": jax_step(layer, params, x, dy),
            "products": products(params, x, dy),
        }
        for other in ("torch", "jax"):
            agree(steps["numpy"](), steps[other]())
        median = in_turns(steps, SECONDS, ROUNDS)
        peak, held = memory(layer, params, x, dy)
        rows.append(
            {
                "core": name,
                "threads": int(os.environ["OMP_NUM_THREADS"]),
                "B": B,
                "T": T,
                "D": D,
                "H": H,
                "NumPy, ms": median["numpy"],
                "torch.nn, ms": median["torch"],
                "JAX, ms": median["jax"],
                "products, ms": median["products"],
                "ratio": median["numpy"] / median["torch"],
                "to JAX": median["numpy"] / median["jax"],
                "to products": median["numpy"] / median["products"],
                "peak, MB": peak,
                "cache, MB": held,
            }
        )
    return rows


def agree(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Refuse to time two things that are not the same."""
    assert ours.keys() == theirs.keys()
    for name in ours:
        scale = np.abs(theirs[name]).max()
        difference = np.abs(ours[name] - theirs[name]).max() / scale
        assert difference < 1e-4, f"{name} differs by {difference:.1e}"


def mean_ratio(rows: list[dict[str, Any]]) -> float:
    return math.exp(statistics.fmean(math.log(row["ratio"]) for row in rows))


def test_a_training_step(measured: dict[str, Any]) -> None:
    rows: list[dict[str, Any]] = []
    for threads in THREADS:
        names = ("OMP", "OPENBLAS", "MKL")
        fixed = {f"{name}_NUM_THREADS": str(threads) for name in names}
        done = subprocess.run(
            [sys.executable, __file__],
            env={**os.environ, **fixed},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        rows += json.loads(done.stdout)
    measured["a training step, float32, CPU"] = rows
    measured["the same, geometric means of the ratios"] = [
        {
            "core": core,
            "threads": threads,
            "ratio": mean_ratio(
                [
                    row
                    for row in rows
                    if (row["core"], row["threads"]) == (core, threads)
                ]
            ),
        }
        for core in CORES
        for threads in THREADS
    ]
    mean = mean_ratio(rows)
    worst = max(rows, key=lambda row: row["ratio"])
    assert mean <= MEAN, f"NumPy takes {mean:.2f} times as long"
    assert worst["ratio"] <= WORST, worst


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
