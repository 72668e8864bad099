"""One training step of the RNN, in NumPy and in ``torch.nn`` on the CPU.

Forward and backward, float32, the same weights and the same data. The two
take turns, so that whatever else the machine does slows both.
"""

import math
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import seqcourse.numpy as sn

SHAPES = (  # B, T, D, H
    (8, 100, 16, 32),
    (32, 50, 32, 64),
    (64, 28, 28, 128),
    (32, 100, 64, 256),
)
ROUNDS = 31
#: On average a step in NumPy may take no longer than in torch.nn.
BUDGET = 1.0


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

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    twin = torch.nn.RNN(layer.input_size, layer.hidden_size, batch_first=True)
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


def test_a_training_step(measured: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    rows = []
    for B, T, D, H in SHAPES:
        layer = sn.RNN(D, H)
        params = layer.init(rng)
        x = rng.normal(size=(B, T, D)).astype(np.float32)
        dy = rng.normal(size=(B, T, H)).astype(np.float32)
        steps = {
            "numpy": numpy_step(layer, params, x, dy),
            "torch": torch_step(layer, params, x, dy),
        }
        agree(steps["numpy"](), steps["torch"]())
        seconds: dict[str, list[float]] = {name: [] for name in steps}
        for turn in range(ROUNDS):
            order = list(steps) if turn % 2 else list(steps)[::-1]
            for name in order:
                start = time.perf_counter()
                steps[name]()
                seconds[name].append(time.perf_counter() - start)
        ours, theirs = (statistics.median(seconds[name]) for name in steps)
        rows.append(
            {
                "B": B,
                "T": T,
                "D": D,
                "H": H,
                "NumPy, ms": 1000 * ours,
                "torch.nn, ms": 1000 * theirs,
                "ratio": ours / theirs,
            }
        )
    measured["a training step of the RNN, float32, CPU"] = rows
    mean = math.exp(statistics.fmean(math.log(row["ratio"]) for row in rows))
    assert mean <= BUDGET, f"NumPy takes {mean:.2f} times as long"


def agree(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Refuse to time two things that are not the same."""
    assert ours.keys() == theirs.keys()
    for name in ours:
        scale = np.abs(theirs[name]).max()
        difference = np.abs(ours[name] - theirs[name]).max() / scale
        assert difference < 1e-4, f"{name} differs by {difference:.1e}"
