"""Teacher forcing on autograd: all target tokens are read in one forward.

A batch's inputs are its targets one step later, as the task made them;
``loss`` feeds them to the decoder. What begins from the source is here.
"""

from __future__ import annotations

from typing import Any

from seqcourse.numpy.contract import shapes
from seqcourse.numpy.contract.task import check_sources
from seqcourse.torch.contract.layer import Layer, State
from seqcourse.torch.contract.validation import as_tensor


def encode_source(model: Layer, batch: Any) -> State | None:
    """`seqcourse.numpy.training.teacher_forcing.encode_source` on autograd.

    Returns
    -------
    state
        The initial state; None for a model that reads no source.
    """
    if not check_sources(model, batch):
        return None
    encode: Any = model.encode
    sources = as_tensor(batch.sources, next(model.parameters()).device)
    with shapes.called(x="sources", lengths="source_lengths"):
        state: State = encode(sources, as_tensor(batch.source_lengths))
    return state
