"""Attention: a training step, the memory of blocks, and reading from a cache.

A step in NumPy and in torch take turns, in a process for each number of
threads, as in ``bench_step``. Memory is what Python's tracer saw at most.
"""

import json
import os
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

import seqcourse.numpy as sn

SHAPES = (  # B, T, H, N
    (8, 128, 128, 4),
    (4, 512, 128, 4),
    (2, 1024, 256, 8),
)
THREADS = (1, 2)
SECONDS = 3.0  # for each way of each case
ROUNDS = 7, 41  # at least, at most
#: On average a step in NumPy may take this many times what torch takes, with
#: so many threads. It is more with two: outside of products NumPy has one.
MEAN = {1: 1.2, 2: 1.8}
LENGTHS = (512, 1024, 2048, 4096, 8192)
PLAIN_UP_TO = 2048  # its table of scores grows with the square
#: Memory of the blocks may grow with this power of the length.
POWER = 1.2
READ = (128, 256, 512, 1024)  # steps, of which the last ones are timed
STEPS = 32
#: A step from the cache must be so many times faster than all over again; it
#: is 20 times or more in most runs.
FASTER = 18.0


def attention(layers: Any, H: int, N: int, **options: Any) -> Any:
    return layers.MultiHeadAttention(H, N, causal=True, **options)


def block(layers: Any, H: int, N: int) -> Any:
    return layers.TransformerBlock(
        attention(layers, H, N), layers.FeedForward(H, 4 * H)
    )


#: What is timed: made from a backend, features and heads.
LAYERS: dict[str, Callable[..., Any]] = {
    "MultiHeadAttention": attention,
    "TransformerBlock": block,
}


def torch_step(
    module: Any, read: Callable[[Any], Any], params: Any, x: Any, dy: Any
) -> Callable[[], dict[str, Any]]:
    import torch

    module.load_state_dict({n: torch.tensor(w) for n, w in params.items()})
    inputs = torch.tensor(x, requires_grad=True)
    outer = torch.tensor(dy)

    def step() -> dict[str, Any]:
        module.zero_grad(set_to_none=True)
        inputs.grad = None
        y = read(inputs)[0]
        y.backward(outer)
        grads = {n: w.grad.numpy() for n, w in module.named_parameters()}
        return {"y": y.detach().numpy(), "dx": inputs.grad.numpy(), **grads}

    return step


def steps_of(name: str, B: int, T: int, H: int, N: int) -> dict[str, Any]:
    """Give a training step in every way there is, on the same numbers."""
    import torch
    from bench_step import numpy_step

    import seqcourse.torch as st

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    rng = np.random.default_rng(0)
    layer = LAYERS[name](sn, H, N)
    params = layer.init(rng)
    x, dy = rng.normal(size=(2, B, T, H)).astype(np.float32)
    twin = LAYERS[name](st, H, N)
    steps = {
        "numpy": numpy_step(layer, params, x, dy),
        "twin": torch_step(twin, twin, params, x, dy),
    }
    if name == "MultiHeadAttention":
        module = torch.nn.MultiheadAttention(H, N, batch_first=True)
        future = torch.nn.Transformer.generate_square_subsequent_mask(T)

        def read(x: Any) -> Any:
            return module(
                x, x, x, attn_mask=future, is_causal=True, need_weights=False
            )

        steps["torch.nn"] = torch_step(module, read, params, x, dy)
    return steps


def measure() -> list[dict[str, Any]]:
    """Measure every case with as many threads as this process has."""
    from bench_step import agree  # beside this file, which is run alone
    from turns import in_turns

    rows = []
    for name, shape in ((n, s) for n in LAYERS for s in SHAPES):
        steps = steps_of(name, *shape)
        ours = {part: a.copy() for part, a in steps["numpy"]().items()}
        for way in list(steps)[1:]:
            agree(ours, steps[way]())
        median = in_turns(steps, SECONDS, ROUNDS)
        torchs = {way: t for way, t in median.items() if way != "numpy"}
        nan = float("nan")
        rows.append(
            {
                "layer": name,
                "threads": int(os.environ["OMP_NUM_THREADS"]),
                **dict(zip("BTHN", shape, strict=True)),
                "NumPy, ms": median["numpy"],
                "twin, ms": median["twin"],
                "torch.nn, ms": torchs.get("torch.nn", nan),
                # The fastest way that torch has.
                "ratio": median["numpy"] / min(torchs.values()),
            }
        )
    return rows


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
    measured["a training step of attention, float32, CPU"] = rows
    means = [
        {
            "layer": layer,
            "threads": threads,
            "ratio": statistics.geometric_mean(
                row["ratio"]
                for row in rows
                if (row["layer"], row["threads"]) == (layer, threads)
            ),
        }
        for layer in LAYERS
        for threads in THREADS
    ]
    measured["the same, geometric means of the ratios"] = means
    for mean in means:
        assert mean["ratio"] <= MEAN[mean["threads"]], mean


def peak(algorithm: str, T: int, H: int = 32, N: int = 2) -> float:
    """Give the most memory of a training step, beyond its input, in MB."""
    rng = np.random.default_rng(0)
    layer = attention(sn, H, N, algorithm=algorithm)
    params = layer.init(rng)
    x, dy = rng.normal(size=(2, 1, T, H)).astype(np.float32)
    tracemalloc.start()
    try:
        _, _, cache = layer.forward(params, x)
        layer.backward(params, dy, None, cache)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def power(lengths: Any, values: Any) -> float:
    """Fit the p of values = c * lengths**p."""
    return float(np.polyfit(np.log(lengths), np.log(values), 1)[0])


def test_the_memory_of_blocks_grows_with_the_length(
    measured: dict[str, Any],
) -> None:
    rows, powers = [], {}
    for algorithm in ("blocked", "plain"):
        lengths = [
            T for T in LENGTHS if algorithm == "blocked" or T <= PLAIN_UP_TO
        ]
        peaks = [peak(algorithm, T) for T in lengths]
        powers[algorithm] = power(lengths, peaks)
        rows += [
            {
                "algorithm": algorithm,
                "T": T,
                "peak, MB": of,
                "power of T": powers[algorithm],
            }
            for T, of in zip(lengths, peaks, strict=True)
        ]
    measured["most memory of a training step of attention"] = rows
    assert powers["blocked"] <= POWER, powers
    assert powers["plain"] > POWER, powers  # else this measures nothing


def test_a_step_from_the_cache(measured: dict[str, Any]) -> None:
    """Decode as it is done: each step goes on from the state of the last."""
    rng = np.random.default_rng(0)
    layer = attention(sn, 128, 4)
    params = layer.init(rng)
    x = rng.normal(size=(1, max(READ), 128)).astype(np.float32)
    rows = []
    for T in READ:
        start = layer.forward(params, x[:, : T - STEPS])[1]
        cached, again = [], []
        for _ in range(21):
            state = start
            for t in range(T - STEPS, T):
                began = time.perf_counter()
                _, state = layer.step(params, x[:, t], state)
                cached.append(time.perf_counter() - began)
            began = time.perf_counter()
            layer.forward(params, x[:, :T])
            again.append(time.perf_counter() - began)
        once, all_over = statistics.median(cached), statistics.median(again)
        rows.append(
            {
                "T": T,
                "from the cache, ms": 1000 * once,
                "all over again, ms": 1000 * all_over,
                "times faster": all_over / once,
            }
        )
    measured["a token of attention"] = rows
    assert rows[-1]["times faster"] >= FASTER, rows[-1]
    cached = [row["from the cache, ms"] for row in rows]
    assert power(READ, cached) <= POWER, "a step grows faster than its prefix"


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
