"""What decoding asks of a module."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import torch
from torch import Tensor

from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.decoding import next_token
from seqcourse.torch.contract.layer import Layer
from seqcourse.torch.contract.validation import (
    as_array,
    as_tensor,
    inside_a_model,
)


class NextTokenModel(next_token.NextTokenModel):
    """`seqcourse.numpy.decoding.next_token.NextTokenModel` for a module.

    It copies the module and runs it without dropout or gradients. Tokens and
    scores are arrays; the state stays in tensors on the module's device.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, LanguageModel
    >>> module = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> model = NextTokenModel(module, module.to_params())
    >>> scores, (h,) = model.read(np.array([[3, 1, 4]]), None)
    >>> type(scores).__name__, type(h).__name__
    ('ndarray', 'Tensor')
    """

    def __init__(self, model: Layer, params: Params) -> None:
        like = next(model.parameters(), torch.empty(0))
        mine = deepcopy(model).load_params(params)
        super().__init__(mine.to(like.device, like.dtype).eval(), params)

    @property
    def config(self) -> Any:
        """`seqcourse.numpy.decoding.next_token.NextTokenModel.config`."""
        return self.model.config

    def _tensor(self, array: Array | None) -> Tensor | None:
        if array is None:
            return None
        kind = np.int64 if array.dtype.kind in "iu" else array.dtype
        device = next(self.model.parameters(), torch.empty(0)).device
        return as_tensor(array.astype(kind, copy=False), device)

    @torch.no_grad()
    def encode(self, sources: Array, lengths: Array | None) -> Any:
        return self.model.encode(self._tensor(sources), self._tensor(lengths))

    @torch.no_grad()
    def read(
        self, tokens: Array, state: Any, lengths: Array | None = None
    ) -> tuple[Array, Any]:
        with inside_a_model():
            scores, state = self.model(
                self._tensor(tokens), state, self._tensor(lengths)
            )
        scores = as_array(scores)
        return next_token.last_of(scores, self.model, lengths), state

    @torch.no_grad()
    def step(self, tokens: Array, state: Any) -> tuple[Array, Any]:
        with inside_a_model():
            scores, state = self.model.step(self._tensor(tokens), state)
        return as_array(scores).astype(np.float64), state

    @torch.no_grad()
    def attention_weights(
        self, tokens: Array, state: Any, lengths: Array
    ) -> Array | None:
        if not hasattr(self.model, "attention_weights"):
            return None
        with inside_a_model():
            weights = self.model.attention_weights(
                self._tensor(tokens), state, self._tensor(lengths)
            )
        return None if weights is None else as_array(weights)

    def rows(self, state: Any, rows: Array) -> Any:
        at = self._tensor(rows)
        return tuple(part[at] for part in state)


@next_token.as_next_token_model.register
def _(model: Layer, params: Params) -> next_token.NextTokenModel:
    next_token.check_writes(model.config)
    return NextTokenModel(model, params)
