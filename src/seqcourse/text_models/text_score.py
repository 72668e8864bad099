"""How well a model predicts a text, token by token and in all."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np

from seqcourse.numpy.contract.layer import Array


@dataclass(frozen=True, eq=False)
class TextScore:
    r"""The cross-entropy of a text, and what follows from it.

    Parameters
    ----------
    tokens
        The text's tokens (T,).
    nats
        The surprise at each token (T,), :math:`-\ln p(x_t \mid x_{<t})`. The
        first token has nothing before it: it counts as one of V equally
        likely tokens.
    num_bytes
        Bytes of the text in UTF-8.

    Examples
    --------
    >>> score = TextScore(np.array([0, 1]), np.log([4.0, 4.0]), 4)
    >>> score.perplexity, score.bits_per_byte
    (4.0, 1.0)

    References
    ----------
    Jelinek et al. (1977), Perplexity: a measure of the difficulty of speech
    recognition tasks. Bits per byte, which do not depend on the tokenizer:
    Gao et al. (2020), The Pile, section 3.1.
    """

    tokens: Array
    nats: Array
    num_bytes: int

    @property
    def nats_per_token(self) -> float:
        """The mean surprise at a token, in nats: the cross-entropy."""
        return float(self.nats.mean())

    @property
    def perplexity(self) -> float:
        """Exponential of `nats_per_token`: a number of equal choices."""
        nats = self.nats_per_token
        return exp(nats) if nats < log(np.finfo(float).max) else float("inf")

    @property
    def bits_per_byte(self) -> float:
        """All surprise in bits, per byte of the text."""
        return float(self.nats.sum()) / log(2) / self.num_bytes

    @property
    def probabilities(self) -> Array:
        """The probability of each token (T,), given those before it."""
        p: Array = np.exp(-self.nats)
        return p
