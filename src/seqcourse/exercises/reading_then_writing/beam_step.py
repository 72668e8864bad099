"""beam-step: of all ways to go on, keep the K likeliest wholes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.functional import log_softmax

PROMPT = """\
Write `beam_step`, one step of beam search. `totals` (K,) are the sums of
log-probabilities of the K beginnings kept so far. `log_p` (K, V) says how
likely each token is to come next, after each of them. `memory` (K, H) is the
decoder's memory of each.

Every beginning can go on with every token. Keep the K likeliest of all these,
the likeliest first, and return three things: their totals (K,), the token
that each has gone on with (K,), and the memory that belongs to each (K, H).

When it passes, find out with it when a beam is worth its cost. Draw `log_p`
for three steps from `log_softmax(s * rng.normal(size=(V, V)))`, the row being
the token before; s says how sure the model is. Compare what width 1 and
width 4 find with the best of all V³ wholes. For which s does greedy lose most
often?
"""

STARTER = '''\
import numpy as np

def beam_step(totals, log_p, memory):
    """totals (K,), log_p (K, V), memory (K, H); return three arrays."""
    K, V = log_p.shape
    token = log_p.argmax(1)
    return totals, token, memory
'''

SOLUTION = '''\
import numpy as np

def beam_step(totals, log_p, memory):
    """totals (K,), log_p (K, V), memory (K, H); return three arrays."""
    K, V = log_p.shape
    longer = (totals[:, None] + log_p).ravel()
    best = np.argsort(-longer)[:K]
    parent, token = np.divmod(best, V)
    return longer[best], token, memory[parent]
'''
_BEST = "best = np.argsort(-longer)[:K]"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw beams in which some beginnings go on twice and some not at all."""
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
        ("Make the table of all K · V wholes first: the sum of each "
         "beginning, plus the logarithm of each way to go on."),
        ("Put the table in one row and sort it. From the place in that row "
         "you can work out both whose line it was and which token."),
        ("`np.divmod(best, V)` gives both. The memory of a child is its "
         "parent's."),
    ),
    mistakes=(
        Mistake(
            "what stood before does not count",
            "You choose by the last token alone. A beginning that was hardly "
            "likely stays so, however sure its next step is.",
            [("(totals[:, None] + log_p).ravel()", "log_p.ravel()")],
        ),
        Mistake(
            "the beginnings are chosen well, and their sums start anew",
            "Your tokens and memories are right, and the totals hold only "
            "the last step. Next time all that came before is forgotten.",
            [("return longer[best]", "return log_p.ravel()[best]")],
        ),
        Mistake(
            "the memories are not reordered",
            "Tokens and totals are right, but the memories stand as they "
            "stood before. Who goes on from whose beginning?",
            [("memory[parent]", "memory")],
        ),
        Mistake(
            "each beginning keeps one child",
            "You let every beginning go on once. One may deserve two "
            "places, and another none.",
            [(_BEST,
              ("best = np.arange(K) * V + log_p.argmax(1)\n"
               "    best = best[np.argsort(-longer[best])]"))],
        ),
        Mistake(
            "the unlikeliest are kept",
            "You keep the smallest sums. A logarithm of a probability is "
            "below zero, and the likelier something is, the nearer to it.",
            [("np.argsort(-longer)", "np.argsort(longer)")],
        ),
        Mistake(
            "the likeliest comes last",
            "You keep the right ones and give them back the other way "
            "round.",
            [(_BEST, "best = np.argsort(-longer)[:K][::-1]")],
        ),
        Mistake(
            "a parent is taken for a token",
            "You have mixed up the two numbers that a place in the row is "
            "made of: whose line it was, and which token.",
            [("parent, token = np.divmod(best, V)",
              "token, parent = np.divmod(best, V)"),
             ("memory[parent]", "memory[parent % K]")],
        ),
        Mistake(
            "the row is cut in the wrong places",
            "Each line of the table is as long as the vocabulary. You cut "
            "it as if it were as long as the beam.",
            [("np.divmod(best, V)", "np.divmod(best, K)"),
             ("memory[parent]", "memory[parent % K]")],
        ),
        *(
            Mistake(
                f"the {what} is worked out with the width of the beam",
                "A place in the row says how many whole lines come before "
                f"it, and how far into its own line it lies. To find the "
                f"{what}, you divide by the number of lines and not by the "
                "length of one.",
                [edit],
            )
            for what, edit in (
                ("token", ("longer[best], token", "longer[best], best % K")),
                ("parent", ("memory[parent]", "memory[best // K]")),
            )
        ),
        Mistake(
            "logarithms are multiplied",
            "The product of probabilities becomes a sum of logarithms, and "
            "not a product.",
            [("totals[:, None] + log_p", "totals[:, None] * log_p")],
        ),
        Mistake(
            "the parent comes back as the token",
            "Totals and memories are right. You give whose line each goes on "
            "from where the token was asked for.",
            [("return longer[best], token", "return longer[best], parent")],
        ),
        Mistake(
            "the place in the row comes back as the token",
            "Totals and memories are right. A place in the row counts all "
            "lines before it; a token is a place in its own line.",
            [("return longer[best], token", "return longer[best], best")],
        ),
        Mistake(
            "the child takes its token's memory",
            "Totals and tokens are right. The memory that goes on is that of "
            "the beginning: the token has none.",
            [("memory[parent]", "memory[token % K]")],
        ),
    ),
    cases=_cases,
    parts=("totals", "tokens", "memories"),
)  # fmt: skip
