"""Does `contract` find what is broken, and that alone?"""

import importlib
import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

import seqcourse.numpy as layers
from seqcourse.numpy.contract import parameters, validation
from seqcourse.testing import contract, gradient_check
from seqcourse.testing.promises import (
    PROMISES,
    Promise,
    causality,
    configuration,
    dtypes,
    gradients,
    independence,
    ownership,
    padding,
    splitting,
    wrong_input,
)
from seqcourse.testing.promises.subject import Subject
from tests.contract.leaky import Leaky
from tests.mutants.changed import changed

#: A bug in `Leaky` as its old and its new source, and what it breaks.
BUGS = {
    "a wrong gradient": (
        "(1 - h[t + 1] ** 2)",
        "(1 - h[t + 1])",
        {gradients.gradients_are_the_slopes_of_finite_differences},
    ),
    "a gradient that is missing": (
        '"leak": np.einsum("bth,tbh->h", da, np.array(h[:-1])),',
        "",
        {gradients.gradients_are_the_slopes_of_finite_differences},
    ),
    "a gradient for no last state dropped": (
        "if dstate is not None:",
        "if dstate is None:\n            dh = dh + 1\n        else:",
        {gradients.no_dstate_means_zeros},
    ),
    "the last step seen at every step": (
        "x[:, t] @ weight.T",
        "x[:, -1] @ weight.T",
        {
            gradients.gradients_are_the_slopes_of_finite_differences,
            splitting.forward_is_the_loop_of_step,
            splitting.split_anywhere,
            causality.the_future_changes_nothing_before_it,
            padding.a_padded_batch_is_each_sequence_alone,
            padding.what_lies_in_the_padding_has_no_effect,
        },
    ),
    "its input written to": (
        "B, T, _ = x.shape\n        padding_mask",
        "B, T, _ = x.shape\n        x *= 1\n        padding_mask",
        {ownership.inputs_are_never_written_to},
    ),
    "lengths ignored": (
        "padding_mask = validation.padding_mask(lengths, B, T)\n",
        (
            "validation.padding_mask(lengths, B, T)\n"
            "        padding_mask = None\n"
        ),
        {
            padding.a_padded_batch_is_each_sequence_alone,
            padding.what_lies_in_the_padding_has_no_effect,
            padding.a_gradient_beyond_the_end_has_no_effect,
        },
    ),
    "the state's gradient lost in the padding": (
        "back = np.where(padded, dh, back)",
        "pass",
        {
            gradients.gradients_are_the_slopes_of_finite_differences,
            padding.a_padded_batch_is_each_sequence_alone,
            padding.a_gradient_beyond_the_end_has_no_effect,
        },
    ),
    "the state forgotten in step": (
        'params["leak"] * h)',
        'params["leak"] * 0 * h)',
        {splitting.forward_is_the_loop_of_step},
    ),
    "the state forgotten in forward": (
        "h = [first]",
        "h = [0 * first]",
        {
            gradients.gradients_are_the_slopes_of_finite_differences,
            splitting.forward_is_the_loop_of_step,
            splitting.split_anywhere,
        },
    ),
    "sequences mixed": (
        "leak * h[t]",
        "leak * h[t].mean(0)",
        {
            gradients.gradients_are_the_slopes_of_finite_differences,
            splitting.forward_is_the_loop_of_step,
            padding.a_padded_batch_is_each_sequence_alone,
            independence.sequences_are_independent,
        },
    ),
    "the cache handed out": (
        "(h[T].copy(),)",
        "(h[T],)",
        {ownership.what_was_returned_belongs_to_the_caller},
    ),
    "another type": (
        "np.zeros_like(dy)",
        "np.zeros_like(dy, float)",
        {dtypes.the_weights_type_rules},
    ),
    "a first state of another type": (
        "np.zeros((batch_size, self.hidden_size), dtype)",
        "np.zeros((batch_size, self.hidden_size))",
        {
            dtypes.the_weights_type_rules,
            dtypes.the_first_state_is_of_the_type_asked_for,
        },
    ),
    "a field that is not JSON": (
        "    hidden_size: int\n",
        "    hidden_size: int\n    activation: object = np.tanh\n",
        {configuration.configuration_survives_json},
    ),
    "a layer that changes": (
        "@dataclass(frozen=True)",
        "@dataclass(unsafe_hash=True)",
        {configuration.a_layer_never_changes},
    ),
    "weights that are not drawn": (
        "return uniform(rng,",
        "return uniform(np.random.default_rng(0),",
        {configuration.first_weights_are_named_drawn_and_repeatable},
    ),
    "a gradient of another shape": (
        'np.einsum("bth,tbh->h", da, np.array(h[:-1])),',
        'np.einsum("bth,tbh->h", da, np.array(h[:-1]))[None, None],',
        {gradients.gradients_are_the_slopes_of_finite_differences},
    ),
    "a gradient of another name": (
        '"leak": np.einsum(',
        '"extra": da.sum((0, 1)),\n            "leak": np.einsum(',
        {gradients.gradients_are_the_slopes_of_finite_differences},
    ),
    "x cut to the longest sequence": (
        "(first,) = validation.state(state, self.initial_state(B, x.dtype))",
        (
            "(first,) = validation.state("
            "state, self.initial_state(B, x.dtype))\n"
            "        if lengths is not None:\n"
            "            T = max(lengths)\n"
            "            x, padding_mask = x[:, :T], padding_mask[:, :T]"
        ),
        {
            padding.a_padded_batch_is_each_sequence_alone,
            padding.what_lies_in_the_padding_has_no_effect,
            padding.a_gradient_beyond_the_end_has_no_effect,
        },
    ),
    "the padding of an earlier call": (
        "(first,) = validation.state(state, self.initial_state(B, x.dtype))",
        (
            "(first,) = validation.state("
            "state, self.initial_state(B, x.dtype))\n"
            "        if out and out[0].shape == x.shape:\n"
            "            padding_mask = out[2]"
        ),
        {ownership.an_old_cache_may_be_written_again},
    ),
    "weights put in the caller's dictionary by forward": (
        'weight, leak = params["weight"], params["leak"]',
        (
            'weight = params["weight"]\n'
            '        params["leak"] = leak = params["leak"].copy()'
        ),
        {ownership.inputs_are_never_written_to},
    ),
    "weights put in the caller's dictionary by backward": (
        "x, h, padding_mask = cache",
        (
            "x, h, padding_mask = cache\n"
            '        params["leak"] = params["leak"].copy()'
        ),
        {ownership.inputs_are_never_written_to},
    ),
    "weights put in the caller's dictionary by step": (
        'dtype = params["weight"].dtype',
        (
            'dtype = params["weight"].dtype\n'
            '        params["leak"] = params["leak"].copy()'
        ),
        {ownership.inputs_are_never_written_to},
    ),
    "dropout without the seed": (
        "h = [first]",
        (
            "if rng is not None:\n"
            "            x = x * np.random.default_rng().random(x.shape)\n"
            "        h = [first]"
        ),
        {
            gradients.the_seed_decides_what_is_dropped,
            gradients.gradients_follow_dropout,
        },
    ),
    "dropout forgotten in backward": (
        "y = validation.mask_padded_steps(np.stack(h[1:], 1), padding_mask)",
        (
            "y = validation.mask_padded_steps("
            "np.stack(h[1:], 1), padding_mask)\n"
            "        if rng is not None:\n"
            "            y = y * (rng.random(y.shape) < 0.5)"
        ),
        {gradients.gradients_follow_dropout},
    ),
    "a generator refused": (
        "h = [first]",
        "h = [first]\n        assert rng is None",
        {
            gradients.the_seed_decides_what_is_dropped,
            gradients.gradients_follow_dropout,
        },
    ),
    "None put in the caller's dictionary": (
        'dtype = params["weight"].dtype',
        'dtype = params["weight"].dtype\n        params["old"] = None',
        {
            ownership.inputs_are_never_written_to,
            splitting.forward_is_the_loop_of_step,
        },
    ),
    "the output of step is its state": (
        "return h.copy(), (h,)",
        "return h, (h,)",
        {ownership.no_two_results_share_memory},
    ),
    "a gradient that is wrong where units are saturated": (
        "(1 - h[t + 1] ** 2)",
        "np.where(np.abs(h[t + 1]) > 0.995, 0, 1 - h[t + 1] ** 2)",
        {gradients.gradients_are_the_slopes_of_finite_differences},
    ),
    "a gradient that ends after eight steps": (
        "in reversed(range(T)):",
        "in reversed(range(min(T, 8))):",
        {gradients.gradients_are_the_slopes_of_finite_differences},
    ),
    "a memory of eight steps": (
        "leak * h[t]",
        "leak * h[min(t, 8)]",
        {
            gradients.gradients_are_the_slopes_of_finite_differences,
            splitting.forward_is_the_loop_of_step,
        },
    ),
    "a check of its own that checks nothing": (
        "    def parameter_shapes(self)",
        (
            "    def _check_x(self, x, dtype, one_step=False):\n"
            "        return np.asarray(x, dtype)\n\n"
            "    def parameter_shapes(self)"
        ),
        {wrong_input.a_wrong_x_has_its_sentence},
    ),
    "no check of the sizes": (
        "arguments.check_positive(",
        "dict(",
        {wrong_input.sizes_below_one_have_their_sentence},
    ),
}


def said(promises):
    return {(promise.group, promise.sentence) for promise in promises}


def test_every_promise_is_asked_of_the_table():
    count = 0
    for module in (
        gradients,
        splitting,
        causality,
        padding,
        independence,
        ownership,
        dtypes,
        configuration,
        wrong_input,
    ):
        name = module.__name__.rpartition(".")[2]
        tests = importlib.import_module(f"tests.contract.test_{name}")
        for name, value in vars(module).items():
            if isinstance(value, Promise):
                assert hasattr(tests, f"test_{name}"), name
                count += 1
    assert count == len(PROMISES) > 30


def test_a_right_layer_holds_all(capsys):
    report = contract(Leaky)
    assert report
    assert not report.broken
    assert said(report.findings) == {
        ("construction", "Leaky(input_size=7, hidden_size=9)"),
        *said(
            promise
            for promise in PROMISES
            if promise
            is not causality.what_sees_the_future_cannot_go_step_by_step
        ),
    }
    lines = capsys.readouterr().out.splitlines()
    assert lines == [str(finding) for finding in report.findings]
    assert all(line.startswith("holds   ") for line in lines)
    assert repr(report) == "Leaky keeps all 38 promises of a layer."


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_breaks_what_it_must_and_nothing_else(bug, capsys):
    old, new, expected = BUGS[bug]
    broken = changed("tests.contract.leaky", old, new).Leaky
    report = contract(broken)
    assert not report
    assert said(report.broken) == said(expected)
    lines = capsys.readouterr().out.splitlines()
    failed = [line for line in lines if line.startswith("fails   ")]
    assert len(failed) == len(expected)
    for line, finding in zip(failed, report.broken, strict=True):
        assert line == (
            f"fails   {finding.group}: {finding.sentence}; {finding.reason}"
        )
        assert finding.reason in repr(report)
    assert report._repr_html_().count("<li>") == len(expected)


def test_what_was_never_written_is_found():
    broken = changed(
        "tests.contract.leaky", "np.zeros_like(h[0])", "np.empty_like(h[0])"
    ).Leaky
    found = said(contract(broken).broken)
    assert said([ownership.every_output_is_written]) <= found


@pytest.mark.parametrize(
    "made",
    [
        "np.empty(shape=h[0].shape)",
        "np.empty(h[0].shape, order='F', dtype=float, like=None)",
        "np.empty_like(h[0], subok=False, order='K', shape=h[0].shape)",
        "np.empty_like(prototype=h[0], dtype=float)",
    ],
)
@pytest.mark.parametrize("written", [True, False])
def test_memory_may_be_asked_for_in_every_way(made, written):
    broken = changed(
        "tests.contract.leaky",
        "h = [first]",
        f"h = [first]\n        new = {made}\n"
        f"        new[...] = {0 if written else 'new'}\n"
        "        h[0] = first + new.astype(first.dtype)",
    ).Leaky
    subject = Subject("Leaky", lambda: broken(7, 9))
    if written:
        ownership.every_output_is_written(subject)
    else:
        with pytest.raises(AssertionError, match="never written"):
            ownership.every_output_is_written(subject)


@pytest.mark.parametrize("dtype", ["i1", "u1", "i4", "i8", "?", "c8", "f2"])
def test_memory_of_every_kind_is_told_apart(dtype):
    held = []
    for poison in (-99.0, np.nan):
        with ownership.poisoned_memory(poison):
            held.append(np.empty(3, dtype))
    first, second = held
    assert first.dtype == second.dtype == dtype
    assert not np.any(first == second)


@pytest.mark.parametrize(
    ("leak", "reason"),
    [
        ("leak[None, None]", "grads['leak']: expected shape (9,), got (1, 1"),
        ("1.5", "grads['leak']: expected shape (9,), got float"),
        ("None", "grads['leak']: expected shape (9,), got NoneType"),
        ("list(leak)", "grads['leak']: expected shape (9,), got list"),
    ],
)
def test_a_gradient_of_another_shape_is_one_line(leak, reason):
    broken = changed(
        "tests.contract.leaky",
        "return da @ params",
        f"leak = grads['leak']\n        grads['leak'] = {leak}\n"
        "        return da @ params",
    ).Leaky
    broken_promises = contract(broken).broken
    assert all(one.reason.startswith(reason) for one in broken_promises)
    layer = broken(7, 9)
    params = layer.init(np.random.default_rng(0))
    with pytest.raises(AssertionError, match=re.escape(reason)):
        gradient_check(layer, params, np.ones((2, 3, 7)))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "(dh,), grads",
            "(dh[:1],), grads",
            "dstate[0]: expected shape (2, 9), got (1, 9)",
        ),
        (
            "(dh,), grads",
            "(), grads",
            "dstate: expected a tuple of 1 gradient, got ()",
        ),
        (
            'return da @ params["weight"]',
            'return da[0] @ params["weight"]',
            "dx: expected shape (2, 3, 7), got (3, 7)",
        ),
        (
            "(dh,), grads",
            "(dh,), {**grads, 'bias': 0}",
            "grads: expected leak, weight; got bias, leak, weight",
        ),
        ("(dh,), grads", "(dh,), {}", "grads: expected leak, weight; got no"),
    ],
)
def test_a_gradient_of_another_shape_is_refused(old, new, reason):
    layer = changed("tests.contract.leaky", old, new).Leaky(7, 9)
    params = layer.init(np.random.default_rng(0))
    with pytest.raises(AssertionError, match=re.escape(reason)):
        gradient_check(layer, params, np.ones((2, 3, 7)))


@pytest.mark.parametrize(
    "layer",
    [
        layers.RNN(3, 2, nonlinearity="relu"),
        layers.GRU(7, 9),
        layers.Linear(1, 1),
        layers.Embedding(11, 7),
        layers.Stack((layers.LSTM(7, 5), layers.Linear(5, 3)), 0.5),
        layers.Bidirectional(layers.RNN(7, 3), layers.GRU(7, 3)),
        layers.MultiHeadAttention(8, 2, causal=True),
        layers.TransformerBlock(
            layers.MultiHeadAttention(8, 2, causal=True),
            layers.FeedForward(8, 9),
            cross_attn=layers.MultiHeadAttention(8, 2),
        ),
        layers.LanguageModel(layers.Embedding(11, 7), layers.RNN(7, 9)),
        layers.SequenceClassifier(None, layers.BagOfWords(7, 9), 2),
        layers.AttentionDecoder(layers.GRU(7, 9), layers.DotAttention(9, 9)),
        layers.EncoderDecoder(
            layers.Embedding(8, 3),
            layers.GRU(3, 5),
            layers.Embedding(11, 7),
            layers.LSTM(7, 9),
        ),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_the_layers_of_the_package_hold_all(layer):
    assert contract(layer)


def test_a_class_is_called_with_what_is_given(capsys):
    assert contract(layers.LSTM, bias=False, hidden_size=4)
    first, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith(
        "holds   construction: LSTM(input_size=7, hidden_size=4, bias=False,"
    )


@dataclass(frozen=True)
class Labelled(layers.RNN):
    layer: str = ""


def test_an_argument_may_be_called_layer():
    first, *_ = contract(Labelled, layer="inner").findings
    assert first.sentence.endswith("layer='inner')")


@dataclass(frozen=True)
class Cut(Leaky):
    """What cuts x on the way there, and dy on the way back."""

    def forward(self, params, x, state=None, lengths=None, *rest, **options):
        if lengths is not None:
            validation.padding_mask(lengths, *np.shape(x)[:2])
            x = x[:, : max(lengths)]
        return super().forward(params, x, state, lengths, *rest, **options)

    def backward(self, params, dy, dstate, cache):
        steps = cache[0].shape[1]
        return super().backward(params, dy[:, :steps], dstate, cache)


def test_an_output_that_is_too_short_is_one_line():
    first, *_ = contract(Cut).broken
    assert first.reason == (
        "y: expected shape (3, 5, 9), got (3, 3, 9) (case: padded throughout)"
    )


class Unfinished(layers.Layer):
    pass


class Undecorated(layers.RNN):
    extra: int


class Quitting(layers.RNN):
    def forward(self, *args, **options):
        raise SystemExit(3)


class Interrupted(layers.RNN):
    def forward(self, *args, **options):
        raise KeyboardInterrupt


class Bare(layers.Layer):
    num_gates: ClassVar[int] = 1
    input_size: int
    hidden_size: int
    parameter_shapes = init = forward = backward = output_size = None


@dataclass(frozen=True)
class Narrow(layers.RNN):
    def __post_init__(self):
        raise AssertionError


@dataclass(frozen=True)
class Blind(layers.Layer):
    parameter_shapes = init = forward = backward = output_size = None


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (Unfinished, r"^TypeError: Can't instantiate abstract class Unfin"),
        (Narrow, r"^an assertion failed, at `raise AssertionError`$"),
        (Blind, r"^Blind does not say what it reads; give it a field"),
        (
            Bare,
            (
                r"^Bare declares input_size, hidden_size, but is no "
                r"dataclass; write @dataclass\(frozen=True\) above it$"
            ),
        ),
        (Undecorated, r"^Undecorated declares extra, but is no dataclass"),
        (Quitting, r"^SystemExit: 3, at `raise SystemExit\(3\)`$"),
        (
            layers.Stack,
            r"^Stack asks for layers, for .* contract\(Stack, lay",
        ),
    ],
)
def test_what_cannot_be_made_is_one_line(asked, reason, capsys):
    report = contract(asked)
    assert not report
    (finding,) = report.findings
    assert finding.group == "construction"
    assert re.match(reason, finding.reason)
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "return (np.zeros((batch_size, self.hidden_size), dtype),)",
            "return np.zeros((batch_size, self.hidden_size), dtype)",
            "initial_state returns an array of shape (3, 9), expected a tup",
        ),
        (
            "return y, (h[T].copy(),), (x, h, padding_mask)",
            "return y, h[T].copy(), (x, h, padding_mask)",
            "forward returns an array of shape (3, 9) for the state, expec",
        ),
        (
            "return y, (h[T].copy(),), (x, h, padding_mask)",
            "return y",
            "forward returns an array of shape (3, 5, 9), expected a tuple (",
        ),
        (
            "return y, (h[T].copy(),), (x, h, padding_mask)",
            "",
            "forward returns None, expected a tuple (y, state, cache); is a",
        ),
        (
            "return y, (h[T].copy(),), (x, h, padding_mask)",
            "return y, (h[T].copy(),)",
            "forward returns a tuple of 2, expected 3 (y, state, cache)",
        ),
        (
            "return uniform(",
            "uniform(",
            "init returns None, expected a dictionary of arrays; is a return",
        ),
        (
            "h = [first]",
            "raise KeyError('h')",
            "KeyError: 'h', at `",
        ),
    ],
)
def test_what_cannot_be_read_is_one_line(old, new, reason):
    report = contract(changed("tests.contract.leaky", old, new).Leaky)
    (finding,) = report.findings
    assert finding.reason.startswith(reason)


METHODS = {
    "cell": "a tuple of 1 array, shaped as the state",
    "cell_backward": "a tuple of 1 array, shaped as the state",
    "cell_gradients": "a dictionary of gradients",
    "prepare": "a dictionary of arrays",
    "step": "a tuple (y, state)",
    "backward": "a tuple (dx, dstate, grads)",
    "parameter_shapes": "a dictionary of shapes",
    "initial_state": "a tuple of arrays",
}


def of_rnn(name, **fields):
    return dataclass(frozen=True)(type(name, (layers.RNN,), fields))


@pytest.mark.parametrize("method", METHODS)
def test_a_missing_return_is_called_so(method):
    own = of_rnn("Own", **{method: lambda *_: None})
    (reason,) = {
        finding.reason.partition(" (case")[0]
        for finding in contract(own).broken
    }
    assert reason == (
        f"{method} returns None, expected {METHODS[method]}; "
        "is a return missing?"
    )


def test_a_cell_returns_a_tuple_like_the_state():
    def bare(self, *given):
        return layers.RNN.cell(self, *given)[0]

    def twice(self, *given):
        return layers.RNN.cell(self, *given) * 2

    for cell, found in (
        (bare, "an array of shape (3, 9)"),
        (twice, "a tuple of 2"),
    ):
        (finding,) = contract(of_rnn("Own", cell=cell)).broken
        assert finding.reason == (
            f"cell returns {found}, expected a tuple of 1 array, shaped as "
            "the state"
        )


def test_several_gates_must_be_saved():
    (finding,) = contract(of_rnn("Own", num_gates=2)).broken
    assert finding.reason.startswith(
        "num_saved is 0, expected at least 1 where num_gates is 2"
    )


@dataclass(frozen=True)
class Loud(Leaky):
    """What gives twice as much, and forgets it on the way back."""

    loud: bool = False
    quiet: bool = True

    def __post_init__(self):
        super().__post_init__()
        if not self.quiet and not self.loud:
            raise ValueError("quiet: expected True, got False")

    def forward(self, *given, **options):
        y, state, cache = super().forward(*given, **options)
        return y * (1 + self.loud), state, cache


def test_booleans_are_tried_both_ways():
    report = contract(Loud)
    assert said(report.broken) >= said(
        [gradients.gradients_are_the_slopes_of_finite_differences]
    )
    assert all(
        finding.reason.endswith("(with loud=True)")
        for finding in report.broken
    )
    assert contract(Loud, loud=False)  # the reader's own choice is kept


@dataclass(frozen=True)
class Identity(layers.RNN):
    """What begins with a memory that keeps all."""

    def init(self, rng, dtype=np.float32):
        identity = np.eye(self.hidden_size, dtype=dtype)
        return super().init(rng, dtype) | {"weight_hh": identity}


def test_weights_may_begin_as_the_identity():
    assert contract(Identity)


@dataclass(frozen=True)
class Optioned(layers.RNN):
    """What has whole numbers that are no sizes, and one that is."""

    shift: int = 3
    layers: int = 1

    def parameter_shapes(self):
        rest = {f"bias_{i}": (9,) for i in range(1, self.layers)}
        return super().parameter_shapes() | rest


def test_a_whole_number_is_a_size_if_shapes_follow_from_it():
    (finding,) = contract(Optioned).broken
    assert finding.group == "wrong input"
    assert finding.reason.startswith("layers=0: no error; expected")


@dataclass(frozen=True)
class Called(Leaky):
    """What calls a weight x, and drops the gradient for x."""

    kept: float = 0.0

    def inner(self):
        return Leaky(self.input_size, self.hidden_size)

    def parameter_shapes(self):
        shapes = self.inner().parameter_shapes()
        return {"x": shapes["weight"], "leak": shapes["leak"]}

    def forward(self, params, *given, **options):
        parameters.check_parameter_shapes(params, self.parameter_shapes())
        return self.inner().forward(as_weight(params), *given, **options)

    def step(self, params, *given):
        return self.inner().step(as_weight(params), *given)

    def backward(self, params, *given):
        dx, dstate, grads = self.inner().backward(as_weight(params), *given)
        grads["x"] = grads.pop("weight")
        return self.kept * dx, dstate, grads


def as_weight(params):
    return {"weight": params["x"], "leak": params["leak"]}


def test_a_weight_called_x_hides_nothing():
    assert contract(Called, kept=1.0)
    first, *_ = contract(Called, kept=0.5).broken
    assert first.reason.startswith("the gradient for x differs")


@pytest.mark.parametrize("raised", [GeneratorExit, RecursionError])
def test_whatever_a_layer_raises_is_a_line(raised):
    class Unkind(raised):
        def __str__(self):
            raise TypeError

    def backward(*_):
        raise Unkind

    first, *_ = contract(of_rnn("Own", backward=backward)).broken
    assert first.reason.startswith("Unkind, at `raise Unkind`")


def test_the_keyboard_interrupts():
    with pytest.raises(KeyboardInterrupt):
        contract(Interrupted)


def test_what_a_layer_raises_is_a_line():
    broken = changed(
        "tests.contract.leaky",
        "x, h, padding_mask = cache",
        "raise RuntimeError('not\\nyet')",
    ).Leaky
    report = contract(broken(3, 4))
    reasons = [finding.reason for finding in report.broken]
    assert 15 < len(reasons) < len(PROMISES)
    assert all(r.startswith("RuntimeError: not yet, at") for r in reasons)


@pytest.mark.parametrize(
    "asked", [3, "RNN", np.tanh, layers.RotaryPositionEmbedding, object]
)
def test_what_is_no_layer_is_refused(asked):
    with pytest.raises(TypeError, match=r"^layer: expected a class derived"):
        contract(asked)


def test_arguments_of_an_instance_are_refused():
    with pytest.raises(TypeError, match=r"^bias: expected no arguments"):
        contract(layers.RNN(7, 9), bias=False)


def test_what_is_raised_may_have_no_words():
    broken = changed(
        "tests.contract.leaky",
        "x, h, padding_mask = cache",
        "raise StopIteration",
    ).Leaky
    first, *_ = contract(broken).broken
    assert first.reason.startswith("StopIteration, at `")


def test_a_name_that_is_taken_is_found():
    taken = changed("tests.contract.leaky", "class Leaky", "class RNN").RNN
    (finding,) = contract(taken).broken
    assert "seqcourse.numpy.recurrent.rnn.RNN; choose" in finding.reason


def test_a_failure_costs_nothing_of_the_layer():
    layer = changed(
        "tests.contract.leaky", "(frozen=True)", "(unsafe_hash=True)"
    ).Leaky(7, 9)
    assert not contract(layer)
    assert layer == type(layer)(7, 9)


def test_a_right_layer_has_the_right_gradient():
    layer = Leaky(7, 9)
    params = layer.init(np.random.default_rng(0))
    errors = gradient_check(layer, params, np.ones((2, 3, 7)))
    assert max(errors.values()) < 1e-9
