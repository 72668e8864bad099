"""Two readers, one from each end: every answer knows what comes after it."""

from __future__ import annotations

from typing import Any, NoReturn

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.containers.bidirectional import ONE_STEP
from seqcourse.numpy.contract.validation import inside_a_model
from seqcourse.torch.containers.container import Container
from seqcourse.torch.contract.layer import Layer, State


class Bidirectional(Container):
    """Read from the front and from the back, and lay both side by side::

        a[1], ..., a[n] = forward_layer(x[1], ..., x[n])
        b[n], ..., b[1] = backward_layer(x[n], ..., x[1])
        y[t] = (a[t], b[t])

    where n is the sequence's own length: the reader from the back begins at
    the last real step, not in the padding. The state is both states: the
    first after step n, the second after step 1. So the output at step n
    holds all that the first reader knows and little of the second.

    Parameters
    ----------
    forward_layer
        The core that reads from the front.
    backward_layer
        The core that reads from the back.

    Raises
    ------
    ValueError
        If one of them reads no features, or they read different numbers.

    Examples
    --------
    >>> from seqcourse.torch import RNN
    >>> layer = Bidirectional(RNN(3, 4), RNN(3, 5))
    >>> y, (front, back) = layer(torch.ones(2, 6, 3))
    >>> tuple(y.shape), tuple(front.shape), tuple(back.shape)
    ((2, 6, 9), (2, 4), (2, 5))

    References
    ----------
    Schuster and Paliwal (1997), Bidirectional recurrent neural networks.
    The halves stand as in ``torch.nn.RNN``.
    """

    def __init__(self, forward_layer: Layer, backward_layer: Layer) -> None:
        configs: list[Any] = [
            getattr(part, "config", part)
            for part in (forward_layer, backward_layer)
        ]
        super().__init__(reference.Bidirectional(*configs))
        self.forward_layer = forward_layer
        self.backward_layer = backward_layer

    def step(self, x_t: Tensor, state: State | None = None) -> NoReturn:
        raise NotImplementedError(ONE_STEP)

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        x = self.checked(x, lengths)
        ahead, back = self.shares(state)
        with inside_a_model():
            a, a_last = self.forward_layer(x, ahead, lengths)
        with inside_a_model(first_state=len(a_last)):
            b, b_last = self.backward_layer(
                reverse_sequences(x, lengths), back, lengths
            )
        return torch.cat(
            [a, reverse_sequences(b, lengths)], -1
        ), a_last + b_last


def reverse_sequences(x: Tensor, lengths: Tensor | None) -> Tensor:
    """Give each sequence from its own last step to its first.

    Parameters
    ----------
    x
        Sequences (B, T, ...).
    lengths
        Real steps of each sequence (B,), or None if all have T.

    Returns
    -------
    x
        The same steps in the other order; padding stays where it is.

    Examples
    --------
    >>> x = torch.tensor([[1, 2, 3, 0], [4, 5, 6, 7]])
    >>> reverse_sequences(x, torch.tensor([3, 4])).tolist()
    [[3, 2, 1, 0], [7, 6, 5, 4]]
    """
    if lengths is None:
        return x.flip(1)
    t = torch.arange(x.shape[1], device=x.device)
    n = torch.as_tensor(lengths, device=x.device)[:, None]
    source = torch.where(t < n, n - 1 - t, t)
    return x[torch.arange(len(x), device=x.device)[:, None], source]
