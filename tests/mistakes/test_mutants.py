"""The suite makes the mutants that it is meant to make, and judges them."""

import ast

import pytest

from seqcourse.exercises import EXERCISES, check, find
from seqcourse.exercises.calling import define
from tests.mistakes import judging
from tests.mistakes.equivalents import EQUIVALENTS, reason
from tests.mistakes.mutants import Mutant, mutants_of, without_docstrings

#: Any reply that says more than what one case shows, and what is none.
NAMED = "named"
OTHERS = (judging.EQUAL, judging.CASE, *judging.FAILURES)
#: Solutions so short that there is less in them to change.
SHORT = {"residual-block": 25, "decode-bytes": 25}
CHANGES = {
    "an operator": ("interpolation", "(1 - z)", "(1 + z)"),
    "a factor dropped": ("interpolation", "z * old", "old"),
    "a term dropped": ("rnn-step", " + bias)", ")"),
    "terms exchanged": ("state-bound", "(h - 1)", "(1 - h)"),
    "a comparison": ("padded-batch", "t < lengths", "t <= lengths"),
    "a constant": ("exact-match", ".all(1)", ".all(0)"),
    "an axis": ("soft-lookup", "powers.sum(-1,", "powers.sum(0,"),
    "keepdims": ("causal-mask", "axis=1, keepdims=True", "axis=1"),
    "a transpose": ("rnn-step", "x @ W_ih.T", "x @ W_ih"),
    "factors exchanged": ("attention-by-hand", "k @ q", "q @ k"),
    "an index": ("bag-of-words", "counts[word]", "counts[word - 1]"),
    "a slice": ("shift-right", "targets[:, :-1]", "targets[:, :]"),
    "a range": ("rnn-forward", "range(T)", "range(1, T)"),
    "another range": ("receptive-field", "(layers):", "(layers - 1):"),
    "a loop turned": ("bptt-rnn", "reversed(range(T))", "range(T)"),
    "a call dropped": ("lstm-step", "g = np.tanh(g)", "g = g"),
    "a function": ("clip-by-norm", "min(1.0,", "max(1.0,"),
    "arguments": ("state-bound", "low, high)", "high, low)"),
    "a name": ("gru-step", "(1 - z) * n + z * h", "(1 - z) * n + z * n"),
    "a size": ("greedy-decoding", "< max_length", "< 8"),
    "a key": ("rnn-step", 'params["bias_hh"]', 'params["bias_ih"]'),
    "a copy": ("central-difference", "w.copy(), w", "w, w"),
    "results": ("lstm-step", "return h, c", "return c, h"),
    "targets": ("lstm-step", "i, f, g, o = np", "f, i, g, o = np"),
    "a statement": ("cached-step", "    weights /= weights.sum()\n", ""),
    "an argument": (
        "leaky-integrator",
        "state = keep",
        "state[...] = keep",
    ),
    "a loop left": (
        "variable-length",
        "piece)\n",
        "piece)\n            break\n",
    ),
    "percent": ("exact-match", "(right | ", "100 * (right | "),
    "brackets": ("central-difference", " / (2 * e)", " / 2 * e"),
    "whole numbers": (
        "rnn-forward",
        "h.shape[1]))",
        "h.shape[1]), dtype=int)",
    ),
    "a condition": ("truncated-bptt", "if t % k == 0:", "if not t % k == 0:"),
    "a branch": ("cache-bytes", "T if window is None else min", "min"),
    "a return indented": (
        "bag-of-words",
        "    return counts",
        "        return counts",
    ),
    "a dictionary": (
        "spectral-radius",
        'return {**params, "weight_hh": W * wanted / radius}',
        'params["weight_hh"] = W * wanted / radius\n    return params',
    ),
}


@pytest.mark.parametrize(("id_", "old", "new"), CHANGES.values(), ids=CHANGES)
def test_what_people_change_is_changed(id_, old, new):
    solution = find(id_).solution
    assert solution.count(old) >= 1
    changed = solution.replace(old, new, 1)
    code = ast.unparse(without_docstrings(ast.parse(changed)))
    assert code in {mutant.code for mutant in mutants_of(id_)}


@pytest.mark.parametrize("id_", EXERCISES)
def test_there_are_many_mutants_and_no_two_alike(id_):
    mutants = mutants_of(id_)
    assert len(mutants) >= SHORT.get(id_, 30)
    assert len({m.code for m in mutants}) == len(mutants)
    assert len({m.change for m in mutants}) == len(mutants)


def test_every_row_of_the_table_is_of_some_mutant():
    for id_, rows in EQUIVALENTS.items():
        used = {reason(id_, mutant) for mutant in mutants_of(id_)}
        assert used >= set(rows.values()), id_


def changed(id_, old, new):
    code = find(id_).solution
    assert code.count(old) == 1
    return Mutant(code.replace(old, new), f"{old} => {new}")


@pytest.mark.parametrize(
    ("id_", "old", "new", "what"),
    [
        ("rnn-step", "+ h @ W_hh.T", "", NAMED),
        ("rnn-step", "return np", "np", NAMED),
        ("rnn-step", "return np", "x += 1; return np", NAMED),
        ("rnn-step", "x @ W_ih.T", "x @ x", NAMED),
        ("shift-right", "return inputs", "return inputs[1:]", NAMED),
        ("rnn-step", "np.tanh(x", "np.sin(x", judging.CASE),
        ("state-bound", "h < 1", "h <= 1", judging.EQUAL),
        ("cache-bytes", "2 * slots", "slots * 2", judging.WRONG),
    ],
)
def test_a_reply_is_of_its_kind(id_, old, new, what):
    mutant = changed(id_, old, new)
    if what == judging.EQUAL:
        (mutant,) = (m for m in mutants_of(id_) if f"{new}," in m.change)
    found = judging.judge(id_, mutant).what
    assert (found if found in OTHERS else NAMED) == what


def test_an_endless_loop_costs_little(monkeypatch):
    monkeypatch.setattr(judging, "_patience", lambda _: 0.2)
    endless = changed("equal-parameter-count", "width += 1", "width += 0")
    assert "endless" in judging.judge("equal-parameter-count", endless).words


def test_what_passes_the_cases_of_one_seed_is_found_out(monkeypatch):
    right = define(find("rnn-step"), find("rnn-step").solution)
    monkeypatch.setattr(judging, "check", lambda id_, _: check(id_, right))
    mutant = changed("rnn-step", " + bias)", ")")
    found = judging.judge("rnn-step", mutant)
    assert (found.what, found.words[:8]) == (judging.WRONG, "seed 1: ")


def test_a_check_that_fails_is_found_out(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(judging, "_patience", lambda _: 9)
    monkeypatch.setattr(judging, "check", broken)
    mutant = changed("rnn-step", " + bias)", ")")
    assert judging.judge("rnn-step", mutant).what == judging.RAISED


def test_a_sample_is_fixed_by_its_seed(monkeypatch):
    monkeypatch.setattr(judging, "CASES", 10 * len(EXERCISES))
    first = judging.sample("rnn-step")
    assert len(first) == 10
    assert judging.sample("rnn-step") == first
    monkeypatch.setattr(judging, "SEED", 1)
    assert judging.sample("rnn-step") != first
    monkeypatch.setattr(judging, "CASES", 0)
    assert judging.sample("rnn-step") == list(mutants_of("rnn-step"))
