"""What writing asks of a module: score the next token, one step at a time."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import torch
from torch import Tensor

from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.decoding import next_token
from seqcourse.torch.contract.layer import Layer


class NextTokenModel(next_token.NextTokenModel):
    """A module on given weights, asked in NumPy's arrays.

    Its memory stays in tensors, on the module's device.

    Parameters
    ----------
    model
        The module; a copy of it is asked.
    params
        The weights, as NumPy arrays.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> scores, state = NextTokenModel(model, model.to_params()).read(
    ...     np.array([[3, 1, 4]]), None
    ... )
    >>> scores.shape
    (1, 9)
    """

    def __init__(self, model: Layer, params: Params) -> None:
        like = next(model.parameters())
        mine = deepcopy(model).load_params(params)
        super().__init__(mine.to(like.device, like.dtype).eval(), params)

    def _tensor(self, array: Array | None) -> Tensor | None:
        if array is None:
            return None
        device = next(self.model.parameters()).device
        return torch.as_tensor(np.ascontiguousarray(array), device=device)

    @torch.no_grad()
    def encode(self, sources: Array, lengths: Array | None) -> Any:
        return self.model.encode(self._tensor(sources), self._tensor(lengths))

    @torch.no_grad()
    def read(self, tokens: Array, state: Any) -> tuple[Array, Any]:
        scores, state = self.model(self._tensor(tokens), state)
        return next_token.last_of(scores.cpu().numpy(), self.model), state

    @torch.no_grad()
    def step(self, tokens: Array, state: Any) -> tuple[Array, Any]:
        scores, state = self.model.step(self._tensor(tokens), state)
        return scores.cpu().numpy().astype(np.float64), state

    @torch.no_grad()
    def attention_weights(
        self, tokens: Array, state: Any, lengths: Array
    ) -> Array | None:
        if not hasattr(self.model, "attention_weights"):
            return None
        weights = self.model.attention_weights(
            self._tensor(tokens), state, self._tensor(lengths)
        )
        return None if weights is None else weights.cpu().numpy()

    def rows(self, state: Any, rows: Array) -> Any:
        at = self._tensor(rows)
        return tuple(part[at] for part in state)


@next_token.as_next_token_model.register
def _(model: Layer, params: Params) -> next_token.NextTokenModel:
    return NextTokenModel(model, params)
