import json
import os
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from seqcourse import store
from seqcourse.numpy import (
    RNN,
    AdditiveAttention,
    AttentionDecoder,
    BagOfWords,
    Bidirectional,
    DotAttention,
    Embedding,
    EncoderDecoder,
    FeedForward,
    FixedWindow,
    GradientCheckpointing,
    LanguageModel,
    Linear,
    MultiHeadAttention,
    SequenceClassifier,
    SequenceTagger,
    Stack,
    Transformer,
    TransformerBlock,
)

LAYERS = [
    Linear(3, 5, bias=False),
    Embedding(7, 3),
    BagOfWords(3, 5),
    FixedWindow(3, 5, window=4),
    RNN(3, 5, nonlinearity="relu", bias=False),
    SequenceClassifier(Embedding(7, 3), RNN(3, 5), 2),
    SequenceTagger(Linear(3, 4), SequenceTagger(None, RNN(4, 5), 6), 2),
    LanguageModel(Embedding(7, 3), BagOfWords(3, 5)),
    Stack((RNN(3, 5), Bidirectional(RNN(5, 2), RNN(5, 4))), dropout=0.5),
    SequenceTagger(
        None, GradientCheckpointing(Stack((RNN(3, 5),)), every=4), 2
    ),
    AttentionDecoder(RNN(3, 5), DotAttention(5, 4, "general")),
    EncoderDecoder(
        Embedding(7, 3),
        Bidirectional(RNN(3, 2), RNN(3, 4)),
        Embedding(9, 5),
        RNN(5, 5),
        AdditiveAttention(5, 6, 3),
        tied=True,
    ),
]
MODEL = LAYERS[5]
each = pytest.mark.parametrize(
    "layer", LAYERS, ids=lambda x: type(x).__name__
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def draw(layer=MODEL, seed=0, dtype=np.float32):
    return layer.init(np.random.default_rng(seed), dtype)


def assert_same(a, b):
    assert a.keys() == b.keys()
    for name in a:
        assert a[name].dtype == b[name].dtype
        assert a[name].shape == b[name].shape
        assert a[name].tobytes() == b[name].tobytes()


# --- there and back -------------------------------------------------------


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_was_saved_is_loaded(path, layer, dtype):
    params = draw(layer, dtype=dtype)
    store.save(path, params, layer)
    again, same = store.load(path)
    assert same == layer
    assert type(same) is type(layer)
    assert_same(again, params)


def test_a_path_may_be_text(path):
    store.save(str(path), draw(), MODEL)
    assert_same(store.load(str(path))[0], draw())


def test_an_array_in_another_order_in_memory_is_saved_right(path):
    params = draw()
    turned = {
        name: np.asfortranarray(w)[::-1][::-1] for name, w in params.items()
    }
    store.save(path, turned, MODEL)
    assert_same(store.load(path)[0], params)


def test_loaded_weights_can_be_written_to_and_are_the_readers_own(path):
    store.save(path, draw(), MODEL)
    params, _ = store.load(path)
    for weight in params.values():
        weight[...] = 0
    assert_same(store.load(path)[0], draw())


def test_saving_changes_no_weight(path):
    params = draw()
    for weight in params.values():
        weight.flags.writeable = False
    store.save(path, params, MODEL)
    assert_same(params, draw())


def test_the_same_weights_are_the_same_bytes(path, tmp_path):
    other = tmp_path / "other.safetensors"
    params = draw()
    store.save(path, params, MODEL)
    store.save(other, dict(reversed(params.items())), MODEL)
    assert path.read_bytes() == other.read_bytes()


def test_the_file_is_safetensors_with_the_configuration_in_its_header(path):
    store.save(path, draw(), MODEL)
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    config = header.pop("__metadata__")["config"]
    assert json.loads(config) == MODEL.to_config()
    assert header.keys() == MODEL.parameter_shapes().keys()


def test_whoever_may_read_a_new_file_may_read_this_one(path):
    store.save(path, draw(), MODEL)
    other = path.with_name("other")
    other.touch()
    assert path.stat().st_mode == other.stat().st_mode


def test_an_old_file_is_replaced(path):
    store.save(path, draw(), MODEL)
    store.save(path, draw(seed=1), MODEL)
    assert_same(store.load(path)[0], draw(seed=1))


# --- all or nothing -------------------------------------------------------


def test_nothing_but_the_file_is_left_behind(path):
    store.save(path, draw(), MODEL)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_crash_leaves_the_old_file(path, monkeypatch, moment):
    store.save(path, draw(), MODEL)

    def crash(*args):
        raise OSError("no space left on device")

    place = os if moment == "fsync" else Path
    monkeypatch.setattr(place, moment, crash)
    with pytest.raises(OSError, match="no space left"):
        store.save(path, draw(seed=1), MODEL)
    monkeypatch.undo()
    assert_same(store.load(path)[0], draw())
    assert list(path.parent.iterdir()) == [path]


def test_the_file_is_complete_before_it_has_its_name(path, monkeypatch):
    seen = []
    replace = Path.replace

    def watched(self, target):
        assert self.parent == path.parent
        assert not path.exists()
        seen.append(store.load(self))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    store.save(path, draw(), MODEL)
    ((params, layer),) = seen
    assert_same(params, draw())
    assert layer == MODEL


# --- what is refused ------------------------------------------------------


def refused(path, sentence):
    return pytest.raises(
        ValueError, match=rf"^{re.escape(str(path))}: {sentence}"
    )


def rejected(sentence):
    return pytest.raises(ValueError, match=f"^{sentence}")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda p: p.pop("core.bias_hh"), r"params: expected core\.bias_hh"),
        (
            lambda p: p.update(more=np.ones(2)),
            r"params: expected .*, got .*more",
        ),
        (
            lambda p: p.update({"core.bias_hh": np.ones(4, np.float32)}),
            r"params\['core\.bias_hh'\]: expected shape \(5,\), got \(4,\)",
        ),
    ],
)
def test_weights_of_another_layer_are_refused(path, change, sentence):
    params = draw()
    change(params)
    with rejected(sentence):
        store.save(path, params, MODEL)
    assert list(path.parent.iterdir()) == []
    written_by_another(path, params, MODEL.to_config())
    with refused(path, sentence):
        store.load(path)


def written_by_another(path, params, config):
    from safetensors.numpy import save_file

    text = config if isinstance(config, str) else json.dumps(config)
    metadata = None if config is None else {"config": text}
    save_file(params, path, metadata=metadata)


@pytest.mark.parametrize("kept", [0, 5, 8, 60, -100, -1])
def test_a_file_cut_short_is_refused(path, kept):
    store.save(path, draw(), MODEL)
    path.write_bytes(path.read_bytes()[:kept])
    with refused(path, "damaged or not a safetensors file"):
        store.load(path)


@pytest.mark.parametrize(
    "data", [b"\0" * 64, b"PK\3\4 an archive", b"hello\n" * 9, b"\xff" * 99]
)
def test_a_foreign_file_is_refused(path, data):
    path.write_bytes(data)
    with refused(path, "damaged or not a safetensors file"):
        store.load(path)


def test_a_damaged_bit_is_refused_or_changes_nothing(path):
    layer = RNN(1, 1, bias=False)
    store.save(path, draw(layer), layer)
    whole = path.read_bytes()
    for at in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[at] ^= 1 << bit
            path.write_bytes(changed)
            sentence = None
            try:
                params, same = store.load(path)
            except ValueError as error:
                sentence = str(error)
            if sentence is None:
                assert same == layer
                assert_same(params, draw(layer))
            else:
                assert sentence.startswith(f"{path}: ")


def test_every_cut_and_every_addition_is_refused(path):
    layer = RNN(1, 1, bias=False)
    store.save(path, draw(layer), layer)
    whole = path.read_bytes()
    for data in (*(whole[:n] for n in range(len(whole))), whole + b"\0"):
        path.write_bytes(data)
        with refused(path, "damaged or not a safetensors file"):
            store.load(path)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (None, "holds no configuration"),
        ("{", "its configuration is not a layer's"),
        ("[]", "its configuration is not a layer's"),
        ("{}", "its configuration is not a layer's"),
        ({"type": "Oracle"}, "its configuration is not a layer's"),
        ({"type": "Layer"}, "its configuration is not a layer's"),
        ({"type": "_Model"}, "its configuration is not a layer's"),
        ({"type": "RNN"}, "its configuration is not a layer's"),
        (
            {"type": "RNN", "input_size": 3, "hidden_size": -5},
            "its configuration is not a layer's",
        ),
        (
            {"type": "RNN", "input_size": 3, "hidden_size": 5, "more": 1},
            "its configuration is not a layer's",
        ),
        (
            {"type": "RNN", "input_size": "3", "hidden_size": 5},
            "its configuration is not a layer's",
        ),
        (
            {**MODEL.to_config(), "core": 3},
            "its configuration is not a layer's",
        ),
        (
            {**MODEL.to_config(), "core": {"kind": "RNN"}},
            "its configuration is not a layer's",
        ),
        ('{"a":' * 99_999, "its configuration is not a layer's .*recursion"),
        ('{"num_layers": 1' + "0" * 9999 + "}", "its configuration is not"),
        (
            {"type": "Stack", "layers": [{"type": "Linear"}]},
            "its configuration is not a layer's",
        ),
        (
            {"type": "RotaryPositionEmbedding"},
            "its configuration is not a layer's .expected a layer, got a seq",
        ),
        (RNN(3, 6).to_config(), r"params"),
        (LAYERS[7].to_config(), r"params"),
    ],
)
def test_a_configuration_that_fits_no_layer_is_refused(
    path, config, sentence
):
    written_by_another(path, draw(), config)
    with refused(path, sentence):
        store.load(path)


def test_a_layer_of_more_parts_than_the_file_has_is_refused(path):
    attention = MultiHeadAttention(4, num_heads=2, causal=True)
    core = Transformer(TransformerBlock(attention, FeedForward(4, 4)), 2)
    model = LanguageModel(Embedding(7, 4), core)
    store.save(path, draw(model), model)
    assert store.load(path)[1] == model
    config = json.dumps(model.to_config())
    many = config.replace('"num_layers": 2', '"num_layers": 1000000000')
    written_by_another(path, draw(model), many)
    with refused(path, ".*num_layers: expected at most .*, got 1000000000"):
        store.load(path)


@pytest.mark.parametrize(
    ("weight", "sentence"),
    [
        (np.ones((5, 3), int), "expected floating-point numbers, got int64"),
        (np.ones((5, 3), bool), "expected floating-point numbers, got bool"),
        (np.full((5, 3), np.nan), r"expected finite .*, got nan at \[0, 0\]"),
        (np.full((5, 3), -np.inf), r"expected finite .*, got -inf at \[0, 0"),
    ],
    ids=["integers", "booleans", "NaN", "infinite"],
)
def test_what_no_layer_computes_with_is_refused(path, weight, sentence):
    layer = Linear(3, 5, bias=False)
    sentence = rf"params\['weight'\]: {sentence}"
    with rejected(sentence):
        store.save(path, {"weight": weight}, layer)
    assert not path.exists()
    written_by_another(path, {"weight": weight}, layer.to_config())
    with refused(path, sentence):
        store.load(path)


@pytest.mark.parametrize(
    "weight",
    [np.ones((5, 3), complex), "5", [["a"]], None, object(), [[1.0], []]],
)
def test_what_is_no_array_of_numbers_is_rejected(path, weight):
    with rejected(r"params\['weight'\]: expected floating-point numbers"):
        store.save(path, {"weight": weight}, Linear(3, 5, bias=False))


@pytest.mark.parametrize("wrong", [None, 3, b"bytes", ["a"]])
def test_what_is_no_path_is_rejected(wrong):
    with rejected("path: expected a string or "):
        store.save(wrong, draw(), MODEL)
    with rejected("path: expected a string or "):
        store.load(wrong)


def test_other_wrong_arguments_are_rejected(path):
    with rejected("params: expected a dictionary, got a list|params: "):
        store.save(path, [1], MODEL)
    with rejected("layer: expected .*to_config, got 3"):
        store.save(path, draw(), 3)
    assert list(path.parent.iterdir()) == []


def test_float16_comes_back_as_it_was(path):
    params = {name: w.astype(np.float16) for name, w in draw().items()}
    store.save(path, params, MODEL)
    assert_same(store.load(path)[0], params)


def test_a_missing_file_has_its_sentence(path):
    with pytest.raises(
        FileNotFoundError, match=rf"^{re.escape(str(path))}: no such file$"
    ):
        store.load(path)


def test_a_missing_folder_is_an_error_and_not_made(tmp_path):
    path = tmp_path / "nowhere" / "model.safetensors"
    with pytest.raises(FileNotFoundError, match=r"^path: .* folder that"):
        store.save(path, draw(), MODEL)
    assert list(tmp_path.iterdir()) == []


# --- both backends --------------------------------------------------------


@pytest.mark.torch
@each
def test_both_backends_share_one_file(path, tmp_path, layer):
    from seqcourse.torch import from_config

    twin = from_config(layer.to_config()).load_params(draw(layer))
    store.save(path, twin.state_dict(), twin)
    params, same = store.load(path)
    assert same == layer
    assert_same(params, draw(layer))
    other = tmp_path / "other.safetensors"
    store.save(other, draw(layer), layer)
    assert path.read_bytes() == other.read_bytes()
    again = from_config(same.to_config()).load_params(params)
    assert_same(again.to_params(), draw(layer))


@pytest.mark.torch
def test_a_modules_parameters_can_be_saved_as_they_are(path):
    from seqcourse.torch import from_config

    twin = from_config(MODEL.to_config()).load_params(draw())
    store.save(path, dict(twin.named_parameters()), twin)
    assert_same(store.load(path)[0], draw())


@pytest.mark.torch
@pytest.mark.parametrize("name", ["bfloat16", "float16", "float64"])
def test_a_module_of_any_floating_type_comes_back_exactly(path, name):
    import torch

    from seqcourse.torch import from_config

    dtype = getattr(torch, name)
    module = from_config(MODEL.to_config()).load_params(draw()).to(dtype)
    store.save(path, module.state_dict(), module)
    params, same = store.load(path)
    expected = "float32" if name == "bfloat16" else name
    assert {w.dtype.name for w in params.values()} == {expected}
    for key, weight in module.state_dict().items():
        again = torch.from_numpy(params[key]).to(dtype)
        assert torch.equal(again, weight)
    assert same == MODEL
