"""beam-step: of all extended sequences, keep the K most probable."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.functional import log_softmax

PROMPT = """\
Write `beam_step`, one step of beam search. `totals` (K,) are the sums of
log-probabilities of the K partial sequences in the beam. `log_p` (K, V) are
the log-probabilities of the next token after each of them. `states` (K, H)
are the decoder's hidden states.

Extend every sequence by every token. Keep the K most probable results, the
best first, and return three arrays: their totals (K,), the token that each
was extended by (K,), and the state that belongs to each (K, H).

When it passes, use it to find out when a beam is worth its cost. For each of
three steps draw a matrix `log_softmax(s * rng.normal(size=(V, V)))`, whose
rows are the previous token; s says how sure the model is. Start with the
totals 0, −∞, −∞, −∞, so that only one sequence counts, and pass the tokens so
far as `states`. Compare what widths 1 and 4 find with the best of all V³
sequences. At which s does greedy decoding miss the best most often?
"""

STARTER = '''\
import numpy as np

def beam_step(totals, log_p, states):
    """totals (K,), log_p (K, V), states (K, H); return three arrays."""
    K, V = log_p.shape
    token = log_p.argmax(1)
    return totals, token, states
'''

SOLUTION = '''\
import numpy as np

def beam_step(totals, log_p, states):
    """totals (K,), log_p (K, V), states (K, H); return three arrays."""
    K, V = log_p.shape
    longer = (totals[:, None] + log_p).ravel()
    best = np.argsort(-longer)[:K]
    parent, token = np.divmod(best, V)
    return longer[best], token, states[parent]
'''
_BEST = "best = np.argsort(-longer)[:K]"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw beams in which some sequences are extended twice, some never."""
    count = 0
    while count < 6:
        K, V = int(rng.integers(3, 6)), int(rng.integers(6, 10))
        totals = np.sort(-rng.uniform(0.5, 2.5, K))[::-1].copy()
        log_p = log_softmax(1.5 * rng.normal(size=(K, V)))
        best = np.argsort(-(totals[:, None] + log_p).ravel())[:K]
        parents = best // V
        if len(set(parents)) < K and (parents != np.sort(parents)).any():
            count += 1
            yield totals, log_p, rng.normal(size=(K, 4))


EXERCISE = Exercise(
    id="beam-step",
    title="One step of a beam",
    grade=3,
    minutes=20,
    function="beam_step",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("First compute all K · V new sums as a matrix: the total of each "
         "sequence plus the log-probability of each token."),
        ("Flatten the matrix and sort it. From an index into the flat array "
         "you can compute the row, the parent, and the column, the token."),
        ("`np.divmod(best, V)` gives both. An extended sequence has the "
         "state of its parent."),
    ),
    mistakes=(
        Mistake(
            "the totals do not count",
            "You choose by the last token alone. An improbable sequence "
            "stays improbable, however sure its next step is.",
            [("(totals[:, None] + log_p).ravel()", "log_p.ravel()")],
        ),
        Mistake(
            "the new totals hold only the last step",
            "Your tokens and states are right, but the totals hold only the "
            "last step. The next step would forget all earlier ones.",
            [("return longer[best]", "return log_p.ravel()[best]")],
        ),
        Mistake(
            "the states are not reordered",
            "Tokens and totals are right, but the states are still in the "
            "old order. Which sequence extends which?",
            [("states[parent]", "states")],
        ),
        Mistake(
            "every sequence is extended once",
            "You keep one extension of every sequence. One may deserve two, "
            "another none.",
            [(_BEST,
              ("best = np.arange(K) * V + log_p.argmax(1)\n"
               "    best = best[np.argsort(-longer[best])]"))],
        ),
        Mistake(
            "the least probable are kept",
            "You keep the smallest sums. Log-probabilities are negative: the "
            "more probable a sequence, the nearer to zero.",
            [("np.argsort(-longer)", "np.argsort(longer)")],
        ),
        Mistake(
            "the best comes last",
            "You keep the right ones, but in reverse order.",
            [(_BEST, "best = np.argsort(-longer)[:K][::-1]")],
        ),
        Mistake(
            "parent and token are swapped",
            "An index into the flat array stands for a row and a column. You "
            "have swapped them: the row is the parent, the column the token.",
            [("parent, token = np.divmod(best, V)",
              "token, parent = np.divmod(best, V)"),
             ("states[parent]", "states[parent % K]")],
        ),
        Mistake(
            "the index is divided by the width of the beam",
            "Each row of the matrix is as long as the vocabulary. You divide "
            "as if it were as long as the beam.",
            [("np.divmod(best, V)", "np.divmod(best, K)"),
             ("states[parent]", "states[parent % K]")],
        ),
        *(
            Mistake(
                f"the {what} is computed with the width of the beam",
                "An index into the flat array counts whole rows first, then "
                f"columns. To find the {what}, you divide by the number of "
                "rows instead of the length of one.",
                [edit],
            )
            for what, edit in (
                ("token", ("longer[best], token", "longer[best], best % K")),
                ("parent", ("states[parent]", "states[best // K]")),
            )
        ),
        Mistake(
            "logarithms are multiplied",
            "Probabilities are multiplied, so their logarithms are added. "
            "You multiply the logarithms.",
            [("totals[:, None] + log_p", "totals[:, None] * log_p")],
        ),
        Mistake(
            "the parent is returned as the token",
            "Totals and states are right. Instead of the token you return "
            "the parent, the row of the matrix.",
            [("return longer[best], token", "return longer[best], parent")],
        ),
        Mistake(
            "the flat index is returned as the token",
            "Totals and states are right. The flat index counts all rows "
            "before its own; the token is the column alone.",
            [("return longer[best], token", "return longer[best], best")],
        ),
        Mistake(
            "the state is that of the token",
            "Totals and tokens are right. The state comes from the parent "
            "sequence; a token has none.",
            [("states[parent]", "states[token % K]")],
        ),
    ),
    cases=_cases,
    parts=("totals", "tokens", "states"),
)  # fmt: skip
