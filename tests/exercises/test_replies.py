"""Wrong answers that learners have given, and what each of them hears."""

import pytest

from seqcourse.exercises import check, find
from seqcourse.exercises.calling import define

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
        "one place to the left",
    ),
    (
        "leaky-integrator",
        [("keep * memory", "0.5 * memory")],
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
    ("bptt-rnn", [("reversed(range(T))", "range(T)")], "in reading order"),
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
        "h and c come back in the other order",
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
        [("return slab, loop", "return loop, slab")],
        "slab and loop are swapped",
    ),
]


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
