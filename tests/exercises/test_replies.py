"""Wrong answers that learners have given, and what each of them hears."""

import pytest

from seqcourse.exercises import EXERCISES, check, find
from seqcourse.exercises.calling import define, outcome
from seqcourse.exercises.known_mistakes import pairs
from seqcourse.exercises.smallest_case import small_cases
from seqcourse.exercises.time_limit import time_limit

#: The exercise, what is changed in its solution, and a piece of the reply.
REPLIES = [
    (
        "bag-of-words",
        [("    return counts", "        return counts")],
        "only the first word is counted",
    ),
    (
        "bag-of-words",
        [("counts[word]", "counts[word - 1]")],
        "one position too far left",
    ),
    (
        "bits-per-byte",
        [('len(text.encode("utf-8"))', "1000")],
        "any text has the same number of bytes",
    ),
    (
        "byte-pair-training",
        [("best[0] + best[1]", "best[0] + '+' + best[1]")],
        "the new token is misspelled",
    ),
    (
        "decode-bytes",
        [('b"".join(pieces)', 'b"abc"')],
        "the tokens make no difference",
    ),
    (
        "decode-bytes",
        [("return b", "return 2 * b")],
        "the text comes several times",
    ),
    (
        "leaky-integrator",
        [("keep * state", "0.5 * state")],
        "`keep` makes no difference",
    ),
    (
        "leaky-integrator",
        [("in x:", "in x[::-1]:")],
        "from the last to the first",
    ),
    (
        "leaky-integrator",
        [("in x:", "in x[1:]:")],
        "the first piece is never read",
    ),
    (
        "truncate-and-pad",
        [("        mask[b, : len(kept)] = 1\n", "")],
        "In `mask`: It is all zeros",
    ),
    (
        "rnn-step",
        [(" + bias)", ")")],
        '`params["bias_hh"]` make no difference',
    ),
    (
        "rnn-step",
        [
            (
                "np.tanh(x @ W_ih.T + h @ W_hh.T + bias)",
                "np.tanh(x @ W_ih.T) + np.tanh(h @ W_hh.T) + np.tanh(bias)",
            )
        ],
        "tanh is taken of each sum",
    ),
    (
        "rnn-forward",
        [("range(T)", "range(1, T)")],
        "the first word is never read",
    ),
    (
        "padded-batch",
        [
            (
                "        h = np.where(real, step(x[:, t], h, params), h)",
                "        h = step(np.where(real, x[:, t], 0), h, params)",
            )
        ],
        "zeros are read where a sentence is over",
    ),
    (
        "backward-by-hand",
        [("h[-1] - wanted", "wanted - h[-1]")],
        "the opposite sign",
    ),
    (
        "backward-by-hand",
        [("range(len(x))", "range(3)")],
        "only where `len(x)` is 3",
    ),
    (
        "central-difference",
        [("/ (2 * e)", "/ 2 * e")],
        "brackets are missing",
    ),
    (
        "clip-by-norm",
        [
            (
                "    return {name: g * scale for name, g in grads.items()}",
                (
                    "    for g in grads.values():\n        g *= scale\n"
                    "    return grads"
                ),
            )
        ],
        "It changes its input `grads`",
    ),
    ("bptt-rnn", [("reversed(range(T))", "range(T)")], "in forward order"),
    (
        "gated-cell",
        [("f[t] * c", "(1 - f[t]) * c")],
        "lets go of what it should keep",
    ),
    (
        "gated-cell",
        [
            (
                "        c = f[t] * c + i[t] * x[t]\n        after.append(c)",
                "        after.append(c)\n        c = f[t] * c + i[t] * x[t]",
            )
        ],
        "one place late",
    ),
    (
        "lstm-step",
        [("return h, c", "return c, h")],
        "h and c are returned in the other order",
    ),
    (
        "lstm-step",
        [("    i, f, o = sigmoid(i), sigmoid(f), sigmoid(o)\n", "")],
        "the input gate can be negative",
    ),
    (
        "gru-step",
        [("x @ W_iz.T + b_iz", "x @ W_iz.T")],
        "update gate's sum lacks a bias",
    ),
    (
        "soft-lookup",
        [
            ("scores.max(-1, keepdims=True)", "scores.max(0)"),
            ("powers.sum(-1, keepdims=True)", "powers.sum(0)"),
        ],
        "softmax runs over the queries",
    ),
    (
        "soft-lookup",
        [("powers.sum(-1, keepdims=True)", "powers.sum()")],
        "softmax runs over everything",
    ),
    (
        "mask-padding",
        [("powers.sum(-1, keepdims=True)", "powers.sum(1, keepdims=True)")],
        "softmax runs over the queries",
    ),
    ("mask-padding", [(">= lengths", "< lengths")], "the mask is inverted"),
    (
        "causal-mask",
        [
            (
                "    return weights / weights.sum(axis=1, keepdims=True)",
                "    return weights",
            )
        ],
        "adds up to 0.472",
    ),
    (
        "causal-mask",
        [("sum(axis=1, keepdims=True)", "sum(axis=1)")],
        "beside their rows",
    ),
    (
        "attention-by-hand",
        [("k @ q", "q @ k")],
        "The two sides of `@` do not fit",
    ),
    ("layer-norm", [(" + eps)", ")")], "eps is forgotten"),
    ("layer-norm", [(" * n + bias", " * n")], "the bias is forgotten"),
    (
        "residual-block",
        [
            (
                "    return y + feed_forward(norm(y))",
                "    return norm(y + feed_forward(norm(y)))",
            )
        ],
        "normalised at the end",
    ),
    (
        "rotary-embedding",
        [(" / np.sqrt(K)", "")],
        "root of the width is missing",
    ),
    (
        "cached-step",
        [("np.sqrt(len(q))", "np.sqrt(len(keys))")],
        "root is that of the number of keys",
    ),
    ("window-mask", [("(j <= i) & ", "")], "the future is seen"),
    (
        "greedy-decoding",
        [("    return written", "        return written")],
        "stops after the first token",
    ),
    ("exact-match", [(".mean()", ".mean() * 100")], "100 times too large"),
    (
        "sequence-log-probability",
        [
            (
                "np.argmax(tokens == end) + 1",
                "len(tokens) - np.argmax(tokens[::-1] == end)",
            )
        ],
        "the last end is taken",
    ),
    (
        "soft-lookup",
        [("powers / powers.sum(-1, keepdims=True)", "scores / scores.sum()")],
        "softmax runs over everything",
    ),
    (
        "soft-lookup",
        [
            (
                "np.exp(scores - scores.max(-1, keepdims=True))",
                "np.abs(scores)",
            )
        ],
        "have in common matters",
    ),
    (
        "parameter-count",
        [("return fixed, rnn", "return rnn, fixed")],
        "fixed window and RNN are swapped",
    ),
    (
        "bptt-rnn",
        [("dh = delta @", "dh = dh + delta @")],
        "what later steps pass back is added up",
    ),
    (
        "bptt-rnn",
        [("dh = delta @", "dh = dh / 2 + delta @")],
        "only where `x.shape[1]` is 2, its lowest value",
    ),
    (
        "bptt-rnn",
        [
            ("delta @ weight_hh", "delta @ weight_hh.T"),
            ("delta.T @ h[t]", "delta.T @ h[t + 1]"),
        ],
        (
            "what two mistakes give together: the recurrent weight is "
            "paired with the state after the step, and the backward pass "
            "uses the transposed matrix"
        ),
    ),
    (
        "scaled-dot-product-attention",
        [
            (" / np.sqrt(q.shape[-1])", ""),
            ("scores.max(-1, keepdims=True)", "scores.max(1)[:, None]"),
            ("weights.sum(-1, keepdims=True)", "weights.sum(1)[:, None]"),
        ],
        "the root of the width is missing, and the softmax runs over the",
    ),
    (
        "scaled-dot-product-attention",
        [
            (" / np.sqrt(q.shape[-1])", " / 3"),
            ("scores.max(-1, keepdims=True)", "scores.max(1)[:, None]"),
            ("weights.sum(-1, keepdims=True)", "weights.sum(1)[:, None]"),
        ],
        "yet: the division runs over the queries.",
    ),
    (
        "scaled-dot-product-attention",
        [("scores.max(-1, keepdims=True)", "scores.max(1)[:, None]")],
        "largest score is taken over the queries",
    ),
    (
        "rotary-embedding",
        [("rotated(k)", "k"), (" / np.sqrt(K)", "")],
        "the keys are not rotated, and the root of the width is missing",
    ),
    (
        "rotary-embedding",
        [("rotated(k)", "k"), (" / np.sqrt(K)", " / (T + K)")],
        "Do you rotate both queries and keys?",
    ),
    (
        "beam-step",
        [("longer[best], token", "longer[best], best % K")],
        "the token is computed with the width of the beam",
    ),
    (
        "beam-step",
        [("states[parent]", "states[best // K]")],
        "the parent is computed with the width of the beam",
    ),
    (
        "beam-step",
        [("states[parent]", "states[best]")],
        "is it meant for another axis?",
    ),
    (
        "truncate-and-pad",
        [
            ("sequence[:T]", "sequence[-T:]"),
            ("lengths[b] = len(kept)", "lengths[b] = len(sequence)"),
        ],
        "the lengths count steps that were cut off, and the wrong end is cut",
    ),
    (
        "gru-step",
        [(" + b_hz", ""), ("z * h\n", "h\n")],
        "the old state has no weight, and the update gate's sum lacks a bias",
    ),
    (
        "jacobian-product",
        [("product *= w * (1 - h**2)", "product += 1 - h**2")],
        "the weight is forgotten, and the factors of the steps are added",
    ),
    (
        "lstm-step",
        [("np.tanh(g)", "-np.tanh(g)")],
        "the new content is subtracted",
    ),
    ("lstm-step", [("return h, c", "return h, f")], "second is not the cell"),
    (
        "gru-step",
        [("z = sigmoid(x", "r = -r\n    z = sigmoid(x")],
        "the term with h is subtracted",
    ),
    (
        "absolute-discounting",
        [("D * k * p)", "D * k * context)")],
        "the probabilities do not add up to one",
    ),
    (
        "exact-match",
        [("== targets", ">= targets")],
        "tokens are compared with >=",
    ),
]


@pytest.fixture(autouse=True)
def _take_the_time(monkeypatch):
    """Let no busy machine make a reply shorter."""
    for module in ("known_mistakes", "checking"):
        monkeypatch.setattr(f"seqcourse.exercises.{module}.PATIENCE", 60.0)


@pytest.mark.parametrize(
    ("id_", "edits", "words"),
    REPLIES,
    ids=[f"{id_}: {words}" for id_, _, words in REPLIES],
)
def test_a_wrong_answer_hears_what_is_wrong(id_, edits, words):
    exercise = find(id_)
    code = exercise.solution
    for old, new in edits:
        assert code.count(old) == 1
        code = code.replace(old, new)
    verdict = check(id_, define(exercise, code))
    assert not verdict.passed
    assert words in f"{verdict.head} {verdict.words}"
    assert "%" not in verdict.words


#: Wrong answers to which nearly anything could be said that is of no use.
NOTHING = [
    ("scaled-dot-product-attention", "np.exp(scores)", "np.exp2(scores)"),
    ("beam-step", "longer[best], token", "longer[best + 1], token"),
    ("next-word-loss", "targets = tokens", "targets = tokens[::-1]"),
]


@pytest.mark.parametrize(("id_", "old", "new"), NOTHING)
def test_what_any_answer_gets_right_is_not_told(id_, old, new):
    exercise = find(id_)
    assert exercise.solution.count(old) == 1
    wrong = define(exercise, exercise.solution.replace(old, new))
    assert "It is right where" not in check(id_, wrong).words


def test_the_case_shows_the_part_that_the_sentence_names():
    """The inputs are wrong as well, and come first."""
    exercise = find("truncate-and-pad")
    code = exercise.solution
    for old, new in (
        ("sequence[:T]", "1.5 * sequence[:T]"),
        ("lengths[b] = len(kept)", "lengths[b] = len(sequence)"),
    ):
        code = code.replace(old, new)
    verdict = check(exercise.id, define(exercise, code))
    assert "One of your lengths" in verdict.words
    assert verdict.example.place == "lengths"


@pytest.mark.parametrize("id_", EXERCISES)
def test_any_two_mistakes_are_soon_tried(id_):
    """None of them may keep the answer of a learner waiting."""
    exercise = find(id_)
    case = small_cases(exercise)[0]
    for one, other, code in pairs(exercise):
        with time_limit(1.0):
            outcome(define(exercise, code), case)
        assert one.name != other.name
