"""The language model: what comes next, after all that was read."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from seqcourse import numpy as reference
from seqcourse.torch.contract.composition import configs_of
from seqcourse.torch.contract.layer import Layer
from seqcourse.torch.layers.embedding import Embedding
from seqcourse.torch.models.sequence_classifier import _Model


class LanguageModel(_Model):
    """Say at every step which token comes next.

    The twin of `seqcourse.numpy.LanguageModel`. Tied, there is one
    parameter, ``embedding.weight``, which the constructor scales in place.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> scores, _ = model(torch.tensor([[1, 5, 2]]))
    >>> tuple(scores.shape)
    (1, 3, 9)
    """

    embedding: Embedding
    config: reference.LanguageModel

    def __init__(
        self, embedding: Layer | None, core: Layer, tied: bool = False
    ) -> None:
        config = reference.LanguageModel(*configs_of(embedding, core, tied))
        super().__init__(config, embedding, core)
        if tied:
            with torch.no_grad():
                self.embedding.weight *= config.first_size

    def _answered(self, y: Tensor, lengths: Tensor | None) -> Tensor:
        """Read the scores out of what the core gives."""
        if not self.config.tied:
            return super()._answered(y, lengths)
        return F.linear(y, self.embedding.weight)
