"""top-p: the fewest tokens that together have enough probability."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Write `nucleus`, top-p sampling's filter.

- `p` (V,) are the probabilities of the next token. They are in no particular
  order, and no two are equal.
- `top_p` is above 0 and at most 1.

Keep the fewest tokens whose probabilities together reach `top_p`, the most
probable first. The token that takes the sum to `top_p` or past it is kept,
too, so at least one always is, however small `top_p` may be. Set all others
to 0, and renormalise.

Return the new probabilities (V,), each token in its old position.

When it works, use `top_p = 0.5` on two distributions: one that is nearly sure
of one token, and one that hesitates between a hundred. How many are kept?
"""

STARTER = '''\
import numpy as np

def nucleus(p, top_p):
    """Return the probabilities after top-p, (V,)."""
    order = np.argsort(-p)  # the most probable first
    ranked = p[order]
    # Which of the ranked ones are set to 0?
    kept = np.zeros(len(p))
    kept[order] = ranked
    return kept
'''

SOLUTION = '''\
import numpy as np

def nucleus(p, top_p):
    """Return the probabilities after top-p, (V,)."""
    order = np.argsort(-p)  # the most probable first
    ranked = p[order]
    before = np.cumsum(ranked) - ranked
    ranked[before >= top_p] = 0
    kept = np.zeros(len(p))
    kept[order] = ranked
    return kept / kept.sum()
'''
_BEFORE = "np.cumsum(ranked) - ranked"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw distributions; of some, the likeliest token alone is enough."""
    kinds = [0, 0, 1, 1, 1, 2]
    for kind in rng.permutation(kinds):
        while True:
            p = rng.dirichlet(np.full(int(rng.integers(6, 10)), 0.8))
            up_to = np.cumsum(np.sort(p)[::-1])
            low, high = [
                (0.05, up_to[0]), (up_to[1], up_to[3]), (up_to[3], up_to[-2])
            ][kind]  # fmt: skip
            top_p = float(rng.uniform(low, high)) if low < high else 0.0
            # Clear of every edge, and with no token that hardly counts.
            clear = np.abs(up_to - top_p).min() > 0.01
            if clear and p.min() > 0.003 and p.argmax() and top_p < 0.97:
                break
        yield p, top_p


def _drops_a_likelier_token(answer: Answer, p: Array, top_p: float) -> bool:
    """Tell whether a token is kept, and one that is likelier is not."""
    kept = np.asarray(answer(p, top_p)) > 0
    return bool(kept.any() and p[kept].min() < p[~kept].max(initial=0))


def _keeps(rule: Callable[..., Any]) -> Answer:
    """Give a function that tells whether an answer keeps by another rule.

    The rule may keep nothing, and then there is nothing to divide by.
    """

    def follows(answer: Answer, p: Array, top_p: float) -> bool:
        up_to = np.array([p[p >= own].sum() for own in p])
        kept = np.where(rule(p, up_to, top_p), p, 0)
        wrong = kept / kept.sum()
        return np.allclose(answer(p, top_p), wrong, equal_nan=True)

    return follows


EXERCISE = Exercise(
    id="top-p",
    title="The nucleus",
    grade=2,
    minutes=12,
    function="nucleus",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("A token is kept if the ones before it have not reached `top_p` "
         "yet. For the first one that sum is 0."),
        ("`np.cumsum(ranked)` is the sum up to each token, itself included. "
         "How do you get the sum before it?"),
    ),
    mistakes=(
        Mistake(
            "nothing is filtered",
            "All tokens are still there. Which ones come after the sum has "
            "reached its mark?",
            code=STARTER,
        ),
        Mistake(
            "the token that reaches the mark is dropped",
            "You drop the token that takes the sum past `top_p`. What is "
            "left no longer reaches it, and sometimes nothing is left.",
            [(_BEFORE, "np.cumsum(ranked)")],
            shows=_keeps(lambda _, up_to, top_p: up_to < top_p),
        ),
        Mistake(
            "the token that reaches the mark is dropped, but one is kept",
            "You drop the token that takes the sum past `top_p`. Only the "
            "first one is safe.",
            [(_BEFORE, "np.cumsum(ranked)\n    before[0] = 0")],
        ),
        Mistake(
            "one token too many is kept",
            "You keep one token more than it takes to reach `top_p`.",
            [(_BEFORE, f"{_BEFORE}\n    before[1:] = before[:-1].copy()")],
        ),
        Mistake(
            "each probability is compared by itself",
            "You compare single probabilities with `top_p`. It is their sum, "
            "from the most probable on, that has to reach it.",
            [("before >= top_p", "ranked < top_p")],
            shows=_keeps(lambda p, _, top_p: p >= top_p),
        ),
        Mistake(
            "the rule is that of min-p",
            "You compare each token with the most probable one. That is "
            "min-p; here their sum counts.",
            [("before >= top_p", "ranked < top_p * ranked[0]")],
        ),
        Mistake(
            "the least probable come first",
            "You begin with the least probable tokens. The fewest that reach "
            "a sum are the largest ones.",
            [("np.argsort(-p)", "np.argsort(p)")],
        ),
        Mistake(
            "the tokens are not sorted",
            "You take the tokens in the order in which they come. What is "
            "the fewest that reach the sum?",
            [("np.argsort(-p)", "np.arange(len(p))")],
        ),
        Mistake(
            "the wrong side is kept",
            "You keep what should go, and drop what should stay.",
            [("before >= top_p", "before < top_p")],
        ),
        Mistake(
            "the probabilities are not renormalised",
            "Yours no longer add up to 1. What was dropped has to be shared "
            "among those that stay.",
            [("kept / kept.sum()", "kept")],
        ),
        Mistake(
            "the kept ones are all equally likely",
            "You give every kept token the same probability. Their ratios "
            "should stay as they were.",
            [("kept / kept.sum()", "(kept > 0) / (kept > 0).sum()")],
        ),
        Mistake(
            "the result is in the order of the ranks",
            "Your probabilities are sorted. Each token needs the position "
            "that it had.",
            [("kept[order] = ranked", "kept[:] = ranked")],
        ),
        Mistake(
            "the ranks are read the wrong way round",
            "You put the ranked values in the wrong positions. If `order[0]` "
            "is 5, the first ranked value belongs in position 5.",
            [("kept[order] = ranked", "kept = ranked[order]")],
        ),
        Mistake(
            "the softmax is taken again",
            "You put probabilities through another softmax, which flattens "
            "them, and gives something to the tokens that were dropped.",
            [("kept / kept.sum()", "np.exp(kept) / np.exp(kept).sum()")],
        ),
        Mistake(
            "a likelier token goes before a less likely one",
            "You drop a token that is more probable than one that you keep. "
            "In which order do they join the sum?",
            [("before >= top_p", "before[::-1] >= top_p")],
            shows=_drops_a_likelier_token,
        ),
    ),
    cases=_cases,
)  # fmt: skip
