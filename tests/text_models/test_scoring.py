"""A text's score: cross-entropy, perplexity and bits per byte."""

from math import log

import numpy as np
import pytest

from seqcourse.numpy.contract.divergence import DivergenceError
from seqcourse.text_models import TextModel
from seqcourse.text_models.text_generation import TextStream
from tests.text_models.subjects import (
    TEXT,
    TOKENIZER,
    each_backend,
    each_core,
    text_model,
)


def by_hand(model, tokens):
    """Read for each token what is before it, and nothing else."""
    W = model.context
    nats, begin = [log(model.tokenizer.vocab_size)], 0
    for t in range(1, len(tokens)):
        if W and t - begin > W:
            begin = t - 1 - W // 2
        given = tokens[None, begin:t]
        scores = model.layer.forward(model.params, given)[0][0, -1]
        nats.append(np.log(np.exp(scores - scores[tokens[t]]).sum()))
    return np.array(nats)


@each_core
@each_backend
def test_each_token_is_predicted_from_those_before_it(core, backend):
    model = text_model(core, backend)
    text = TEXT[:90]
    score = model.score(text)
    assert (score.tokens == TOKENIZER.encode(text)).all()
    np.testing.assert_allclose(score.nats, by_hand(model, score.tokens))
    np.testing.assert_allclose(score.probabilities, np.exp(-score.nats))


def test_a_state_is_carried_over_a_long_text():
    model = text_model("RNN")
    score = model.score(TEXT * 15)
    assert len(score.tokens) > 2_100
    whole = model.layer.forward(model.params, score.tokens[None, :-1])[0][0]
    log_p = whole - np.log(np.exp(whole).sum(-1, keepdims=True))
    wanted = -log_p[np.arange(len(log_p)), score.tokens[1:]]
    np.testing.assert_allclose(score.nats[1:], wanted)


@pytest.mark.torch
def test_it_is_the_cross_entropy_of_torch():
    torch = pytest.importorskip("torch")
    model = text_model("LSTM", "torch")
    score = model.score(TEXT)
    given = torch.from_numpy(score.tokens[None])
    with torch.no_grad():
        scores, _ = model.model(given[:, :-1])
    wanted = torch.nn.functional.cross_entropy(scores[0], given[0, 1:])
    found = score.nats[1:].mean()
    assert abs(found - wanted.item()) < 1e-6
    per_token = (log(280) + wanted.item() * (len(score.tokens) - 1)) / len(
        score.tokens
    )
    assert abs(score.nats_per_token - per_token) < 1e-6
    assert abs(log(score.perplexity) - per_token) < 1e-6
    bits = per_token * len(score.tokens) / log(2) / len(TEXT.encode())
    assert abs(score.bits_per_byte - bits) < 1e-6


def test_bytes_of_a_text_score_as_the_text():
    model = text_model("GRU")
    one, other = model.score(TEXT), model.score(TEXT.encode())
    np.testing.assert_array_equal(one.nats, other.nats)
    assert one.bits_per_byte == other.bits_per_byte


def test_one_token_is_one_of_all():
    score = text_model("RNN").score("t")
    np.testing.assert_allclose(score.perplexity, 280)
    np.testing.assert_allclose(score.bits_per_byte, np.log2(280))


def test_no_text_has_no_score():
    with pytest.raises(ValueError, match="text: expected at least one token"):
        text_model("RNN").score("")


@each_backend
def test_what_is_not_finite_is_said(backend):
    model = text_model("RNN")
    params = model.params | {
        "readout.weight": np.full((280, 16), 1e308),
        "embedding.weight": np.ones((280, 16)),
        "core.weight_ih": np.ones((16, 16)),
    }
    layer = model.layer
    if backend == "torch":
        import seqcourse.torch as modules

        layer = modules.from_config(layer.to_config()).load_params(params)
    model = TextModel(layer, params, TOKENIZER)
    with pytest.raises(DivergenceError, match=r"became inf|expected finite"):
        model.score("The dog")
    with pytest.raises(DivergenceError, match=r"became inf|expected finite"):
        model.generate("The dog")


# --- pieces of text -------------------------------------------------------


def fed(data, cuts, stop=()):
    stream = TextStream(stop)
    pieces = [
        stream.feed(data[a:b])
        for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)
    ]
    return "".join([*pieces, stream.feed(b"", final=True)])


def test_characters_are_whole_wherever_tokens_end():
    text = "naïve 犬👩‍👧 café"
    data = text.encode()
    for cut in range(len(data)):
        assert fed(data, [cut]) == text
    assert fed(data, range(1, len(data))) == text


def test_half_a_character_at_the_end_is_marked():
    assert fed("né".encode()[:-1], []) == "n�"


@pytest.mark.parametrize("stop", ["END", "E", "aab"])
def test_a_stop_string_is_found_wherever_tokens_end(stop):
    text = "aaENaaab END of EEND"
    data = text.encode()
    wanted = text[: text.index(stop)]
    for a in range(len(data)):
        for b in range(a, len(data)):
            assert fed(data, [a, b], [stop]) == wanted
    assert fed(data, [], ["none of it"]) == text
