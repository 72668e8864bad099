"""absolute-discounting: a language model that only counts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A language model that only counts. Write `cross_entropy`, the mean number of
nats by which `new` surprises whoever has counted in `seen`. Both are texts,
and `context` says how many characters the model looks back.

- Begin with {math}`p = 1/65` for every character: nothing is known.
- Then for each length of the context n = 0, 1, …, `context`: let h be the n
  characters before, and N how often h was followed by anything in `seen`.
  If N is 0, stop: what was never seen has nothing to say. Else

  {math}`p \\leftarrow (\\max(c - D, 0) + D \\cdot k \\cdot p) / N`

  where c is how often this character followed h, and k is how many different
  characters did. `D = 0.75`: so much is taken from each count, and
  shared out by what the shorter context says.
- Add up {math}`-\\log p` for all characters of `new` from place `context` on,
  and divide by how many there are. Keep `seen` and `new` apart: h never
  reaches back into `seen`.

When it works, do some research. Take a long text of your own, hold back its
last tenth, and find the context with the least surprise. Then take half of
the text, and a quarter. How does the best context move? Which would you
guess for all the text in the world?
"""

STARTER = '''\
from collections import Counter
from math import log

def cross_entropy(seen, new, context):
    """Return the mean surprise of new, in nats per character."""
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


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw texts of few words, so that some contexts are known."""
    words = ["ab", "abc", "ca", "bad", "dab", "cab", "a", "add"]
    for context in rng.permutation([1, 2, 2, 3]):
        seen, new = (
            " ".join(rng.choice(words, size=size)) for size in (40, 12)
        )
        yield seen, new + " x ba", int(context)


EXERCISE = Exercise(
    id="absolute-discounting",
    title="A model that only counts",
    grade=3,
    minutes=25,
    function="cross_entropy",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`follows.get(h)` is the counter of what came after h, or None if "
         "h never did. With n = 0, h is the empty text."),
        ("N is `sum(counter.values())`, c is `counter[new[t]]`, k is "
         "`len(counter)`."),
        ("Each round puts the p of the round before into the formula. So the "
         "longest context that was seen has the last word."),
    ),
    mistakes=(
        Mistake(
            "the longest context alone has a say",
            "You forget what the shorter contexts have said. What is taken "
            "from the counts is shared out by their p, and not evenly.",
            [("D * k * p)", "D * k / 65)")],
        ),
        Mistake(
            "what was taken is not shared out",
            "Your chances do not add up to one. D was taken from the count "
            "of each of k characters: that share goes to the shorter "
            "context.",
            [("D * k * p)", "D * p)")],
        ),
        Mistake(
            "the counts are not discounted",
            "You share out what was never taken, so the chances add up to "
            "more than one. Subtract D from each count first.",
            [("max(c - D, 0)", "c")],
        ),
        Mistake(
            "the context with nothing before it is left out",
            "You begin with one character of context. With none there is "
            "something to learn too: which characters are frequent.",
            [("        for n in range(context + 1):\n            next_up",
              ("        for n in range(1, context + 1):\n"
              "            next_up"))],
        ),
        Mistake(
            "the longest context is left out",
            "You stop one character short of the context that was asked for.",
            [("        for n in range(context + 1):\n            next_up",
              "        for n in range(context):\n            next_up")],
        ),
        Mistake(
            "the surprise is in bits",
            "You take the logarithm to base 2. That is bits; nats are asked "
            "for.",
            [("total -= log(p)", "total -= log(p) / log(2)")],
        ),
        Mistake(
            "the sum is given, and not the mean",
            "That is the surprise of the whole text. A longer one would look "
            "worse, for being longer.",
            [("total / (len(new) - context)", "total")],
        ),
        Mistake(
            "the text is said to be longer than what was predicted",
            "You divide by all of new. Its first characters were not "
            "predicted, since they have no whole context.",
            [("(len(new) - context)", "len(new)")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
