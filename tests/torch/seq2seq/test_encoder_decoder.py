"""The twins that read, then write: the same numbers, by autograd."""

import re

import numpy as np
import pytest

import seqcourse.numpy
from seqcourse.testing import relative_error

pytestmark = pytest.mark.torch


@pytest.fixture
def layers():
    import seqcourse.torch

    return seqcourse.torch


@pytest.fixture(params=[True, False], ids=["tied", "free"])
def tied(request):
    return request.param


def drawn(backwards, attention, tied, layers, dtype=np.float64):
    """Give both models on the same weights, and a batch."""
    task, model = backwards(seqcourse.numpy, attention, tied)
    params = model.init(np.random.default_rng(0), dtype)
    twin = layers.from_config(model.to_config()).load_params(params)
    return model, params, twin, task.batch(np.random.default_rng(1), 6)


@pytest.mark.parametrize("engine", ["reference", "fused"])
def test_autograd_finds_the_gradients_written_by_hand(
    backwards, attention, tied, layers, engine
):
    import torch

    model, params, twin, batch = drawn(backwards, attention, tied, layers)
    for part in twin.modules():
        if engine == "reference":
            part.fused = False
    state, read = model.encode(params, batch.sources, batch.source_lengths)
    y, last, cache = model.forward(params, batch.inputs, state, batch.lengths)
    rng = np.random.default_rng(2)
    dy = rng.standard_normal(y.shape)
    dlast = tuple(
        rng.standard_normal(part.shape) if part.dtype.kind == "f" else None
        for part in last
    )
    _, dstate, grads = model.backward(params, dy, dlast, cache)
    grads |= model.encode_backward(params, dstate, read)[1]

    t = torch.as_tensor
    begun = twin.encode(t(batch.sources), t(batch.source_lengths))
    y_t, last_t = twin(t(batch.inputs), begun, t(batch.lengths))
    loss = (y_t * t(dy)).sum()
    for part, d in zip(last_t, dlast, strict=True):
        if d is not None:
            loss = loss + (part * t(d)).sum()
    loss.backward()

    assert relative_error(y, y_t.detach().numpy()) <= 1e-12
    for mine, theirs in zip((*state, *last), (*begun, *last_t), strict=True):
        assert relative_error(mine, theirs.detach().numpy()) <= 1e-12
    named = dict(twin.named_parameters())
    assert named.keys() == grads.keys() == params.keys()
    for name, weight in named.items():
        assert relative_error(grads[name], weight.grad.numpy()) <= 1e-12, name


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-4)]
)
def test_both_backends_follow_the_same_curve(
    backwards, attention, layers, dtype, tolerance
):
    given = {"steps": 30, "seed": 2, "batch_size": 9}
    task, model = backwards(seqcourse.numpy, attention)
    run = seqcourse.numpy.fit(model, task, dtype=dtype, **given)
    other, twin = backwards(layers, attention)
    twin = twin.double() if dtype == np.float64 else twin
    found = layers.fit(twin, other, **given)
    np.testing.assert_allclose(
        run.history.loss, found.history.loss, rtol=tolerance
    )
    np.testing.assert_allclose(
        run.history.grad_norm, found.history.grad_norm, rtol=10 * tolerance
    )
    batch = task.batch(np.random.default_rng(5), 6)
    answers = [
        seqcourse.numpy.predict(model, run.params, batch),
        layers.predict(twin, run.params, batch),
    ]
    assert relative_error(*answers) <= tolerance
    scores = [
        seqcourse.numpy.evaluate(model, run.params, task),
        layers.evaluate(twin, run.params, task),
    ]
    assert scores[0] == pytest.approx(scores[1], abs=1e-3)


@pytest.mark.parametrize("how", ["greedy", "sample", "beam_search"])
def test_both_backends_write_the_same(backwards, attention, layers, how):
    model, params, twin, batch = drawn(backwards, attention, False, layers)
    params = {name: 3 * w for name, w in params.items()}
    before = twin.to_params()
    twin.train()
    results = [
        getattr(module, how)(
            writes,
            params,
            batch.sources,
            batch.source_lengths,
            prefix=6,
            end=0,
            max_length=8,
            **(
                {"rng": np.random.default_rng(3)}
                if how == "sample"
                else {"width": 4, "length_penalty": 0.7}
                if how == "beam_search"
                else {}
            ),
        )
        for module, writes in ((seqcourse.numpy, model), (layers, twin))
    ]
    mine, theirs = results
    for name in ("tokens", "lengths", "ended"):
        np.testing.assert_array_equal(
            getattr(mine, name), getattr(theirs, name)
        )
    np.testing.assert_allclose(mine.scores, theirs.scores, atol=1e-10)
    assert (mine.attention_weights is None) == (attention is None)
    if attention is not None:
        np.testing.assert_allclose(
            mine.attention_weights, theirs.attention_weights, atol=1e-10
        )
    assert twin.training
    for name, w in twin.to_params().items():
        assert w.tobytes() == before[name].tobytes()


@pytest.mark.parametrize("how", ["greedy", "beam_search"])
def test_language_models_write_the_same(layers, how):
    model = seqcourse.numpy.LanguageModel(
        seqcourse.numpy.Embedding(7, 4), seqcourse.numpy.GRU(4, 6)
    )
    params = model.init(np.random.default_rng(0), np.float64)
    params = {name: 3 * w for name, w in params.items()}
    twin = layers.from_config(model.to_config()).double()
    prefix = np.array([[1, 2], [4, 4], [0, 6]])
    mine, theirs = (
        getattr(module, how)(
            writes, params, prefix=prefix, end=5, max_length=9
        )
        for module, writes in ((seqcourse.numpy, model), (layers, twin))
    )
    np.testing.assert_array_equal(mine.tokens, theirs.tokens)
    np.testing.assert_allclose(mine.scores, theirs.scores, atol=1e-10)


@pytest.mark.parametrize("kind", ["additive", "dot", "general", "scaled_dot"])
@pytest.mark.parametrize("padded", [False, True], ids=["full", "padded"])
def test_an_attention_alone_agrees(layers, kind, padded):
    import torch

    size = 6 if kind in ("dot", "scaled_dot") else 7
    attention = (
        seqcourse.numpy.AdditiveAttention(size, 6, 9)
        if kind == "additive"
        else seqcourse.numpy.DotAttention(size, 6, kind)
    )
    rng = np.random.default_rng(0)
    params = attention.init(rng, np.float64)
    query = rng.standard_normal((3, 4, size))
    memory = rng.standard_normal((3, 5, 6))
    lengths = np.array([3, 5, 0]) if padded else None
    context, weights, cache = attention.forward(
        params, query, memory, lengths
    )
    dcontext, dweights = (
        rng.standard_normal(x.shape) for x in (context, weights)
    )
    dquery, dmemory, grads = attention.backward(
        params, dcontext, cache, dweights
    )
    twin = layers.from_config(attention.to_config()).load_params(params)
    assert twin.to_config() == attention.to_config()
    q, m = (torch.tensor(x, requires_grad=True) for x in (query, memory))
    ends = None if lengths is None else torch.tensor(lengths)
    found, seen = twin(q, m, ends)
    loss = (found * torch.tensor(dcontext)).sum()
    (loss + (seen * torch.tensor(dweights)).sum()).backward()
    pairs = [
        (context, found.detach()),
        (weights, seen.detach()),
        (dquery, q.grad),
        (dmemory, m.grad),
        *((grads[name], w.grad) for name, w in twin.named_parameters()),
    ]
    for mine, theirs in pairs:
        assert relative_error(mine, theirs.numpy()) <= 1e-12


def test_what_lies_beyond_a_memory_is_not_seen(layers):
    import torch

    attention = layers.DotAttention(3, 3)
    memory = torch.randn(2, 4, 3)
    memory[:, 2:] = torch.nan
    context, weights = attention(
        torch.randn(2, 1, 3), memory, torch.tensor([2, 2])
    )
    assert torch.isfinite(context).all()
    assert not weights[..., 2:].any()


def test_the_alignment_agrees(backwards, layers):
    import torch

    model, params, twin, batch = drawn(backwards, "dot", False, layers)
    state, _ = model.encode(params, batch.sources, batch.source_lengths)
    begun = twin.encode(
        torch.as_tensor(batch.sources), torch.as_tensor(batch.source_lengths)
    )
    for lengths in (None, batch.lengths):
        weights = model.attention_weights(
            params, batch.inputs, state, lengths
        )
        found = twin.attention_weights(
            torch.as_tensor(batch.inputs),
            begun,
            None if lengths is None else torch.as_tensor(lengths),
        )
        assert relative_error(weights, found.detach().numpy()) <= 1e-12
    _, _, bare, _ = drawn(backwards, None, False, layers)
    begun = bare.encode(torch.as_tensor(batch.sources))
    assert (
        bare.attention_weights(torch.as_tensor(batch.inputs), begun) is None
    )


def test_it_goes_on_from_a_checkpoint(backwards, layers, tmp_path):
    task, model = backwards(layers, "additive")
    straight = layers.fit(model, task, 8)
    path = tmp_path / "run.safetensors"
    layers.fit(model, task, 5, checkpoint=path)
    again = layers.fit(model, task, 8, checkpoint=path)
    np.testing.assert_array_equal(straight.history.loss, again.history.loss)


def test_the_same_refusals(backwards, classifier, layers):
    import torch

    _, model = backwards(layers, "dot")
    task, _ = classifier(layers)
    with pytest.raises(
        ValueError,
        match=r"^batch: expected sources and source_lengths for an Encoder",
    ):
        layers.fit(model, task, 1)
    pairs, _ = backwards(layers)
    with pytest.raises(
        ValueError, match=r"^bptt_length: expected None for a"
    ):
        layers.fit(model, pairs, 1, bptt_length=2)
    state = model.encode(torch.tensor([[1, 2]]))
    with pytest.raises(
        ValueError,
        match=r"^state\[3\]: expected lengths of at most 2, the memory's",
    ):
        model(torch.tensor([[6]]), (*state[:-1], state[-1] + 1))
    with pytest.raises(
        ValueError, match=r"^query: expected shape \(B, T, 3\), got \(1, 2, 4"
    ):
        layers.DotAttention(3, 3)(torch.zeros(1, 2, 4), torch.zeros(1, 2, 3))
    for wrong, sentence in (
        ({"encoder": "GRU"}, "encoder: expected a Layer, got 'GRU'"),
        ({"attention": 3}, "attention: expected an AttentionMechanism or No"),
    ):
        parts = {
            "source_embedding": None,
            "encoder": layers.GRU(3, 5),
            "target_embedding": layers.Embedding(6, 4),
            "decoder": layers.GRU(4, 5),
        }
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
            layers.EncoderDecoder(**{**parts, **wrong})


@pytest.mark.gpu
def test_the_card_agrees(backwards, attention, layers):
    import torch

    model, params, twin, batch = drawn(backwards, attention, True, layers)
    twin = twin.cuda()
    answers = layers.predict(twin, params, batch)
    expected = seqcourse.numpy.predict(model, params, batch)
    assert relative_error(expected, answers) <= 1e-10
    for how in ("greedy", "beam_search"):
        given = {"prefix": 6, "end": 0, "max_length": 8}
        mine, theirs = (
            getattr(seqcourse.numpy, how)(
                writes, params, batch.sources, batch.source_lengths, **given
            )
            for writes in (model, twin)
        )
        np.testing.assert_array_equal(mine.tokens, theirs.tokens)
    assert torch.cuda.is_available()
