"""What a text model writes, against loops without a memory."""

import numpy as np
import pytest

from seqcourse.numpy import next_token_distribution
from tests.text_models.subjects import (
    BACKENDS,
    CORES,
    TOKENIZER,
    each_backend,
    each_core,
    text_model,
)

PROMPTS = ["The dog", "t", "the man bites the dog. The man"]


def by_hand(model, prompt, count, seed=0, row=0, rows=1, **how):
    """Read everything anew for each token, as much as the context holds."""
    layer, params = model.layer, model.params
    tokens = model.tokenizer.encode(prompt).tolist()
    rng = np.random.default_rng(seed)
    begin = 0
    while len(tokens) - begin > (model.context or 10**9):
        begin += 1
    seen, written = set(tokens[begin:]), []
    for _ in range(count):
        if model.context and len(tokens) - begin > model.context:
            begin = len(tokens) - max(1, model.context // 2)
        given = np.array([tokens[begin:]])
        scores = layer.forward(params, given)[0][:, -1]
        mask = np.isin(np.arange(scores.shape[1]), [*seen])[None]
        p = next_token_distribution(scores, seen=mask, **how)[0]
        number = rng.random((rows, 1))[row, 0]
        order = np.argsort(-p, kind="stable")
        up_to = np.cumsum(p[order])
        written.append(order[(up_to / up_to[-1] <= number).sum()])
        tokens.append(written[-1])
        seen.add(written[-1])
    return model.tokenizer.decode(written)


@each_core
@each_backend
def test_writing_with_a_memory_is_reading_everything_anew(core, backend):
    model = text_model(core, backend)
    for prompt in PROMPTS:
        found = model.generate(prompt, max_tokens=30, seed=4)
        assert found == by_hand(model, prompt, 30, seed=4)


@each_core
@each_backend
def test_with_every_setting(core, backend):
    model = text_model(core, backend)
    how = {
        "temperature": 1.4,
        "top_k": 40,
        "top_p": 0.95,
        "min_p": 0.01,
        "repetition_penalty": 1.3,
    }
    found = model.generate(PROMPTS[0], max_tokens=25, seed=1, **how)
    assert found == by_hand(model, PROMPTS[0], 25, seed=1, **how)


@each_core
def test_both_backends_write_the_same_text(core):
    pytest.importorskip("torch")
    one, other = (text_model(core, backend) for backend in ("numpy", "torch"))
    for seed in range(5):
        assert one.generate("The", seed=seed) == other.generate(
            "The", seed=seed
        )


@each_core
@each_backend
def test_the_likeliest_tokens_do_not_depend_on_the_batch(core, backend):
    model = text_model(core, backend)
    if model.context is not None:  # where they begin again at once
        model = text_model(core, backend, {"window": 64})
    count = 5
    together = model.generate(PROMPTS, max_tokens=count, temperature=0)
    alone = [
        model.generate(prompt, max_tokens=count, temperature=0)
        for prompt in PROMPTS
    ]
    assert together == alone


def test_the_last_row_of_a_batch_draws_its_own_numbers():
    model = text_model("LSTM")
    together = model.generate(PROMPTS, max_tokens=20, seed=7)
    for row, prompt in enumerate(PROMPTS):
        wanted = by_hand(model, prompt, 20, seed=7, row=row, rows=3)
        assert together[row] == wanted


def test_no_temperature_is_the_likeliest_token():
    model = text_model("GRU")
    found = model.generate("The", max_tokens=9, temperature=0)
    assert found == model.generate("The", max_tokens=9, top_k=1, seed=5)


@pytest.mark.parametrize("core", ["LSTM", "rotary"])
def test_a_stream_is_the_text_piece_by_piece(core):
    model = text_model(core)
    pieces = list(model.stream("Bäume", max_tokens=90, seed=2))
    assert len(pieces) > 20
    assert "".join(pieces) == model.generate("Bäume", max_tokens=90, seed=2)


def test_a_stop_string_ends_the_text_before_it():
    model = text_model("RNN")
    whole = model.generate("The", max_tokens=60, seed=1)
    for length in (1, 2, 5):
        stop = whole[30 : 30 + length]
        found = model.generate("The", max_tokens=60, seed=1, stop=stop)
        assert found == whole[: whole.index(stop)]
        several = ["\0", stop, whole[-9:]]
        assert found == model.generate(
            "The", max_tokens=60, seed=1, stop=several
        )
        assert found == "".join(
            model.stream("The", max_tokens=60, seed=1, stop=stop)
        )


def test_a_batch_goes_on_after_one_text_has_stopped():
    model = text_model("RNN")
    one, other = model.generate(PROMPTS[:2], max_tokens=40, seed=1)
    stop = one[3:6]
    assert stop not in other
    found = model.generate(PROMPTS[:2], max_tokens=40, seed=1, stop=stop)
    assert found == [one[:3], other]


def test_nothing_is_written_before_it_is_asked_for():
    model = text_model("RNN")
    stream = model.stream("The", max_tokens=10**9)
    assert len(next(stream)) > 0


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"prompt": ""}, "prompt: expected at least one token, got none"),
        ({"prompt": []}, "prompt: expected at least one, got none"),
        ({"prompt": ["a", ""]}, "prompt: expected at least one token"),
        ({"prompt": 3}, "prompt: expected"),
        ({"prompt": ["a", 3]}, r"prompt\[1\]: expected a string"),
        ({"prompt": "a\ud800"}, "prompt: expected Unicode"),
        ({"max_tokens": 0}, "max_tokens: expected"),
        ({"temperature": -1.0}, "temperature: expected a number above 0"),
        ({"temperature": np.nan}, "temperature: expected a finite number"),
        ({"top_k": 0}, "top_k: expected"),
        ({"top_p": 1.5}, "top_p: expected"),
        ({"min_p": 1.5}, "min_p: expected"),
        ({"repetition_penalty": 0.0}, "repetition_penalty: expected"),
        ({"stop": [""]}, "stop: expected texts that are not empty"),
        ({"seed": -1}, "seed: expected"),
    ],
)
def test_nonsense_has_its_sentence_before_anything_is_written(how, message):
    model = text_model("RNN")
    with pytest.raises(ValueError, match=f"^{message}"):
        model.generate(**{"prompt": "The", **how})
    if isinstance(how.get("prompt", ""), str):
        with pytest.raises(ValueError, match=f"^{message}"):
            model.stream(**{"prompt": "The", **how})


def test_every_kind_is_there():
    contexts = {core: text_model(core).context for core in CORES}
    assert contexts["LSTM"] is contexts["convolution"] is None
    assert contexts["rotary"] == contexts["learned positions"] == 12
    assert len(BACKENDS) == 2
    assert TOKENIZER.vocab_size == 280
