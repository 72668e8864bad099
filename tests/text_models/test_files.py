"""A text model in one file: written, read, damaged."""

import json

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse import store
from seqcourse.numpy.storage import safetensors
from seqcourse.text_models import TextModel
from seqcourse.tokenizers import (
    ByteTokenizer,
    CharacterTokenizer,
    WordTokenizer,
)
from tests.text_models.subjects import (
    TEXT,
    each_backend,
    each_core,
    text_model,
)

TOKENIZERS = (
    ByteTokenizer(),
    CharacterTokenizer.train(TEXT),
    WordTokenizer.train(TEXT, 9),
)


@each_core
@each_backend
def test_what_was_saved_writes_the_same_text(core, backend, tmp_path):
    model = text_model(core)
    path = tmp_path / "m.safetensors"
    model.save(path)
    again = TextModel.load(path, backend, dtype=np.float64)
    assert again.layer == model.layer
    assert again.tokenizer == model.tokenizer
    assert again.recipe == {"window": 12}
    assert again.generate("The", seed=3) == model.generate("The", seed=3)
    copy = tmp_path / "copy.safetensors"
    again.save(copy)
    assert copy.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "tokenizer", TOKENIZERS, ids=lambda t: type(t).__name__
)
def test_every_tokenizer_is_part_of_the_file(tokenizer, tmp_path):
    model = text_model("RNN", tokenizer=tokenizer)
    model.save(tmp_path / "m")
    again = TextModel.load(tmp_path / "m", dtype=np.float64)
    assert again.tokenizer == tokenizer
    assert again.score("the man").nats_per_token == pytest.approx(
        model.score("the man").nats_per_token
    )


def test_recipe_and_scores_are_part_of_the_file(tmp_path):
    path = tmp_path / "m.safetensors"
    layer = layers.LanguageModel(layers.Embedding(256, 4), layers.RNN(4, 5))
    params = layer.init(np.random.default_rng(0))
    recipe = {"steps": 10, "data": {"sha256": "ab"}, "rates": [0.1, None]}
    scores = {"validation": 1.25}
    store.save(
        path,
        params,
        layer,
        tokenizer=ByteTokenizer(),
        recipe=recipe,
        scores=scores,
    )
    stored = store.read(path)
    assert stored.recipe == recipe
    assert stored.scores == scores
    assert stored.tokenizer == ByteTokenizer()
    again, same = store.load(path)
    assert same == layer
    assert again.keys() == params.keys()


def test_a_file_without_a_tokenizer_is_no_text_model(tmp_path):
    path = tmp_path / "rnn.safetensors"
    layer = layers.LanguageModel(layers.Embedding(9, 4), layers.RNN(4, 5))
    store.save(path, layer.init(np.random.default_rng(0)), layer)
    with pytest.raises(
        ValueError, match=r"rnn\.safetensors: expected a text"
    ):
        TextModel.load(path)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (
            {"tokenizer": CharacterTokenizer("ab")},
            "tokenizer: expected the 9",
        ),
        ({"recipe": {"rate": float("nan")}}, "recipe: expected JSON's"),
        ({"recipe": {"rng": object()}}, "recipe: expected JSON's"),
        ({"scores": {"loss": float("inf")}}, "scores"),
        ({"scores": {"loss": "low"}}, "scores"),
    ],
)
def test_nonsense_is_not_written(how, message, tmp_path):
    layer = layers.LanguageModel(layers.Embedding(9, 4), layers.RNN(4, 5))
    params = layer.init(np.random.default_rng(0))
    path = tmp_path / "m.safetensors"
    with pytest.raises(ValueError, match=message):
        store.save(path, params, layer, **how)
    assert not path.exists()


def test_a_layer_that_reads_no_tokens_has_no_tokenizer(tmp_path):
    layer = layers.RNN(3, 4)
    params = layer.init(np.random.default_rng(0))
    with pytest.raises(ValueError, match="tokenizer: expected None"):
        store.save(tmp_path / "m", params, layer, tokenizer=ByteTokenizer())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tokenizer", "{"),
        ("tokenizer", "[]"),
        ("tokenizer", '{"type": "RNN"}'),
        ("tokenizer", '{"type": "CharacterTokenizer", "characters": "ab"}'),
        ("tokenizer", '{"type": "BytePairTokenizer", "merges": [[1]]}'),
        ("tokenizer", '{"type": "BytePairTokenizer", "merges": [[999, 1]]}'),
        ("tokenizer", '{"type": "HuggingFaceTokenizer", "json": "{}"}'),
        ("recipe", "["),
        ("recipe", "3"),
        ("scores", '{"loss": NaN}'),
        ("scores", '{"loss": "low"}'),
        ("scores", "[" * 99_999),
    ],
)
def test_damage_is_refused_with_the_path(name, text, tmp_path):
    path = tmp_path / "m.safetensors"
    text_model("RNN").save(path)
    arrays, metadata = safetensors.read(path)
    safetensors.write(path, arrays, metadata | {name: text})
    with pytest.raises(ValueError, match=r"m\.safetensors: "):
        TextModel.load(path)


def test_any_changed_byte_is_noticed(tmp_path):
    path = tmp_path / "m.safetensors"
    text_model("RNN").save(path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for at in rng.choice(len(whole), 60, replace=False):
        changed = bytearray(whole)
        changed[at] ^= 1 << rng.integers(8)
        path.write_bytes(changed)
        with pytest.raises((ValueError, OSError), match=r"m\.safetensors: "):
            TextModel.load(path)


def test_the_backend_is_one_of_two(tmp_path):
    with pytest.raises(ValueError, match="backend: expected"):
        TextModel.load(tmp_path / "m", "jax")


def test_the_header_says_what_it_holds(tmp_path):
    path = tmp_path / "m.safetensors"
    text_model("RNN").save(path)
    _, metadata = safetensors.read(path)
    assert json.loads(metadata["tokenizer"])["type"] == "BytePairTokenizer"
