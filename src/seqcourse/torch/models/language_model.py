"""The language model on autograd."""

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
    """`seqcourse.numpy.LanguageModel` on autograd.

    With ``tied=True``, the constructor scales ``embedding.weight`` in place.
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
