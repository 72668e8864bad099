"""What holds for each figure of the book, whatever it shows."""

import gzip
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse import figures
from seqcourse.figures.drawing.palette import INKS, PALETTE
from seqcourse.probes import MemoryDecay

HOSTILE = "<script>alert('\"&')</script>"
MODELS = [key for key in PALETTE if key != "neutral"]
NOTES = tuple(
    zip((60, 60, 67, 67, 69, 69, 67), (1, 1, 1, 1, 0.5, 0.5, 2), strict=True)
)


def horizon(middle=20.0, lags=range(1, 65), chance=0.125):
    lags = np.asarray(lags)
    accuracy = chance + (1 - chance) / (1 + np.exp((lags - middle) / 3))
    return SimpleNamespace(lags=lags, accuracy=accuracy, chance=chance)


def history(rng, steps=500, floor=0.1):
    loss = floor + 2.0 * np.exp(-np.arange(steps) / 80)
    return SimpleNamespace(loss=loss + rng.normal(0, 0.02, steps))


def tune(title, order=range(7)):
    notes = tuple(NOTES[index] for index in order)
    return SimpleNamespace(title=title, notes=notes)


@cache
def memory_horizon(word=HOSTILE):
    reach = {
        key: horizon(8.0 * place + 3) for place, key in enumerate(MODELS)
    }
    return figures.memory_horizon(
        reach | {word: (horizon(15.0), "rnn")}, caption=word
    )


@cache
def learning_curve(word=HOSTILE):
    rng = np.random.default_rng(5)
    return figures.learning_curve(
        {"rnn": history(rng), word: (history(rng, 300, 0.6), "lstm")},
        best=0.05,
        chance=2.08,
        caption=word,
    )


@cache
def bars(word=HOSTILE):
    rows = {key: (0.1 * place, key) for place, key in enumerate(PALETTE)}
    return figures.bars(
        rows | {word: (1.0, "gru")}, best=1.0, chance=0.5, caption=word
    )


@cache
def hidden_states(word=HOSTILE):
    rng = np.random.default_rng(6)
    after = [[("cat", 0.5), (word, 0.25)], [("are", 0.997)], [("in", 0.7)]]
    words = ["the", word, "are"]
    states = np.tanh(rng.normal(size=(3, 12)))
    return figures.hidden_states(words, states, after, caption=word)


@cache
def tune_player(word=HOSTILE):
    shuffled = tune(word, (3, 0, 6, 1, 5, 2, 4))
    return figures.tune_player(tune(word), shuffled, caption=word)


@cache
def retention(word=HOSTILE):
    rng = np.random.default_rng(7)
    words = ["I", "grew", "up", word, ",", "and"]
    left = np.tril(rng.uniform(size=(6, 6)))
    rows = dict.fromkeys(("bag", "rnn", "lstm"), (left, word, word, word))
    return figures.retention(words, rows, caption=word)


@cache
def course_map(word=HOSTILE):
    lessons = [(word, "lesson.html"), ("Later", None)]
    part = figures.Part(word, "a summary", lessons)
    return figures.course_map([part] * 6, caption=word)


@cache
def unrolled(word=HOSTILE):
    return figures.unrolled(["the", word, "are"], caption=word)


@cache
def digit_reading(word=HOSTILE):
    rng = np.random.default_rng(8)
    shares = rng.dirichlet(np.ones(10), size=8)
    image = rng.integers(0, 17, size=(8, 8))
    return figures.digit_reading(image, shares, caption=word)


@cache
def weight_sharing(word=HOSTILE):
    return figures.weight_sharing(["the", word], caption=word)


@cache
def fixed_window(word=HOSTILE):
    sentences = [["the", word], list("abcdefg"), list("abcde")]
    return figures.fixed_window(sentences, 5, caption=word)


@cache
def gate_activations(word=HOSTILE):
    rng = np.random.default_rng(9)
    words = ["the", word, *"abcdefghijklmnop"]
    gates = {name: rng.uniform(size=18) for name in ("forget", "input")}
    cell = np.cumsum(rng.normal(size=18))
    return figures.gate_activations(words, gates, cell, caption=word)


@cache
def memory_decay(word=HOSTILE):
    kept = {str(bias): 1 / (1 + np.exp(-bias)) for bias in range(-1, 7)} | {
        word: 1.0
    }
    results = {
        name: MemoryDecay(share ** np.arange(41.0))
        for name, share in kept.items()
    }
    return figures.memory_decay(results, "forget bias", caption=word)


@cache
def values_by_step(word=HOSTILE):
    rng = np.random.default_rng(10)
    walks = np.cumsum(rng.normal(size=(2, 81)), axis=1)
    return figures.values_by_step(
        {"lstm": walks[0], word: (walks[1], "gru")},
        {1: "a", 41: word, 81: "end"},
        "cell",
        caption=word,
    )


@cache
def backward(word=HOSTILE):
    sizes = 0.3 ** np.arange(6.0, 0.0, -1)
    words = ["I", word, "up", "in", "France", ","]
    return figures.backward(words, sizes, caption=word)


@cache
def gradient_checkpointing(word=HOSTILE):
    kept = {k: (6400 // k, 100 * k + 50) for k in (1, 2, 8, 64)}
    return figures.gradient_checkpointing(64, kept, 6500, caption=word)


@cache
def attention_map(word=HOSTILE):
    rng = np.random.default_rng(9)
    words = ["the", word, "are"]
    heads = rng.dirichlet(np.ones(4), size=(2, 3))
    return figures.attention_map(
        [*words, "in"], words, {word: heads[0], "2": heads[1]}, caption=word
    )


@cache
def softmax_sharpness(word=HOSTILE):
    rng = np.random.default_rng(10)
    weights = rng.dirichlet(np.ones(64), size=(6, 30))
    return figures.softmax_sharpness(
        [1, 4, 16, 64, 256, 1024],
        {word: weights, "2": weights[::-1]},
        caption=word,
    )


@cache
def log_chart(word=HOSTILE):
    at = 10.0 ** np.arange(-8, 1)
    return figures.log_chart(
        {"rnn": (at, at**2), word: ((at, 3e-9 / at), "rnn")},
        x_label="move",
        y_label="error",
        levels={"rounding": 1e-9},
        caption=word,
    )


@cache
def gradient_flow(word=HOSTILE):
    lags = np.arange(1, 31)
    frames = {
        f"{weight:g}": {
            "rnn": SimpleNamespace(lags=lags, norm=0.4 * weight**lags),
            word: (SimpleNamespace(lags=lags, norm=weight**lags), "neutral"),
        }
        for weight in (0.3, 1.0, 1.4)
    }
    return figures.gradient_flow(frames, setting=word, caption=word)


@cache
def scores_by_seed(word=HOSTILE):
    runs = {"RNN": ([0.1, 0.125, 0.13], "rnn"), word: ([0.5, 1.0], "lstm")}
    return figures.scores_by_seed(
        {"20 steps": runs, word: runs}, chance=0.125, caption=word
    )


@cache
def beam(word=HOSTILE):
    one = [[("<", -0.5)], [("<s", -1.5)]]
    two = [[("<", -0.5), ("1", -0.75)], [("12", -1.0), ("<s", -1.5)]]
    return figures.beam({1: one, 2: two}, word, caption=word)


@cache
def length_generalization(word=HOSTILE):
    return figures.length_generalization(
        {"rotary": [1.0, 0.75, 0.25], word: [1.0, np.nan, np.nan]},
        [16, 32, 64],
        16,
        chance=0.125,
        caption=word,
    )


@cache
def generation(word=HOSTILE):
    rng = np.random.default_rng(11)
    words = ["I", word, "fluent"]
    heads = np.tril(rng.uniform(size=(2, 3, 3)))
    heads /= heads.sum(-1, keepdims=True)
    after = [[("cat", 0.5), (word, 0.25)], [("are", 0.997)], [("in", 0.7)]]
    return figures.generation(
        words, {"head 1": heads[0], "head 2": heads[1]}, after, caption=word
    )


@cache
def needle_in_a_haystack(word=HOSTILE):
    rng = np.random.default_rng(11)
    tables = rng.uniform(size=(2, 3, 4))
    return figures.needle_in_a_haystack(
        {word: (tables[0], "attention"), "GRU": (tables[1], "gru")},
        (0, 0.5, 1),
        (10, 20, 40, 80),
        caption=word,
    )


@cache
def receptive_field(word=HOSTILE):
    return figures.receptive_field(3, 2, 10, caption=word)


@cache
def state_size(word=HOSTILE):
    sizes = {"gru": [256, 256], word: ([4e3, 4e6], "attention")}
    return figures.state_size(sizes, (8, 8000), caption=word)


@cache
def rnn_diagram(word=HOSTILE):
    return figures.rnn_diagram(caption=word)


@cache
def unrolled_diagram(word=HOSTILE):
    return figures.unrolled_diagram(caption=word)


@cache
def lstm_diagram(word=HOSTILE):
    return figures.lstm_diagram(carousel=True, caption=word)


@cache
def matrix_on_circle(word=HOSTILE):
    return figures.matrix_on_circle([[0.8, 1.0], [0.0, 0.8]], caption=word)


@cache
def attention_diagram(word=HOSTILE):
    return figures.attention_diagram(caption=word)


@cache
def encoder_decoder_diagram(word=HOSTILE):
    return figures.encoder_decoder_diagram(caption=word)


@cache
def gru_diagram(word=HOSTILE):
    return figures.gru_diagram(caption=word)


@cache
def transformer_diagram(word=HOSTILE):
    return figures.transformer_diagram(caption=word)


@cache
def position_encodings(word=HOSTILE):
    table = np.sin(np.arange(64)[:, None] / 2.0 ** np.arange(16))
    return figures.position_encodings(table, caption=word)


@cache
def rotation(word=HOSTILE):
    return figures.rotation(caption=word)


@cache
def segmentation(word=HOSTILE):
    text = word[:30].encode("utf-8", "replace")
    letters = [text[at : at + 1] for at in range(len(text))]
    return figures.segmentation({0: letters, 1: [text]}, caption=word)


@cache
def sampling_filters(word=HOSTILE):
    rng = np.random.default_rng(12)
    before = rng.dirichlet(np.ones(4))
    settings = {"all": before, word: np.eye(4)[0]}
    tokens = ["the", word, "a", "my"]
    return figures.sampling_filters(
        tokens, before, settings, shown=3, caption=word
    )


@cache
def surprisal(word=HOSTILE):
    text = word[:30].encode("utf-8", "replace")
    letters = [text[at : at + 1] for at in range(len(text))]
    costs = {word[:9]: np.arange(len(text)), "even": np.ones(len(text))}
    return figures.surprisal(letters, costs, caption=word)


@cache
def token_surprisal(word=HOSTILE):
    tokens = [word[:30].encode("utf-8", "replace"), b" so"]
    return figures.token_surprisal(tokens, [13.5, 0.25], caption=word)


DRAWN_TWICE = [
    memory_horizon,
    learning_curve,
    bars,
    unrolled,
    fixed_window,
    values_by_step,
    weight_sharing,
    backward,
    log_chart,
    gradient_flow,
    scores_by_seed,
    length_generalization,
    needle_in_a_haystack,
    rnn_diagram,
    unrolled_diagram,
    lstm_diagram,
    matrix_on_circle,
    attention_diagram,
    encoder_decoder_diagram,
    gru_diagram,
    transformer_diagram,
    position_encodings,
    rotation,
]
MOVING = [
    hidden_states,
    retention,
    digit_reading,
    gate_activations,
    memory_decay,
    gradient_checkpointing,
    attention_map,
    softmax_sharpness,
    beam,
    generation,
    receptive_field,
    state_size,
    segmentation,
    sampling_filters,
    surprisal,
]
EVERY = [
    *DRAWN_TWICE,
    *MOVING,
    token_surprisal,
    tune_player,
    course_map,
]


every = pytest.mark.parametrize("make", EVERY, ids=lambda make: make.__name__)
twice = pytest.mark.parametrize(
    "make", DRAWN_TWICE, ids=lambda make: make.__name__
)


@every
def test_same_data_same_bytes(make):
    again = make.__wrapped__()
    assert again is not make()
    assert again.html == make().html


@every
def test_is_well_formed_and_a_figure_of_the_book(make):
    root = ET.fromstring(make().html)
    assert root.tag == "figure"
    assert "seq-figure" in root.get("class").split()


@every
def test_words_never_become_markup(make):
    html = make().html
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@every
def test_text_alternative_is_in_the_page_and_in_plain_text(make):
    figure = make()
    bundle = figure._repr_mimebundle_()
    assert bundle == {"text/html": figure.html, "text/plain": figure.alt}
    assert figure._repr_html_() == figure.html
    assert repr(figure) == figure.alt
    assert len(figure.alt.split()) > 5
    root = ET.fromstring(figure.html)
    labels = [part.get("aria-label", "") for part in root.iter()]
    texts = ["".join(part.itertext()) for part in root.iter()]
    if make is course_map:
        # The map's own list says it all.
        assert any("1 " in text for text in texts)
    else:
        assert figure.alt in labels or any(figure.alt in t for t in texts)


@every
def test_pictures_have_a_role_or_are_hidden(make):
    root = ET.fromstring(make().html)
    parents = {child: parent for parent in root.iter() for child in parent}
    for svg in root.iter("svg"):
        hidden = svg.get("aria-hidden") == "true"
        named = svg.get("role") == "img" and svg.get("aria-label")
        assert hidden or named, ET.tostring(svg)[:80]
        if hidden and parents[svg].get("role") == "img":
            assert parents[svg].get("aria-label")


@every
def test_every_colour_is_a_variable_with_a_fallback(make):
    html = make().html
    known = {look.light for look in PALETTE.values()} | set(INKS.values())
    for found in re.finditer(r"(.{0,30})(#[0-9a-fA-F]{3,8})\b", html):
        if found[1].endswith("&"):  # an escaped quotation mark
            continue
        assert re.search(r"var\(--[\w-]+, $", found[1]), found[0]
        assert found[2] in known
    assert "black" not in html
    assert "rgb(" not in html


@every
def test_text_is_text_in_the_page_s_face(make):
    root = ET.fromstring(make().html)
    assert "font-family" not in make().html
    for svg in root.iter("svg"):
        box = [float(part) for part in svg.get("viewBox").split()]
        size = [float(svg.get("width")), float(svg.get("height"))]
        assert box[:2] == [0, 0]
        assert box[2:] == pytest.approx(size, abs=0.06)
        for text in svg.iter("text"):
            assert "scale" not in text.get("transform", "")
            assert "font-size" not in text.attrib


def test_ids_are_unique_on_a_page_with_every_figure():
    root = ET.fromstring(
        f"<div>{''.join(make().html for make in EVERY)}"
        f"{hidden_states('other').html}{retention('other').html}</div>"
    )
    ids = [part.get("id") for part in root.iter() if part.get("id")]
    assert len(ids) == len(set(ids)) >= 8
    for label in root.iter("label"):
        assert label.get("for") in ids


@twice
def test_drawn_wide_and_narrow(make):
    root = ET.fromstring(make().html)
    picture = next(p for p in root.iter() if p.get("role") == "img")
    kinds = [svg.get("class") for svg in picture.iter("svg")]
    assert kinds == ["wide", "narrow"]
    widths = [svg.get("width") for svg in picture.iter("svg")]
    assert widths == ["608", "358"]
    # Where the book's sheet is missing, one of the two is shown.
    shown = [svg.get("display") for svg in picture.iter("svg")]
    assert shown == [None, "none"]


@twice
def test_nothing_is_drawn_outside(make):
    root = ET.fromstring(make().html)
    picture = next(p for p in root.iter() if p.get("role") == "img")
    for svg in picture.iter("svg"):
        width, height = float(svg.get("width")), float(svg.get("height"))
        for text in svg.iter("text"):
            assert 0 <= float(text.get("x")) <= width + 0.1
            assert 8 <= float(text.get("y")) <= height


@every
def test_small_enough_for_a_page(make):
    assert len(gzip.compress(make().html.encode())) < 12_000


def test_a_caption_is_numbered_by_the_sheet():
    root = ET.fromstring(bars("One <em>word</em>.").html)
    caption = root.find("figcaption")
    assert caption.find("b").get("class") == "figure-number"
    assert caption.find("em").text == "word"


def test_without_caption_there_is_none():
    figure = figures.bars({"RNN": (0.5, "rnn")})
    assert "figcaption" not in figure.html


def test_palette_loads_without_matplotlib():
    code = (
        "import sys, seqcourse.figures.drawing.palette, seqcourse.figures\n"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
