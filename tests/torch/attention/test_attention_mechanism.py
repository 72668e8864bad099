"""What attention's twin asks of its arguments, beside NumPy's own words."""

import numpy as np
import pytest

pytestmark = pytest.mark.torch


@pytest.fixture
def layers():
    import seqcourse.torch

    return seqcourse.torch


def test_the_reference_is_the_attention_of_one_query(layers):
    import torch

    from seqcourse.torch.attention import additive_attention

    torch.manual_seed(0)
    attention = layers.AdditiveAttention(7, 6, 9)
    query, memory = torch.randn(3, 4, 7), torch.randn(3, 5, 6)
    context, weights = attention(query, memory)
    for t in range(4):
        c, alpha = additive_attention.additive_reference(
            attention.state_dict(), query[:, t], memory
        )
        torch.testing.assert_close(c, context[:, t])
        torch.testing.assert_close(alpha, weights[:, t])


def on_meta():
    import torch

    return torch.ones(2, dtype=torch.int64, device="meta")


def block(layers):
    seen = layers.MultiHeadAttention(6, 2)
    return layers.TransformerBlock(
        layers.MultiHeadAttention(6, 2, causal=True),
        layers.FeedForward(6, 7),
        cross_attn=seen,
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda of, x, n: of.DotAttention(6, 6)(x, x, n),
        lambda of, x, n: of.AdditiveAttention(6, 6, 3)(x, x, n),
        lambda of, x, n: of.MultiHeadAttention(6, 2).attention_weights(
            x, (), n
        ),
        lambda of, x, n: block(of).cross_attention_state(x, n),
    ],
    ids=["dot", "additive", "multi-head", "cross"],
)
def test_lengths_must_have_numbers(layers, call):
    import torch

    x = torch.ones(2, 3, 6)
    with pytest.raises(
        ValueError, match=r"lengths: expected a tensor with numbers, got one "
    ):
        call(layers, x, on_meta())
    with pytest.raises(ValueError, match=r"lengths: expected a dense tensor"):
        call(layers, x, torch.ones(2, dtype=torch.int64).to_sparse())


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["query", "memory"])
def test_complex_numbers_are_refused(layers, name):
    import torch

    given = {"query": torch.ones(1, 2, 6), "memory": torch.ones(1, 3, 6)}
    given[name] = given[name] + 0j
    with pytest.raises(
        ValueError,
        match=f"^{name}: expected floating-point numbers, got complex64$",
    ):
        layers.DotAttention(6, 6)(**given)


@pytest.mark.filterwarnings("error")
def test_lengths_may_be_read_only(layers):
    import torch

    x, lengths = torch.ones(2, 3, 6), np.array([3, 1])
    expected, _ = layers.DotAttention(6, 6)(x, x, torch.tensor(lengths))
    lengths.flags.writeable = False
    found, _ = layers.DotAttention(6, 6)(x, x, lengths)
    assert torch.equal(found, expected)
