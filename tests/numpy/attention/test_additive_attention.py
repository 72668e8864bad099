"""The equations of additive attention are what the fast code computes."""

import numpy as np

from seqcourse.numpy import AdditiveAttention
from seqcourse.numpy.attention import additive_attention


def test_the_reference_is_the_attention_of_one_query():
    rng = np.random.default_rng(0)
    attention = AdditiveAttention(7, 6, 9)
    params = attention.init(rng, np.float64)
    query, memory = rng.normal(size=(3, 4, 7)), rng.normal(size=(3, 5, 6))
    context, weights, _ = attention.forward(params, query, memory)
    for t in range(4):
        c, alpha = additive_attention.additive_reference(
            params, query[:, t], memory
        )
        np.testing.assert_allclose(c, context[:, t], rtol=1e-12)
        np.testing.assert_allclose(alpha, weights[:, t], rtol=1e-12)
