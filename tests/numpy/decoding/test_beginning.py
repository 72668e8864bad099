"""Prompts of several lengths: each goes on as it does alone."""

import re
from importlib import import_module

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.decoding import beginning
from seqcourse.numpy.decoding.next_token import as_next_token_model
from seqcourse.numpy.decoding.step_limit import steps_left

V, E, END, MOST = 7, 6, 3, 6
PROMPTS = [[4, 1, 2, 6, 0], [5], [2, 2, 6], [6, 1], [1]]
LENGTHS = np.array([5, 1, 3, 2, 1])
B, P = len(PROMPTS), 5
SOURCES = np.random.default_rng(1).integers(0, 8, (B, 4))
SOURCE_LENGTHS = np.array([2, 4, 1, 3, 4])
HOW = {
    "greedy": {},
    "sample": {"temperature": 1.5, "top_p": 0.9},
    "beam_search": {"width": 3, "length_penalty": 0.7},
}


class Given(np.random.Generator):
    """A generator of the numbers it is given, a row at every call."""

    def __init__(self, numbers):
        super().__init__(np.random.PCG64(0))
        self.numbers = iter(numbers)

    def random(self, size):
        return next(self.numbers).reshape(size)


def transformer(added=None, norm_first=True, **options):
    attention = layers.MultiHeadAttention(E, 2, causal=True, **options)
    forward = layers.FeedForward(E, 9, "swiglu")
    block = layers.TransformerBlock(attention, forward, "rms", norm_first)
    return layers.Transformer(block, 2, added)


def encoder_decoder(attention):
    looks = {
        None: None,
        "additive": layers.AdditiveAttention(5, 4, 3),
        "dot": layers.DotAttention(5, 4, "general"),
    }
    return layers.EncoderDecoder(
        layers.Embedding(8, 3),
        layers.GRU(3, 4),
        layers.Embedding(V, E),
        layers.LSTM(E, 5),
        looks[attention],
    )


def of_transformers(added):
    core = transformer(added)
    words = layers.Embedding(8, E), core, layers.Embedding(V, E), core
    return layers.EncoderDecoder(*words, layers.DotAttention(E, E))


#: The first prompt is of 5 tokens, and the last token is not read.
LEARNED = layers.LearnedPositionEmbedding(P + MOST - 1, E)
CORES = {
    "RNN": layers.RNN(E, 5),
    "LSTM": layers.LSTM(E, 5, peepholes=True),
    "GRU": layers.GRU(E, 5),
    "stack": layers.Stack((layers.GRU(E, 5), layers.LSTM(5, 4))),
    "checkpointing": layers.GradientCheckpointing(layers.GRU(E, 5), 2),
    "bag of words": layers.BagOfWords(E, 5),
    "fixed window": layers.FixedWindow(E, 5, P + MOST - 1),
    "no position": transformer(),
    "learned": transformer(LEARNED),
    "sinusoidal": transformer(layers.SinusoidalPositionEmbedding(E)),
    "norm last": transformer(LEARNED, norm_first=False),
    "ALiBi": transformer(position=layers.ALiBi(), soft_cap=3.0),
    "window": transformer(LEARNED, window=3),
    "shared keys": transformer(LEARNED, num_kv_heads=1),
    "blocked": transformer(LEARNED, algorithm="blocked", window=4),
}
ROTARY = layers.MultiHeadAttention(
    E, 1, causal=True, position=layers.RotaryPositionEmbedding()
)
CORES["rotary"] = layers.Stack((ROTARY, layers.RNN(E, E), ROTARY))
MODELS = {
    name: layers.LanguageModel(layers.Embedding(V, E), core)
    for name, core in CORES.items()
} | {
    "encoder and decoder": encoder_decoder(None),
    "additive attention": encoder_decoder("additive"),
    "dot attention": encoder_decoder("dot"),
    "two transformers": of_transformers(None),
}
both_backends = pytest.mark.parametrize(
    "backend", ["numpy", pytest.param("torch", marks=pytest.mark.torch)]
)


def made(name, backend="numpy"):
    model = MODELS[name]
    rng, shapes = np.random.default_rng(2), model.parameter_shapes()
    params = {name: 2 * rng.normal(size=shapes[name]) for name in shapes}
    params["readout.bias"][...] = 0
    if backend == "torch":
        twins = import_module("seqcourse.torch")
        model = twins.from_config(model.to_config()).double()
    return model, params


def padded(fill):
    tokens = np.full((B, P), fill)
    for row, prompt in zip(tokens, PROMPTS, strict=True):
        row[: len(prompt)] = prompt
    return tokens


def written(name, backend, how, rows, numbers, **prefix):
    model, params = made(name, backend)
    read = hasattr(model, "encode")
    given = {"end": END, "max_length": MOST, **HOW[how], **prefix}
    if how == "sample":
        given["rng"] = Given(numbers[:, rows])
    if read:
        given["sources"] = SOURCES[rows]
        given["source_lengths"] = SOURCE_LENGTHS[rows]
    return getattr(layers, how)(model, params, **given)


@pytest.mark.parametrize("name", CORES)
def test_each_prompt_is_read_as_alone(name):
    model = as_next_token_model(*made(name))

    def begun(prefix, lengths=None):
        given = None, None, prefix, lengths, None, MOST
        return beginning.begin(model, *given)

    whole = begun(padded(END), LENGTHS)
    assert whole.tokens.shape == (B, P)
    for b, prompt in enumerate(PROMPTS):
        alone = begun([prompt])
        np.testing.assert_allclose(
            whole.scores[b], alone.scores[0], rtol=0, atol=1e-12
        )
        assert whole.lengths[b] == len(prompt)


@both_backends
@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", MODELS)
def test_each_prompt_goes_on_as_alone(name, how, backend):
    numbers = np.random.default_rng(3).random((MOST, B))
    order = np.array([3, 0, 4, 2, 1])
    whole = written(
        name,
        backend,
        how,
        order,
        numbers,
        prefix=padded(END)[order],
        prefix_lengths=LENGTHS[order],
    )
    assert (whole.tokens != whole.tokens[0]).any(), "all go on alike"
    for row, b in enumerate(order):
        alone = written(name, backend, how, [b], numbers, prefix=[PROMPTS[b]])
        L = alone.tokens.shape[-1]
        for part in ("lengths", "ended"):
            np.testing.assert_array_equal(
                getattr(whole, part)[row], getattr(alone, part)[0]
            )
        np.testing.assert_array_equal(
            whole.tokens[row][..., :L], alone.tokens[0]
        )
        assert (whole.tokens[row][..., L:] == END).all()
        np.testing.assert_allclose(
            whole.scores[row], alone.scores[0], rtol=0, atol=1e-12
        )
        looks = alone.attention_weights is not None
        assert looks == (whole.attention_weights is not None)
        if looks:
            weights = whole.attention_weights[row]
            np.testing.assert_allclose(
                weights[..., :L, :],
                alone.attention_weights[0],
                rtol=0,
                atol=1e-12,
            )
            assert not weights[..., L:, :].any()


@both_backends
@pytest.mark.parametrize("how", HOW)
def test_rows_of_several_lengths_are_padded(how, backend):
    numbers = np.random.default_rng(3).random((MOST, B))
    given = "learned", backend, how, np.arange(B), numbers
    rows = [PROMPTS[0], tuple(PROMPTS[1]), *map(np.array, PROMPTS[2:])]
    found = written(*given, prefix=rows)
    same = written(*given, prefix=padded(END), prefix_lengths=LENGTHS)
    for part in ("tokens", "lengths", "scores", "ended"):
        np.testing.assert_array_equal(
            getattr(found, part), getattr(same, part)
        )


@pytest.mark.parametrize("fill", [-1, 0, 99])
def test_what_pads_is_not_read(fill):
    model, params = made("learned")
    given = {"prefix_lengths": LENGTHS, "max_length": MOST}
    found = layers.greedy(model, params, prefix=padded(fill), **given)
    same = layers.greedy(model, params, prefix=padded(5), **given)
    assert found.scores.tobytes() == same.scores.tobytes()


def test_the_same_lengths_are_none():
    model, params = made("learned")
    prefix = np.array([[1, 2], [5, 0]])
    one, same = (
        layers.greedy(
            model, params, prefix=prefix, prefix_lengths=n, max_length=3
        )
        for n in (None, [2, 2])
    )
    assert one.scores.tobytes() == same.scores.tobytes()


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.uint64])
@both_backends
def test_tokens_of_any_integer_type_are_tokens(dtype, backend):
    model, params = made("GRU", backend)
    given = {"prefix_lengths": LENGTHS.astype(dtype), "max_length": MOST}
    prefix = padded(0)
    found = layers.greedy(model, params, prefix=prefix.astype(dtype), **given)
    same = layers.greedy(model, params, prefix=prefix, **given)
    np.testing.assert_array_equal(found.tokens, same.tokens)


@both_backends
@pytest.mark.parametrize("how", HOW)
def test_unsigned_tokens_are_read_where_attention_reads_again(how, backend):
    numbers = np.random.default_rng(3).random((MOST, B))
    given = "dot attention", backend, how, np.arange(B), numbers
    lengths = {"prefix_lengths": LENGTHS}
    found = written(*given, prefix=padded(0).astype(np.uint64), **lengths)
    same = written(*given, prefix=padded(0), **lengths)
    np.testing.assert_array_equal(found.tokens, same.tokens)
    np.testing.assert_array_equal(
        found.attention_weights, same.attention_weights
    )


@both_backends
@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("wrong", [-1, V, 10**9])
def test_unknown_tokens_are_named_as_the_prefix(wrong, how, backend):
    model, params = made("GRU", backend)
    given = {"rng": np.random.default_rng(0)} if how == "sample" else {}
    sentence = f"prefix: expected tokens from 0 to 6, got {wrong} at [0, 1]"
    for prefix in ([[1, wrong]], np.array([[1, wrong]])):
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
            getattr(layers, how)(
                model, params, prefix=prefix, max_length=2, **given
            )


@both_backends
def test_objects_are_no_tokens(backend):
    model, params = made("GRU", backend)
    prefix = padded(0).astype(object)
    with pytest.raises(ValueError, match=r"^prefix\[0\]: .*, got object$"):
        layers.greedy(model, params, prefix=prefix, max_length=2)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"prefix_lengths": [0, 1, 1, 1, 1]},
            "prefix_lengths: expected 1 to 5 (axis 1 of prefix, T), got 0 to",
        ),
        (
            {"prefix_lengths": LENGTHS + 1},
            "prefix_lengths: expected 1 to 5 (axis 1 of prefix, T), got 2 to",
        ),
        (
            {"prefix_lengths": LENGTHS[:4]},
            (
                "prefix_lengths: expected shape (5,), one for each "
                "sequence on axis 0 (B), got (4,)"
            ),
        ),
        (
            {"prefix_lengths": LENGTHS / 2},
            "prefix_lengths: expected integers, got float64",
        ),
        (
            {"prefix_lengths": "all"},
            "prefix_lengths: expected an array of numbers or None, got 'all'",
        ),
        (
            {"prefix_lengths": None},
            (
                "prefix: expected prompts that have not ended, got the "
                "end token 3 at [1, 4]; give the prompts' lengths in "
            ),
        ),
        (
            {"prefix": PROMPTS},
            (
                "prefix_lengths: expected None for rows of their own "
                "lengths, got an array of shape (5,)"
            ),
        ),
        (
            {"source_lengths": LENGTHS},
            "source_lengths: expected None where there are no sources, got",
        ),
    ],
)
def test_nonsense_has_its_sentence(change, sentence, how):
    model, params = made("GRU")
    given = {"prefix": padded(END), "prefix_lengths": LENGTHS, "end": END}
    if how == "sample":
        given["rng"] = np.random.default_rng(0)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        getattr(layers, how)(
            model, params, max_length=2, **{**given, **change}
        )


@both_backends
@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", ["learned", "fixed window"])
def test_more_than_the_model_can_read_is_refused_at_once(name, how, backend):
    model, params = made(name, backend)
    given = {"rng": np.random.default_rng(0)} if how == "sample" else {}
    for prefix, most, sentence in (
        (
            PROMPTS,
            7,
            (
                "max_length: expected at most 6 after 5 tokens of prefix, "
                "since the model reads at most 10 steps, got 7"
            ),
        ),
        (
            np.ones((2, 11), int),
            1,
            (
                "prefix: expected at most 10 tokens, the steps that the "
                "model reads, got 11"
            ),
        ),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
            getattr(layers, how)(
                model, params, prefix=prefix, max_length=most, **given
            )


@both_backends
def test_what_was_read_before_counts(backend):
    core = layers.Stack((layers.LearnedPositionEmbedding(9, E),) * 2)
    words = layers.Embedding(V, E)
    model = layers.EncoderDecoder(words, core, words, core)
    params = model.init(np.random.default_rng(0), np.float64)
    if backend == "torch":
        twins = import_module("seqcourse.torch")
        model = twins.from_config(model.to_config()).double()
    given = model, params, np.ones((2, 4), int), np.array([4, 2])
    found = layers.greedy(*given, prefix=1, max_length=5)
    assert found.tokens.shape == (2, 5)
    with pytest.raises(
        ValueError, match=r"^max_length: expected at most 5 after 1 tokens "
    ):
        layers.greedy(*given, prefix=1, max_length=6)
    found = layers.greedy(*given, prefix=[[1], [1, 2, 3]], max_length=5)
    assert found.tokens.shape == (2, 5)


@pytest.mark.parametrize("most", [1, 6])
def test_all_that_can_be_read_is(most):
    model = as_next_token_model(*made("learned"))
    given = None, None, np.ones((1, 11 - most), int), None, None
    assert beginning.begin(model, *given, most).scores.shape == (1, V)
    with pytest.raises(ValueError, match=r"^max_length: expected at most "):
        beginning.begin(model, *given, most + 1)


def test_the_nearest_limit_holds():
    core = layers.Stack(
        (layers.LearnedPositionEmbedding(9, E), layers.FixedWindow(E, E, 4))
    )
    assert steps_left(core, None).tolist() == [4]
    state = np.array([7, 2]), np.zeros((2, 4, E)), np.array([1, 3])
    assert steps_left(core, state).tolist() == [2, 1]
    assert steps_left("anything", None) is None


def test_models_that_do_not_read_what_they_write_are_refused():
    rng, words = np.random.default_rng(0), layers.Embedding(V, E)
    both = layers.Bidirectional(layers.RNN(E, 3), layers.RNN(E, 3))
    for model, sentence in (
        (
            layers.SequenceTagger(words, layers.RNN(E, 3), V + 2),
            "expected a score for each of the 7 tokens that it reads, got 9",
        ),
        (
            layers.SequenceTagger(words, both, V),
            "expected one that sees no future (model.causal), got Seq",
        ),
        (
            layers.SequenceTagger(None, layers.RNN(E, 3), V),
            "expected one that reads tokens, as a LanguageModel does, got S",
        ),
        (
            layers.RNN(E, 3),
            "expected one that reads tokens, as a LanguageModel does, got R",
        ),
        (
            layers.Linear(E, 3),
            "expected one that reads tokens, as a LanguageModel does, got L",
        ),
        (
            layers.LanguageModel,
            "expected a model that writes tokens, got the class seqcourse",
        ),
    ):
        params = {} if isinstance(model, type) else model.init(rng)
        with pytest.raises(
            ValueError, match=f"^model: {re.escape(sentence)}"
        ):
            layers.greedy(model, params, prefix=1, max_length=2)


@both_backends
@pytest.mark.parametrize("how", HOW)
def test_weights_that_are_not_finite_are_refused(how, backend):
    model, params = made("RNN", backend)
    params["readout.bias"][2] = np.nan
    given = {"rng": np.random.default_rng(0)} if how == "sample" else {}
    with pytest.raises(
        ValueError,
        match=r"^params\['readout.bias'\]: expected finite numbers, got nan",
    ):
        getattr(layers, how)(model, params, prefix=1, max_length=4, **given)


@both_backends
@pytest.mark.parametrize("how", HOW)
def test_scores_that_grow_without_end_are_an_error(how, backend):
    model, params = made("RNN", backend)
    params = {name: np.full_like(w, 1e200) for name, w in params.items()}
    params["readout.weight"][...] = 1e308
    given = {"rng": np.random.default_rng(0)} if how == "sample" else {}
    with pytest.raises(
        layers.DivergenceError,
        match=r"^scores: expected finite numbers, got inf for sequence 0 aft",
    ):
        getattr(layers, how)(model, params, prefix=1, max_length=4, **given)


def test_of_what_has_ended_scores_may_be_anything():
    model = layers.LanguageModel(
        layers.Embedding(4, 4), layers.RNN(4, 4, nonlinearity="relu")
    )
    params = model.init(np.random.default_rng(0), np.float64)
    for weight in params.values():
        weight[...] = 0
    # A number that grows 1e30-fold at every step, begun by token 1 alone.
    params["embedding.weight"][1, 0] = params["core.weight_ih"][0, 0] = 1
    params["core.weight_hh"][0, 0] = 1e30
    params["readout.weight"][:, 0] = [0, 0, 0, 1e200]
    given = {"max_length": 8, "prefix": [[1], [2]]}
    found = layers.greedy(model, params, end=3, **given)
    assert found.lengths.tolist() == [1, 8]
    with pytest.raises(
        layers.DivergenceError,
        match=r"^scores: expected finite numbers, got inf for sequence 0 aft",
    ):
        layers.greedy(model, params, **given)
