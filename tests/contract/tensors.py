"""From arrays to PyTorch and back."""

from collections.abc import Callable
from typing import Any

from seqcourse.testing.promises.arrays import tree
from seqcourse.testing.promises.example import Example


def tensors(value: Any, device: str = "cpu") -> Any:
    import torch

    return tree(lambda part: torch.tensor(part, device=device))(value)


def plain(value: Any) -> Any:
    """Give NumPy arrays for tensors, None included."""
    if isinstance(value, tuple | list):
        return tuple(plain(part) for part in value)
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return None if value is None else value.detach().cpu().numpy()


def autograd_results(
    module: Any, c: Example, read: Callable[..., Any], device: str = "cpu"
) -> Any:
    """Give what autograd finds, in the order of ``Example.results``."""
    x, state = tensors((c.x, c.state), device)
    for part in (x, *state):
        if part.is_floating_point():
            part.requires_grad_()
    y, last = read(module, x, state)
    dy, dstate = tensors((c.dy, c.dstate), device)
    loss = (y * dy).sum()
    for part, d in zip(last, dstate, strict=True):
        if d is not None:
            loss = loss + (part * d).sum()
    loss.backward()
    grads = {
        name: w.grad
        if w.grad is not None
        or not name.startswith(c.subject.encoder_parts or "-")
        else w.detach() * 0
        for name, w in module.named_parameters()
    }
    dstate = [part.grad for part in state]
    return plain((y, last, x.grad, dstate, grads))
