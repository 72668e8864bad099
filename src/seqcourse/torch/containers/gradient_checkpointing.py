"""Gradient checkpointing over time: read again what was not kept."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

from seqcourse import numpy as reference
from seqcourse.numpy.contract.chunks import chunks
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.torch.containers.container import Container
from seqcourse.torch.contract import validation
from seqcourse.torch.contract.layer import Layer, State


class GradientCheckpointing(Container):
    """Keep the state at every k-th step alone, and compute the rest again::

        state[k], state[2 k], ... are kept while reading;
        from the last piece to the first, its k steps are read again
        from the state that was kept, and gone back through.

    Parameters
    ----------
    core
        What reads; it must not see the future.
    every
        Steps k between two states that are kept.

    Raises
    ------
    ValueError
        If the core sees the future or reads no features, or k is not a whole
        number of at least 1.

    Examples
    --------
    >>> from seqcourse.torch import RNN
    >>> layer = GradientCheckpointing(RNN(3, 4), every=10)
    >>> y, (h,) = layer(torch.zeros(2, 95, 3))
    >>> tuple(y.shape), tuple(h.shape)
    ((2, 95, 4), (2, 4))

    References
    ----------
    Gruslys et al. (2016), Memory-efficient backpropagation through time; the
    pieces are those of ``torch.utils.checkpoint``.
    """

    def __init__(self, core: Layer, every: int) -> None:
        config: Any = getattr(core, "config", core)
        super().__init__(reference.GradientCheckpointing(config, every))
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
        x = self.checked(x, lengths)
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
    """Put some sequences' new state among the others' old.

    A memory that grows is not as large for all sequences; what lies beyond a
    sequence's own is zeros.
    """
    sizes = tuple(map(max, old.shape[1:], new.shape[1:]))
    return _sized(old, sizes).index_copy(0, rows, _sized(new, sizes))


def _sized(part: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """Lay an array into zeros that are larger."""
    missing: list[int] = []
    for size, own in zip(sizes, part.shape[1:], strict=True):
        missing = [0, size - own, *missing]  # pad begins at the last axis
    return F.pad(part, missing)
