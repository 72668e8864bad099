"""Gradient checkpointing over time, on autograd."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

from seqcourse import numpy as reference
from seqcourse.numpy.contract.chunks import chunks
from seqcourse.torch.containers.container import Container
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.composition import configs_of
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.contract.validation import inside_a_model


class GradientCheckpointing(Container):
    """`seqcourse.numpy.GradientCheckpointing` on autograd.

    It calls ``torch.utils.checkpoint.checkpoint`` once per chunk.
    """

    def __init__(self, core: Layer, every: int) -> None:
        super().__init__(
            reference.GradientCheckpointing(*configs_of(core, every))
        )
        self.core = core
        self.every = every

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        return self.core.step(x_t, state)

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = self.check_input(x, lengths)
        B, T, _ = x.shape
        state = validation.state(state, self.core.initial_state(B))
        ends = None if lengths is None else torch.as_tensor(lengths).cpu()
        y = []
        for rows, span, left in chunks(
            None if ends is None else ends.numpy(), T, self.every
        ):
            whole = isinstance(rows, slice) or len(rows) == B
            at = rows if whole else torch.as_tensor(rows, device=x.device)
            piece, *last = checkpoint(
                self._read,
                x[at, span],
                None if left is None else torch.as_tensor(left),
                *(part[at] for part in state),
                use_reentrant=False,
            )
            if not whole:
                pairs = zip(state, last, strict=True)
                last = [_replaced(old, at, new) for old, new in pairs]
                none = piece.new_zeros(B, *piece.shape[1:])
                piece = none.index_copy(0, at, piece)
            state = tuple(last)
            y.append(piece)
        answers = torch.cat(y, 1)
        short = T - answers.shape[1]  # steps that no sequence has
        if short:
            none = answers.new_zeros(B, short, answers.shape[2])
            answers = torch.cat([answers, none], 1)
        return answers, state

    def _read(
        self, x: Tensor, lengths: Tensor | None, *state: Tensor
    ) -> tuple[Tensor, ...]:
        with inside_a_model():
            y, last = self.core(x, state, lengths)
        return y, *last


def _replaced(old: Tensor, rows: Tensor, new: Tensor) -> Tensor:
    """Copy a state with some rows replaced, padded to the larger memory."""
    sizes = tuple(map(max, old.shape[1:], new.shape[1:]))
    return _sized(old, sizes).index_copy(0, rows, _sized(new, sizes))


def _sized(part: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """Pad each axis after the first with zeros, up to its size."""
    missing: list[int] = []
    for size, own in zip(sizes, part.shape[1:], strict=True):
        missing = [0, size - own, *missing]  # pad begins at the last axis
    return F.pad(part, missing)
