"""Looking into a memory: what is seen, what is not, and the way back."""

import dataclasses
import re

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.attention import attention_mechanism
from seqcourse.testing import gradient_check

B, T, S, QUERY, KEY, HIDDEN = 3, 4, 5, 7, 6, 9
LENGTHS = np.array([3, 5, 1])
KINDS = {
    "additive": lambda: layers.AdditiveAttention(QUERY, KEY, HIDDEN),
    "dot": lambda: layers.DotAttention(KEY, KEY),
    "general": lambda: layers.DotAttention(QUERY, KEY, "general"),
    "scaled_dot": lambda: layers.DotAttention(KEY, KEY, "scaled_dot"),
}
each_kind = pytest.mark.parametrize("kind", KINDS)
each_padding = pytest.mark.parametrize(
    "lengths", [None, LENGTHS], ids=["full", "padded"]
)


def draw(attention, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    query = rng.standard_normal((B, T, attention.query_size)).astype(dtype)
    memory = rng.standard_normal((B, S, KEY)).astype(dtype)
    return attention.init(rng, dtype), query, memory


def product():
    """Make the simplest attention, on the class that is looked at here."""

    @dataclasses.dataclass(frozen=True)
    class Product(attention_mechanism.AttentionMechanism):
        query_size: int = KEY
        key_size: int = KEY

        def parameter_shapes(self):
            return {}

        def init(self, rng, dtype=np.float32):
            return {}

        def compare(self, params, query, memory, out=None):
            return query @ memory.swapaxes(1, 2), (query, memory)

        def compare_backward(self, params, dscores, kept):
            query, memory = kept
            return dscores @ memory, dscores.swapaxes(1, 2) @ query, {}

    return Product()


# --- by hand --------------------------------------------------------------


def scored_by_hand(attention, params, q, k):
    if isinstance(attention, layers.AdditiveAttention):
        a = np.tanh(params["weight_query"] @ q + params["weight_key"] @ k)
        return params["weight_score"] @ a
    if attention.score == "general":
        return q @ params["weight"] @ k
    return q @ k / (1 if attention.score == "dot" else np.sqrt(KEY))


@each_kind
@each_padding
def test_each_query_alone_is_the_equation(kind, lengths):
    attention = KINDS[kind]()
    params, query, memory = draw(attention)
    context, weights, _ = attention.forward(params, query, memory, lengths)
    for b in range(B):
        seen = memory[b, : S if lengths is None else lengths[b]]
        for t in range(T):
            scores = np.array(
                [
                    scored_by_hand(attention, params, query[b, t], k)
                    for k in seen
                ]
            )
            e = np.exp(scores)
            mine = e / e.sum()
            np.testing.assert_allclose(weights[b, t, : len(seen)], mine)
            assert not weights[b, t, len(seen) :].any()
            np.testing.assert_allclose(context[b, t], mine @ seen)


def test_the_weights_of_a_query_sum_to_one():
    params, query, memory = draw(product())
    _, weights, _ = product().forward(params, query, memory, LENGTHS)
    np.testing.assert_allclose(weights.sum(-1), np.ones((B, T)))


# --- what is not seen -----------------------------------------------------


@pytest.mark.parametrize("garbage", [1e30, np.inf, np.nan])
def test_what_lies_beyond_a_memory_is_not_seen(garbage):
    params, query, memory = draw(product())
    changed = memory.copy()
    changed[np.arange(S) >= LENGTHS[:, None]] = garbage
    attention = product()
    results = []
    for given in (memory, changed):
        context, weights, cache = attention.forward(
            params, query, given, LENGTHS
        )
        back = attention.backward(params, query, cache)
        results.append((context, weights, *back[:2]))
    for before, after in zip(*results, strict=True):
        assert before.tobytes() == after.tobytes()
    _, weights, _, dmemory = results[0]
    for b, length in enumerate(LENGTHS):
        assert not weights[b, :, length:].any()
        assert not dmemory[b, length:].any()


@each_kind
def test_a_padded_memory_is_each_memory_alone(kind):
    attention = KINDS[kind]()
    params, query, memory = draw(attention)
    rng = np.random.default_rng(1)
    context, weights, cache = attention.forward(
        params, query, memory, LENGTHS
    )
    dcontext = rng.standard_normal(context.shape)
    dweights = rng.standard_normal(weights.shape)
    whole = attention.backward(params, dcontext, cache, dweights)
    total = {name: np.zeros_like(w) for name, w in params.items()}
    for b, n in enumerate(LENGTHS):
        one = slice(b, b + 1)
        alone, seen, cache = attention.forward(
            params, query[one], memory[one, :n]
        )
        np.testing.assert_allclose(context[one], alone, atol=1e-14)
        np.testing.assert_allclose(weights[one, :, :n], seen, atol=1e-14)
        dquery, dmemory, grads = attention.backward(
            params, dcontext[one], cache, dweights[one, :, :n]
        )
        np.testing.assert_allclose(whole[0][one], dquery, atol=1e-13)
        np.testing.assert_allclose(whole[1][one, :n], dmemory, atol=1e-13)
        for name, g in grads.items():
            total[name] += g
    for name, g in total.items():
        np.testing.assert_allclose(whole[2][name], g, atol=1e-13)


@each_kind
def test_of_a_memory_without_a_place_nothing_is_seen(kind):
    attention = KINDS[kind]()
    params, query, memory = draw(attention)
    none = np.array([0, 5, 0])
    for seen, lengths in ((memory, none), (memory[:, :0], None)):
        context, weights, cache = attention.forward(
            params, query, seen, lengths
        )
        back = attention.backward(params, context + 1, cache)
        assert not context[0].any()
        assert not weights[0].any()
        assert not back[0][0].any()
        for array in (context, weights, *back[:2], *back[2].values()):
            assert np.isfinite(array).all()


# --- the way back ---------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Looked(layers.Layer):
    """An attention as a layer: a query comes in, the memory is the state."""

    attention: layers.AttentionMechanism
    memory_steps: int
    memory_lengths: tuple[int, ...] | None

    @property
    def output_size(self):
        return KEY + S

    def initial_state(self, batch_size, dtype):
        return (np.zeros((batch_size, self.memory_steps, KEY), dtype),)

    def parameter_shapes(self):
        return self.attention.parameter_shapes()

    def init(self, rng, dtype=np.float32):
        return self.attention.init(rng, dtype)

    def forward(
        self, params, x, state=None, lengths=None, rng=None, out=None
    ):
        context, weights, cache = self.attention.forward(
            params, x, state[0], self.memory_lengths
        )
        return np.concatenate([context, weights], -1), state, cache

    def backward(self, params, dy, dstate, cache):
        dquery, dmemory, grads = self.attention.backward(
            params, dy[..., :KEY], cache, dy[..., KEY:]
        )
        return dquery, (dmemory + dstate[0],), grads


@each_kind
@each_padding
def test_the_gradients_are_the_slopes(kind, lengths):
    attention = KINDS[kind]()
    params, query, memory = draw(attention)
    known = None if lengths is None else tuple(lengths)
    layer = Looked(attention, S, known)
    errors = gradient_check(layer, params, query, (memory,))
    assert errors.keys() == {"x", "state[0]", *params}
    for name, error in errors.items():
        assert error <= 1e-9, f"{name}: {error}"


@each_kind
@each_padding
def test_no_argument_is_written_to_and_no_result_shared(kind, lengths):
    attention = KINDS[kind]()
    params, query, memory = draw(attention)
    given = [query, memory, *params.values()]
    for array in given:
        array.flags.writeable = False
    context, weights, cache = attention.forward(
        params, query, memory, lengths
    )
    before = attention.backward(params, context.copy(), cache)
    kept = context.copy()
    context[...], weights[...] = 99, 99
    after = attention.backward(params, kept, cache)
    for a, b in zip(before[:2], after[:2], strict=True):
        assert a.tobytes() == b.tobytes()
    results = [context, weights, *before[:2], *before[2].values()]
    for result in results:
        assert not any(np.shares_memory(result, part) for part in given)


@each_kind
def test_an_old_cache_may_be_written_again(kind):
    attention = KINDS[kind]()
    params, query, memory = draw(attention)
    expected, _, _ = attention.forward(params, query, memory)
    _, other_query, other_memory = draw(attention, 1)
    for steps in (S, S - 1):
        *_, old = attention.forward(
            params, other_query, other_memory[:, :steps]
        )
        context, _, _ = attention.forward(params, query, memory, None, old)
        assert context.tobytes() == expected.tobytes()


@each_kind
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_weights_type_rules(kind, dtype):
    attention = KINDS[kind]()
    params, query, memory = draw(attention, dtype=dtype)
    context, weights, cache = attention.forward(
        params, query, memory, LENGTHS
    )
    back = attention.backward(params, context, cache)
    for array in (context, weights, *back[:2], *back[2].values()):
        assert array.dtype == dtype


# --- configuration and refusals -------------------------------------------


@each_kind
def test_configuration_survives(kind):
    attention = KINDS[kind]()
    config = attention.to_config()
    assert layers.from_config(config) == attention
    assert layers.AttentionMechanism.from_config(config) == attention
    with pytest.raises(ValueError, match=r'"type" of a Layer, got'):
        layers.Layer.from_config(config)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: layers.DotAttention(3, 3, "cosine"),
            "score: expected one of dot, general, scaled_dot, got 'cosine'",
        ),
        (
            lambda: layers.DotAttention(3, 4),
            "key_size: expected 3, the query_size, where score='dot', got 4",
        ),
        (
            lambda: layers.AdditiveAttention(3, 4, 0),
            "hidden_size: expected a whole number of at least 1, got 0",
        ),
    ],
)
def test_what_cannot_be_is_refused(make, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        make()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"query": np.ones((B, T, 2))},
            "query: expected shape (B, T, 7), got (3, 4, 2)",
        ),
        (
            {"memory": np.ones((B + 1, S, KEY))},
            "memory: expected shape (3, S, 6), got (4, 5, 6)",
        ),
        (
            {"lengths": np.array([1, 2, 6])},
            "lengths: expected 0 to 5 (axis 1 of memory, S), got 1 to 6",
        ),
        (
            {"lengths": np.array([1.0, 2.0, 3.0])},
            "lengths: expected 3 integers, one for each memory, got float64",
        ),
        ({"params": {}}, "params: expected weight_key, weight_query,"),
    ],
)
def test_wrong_input_has_its_sentence(change, sentence):
    attention = KINDS["additive"]()
    params, query, memory = draw(attention)
    given = {"params": params, "query": query, "memory": memory, **change}
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        attention.forward(**given)
