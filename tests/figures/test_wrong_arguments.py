"""What no figure can draw is refused in a sentence that names it."""

import inspect
import re
import tracemalloc
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest

from seqcourse import figures
from tests.figures.test_every_figure import EVERY, every, history, horizon

EYE = np.eye(2)
ONE = [[("a", -0.5)], [("ab", -1.5)]]
NEXT = [[("sky", 0.5)], [("are", 0.5), ("is", 0.25)]]
NOTES = SimpleNamespace(title="", notes=((60, 1), (62, 1)))
FLOW = SimpleNamespace(lags=[1, 2], norm=[1.0, 0.5])
DECAY = SimpleNamespace(left=[1.0, 0.5], half_life=1.0)
PART = figures.Part("Memory", "a summary", [("One", None)])
#: A call of each figure that succeeds.
CALLS = {
    "accuracy_by_position": {
        "results": {"RNN": ([1.0, 0.5], "rnn")},
        "positions": [2, 9],
        "x_label": "slot",
        "chance": 0.1,
    },
    "attention_diagram": {},
    "attention_map": {
        "words_in": ["a", "b"],
        "words_out": ["c", "d"],
        "weights": EYE,
        "visible": EYE > 0,
    },
    "backward": {"words": ["a", "b"], "sizes": [0.1, 1.0]},
    "bars": {"results": {"RNN": (0.5, "rnn")}, "best": 1.0, "chance": 0.1},
    "beam": {"searches": {1: ONE}, "target": "ab"},
    "course_map": {"parts": [PART] * 6},
    "digit_reading": {
        "image": np.eye(8),
        "probabilities": np.full((8, 10), 0.1),
    },
    "encoder_decoder_diagram": {},
    "fixed_window": {"words": ["a", "b"], "positions": 3},
    "gate_activations": {
        "words": ["a", "b"],
        "gates": {"forget": [1.0, 0.5]},
        "cell": [7.0, -2.0],
    },
    "generation": {
        "words": ["a", "b"],
        "weights": {"head": EYE},
        "next_words": NEXT,
    },
    "gradient_checkpointing": {
        "steps": 16,
        "kept": {4: (400, 500)},
        "whole": 1700,
    },
    "gradient_flow": {
        "frames": {"1": {"rnn": FLOW}, "2": {"rnn": FLOW}},
        "setting": "Weight",
    },
    "gru_diagram": {},
    "hidden_states": {
        "words": ["a", "b"],
        "states": EYE,
        "next_words": NEXT,
    },
    "learning_curve": {
        "results": {
            "rnn": history(np.random.default_rng(0), 9),
            "mine": (([1, 2], [3.0, 1.0]), "lstm"),
        },
        "best": 0.5,
        "chance": 2.0,
    },
    "length_generalization": {
        "results": {"rotary": [1.0, np.nan]},
        "lengths": [8, 16],
        "trained": 8,
    },
    "log_chart": {
        "results": {"rnn": ([1, 2], [0.1, 0.01])},
        "x_label": "x",
        "y_label": "y",
        "levels": {"rounding": 1e-9},
    },
    "lstm_diagram": {},
    "matplotlib_figure": {
        "draw": lambda canvas: canvas.text(0, 20, "a"),
        "alt": "A letter.",
        "heights": (30, 30),
    },
    "matrix_on_circle": {"matrix": EYE},
    "memory_decay": {"results": {"0": DECAY}, "setting": "bias"},
    "memory_horizon": {"results": {"rnn": horizon()}},
    "needle_in_a_haystack": {
        "results": {"GRU": (EYE, "gru")},
        "depths": [0.0, 1.0],
        "lengths": [5, 9],
    },
    "position_encodings": {"table": EYE},
    "receptive_field": {"window": 3, "layers": 2, "steps": 10},
    "retention": {
        "words": ["a", "b"],
        "models": {"rnn": (EYE, "8 numbers", "“c”", "")},
    },
    "rnn_diagram": {},
    "rotation": {},
    "sampling_filters": {
        "tokens": ["a", "b", "c"],
        "before": [0.5, 0.3, 0.2],
        "settings": {"all": [0.5, 0.3, 0.2], "one": [1.0, 0.0, 0.0]},
        "shown": 2,
    },
    "scores_by_seed": {"groups": {"20": {"RNN": ([0.5, 1.0], "rnn")}}},
    "segmentation": {"segmentations": {0: [b"a", b"b"], 1: [b"ab"]}},
    "softmax_sharpness": {
        "widths": [1, 4],
        "weights": {"scaled": [[[0.5, 0.5]], [[0.9, 0.1]]]},
    },
    "state_size": {"results": {"gru": [256, 256]}, "lengths": [8, 80]},
    "surprisal": {
        "tokens": [b"a", b"b"],
        "bits": {"unigram": [3.0, 5.0], "GRU": np.array([1.0, 2.5])},
    },
    "token_surprisal": {"tokens": [b"a", b" b"], "bits": [8.0, 1.5]},
    "transformer_diagram": {},
    "tune_player": {"tune": NOTES, "shuffled": NOTES},
    "unrolled": {"words": ["a", "b"]},
    "unrolled_diagram": {},
    "values_by_step": {
        "results": {"lstm": [0.5, 1.5]},
        "tick_labels": {1: "a"},
        "measure": "cell",
    },
    "weight_sharing": {"words": ["a", "b"]},
}


def drawn(name, **changed):
    return getattr(figures, name)(**{**CALLS[name], **changed})


def test_every_public_figure_is_here():
    functions = {
        name
        for name in figures.__all__
        if inspect.isfunction(getattr(figures, name))
    }
    assert set(CALLS) == functions
    assert len(EVERY) >= len(CALLS) - 2


@pytest.mark.parametrize("name", CALLS)
def test_another_type_is_refused_whatever_the_argument(name):
    assert drawn(name).html.startswith("<figure")
    for argument in inspect.signature(getattr(figures, name)).parameters:
        for wrong in (object(), 1j, b"a", {1, 2}, np.array([None]), [None]):
            said = rf"^{argument}(\[[^:]*\])?: expected .*, got "
            with pytest.raises(ValueError, match=said):
                drawn(name, **{argument: wrong})


LONG = ["word"] * 1000
#: A figure, what is changed in its call, and what is said.
WRONG = [
    ("accuracy_by_position", {"positions": [9, 2]}, "positions: expected ri"),
    ("accuracy_by_position", {"positions": []}, "positions: expected 2 to 6"),
    ("accuracy_by_position", {"results": {}}, "results: expected 1 to 12"),
    ("accuracy_by_position", {"chance": 12.5}, "chance: expected a share"),
    (
        "accuracy_by_position",
        {"results": {"mine": ([1, 0], "cnn")}},
        "results['mine']: expected one of bag,",
    ),
    ("attention_map", {"weights": 2 * EYE}, "weights: expected shares"),
    (
        "attention_map",
        {"weights": np.ones((2, 2))},
        "weights: expected rows that sum to at most 1, got 2.0 at [0]",
    ),
    ("attention_map", {"weights": EYE > 0}, "weights: expected numbers, got"),
    ("attention_map", {"visible": EYE / 2}, "visible: expected True or Fals"),
    ("attention_map", {"words_in": LONG}, "weights: expected a row for each"),
    ("backward", {"sizes": [1e-99, 1.0]}, "sizes: expected numbers within 6"),
    ("bars", {"best": 10**400}, "best: expected a share between 0 and 1, go"),
    ("bars", {"results": dict.fromkeys(map(str, range(99)), (1.0, "rnn"))},
     "results: expected 1 to 60 rows, got 99"),
    ("bars", {"unit": "m" * 999}, "unit: expected 0 to 20 characters"),
    ("bars", {"unit": "m", "best": 1e200}, "best: expected a number of at"),
    ("beam", {"searches": {10**9: ONE}}, "searches: expected 1 to 16, got"),
    ("beam", {"searches": {1: []}}, "searches[1]: expected 1 to 60 steps"),
    ("beam", {"searches": {1: [[("", -1.0)]]}}, "searches[1][0]: ''"),
    ("beam", {"searches": {1: [[("a", 0.5)]]}}, "searches[1][0]: expected s"),
    (
        "beam",
        {"searches": {2: [[("a", -1.0), ("b", -0.5)]]}},
        "searches[2][0]: expected sums in falling order, got -0.5 at [1]",
    ),
    (
        "beam",
        {"searches": {2: [[("a", -1.0), ("a", -1.5)]]}},
        "searches[2][0]: expected each sequence once",
    ),
    ("digit_reading", {"image": -np.eye(8)}, "image: expected ink of 0 or"),
    (
        "fixed_window",
        {"positions": 10**9},
        "positions: expected 1 to 40, got",
    ),
    ("fixed_window", {"words": LONG}, "words: expected 1 to 60 words, got"),
    ("gate_activations", {"words": LONG}, "words: expected 1 to 48 words"),
    ("gate_activations", {"cell": [1e200, 0]}, "cell: expected numbers of a"),
    ("generation", {"words": []}, "words: expected 2 to 24 words, got 0"),
    (
        "generation",
        {"next_words": [NEXT[0], NEXT[1][::-1]]},
        "next_words[1]: expected probabilities that sum to at most 1, the",
    ),
    ("gradient_checkpointing", {"steps": 999}, "steps: expected 2 to 128"),
    ("gradient_checkpointing", {"whole": 0}, "whole: expected 1 to"),
    (
        "gradient_flow",
        {"frames": {s: {"rnn": SimpleNamespace(lags=[2, 1], norm=[1, 1])}
                    for s in "ab"}},
        "frames['a']['rnn'].lags: expected rising numbers, got 1 after 2",
    ),
    (
        "gradient_flow",
        {"frames": {s: {"rnn": SimpleNamespace(lags="ab", norm=[1, 1])}
                    for s in "ab"}},
        "frames['a']['rnn'].lags: expected an array of numbers, got 'ab'",
    ),
    ("hidden_states", {"words": LONG}, "words: expected 1 to 28 words"),
    ("hidden_states", {"states": np.ones((2, 999))}, "states: expected 1 to"),
    ("learning_curve", {"chance": np.inf}, "chance: expected a finite numbe"),
    (
        "learning_curve",
        {"results": {"rnn": SimpleNamespace(loss=[None, 1])}},
        "results['rnn'].loss: expected an array of numbers, got [None, 1]",
    ),
    (
        "learning_curve",
        {"results": {"rnn": ([-1, 2], [1, 2])}},
        "results['rnn'], steps: expected numbers of at least 0, got -1.0",
    ),
    ("length_generalization", {"chance": 2.0}, "chance: expected a share"),
    ("length_generalization", {"lengths": [-8, 16]}, "lengths: expected a w"),
    ("log_chart", {"levels": {"a": 0.0}}, "levels['a']: expected finite num"),
    ("log_chart", {"levels": {"a": 1e-310}}, "levels['a']: expected numbers"),
    ("matplotlib_figure", {"heights": (10**12, 9)}, "heights[0]: expected 1"),
    (
        "memory_decay",
        {"results": {"0": SimpleNamespace(left=[1, 0.5], half_life=np.nan)}},
        "results['0'].half_life: expected a number of at least 0, got nan",
    ),
    (
        "memory_horizon",
        {"results": {"rnn": SimpleNamespace(
            lags=[1, 2], accuracy=[1, 0], chance=0.1, runs=3)}},
        "results['rnn'].low: expected an array of numbers, got None",
    ),
    ("receptive_field", {"window": 0}, "window: expected 1 to 40, got 0"),
    ("receptive_field", {"layers": 7}, "layers: expected 1 to 6, got 7"),
    ("receptive_field", {"steps": 1}, "steps: expected 2 to 80, got 1"),
    ("needle_in_a_haystack", {"chance": 1.0}, "chance: expected 0 to below"),
    ("needle_in_a_haystack", {"depths": [0, 2]}, "depths: expected shares"),
    ("needle_in_a_haystack", {"lengths": [9, 5]}, "lengths: expected rising"),
    ("retention", {"words": []}, "words: expected 1 to 60 words, got 0"),
    ("retention", {"models": {}}, "models: expected at least one model"),
    ("segmentation", {"segmentations": {0: [b"a"]}}, "segmentations: expec"),
    ("surprisal", {"tokens": []}, "tokens: expected 1 to 300 tokens, got 0"),
    ("surprisal", {"bits": {"a": [1, 2]}}, "bits: expected 2 to 12 models"),
    ("token_surprisal", {"bits": [1.0]}, "bits: expected 2 numbers, one"),
    ("token_surprisal", {"tokens": [b"", b"a"]}, "tokens: expected tokens"),
    ("token_surprisal", {"bits": [-1.0, 2.0]}, "bits: expected finite num"),
    ("softmax_sharpness", {"widths": [-1, 4]}, "widths: expected a whole nu"),
    ("sampling_filters", {"shown": 3}, "shown: expected 1 to 2, got 3"),
    ("sampling_filters", {"start": "two"}, "start: expected one of 'all',"),
    ("sampling_filters", {"before": [0.5, 0.5]}, "before: expected a probab"),
    ("sampling_filters", {"before": [0.5, 0.5, 0.5]}, "before: expected"),
    (
        "sampling_filters",
        {"settings": {"all": [1, 0, 0], "one": [1.5, -0.5, 0]}},
        "settings['one']: expected shares",
    ),
    ("sampling_filters", {"settings": {}}, "settings: expected 2 to 32"),
    ("scores_by_seed", {"groups": {}}, "groups: expected 1 to 6 groups"),
    ("scores_by_seed", {"groups": {"a": {}}}, "groups['a']: expected 1 to 8"),
    (
        "scores_by_seed",
        {"groups": {"a": {"b": ([0.5] * 21, "rnn")}}},
        "groups['a']['b']: expected the scores of 1 to 20 runs, got 21",
    ),
    (
        "scores_by_seed",
        {"groups": {"a": {"b": ([2.0], "rnn")}}},
        "groups['a']['b']: expected",
    ),
    (
        "softmax_sharpness",
        {"weights": {"a": np.full((2, 1, 500), 1 / 500)}},
        "weights['a']: expected as many keys in each, 2 to 128, got 500",
    ),
    ("state_size", {"lengths": [0, 8]}, "lengths: expected a whole number"),
    ("state_size", {"lengths": range(1, 99)}, "lengths: expected 2 to 64"),
    ("tune_player", {"beats_per_minute": 0.001}, "beats_per_minute: expecte"),
    (
        "tune_player",
        {"tune": SimpleNamespace(title="", notes=[(60, "1")])},
        "tune.notes[0][1]: expected a number, got '1'",
    ),
    ("unrolled", {"model": "cnn"}, "model: expected one of bag, ngram,"),
    (
        "values_by_step",
        {"tick_labels": dict.fromkeys(range(1, 999), "a"),
         "results": {"rnn": np.zeros(999)}},
        "tick_labels: expected 1 to 100 labels, got 998",
    ),
    (
        "accuracy_by_position",
        {"results": {"RNN": ([1.5, 0.5], "rnn")}},
        "results['RNN']: expected shares between 0 and 1, got 1.5 at [0]",
    ),
    ("gate_activations", {"gates": dict.fromkeys("abcdefghi", (1, 1))},
     "gates: expected 1 to 8 gates, got 9"),
    ("generation", {"weights": {"a": 2 * EYE}}, "weights['a']: expected sh"),
    ("gradient_checkpointing", {"kept": {4: (5, 0)}}, "kept[4][1]: expected"),
    (
        "gradient_flow",
        {"frames": {s: {"rnn": SimpleNamespace(lags=[1, 1e99], norm=[1, 1])}
                    for s in "ab"}},
        "frames['a']['rnn'].lags: expected steps from 0 to 1e9, got 1e+99",
    ),
    (
        "gradient_flow",
        {"frames": {s: {"rnn": SimpleNamespace(lags=[1, 2], norm=[1e-150, 9])}
                    for s in "ab"}},
        "frames['a']['rnn'].norm: expected numbers of at most 1e100 times",
    ),
    ("hidden_states", {"next_words": [[("a", 0.01)] * 21] * 2},
     "next_words[0]: expected 1 to 20 next words, got 21"),
    ("length_generalization", {"lengths": [8]}, "lengths: expected 2 to 64"),
    ("log_chart", {"levels": dict.fromkeys("abcdefghi", 1.0)},
     "levels: expected 0 to 8 levels, got 9"),
    ("log_chart", {"levels": {"a": 1e200}}, "levels['a']: expected a number"),
    (
        "log_chart",
        {"results": {"rnn": ([-1, 2], [1, 1])}, "log_x": False},
        "results['rnn'], x: expected numbers of at least 0, got -1.0",
    ),
    (
        "memory_decay",
        {"results": {"0": SimpleNamespace(left=[1, 1], half_life=[1, 2])}},
        "results['0'].half_life: expected shape (), got (2,)",
    ),
    (
        "memory_horizon",
        {"results": {"rnn": SimpleNamespace(
            lags=[1, 2], accuracy=[1, 0], chance=[0.1, 0.2])}},
        "results['rnn'].chance: expected shape (), got (2,)",
    ),
    (
        "memory_horizon",
        {"results": {"rnn": SimpleNamespace(
            lags=[1, 2], accuracy=[1, 0], chance=0.1, runs=3, low=[0, -1],
            high=[1, 1])}},
        "results['rnn'].low: expected shares between 0 and 1, got -1.0",
    ),
    ("needle_in_a_haystack", {"depths": []}, "depths: expected 1 to 40"),
    ("needle_in_a_haystack", {"lengths": []}, "lengths: expected 1 to 40"),
    ("needle_in_a_haystack", {"lengths": [-1, 5]}, "lengths: expected a who"),
    ("softmax_sharpness", {"widths": []}, "widths: expected 1 to 24 widths"),
    (
        "softmax_sharpness",
        {"weights": {"a": [[[1.5, -0.5]]] * 2}},
        "weights['a']: expected shares between 0 and 1, got 1.5 at [0, 0, 0]",
    ),
    ("state_size", {"results": dict.fromkeys(map(str, range(13)), (1, 2))},
     "results: expected 1 to 12 models, got 13"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changed", "said"), WRONG)
def test_what_cannot_be_drawn_is_refused(name, changed, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        drawn(name, **changed)


def test_parts_and_figures_are_made_of_texts():
    with pytest.raises(
        ValueError, match=r"^carries: expected a string, got 7"
    ):
        figures.Part("Memory", 7, [])
    with pytest.raises(ValueError, match=r"^lessons\[0\]: expected a tuple"):
        figures.Part("Memory", "a summary", ["One"])
    with pytest.raises(ValueError, match=r"^html: expected a string"):
        figures.Figure(None, "A line.")


def test_lags_far_beyond_a_doubling_still_have_ticks():
    far = SimpleNamespace(lags=[1e9, 2e9], accuracy=[1, 0.5], chance=0.1)
    html = drawn("memory_horizon", results={"rnn": far}).html
    assert ">1e+09</text>" in html


ODD = "é\0\ud800 אבג 😀 a\nb <u>“\"'&"


@every
@pytest.mark.parametrize("word", [ODD, "ab" * 1500], ids=["odd", "long"])
def test_any_text_is_legible_and_leaves_room(make, word):
    html = make.__wrapped__(word).html
    root = ET.fromstring(html.encode())
    for part in root.iter():
        for side in ("width", "height", "r"):
            assert float(part.get(side, 0)) >= 0, ET.tostring(part)[:90]
        box = [float(side) for side in part.get("viewBox", "0").split()]
        assert 0 <= max(box) < 2000


@pytest.mark.parametrize(
    "name", ["values_by_step", "learning_curve", "log_chart"]
)
def test_ten_times_the_points_are_not_ten_times_the_memory(name, rng):
    def peak(points):
        y = np.exp(rng.normal(size=points))
        x = np.arange(1.0, points + 1)
        results = y if name == "values_by_step" else (x, y)
        tracemalloc.start()
        try:
            html = drawn(name, results={"rnn": results}).html
            return tracemalloc.get_traced_memory()[1], len(html)
        finally:
            tracemalloc.stop()

    drawn(name)
    few, many = peak(600), peak(6000)
    assert many[0] < 4 * few[0] < 200e6
    assert many[1] < 4 * few[1] < 800e3
