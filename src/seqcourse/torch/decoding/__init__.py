"""Writing token by token: greedily, by sampling, by beam search.

One implementation serves both backends; what is imported here first teaches
it to ask a module.
"""

from seqcourse.numpy.decoding.beam_search import beam_search
from seqcourse.numpy.decoding.greedy import Decoded, greedy
from seqcourse.numpy.decoding.sampling import sample
from seqcourse.torch.decoding.next_token import NextTokenModel

__all__ = ["Decoded", "NextTokenModel", "beam_search", "greedy", "sample"]
