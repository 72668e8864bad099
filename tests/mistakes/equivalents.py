"""Mutants that do what the solution does, judged by a person.

Each row is the change, as a pattern, and the reason why nobody can tell.
"""

from __future__ import annotations

import re

from tests.mistakes.mutants import Mutant

#: A softmax is the same wherever its scores begin, and all signs cancel.
_SOFTMAX = {
    r"(\w+ = np\.exp\()scores - scores\.max\(.*\) => \1scores"
    r"( [-+] (-1|\w+\.(max|min|sum)\(.*\)))?\)": (
        "a softmax is the same wherever its scores begin"
    ),
    r"(\w+) = (np\.exp\(.*\)) => \1 = -\2": "both signs cancel",
}
_ONE_SHAPE = "both have that shape"
_ANY_ORDER = "each is treated by itself, in any order"
_ONE_SEQUENCE = "the batch is one sequence"
_ON_THE_EDGE = "no number drawn at random lies on the edge"
_WHOLE_NUMBERS = "they hold whole numbers"

#: For each exercise: what has changed, and why it is the same.
EQUIVALENTS: dict[str, dict[str, str]] = {
    "next-word-loss": {
        r".* => losses = .*targets\[\.\.\., None\]\)\[\.\.\., 0\]": (
            "-1 is what NumPy takes where no axis is given"
        ),
        r".* => losses = .*\[\.\.\., -1\]": "that axis has one element",
    },
    "sensitivity-by-lag": {
        r".* => left = moved / moved\[0\] \(.*\)": (
            "of the rounds of the loop the last one counts"
        ),
        r"apart = .* => apart = (-\(after|before).*": "a norm has no sign",
        r".* => moved\[k\] = (-.*\.mean|.*\.sum)\(\)": (
            "the factor cancels in the ratio"
        ),
        r".* => for k in reversed\(range\(T\)\):": _ANY_ORDER,
        r".* => t = -1 - k": "Python counts from the end",
        r".* => faded = left <= 0\.1": _ON_THE_EDGE,
    },
    "attention-entropy": {
        r".* => logs = .*weights, 2\)\)": "it is multiplied by a weight of 0",
    },
    "mask-padding": {
        **_SOFTMAX,
        r".* => T, B, S = scores\.shape": "B and T are not used",
    },
    "soft-lookup": {
        r".* => powers = -np\.exp.*": "both signs cancel",
        r".* => powers = .*scores\.min.*": (
            "a softmax is the same wherever its scores begin"
        ),
    },
    "best-checkpoint": {
        r"rate = .* => rate = lowest\.sum\(1\)\.argmin\(\)": (
            "all rates have as many seeds"
        ),
    },
    "kneser-ney": {
        r".* => before = (-\(c > 0\)\.sum|\(c > 0\)\.mean)\(0\)": (
            "the factor cancels in p_cont"
        ),
        r".* => c = np\.zeros\(\(V, V\), dtype=int\)": _WHOLE_NUMBERS,
        r".* / np\.maximum\(total, 1\) => .* / (total|.*total, 0\))": (
            "the rows of 0 / 0 are replaced"
        ),
        r".* => return np\.where\(k > 0, p, p_cont\)": (
            "what was followed was followed by some token"
        ),
    },
    "absolute-discounting": {
        r".* => for n in (range\((0, )?context \+ (1 \+ 1|2)\)).* \(-7.*\)": (
            "longer contexts are counted and never asked for"
        ),
        r".* => for n in reversed\(.*\): \(-7.*\)": _ANY_ORDER,
        r".* => for t in reversed\(.*": _ANY_ORDER,
        r".* => for n in range\(t \+ 1\): \(-13.*\)": (
            "longer contexts are not known, which ends the loop"
        ),
        r"break => continue": "what follows an unknown context is unknown",
        r".* => p = .*\b0\.75\b.*": "that is what D is",
    },
    "cached-step": {
        **_SOFTMAX,
        r".* => scores = .*len\([kv]\)\)": "all three have width K",
    },
    "receptive-field": {
        r".* => reached = np\.arange\(T\) >= T - 1": "nothing is above T - 1",
        r".* => for _ in reversed.*": "the rounds are alike",
    },
    "equal-parameter-count": {
        r".* => return (100 \* \(.*\)|\(.*\) / 2)": (
            "the factor is on both sides of the comparison"
        ),
    },
    "gru-weight-conversion": {r".*\[::-1\]:": _ANY_ORDER},
    "state-bound": {r".*h <= 1.*": "at 1 the bound is 1 for any gate"},
    "backward-by-hand": {
        r"dh, dw = .* \(-7\.4 \+8\.8\)": "the last round's h is the last h",
        r".*range\(1, len\(x\)\).*": "h[0] is 0, and so is its part",
    },
    "bptt-rnn": {
        r".* => (dbias|dh) = np\.zeros(_like)?\(.*": _ONE_SHAPE,
    },
    "central-difference": {
        r".*\[::-1\]:": _ANY_ORDER,
        r".* => down, up = .*": "they are copies of one array",
    },
    "truncated-bptt": {
        r".* => dh = np\.zeros_like\(.*": _ONE_SHAPE,
        r".*t % k <= 0:": "no remainder is below 0",
    },
    "cell-path": {r".* => for s in reversed.*": _ANY_ORDER},
    "gated-cell": {r".*range\(len\([fi]\)\):": _ONE_SHAPE},
    "attention-by-hand": _SOFTMAX,
    "causal-mask": {
        r".* => weights = -np\.exp.*": "both signs cancel",
        r".* => seen = np\.tri\(len\(scores\)\)": "1 is as true as True",
    },
    "induction-circuit": {r".*dtype=int\)": _WHOLE_NUMBERS},
    "scaled-dot-product-attention": {
        r"scores = scores - scores\.max.* => (scores = scores"
        r"( [-+] (-1|\w+\.max\(.*\)))?)?": (
            "a softmax is the same wherever its scores begin"
        ),
        r"(weights = np\.exp\(scores\)) => \1": (
            "a softmax is the same wherever its scores begin"
        ),
        r"weights = np\.exp\(scores\) => weights = -np\.exp\(scores\)": (
            "both signs cancel"
        ),
    },
    "gradient-by-lag": {
        r".* => d = (-\(d \* .*|d \* \(h.* - 1\) @ W)": "a norm has no sign",
        r".* => d = .*h\[-1 - k\].*": "Python counts from the end",
    },
    "jacobian-product": {r".*range\(len\(left\)\):": _ONE_SHAPE},
    "layer-norm": {
        r".* => variance = centred\.var.*": "a variance ignores the mean",
    },
    "rotary-embedding": {
        r".*np\.arange\(K / 2\).*": "K is even",
        r".* => return -np\.hstack.*": "both signs cancel in the score",
        r"return np\.hstack.* => return np\.hstack\(\[(first \* np\.sin|"
        r"second \* np\.sin).*": "queries and keys are changed alike",
    },
    "order-sensitivity": {
        r".*(list\(permutations.*\[::-1\]:|reversed\(range.*)": _ANY_ORDER,
        r".*insert\(0, .*": _ANY_ORDER,
        r".*y\[-1, -1\]\)": _ONE_SEQUENCE,
        r".*np\.round\(answers, [57]\).*": (
            "answers differ by more than 1e-5 or by rounding"
        ),
    },
    "shared-lookup-table": {
        r".* => one, ten = \(np\.zeros\(.*\), np\.zeros\(.*\)\)": (
            "the table holds whole numbers, and is large enough"
        ),
        r".*VerbInSlot\(settled=.*": "2 is the task's own slot",
        r".*s >= asked\.targets.*": "what is said is the target or 0",
    },
    "truncate-and-pad": {
        r".*list\(enumerate\(sequences\)\)\[::-1\]:": _ANY_ORDER,
        r".*dtype=int.*": _WHOLE_NUMBERS,
        r".*\[b, :len\(sequence\)\].*": "a slice ends where its array does",
    },
    "bag-of-words": {
        r".*list\(words\)\[::-1\]:": _ANY_ORDER,
        r".*dtype=int\)": _WHOLE_NUMBERS,
    },
    "decay-time-by-width": {
        r".*\)\[::-1\]:": _ANY_ORDER,
        r".*two\[::-1, 0\].*|.*apart\[-1\].*": _ONE_SEQUENCE,
        r"core = .* => core = RNN\(.*\(.*\)": "each network is made alike",
        r"apart = .* => apart = (-\(|core\.forward\(params, two\)).*": (
            "a norm has no sign"
        ),
        r".*core\.init\(np\.random\.default_rng\(seed\)\)": (
            "rounding to float32 moves no count"
        ),
        r".*np\.argmax\(size < .*": _ON_THE_EDGE,
    },
    "byte-pair-training": {
        r".*\)\[::-1\]:": "counts and merges are the same in any order",
        r".*reversed\(range\(merges\)\):": "it only counts the rounds",
        r"pairs = Counter\(\) => pairs = -Counter\(\)": "both are empty",
        r"merged\.append\(best\) => .*": "the pair is chosen already",
        r"break => continue": "where no pair is left, none comes back",
    },
    "temperature": {
        r"weights = (np\.exp\(.*\)) => weights = -\1": "both signs cancel",
        r"weights = .*scores\.max\(.* => weights = .*scores\.min\(.*": (
            "a softmax is the same wherever its scores begin"
        ),
        r".* => if temperature <= 0:": "no temperature is below 0",
    },
    "top-p": {
        r".* => ranked\[before > top_p\] = 0": _ON_THE_EDGE,
        r"kept = np\.zeros\(len\(p\)\) => kept = np\.zeros\(.*\)": (
            "all of them have V entries"
        ),
        r".* => return kept / ranked\.sum\(\)": "it is the same sum",
    },
    "min-p": {
        r"kept = .* => kept = .*p > min_p \* largest.*": _ON_THE_EDGE,
        r"kept = (np\.where\(.*\)) => kept = -\1": "both signs cancel",
    },
    "repetition-penalty": {
        r"scores = scores\.copy\(\) => scores = scores\.copy\(\) .*": (
            "a copy of a copy is one, too"
        ),
        r".*list\(set\(written\)\)\[::-1\]:": _ANY_ORDER,
        r".* => if scores\[token\] >= 0:": _ON_THE_EDGE,
    },
    "cached-generation": {
        r"unread = \[.*\] => unread = \[.*\] \(.*\)": (
            "a loop goes through the list that it began with"
        ),
        r"for _ in range\(count\): => for _ in reversed\(.*": (
            "the rounds are counted and not told apart"
        ),
    },
    "word-and-space": {
        r"found\.append\(tokens\) => .*": "it is the list that is merged",
    },
}


def reason(id_: str, mutant: Mutant) -> str | None:
    """Say why a mutant is the solution's equal, if a person has said so."""
    for pattern, words in EQUIVALENTS.get(id_, {}).items():
        if re.fullmatch(pattern, mutant.change):
            return words
    return None
