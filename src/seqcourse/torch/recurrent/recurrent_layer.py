"""What recurrent twins share: the loop over time, and what surrounds it."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.contract import shapes
from seqcourse.torch.contract import engines, validation
from seqcourse.torch.contract.layer import Layer, State


class RecurrentLayer(Layer):
    """`seqcourse.numpy.RecurrentLayer` on autograd.

    A subclass defines `step`, whose output is the first array of its state;
    autograd does the way back.

    Parameters
    ----------
    config
        The NumPy layer.
    kernel
        The function of torch that runs all steps, or None.
    engine
        ``"reference"`` loops over `step`, ``"fused"`` runs the kernel on the
        same weights, ``"auto"`` the kernel where there is one.
    refusal
        What the kernel asks of the layer and it is not; None where it fits.
    device
        Where the weights lie.
    dtype
        Floating type of the weights; None takes torch's default.

    Raises
    ------
    ValueError
        If the engine is unknown or has no kernel for this layer.

    Examples
    --------
    >>> from seqcourse.torch import GRU
    >>> issubclass(GRU, RecurrentLayer), GRU(3, 4).fused
    (True, True)
    """

    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor
    bias_hh: Tensor

    def __init__(
        self,
        config: reference.RecurrentLayer,
        kernel: engines.Kernel | None = None,
        engine: str = "auto",
        refusal: str | None = None,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(config, device, dtype)
        if kernel is None:
            refusal = "a layer with a kernel"
        self.engine = engine
        self.fused = engines.fused(engine, refusal)
        self.kernel = kernel
        self.input_size = config.input_size
        self.bias = config.bias

    def check_step(self, x_t: Tensor, state: State | None) -> State:
        """`seqcourse.numpy.RecurrentLayer.check_step` on tensors."""
        shapes.check_step_shape(tuple(x_t.shape), self.input_size)
        if state is None:
            return self.initial_state(len(x_t))
        return tuple(part.to(self.weight_hh.dtype) for part in state)

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        raise NotImplementedError

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = validation.features(x, self.input_size, self.weight_hh)
        padding_mask = validation.padding_mask(lengths, x)
        state = validation.state(state, self.initial_state(len(x)))
        if self.fused and self.kernel is not None:
            return engines.run(self.kernel, self, x, state, lengths)

        y = []
        for t in range(x.shape[1]):
            _, new = self.step(x[:, t], state)
            if padding_mask is None:
                state = new
            else:
                state = tuple(
                    torch.where(padding_mask[:, t, None], old, fresh)
                    for old, fresh in zip(state, new, strict=True)
                )
            y.append(state[0])
        answers = torch.stack(y, 1)
        if padding_mask is not None:
            answers = answers.masked_fill(padding_mask[..., None], 0)
        return answers, state
