"""`seqcourse.numpy`'s decoders; importing this lets them ask a module."""

from seqcourse.numpy.decoding.beam_search import beam_search
from seqcourse.numpy.decoding.greedy import Decoded, greedy
from seqcourse.numpy.decoding.next_token_distribution import (
    next_token_distribution,
)
from seqcourse.numpy.decoding.sampling import sample
from seqcourse.torch.decoding.next_token import NextTokenModel

__all__ = [
    "Decoded",
    "NextTokenModel",
    "beam_search",
    "greedy",
    "next_token_distribution",
    "sample",
]
