"""absolute-discounting: an n-gram language model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises import discounting_probes
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A language model that only counts. Write `cross_entropy`: count n-grams in the
text `seen`, predict each character of the text `new`, and return the
cross-entropy in nats per character. `context` is the number of characters of
context.

- Begin with {math}`p = 1/65` for each character: nothing is known.
- Then, for each context length n = 0, 1, …, `context`: let h be the n
  characters before, and N how often anything followed h in `seen`. If N is
  0, stop: a context that was never seen changes nothing. Otherwise

  {math}`p \\leftarrow (\\max(c - D, 0) + D \\cdot k \\cdot p) / N`

  where c is how often this character followed h, and k is how many different
  characters did. This is absolute discounting: `D = 0.75` is subtracted from
  each count, and what was taken is handed out as the shorter context
  predicts.
- Add up {math}`-\\log p` over the characters of `new` from position `context`
  on, and divide by how many there are. Keep `seen` and `new` apart: h never
  reaches back into `seen`.

When it works, do some research. Take a long text of your own, hold out its
last tenth, and find the context with the lowest cross-entropy. Then use half
of the text, and a quarter. How does the best context move? What would you
guess for all the text in the world?
"""

STARTER = '''\
from collections import Counter
from math import log

def cross_entropy(seen, new, context):
    """Return the cross-entropy of new, in nats per character."""
    D = 0.75
    follows = {}  # for each h a Counter of what came next
    for n in range(context + 1):
        for t in range(n, len(seen)):
            follows.setdefault(seen[t - n:t], Counter())[seen[t]] += 1
    total = 0.0
    for t in range(context, len(new)):
        p = 1 / 65
        # Go from the shortest context to the longest.
        total -= log(p)
    return total / (len(new) - context)
'''

SOLUTION = STARTER.replace(
    "        # Go from the shortest context to the longest.\n",
    """\
        for n in range(context + 1):
            next_up = follows.get(new[t - n:t])
            if next_up is None:
                break
            N = sum(next_up.values())
            c, k = next_up[new[t]], len(next_up)
            p = (max(c - D, 0) + D * k * p) / N
""",
)

_LOOP = "        for n in range(context + 1):\n            next_up"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw texts of few words, so that some contexts are known."""
    words = ["ab", "abc", "ca", "bad", "dab", "cab", "a", "add"]
    for context in rng.permutation([1, 2, 2, 3]):
        seen, new = (
            " ".join(rng.choice(words, size=int(rng.integers(*sizes))))
            for sizes in ((12, 50), (4, 20))
        )
        yield seen, new + " x ba", int(context)


EXERCISE = Exercise(
    id="absolute-discounting",
    title="An n-gram model",
    grade=3,
    minutes=25,
    function="cross_entropy",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`follows.get(h)` is the counter of what came after h, or None if "
         "h was never seen. With n = 0, h is the empty string."),
        ("N is `sum(counter.values())`, c is `counter[new[t]]`, k is "
         "`len(counter)`."),
        ("Each round puts the p of the previous round into the formula, so "
         "the longest context that was seen comes last."),
    ),
    mistakes=(
        Mistake(
            "the longest context alone has a say",
            "You forget what the shorter contexts predict. What is taken "
            "from the counts is handed out in proportion to their p, not "
            "evenly.",
            [("D * k * p)", "D * k / 65)")],
        ),
        Mistake(
            "what was taken is not given back",
            "Your probabilities do not add up to one. D was subtracted from "
            "k counts, so D times k has to be handed out again.",
            [("D * k * p)", "D * p)")],
        ),
        Mistake(
            "the counts are not discounted",
            "You hand out what was never taken, so the probabilities add up "
            "to more than one. Subtract D from each count first.",
            [("max(c - D, 0)", "c")],
        ),
        Mistake(
            "the context with nothing before it is left out",
            "You begin with one character of context. There is something to "
            "learn with none, too: which characters are frequent.",
            [(_LOOP,
              ("        for n in range(1, context + 1):\n"
              "            next_up"))],
        ),
        Mistake(
            "the longest context is left out",
            "You stop one character short of the longest context.",
            [(_LOOP,
              "        for n in range(context):\n            next_up")],
        ),
        Mistake(
            "the cross-entropy is in bits",
            "You take the logarithm to base 2, which gives bits. The answer "
            "should be in nats, with the natural logarithm.",
            [("total -= log(p)", "total -= log(p) / log(2)")],
        ),
        Mistake(
            "the sum is returned, not the mean",
            "That is the sum over the whole text. A longer text would score "
            "worse just for being longer.",
            [("total / (len(new) - context)", "total")],
        ),
        Mistake(
            "it goes from the longest context to the shortest",
            "You end with the shortest context. Each round should refine "
            "the prediction of a shorter one.",
            [(_LOOP,
              ("        for n in range(context, -1, -1):\n"
               "            next_up"))],
        ),
        Mistake(
            "p is set to 1/65 only once",
            "Each character begins with the p that the previous one left "
            "behind. Begin with 1/65 again for each.",
            [("    for t in range(context, len(new)):\n        p = 1 / 65\n",
              "    p = 1 / 65\n    for t in range(context, len(new)):\n")],
        ),
        Mistake(
            "only the last character is kept",
            "Each character overwrites the sum of those before it, so that "
            "only the last one is left.",
            [("total -= log(p)", "total = -log(p)")],
        ),
        Mistake(
            "it stops after one character",
            "You return in the first round of the loop. How far is your "
            "`return` indented?",
            [("    return total", "        return total")],
        ),
        Mistake(
            "nothing that was counted is used",
            "Each of your characters costs log 65, as if nothing had been "
            "counted. What changes p, and which contexts end your loop, "
            "those that were seen or those that were not?",
            [("next_up is None", "next_up is not None")],
            shows=discounting_probes.nothing_is_counted,
        ),
        Mistake(
            "the sum is divided by the length of the other text",
            "You divide by how many characters there are to count in. The "
            "mean is over those that are predicted.",
            [("/ (len(new) - context)", "/ (len(seen) - context)")],
        ),
        Mistake(
            "a model that has seen nothing has something to say",
            "With an empty text to count in, each character should cost "
            "log 65, and in yours it does not. Look at what p is at first "
            "and at what is added to the sum.",
            [("p = 1 / 65", "p = 1")],
            shows=discounting_probes.begins_elsewhere,
        ),
        Mistake(
            "it is right for a single character",
            "A text of one character gets the right number, and a longer one "
            "does not. Is the second character predicted from the right "
            "context, is it in the sum, and in what you divide by?",
            [("for t in range(context, len(new))",
              "for t in range(context, len(new), 2)")],
            shows=discounting_probes.leaves_characters_out,
        ),
        Mistake(
            "it is right only without a context",
            "With `context = 0` yours is right, so the formula is. Look at "
            "where n and `context` come in: which characters stand before "
            "position t, in which text, and how many are predicted?",
            [("follows.get(new[t - n:t])", "follows.get(seen[t - n:t])")],
            shows=discounting_probes.right_without_context,
        ),
        Mistake(
            "what was seen costs the wrong amount",
            "Without a context, a character that was never seen costs what "
            "it should, and one that was does not. Look at how its count "
            "is found and goes in.",
            [("max(c - D, 0)", "max(c - D, 0) / 2")],
            shows=discounting_probes.seen_alone,
        ),
        Mistake(
            "already the first round is wrong",
            "Even with `context = 0` the characters cost the wrong amount, "
            "whether or not they were seen. Work out seen = 'ab' and "
            "new = 'a' by hand: N is 2, c is 1 and k is 2.",
            [("D * k * p) / N", "D * k * p) / D")],
            shows=discounting_probes.neither,
        ),
        Mistake(
            "the probabilities do not add up to one",
            "Add up the probabilities that yours gives to all 65 characters "
            "after the same one: they do not make 1. Hold each letter of "
            "the formula against your line.",
            [("D * k * p)", "D * k * n)")],
            shows=discounting_probes.no_probabilities,
        ),
    ),
    cases=_cases,
)  # fmt: skip
