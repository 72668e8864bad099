"""The sequence tagger and the sequence classifier, on autograd."""

from __future__ import annotations

import torch
from torch import Tensor

from seqcourse import numpy as reference
from seqcourse.numpy.contract.composition import Composite as Configuration
from seqcourse.torch.contract.composition import Composite, configs_of
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.contract.validation import inside_a_model


class _Model(Composite):
    """What the whole models share: embedding, core and readout."""

    def __init__(
        self, config: Configuration, embedding: Layer | None, core: Layer
    ) -> None:
        super().__init__(config)
        self.embedding = embedding
        self.core = core
        if "readout" in config.children():
            self.readout = self.new_child("readout", next(core.parameters()))

    def _answered(self, y: Tensor, lengths: Tensor | None) -> Tensor:
        """Read the answers out of what the core gives."""
        with inside_a_model():
            answers: Tensor = self.readout(y, (), lengths)[0]
        return answers

    def _gathered(self, y: Tensor, lengths: Tensor | None) -> Tensor:
        """Move each feature to the step where the readout reads it."""
        del lengths
        return y

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        if self.embedding is not None:
            x_t, _ = self.embedding.step(x_t)
        y_t, state = self.core.step(x_t, state)
        return self._answered(y_t[:, None], None)[:, 0], state

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        if self.embedding is not None:
            x, _ = self.embedding(x, (), lengths)
        y, state = self.core(x, state, lengths)
        return self._answered(self._gathered(y, lengths), lengths), state


class SequenceTagger(_Model):
    """`seqcourse.numpy.SequenceTagger` on autograd.

    The readout has the core's device and type.

    Examples
    --------
    >>> from seqcourse.torch import RNN
    >>> core = RNN(4, 8, dtype=torch.float64)
    >>> SequenceTagger(None, core, num_classes=3).readout.weight.dtype
    torch.float64
    """

    def __init__(
        self, embedding: Layer | None, core: Layer, num_classes: int
    ) -> None:
        given = configs_of(embedding, core, num_classes)
        config = reference.SequenceTagger(*given)
        super().__init__(config, embedding, core)


class SequenceClassifier(_Model):
    """`seqcourse.numpy.SequenceClassifier` on autograd.

    The readout has the core's device and type.
    """

    #: Which features of the core are read at the first step, if any.
    first: Tensor | None

    def __init__(
        self, embedding: Layer | None, core: Layer, num_classes: int
    ) -> None:
        given = configs_of(embedding, core, num_classes)
        config = reference.SequenceClassifier(*given)
        super().__init__(config, embedding, core)
        first = config.complete_at_first
        self.register_buffer(
            "first",
            None
            if first is None
            else torch.tensor(first, device=self.readout.weight.device),
            persistent=False,
        )

    def _gathered(self, y: Tensor, lengths: Tensor | None) -> Tensor:
        if self.first is None:
            return y
        at = _last_steps(y, lengths)
        return y.index_put(at, torch.where(self.first, y[:, 0], y[at]))

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        answers, state = super().forward(x, state, lengths)
        if lengths is None:
            return answers[:, -1], state
        return answers[_last_steps(answers, lengths)], state


def _last_steps(y: Tensor, lengths: Tensor | None) -> tuple[Tensor, Tensor]:
    """`seqcourse.numpy`'s own, in tensors."""
    B, T = y.shape[:2]
    rows = torch.arange(B, device=y.device)
    if lengths is None:
        return rows, torch.full_like(rows, T - 1)
    return rows, torch.as_tensor(lengths, device=y.device) - 1
