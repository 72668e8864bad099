"""shared-lookup-table: one table for all positions, or one for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
When all eight verbs stood in position two during training, some RNNs of this
lesson missed most of them in position nine. Did they share too little?
Measure two models that could not be simpler, because all they do is look up
what they have seen.

- One has a single table, shared by all positions. It stores the target of
  each word.
- The other has ten tables, one for each position. A word is stored only in
  the table of the position at which it stood.

Both read `seen` and are then asked about the words of `asked`. They answer 0,
none, to a word that is not in the table. Each of the two has `inputs` and
`targets`, (B, 10) each; a target is 0 at a word that is no verb.

Write `curves(sentences, slot, seed)`, which does this with one settled verb,
with two, and so on up to eight; `slot` is the position of the settled verbs
in `asked`. Return an array (8, 2): the fraction of *verbs*, settled or not,
that the shared table names correctly, and the fraction that the ten tables
do. The starter draws the sentences.

When it passes, look at `curves(200, 9, 0)`. The shared table cannot count
positions. Which of the two models resembles a fully connected network, and
why can an RNN do worse than the shared table?
"""

STARTER = '''\
import numpy as np
from seqcourse.tasks import VerbInSlot

def curves(sentences, slot, seed):
    """Return the fractions (8, 2) of verbs named: one table, then ten."""
    shares, place = [], np.arange(10)
    for settled in range(1, 9):
        rng = np.random.default_rng(seed)
        seen = VerbInSlot(slot=2, settled=settled).batch(rng, sentences)
        asked = VerbInSlot(slot=slot, settled=settled).batch(rng, 100)
        one = np.zeros(20, int)  # the target of each of the 20 words
        one[seen.inputs] = seen.targets
        right = one[asked.inputs] == asked.targets
        shares.append([right.mean(), right.mean()])
    return np.array(shares)
'''

SOLUTION = '''\
import numpy as np
from seqcourse.tasks import VerbInSlot

def curves(sentences, slot, seed):
    """Return the fractions (8, 2) of verbs named: one table, then ten."""
    shares, place = [], np.arange(10)
    for settled in range(1, 9):
        rng = np.random.default_rng(seed)
        seen = VerbInSlot(slot=2, settled=settled).batch(rng, sentences)
        asked = VerbInSlot(slot=slot, settled=settled).batch(rng, 100)
        one, ten = np.zeros(20, int), np.zeros((10, 20), int)
        one[seen.inputs] = ten[place, seen.inputs] = seen.targets
        said = one[asked.inputs], ten[place, asked.inputs]
        verbs = asked.targets > 0
        shares.append([np.mean((s == asked.targets)[verbs]) for s in said])
    return np.array(shares)
'''

VERBS = "verbs = asked.targets > 0"
SETTLED = VERBS + "\n        verbs &= asked.targets <= settled"
DRAWN = "slot=slot, settled=settled).batch(rng, 100)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw how much is seen, and where it is asked: once in position 2."""
    for slot in (*rng.integers(3, 11, size=2), 2, 1):
        sentences, seed = rng.integers([8, 0], [20, 999])
        yield int(sentences), int(slot), int(seed)


def _single(*case: int) -> Any:
    """Give the fraction of verbs that the starter's table names.

    It has one verb in ten words, and is right about all the others.
    """
    names: dict[str, Any] = {}
    exec(STARTER, names)
    return 10 * names["curves"](*case)[:, 0] - 9


def _first_is_off(answer: Callable[..., Any], *case: int) -> bool:
    """Tell whether the shared table goes wrong, but not as a whole."""
    right, one = _single(*case), answer(*case)[:, 0]
    told = right, -right, 1 - right, right / 2, right[::-1], 0 * right
    finite = bool(np.isfinite(answer(*case)).all())
    return finite and not any(np.allclose(one, each) for each in told)


EXERCISE = Exercise(
    id="shared-lookup-table",
    title="One table, or ten?",
    grade=3,
    minutes=25,
    function="curves",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter has the shared table. What does it count at the "
         "end: the verbs, or every word?"),
        ("The ten tables are an array (10, 20), a row for each position. "
         "The word at position t is stored in row t, and looked up there."),
        ("`ten[place, seen.inputs]` takes, in each sentence, the word of "
         "position t from row t. It can be read and assigned to."),
        ("A column that does not fall as more verbs are settled belongs to "
         "a model that shares across positions by design, whatever the "
         "data."),
    ),
    mistakes=(
        Mistake(
            "the easy words are counted too",
            "Your fractions cover every word, and nine words in ten are no "
            "verb. Answering “none” to all of them would already get 0.9. "
            "Which words does the prompt ask about?",
            [(VERBS, "verbs = asked.targets >= 0")],
        ),
        Mistake(
            "the models are tested on what they have read",
            "In your results no word is ever missed. Do you test on the "
            "sentences that were stored? There every word stands where it "
            "stood before. If not, which words do you count?",
            [("asked = VerbInSlot(" + DRAWN, "asked = seen")],
        ),
        Mistake(
            "there is one table, twice",
            "Both of your columns are the same. What the ten tables store "
            "at position two, they must not find at position nine.",
            [("ten[place, seen.inputs]", "ten[:, seen.inputs]")],
            shows=lambda answer, *case: (
                bool(np.any(answer(*case)))
                and np.array_equal(*np.transpose(answer(*case)))
            ),
        ),
        Mistake(
            "only the settled verbs are asked for",
            "You leave out the verbs that may stand anywhere. They show "
            "how little the table of one position gets to see.",
            [(VERBS, SETTLED)],
        ),
        Mistake(
            "the columns are swapped",
            "Your numbers are right, but the ten tables come first. Which "
            "column should be first?",
            [("for s in said]", "for s in said[::-1]]")],
        ),
        Mistake(
            "the verbs are counted",
            "Your numbers go up to 100, because there are 100 verbs. The "
            "prompt asks for a fraction of them, between 0 and 1.",
            [("np.mean((s", "np.sum((s")],
        ),
        Mistake(
            "the tables are never emptied",
            "With two settled verbs, a table still holds what it stored "
            "with one. Each round should begin with empty tables.",
            [(("        one, ten = np.zeros(20, int), np.zeros((10, 20), int)"
              "\n"), ""),
             ("    for settled",
              ("    one, ten = np.zeros(20, int), np.zeros((10, 20), int)\n"
              "    for settled"))],
        ),
        Mistake(
            "only the verbs that a model names are counted",
            "You measure how often a model is right when it names a verb. "
            "A verb that it calls “none” is missed, too.",
            [(VERBS, "verbs = one[asked.inputs] > 0")],
        ),
        Mistake(
            "the shared table goes wrong",
            "Your first column is off. The starter's table is right; it is "
            "only asked about too many words. Do you divide by the verbs "
            "alone? If so, compare the sentences, what is stored, and how "
            "it is looked up, with the starter.",
            [("default_rng(seed)", "default_rng(seed + 1)")],
            shows=_first_is_off,
        ),
        Mistake(
            "the ten tables go wrong",
            "Your first column is right and your second is not. Is a word "
            "stored in the table of its position alone, and looked up "
            "there? Are the sentences and the rounds those of the starter?",
            [("ten[place, asked.inputs]", "ten[place - 1, asked.inputs]")],
            shows=lambda answer, *case: np.allclose(
                answer(*case)[:, 0], _single(*case)
            ),
        ),
    ),
    cases=_cases,
)  # fmt: skip
