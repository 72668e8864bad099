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
    """Say at every step which token comes next::

        scores[t] = readout(core(embedding(x))[t])

    Parameters
    ----------
    embedding
        The tokens' vectors; their number is the size of the vocabulary.
    core
        What carries the memory; it must not see the future.
    tied
        Whether the read-out has the embedding's weights. These then begin
        with the core's `init_std`, if it has one, or a standard deviation of
        1 / sqrt(E), so that the first scores are of size 1 or less.

    Raises
    ------
    ValueError
        If the core sees the future, the embedding is none for tokens, or it
        is tied to a core that gives another number of features.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding
    >>> model = LanguageModel(Embedding(9, 4), RNN(4, 8))
    >>> scores, _ = model(torch.tensor([[1, 5, 2]]))
    >>> tuple(scores.shape)
    (1, 3, 9)

    References
    ----------
    Mikolov et al. (2010), Recurrent neural network based language model. One
    matrix for both: Press and Wolf (2017), Using the output embedding to
    improve language models.
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
