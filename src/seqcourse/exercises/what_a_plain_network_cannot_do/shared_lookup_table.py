"""shared-lookup-table: does sharing come from the weights or the data?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
When all eight verbs were settled in slot two, the RNN of this lesson missed
many of them in slot nine. Was it too little sharing? Measure two readers that
could not be simpler, since all they do is write down what they saw.

- One has a single notebook for all slots. For each word it notes the answer.
- The other has ten, one for each slot, and notes a word only in the notebook
  of the slot in which the word stood.

Both read `seen` and are then asked about the words of `asked`. For a word
that is not in the notebook they say 0, none. Both batches have `inputs` and
`targets`, (B, 10) each; a target is 0 at a word that is no verb.

Write `curves(sentences, slot, seed)`, which does this with one settled verb,
with two, and so on up to eight. Give back (8, 2): the share of *verbs*,
settled or not, that the single notebook names rightly, and the share that the
ten do. The starter draws the sentences.

When it passes, look at `curves(200, 9, 0)`. Who has learned the calendar, and
what has the RNN that a notebook has not?
"""

STARTER = '''\
import numpy as np
from seqcourse.tasks import VerbInSlot

def curves(sentences, slot, seed):
    """Return the shares (8, 2) of verbs named: one notebook, then ten."""
    shares, place = [], np.arange(10)
    for settled in range(1, 9):
        rng = np.random.default_rng(seed)
        seen = VerbInSlot(slot=2, settled=settled).batch(rng, sentences)
        asked = VerbInSlot(slot=slot, settled=settled).batch(rng, 100)
        one = np.zeros(20, int)  # the answer to each of the 20 words
        one[seen.inputs] = seen.targets
        right = one[asked.inputs] == asked.targets
        shares.append([right.mean(), right.mean()])
    return np.array(shares)
'''

SOLUTION = '''\
import numpy as np
from seqcourse.tasks import VerbInSlot

def curves(sentences, slot, seed):
    """Return the shares (8, 2) of verbs named: one notebook, then ten."""
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
    """Draw how much is seen, and where it is asked: once in that slot."""
    for slot in (*rng.integers(3, 11, size=2), 2, 1):
        sentences, seed = rng.integers([8, 0], [20, 999])
        yield int(sentences), int(slot), int(seed)


def _single(*case: int) -> Any:
    """Give the share of verbs that the starter's notebook names.

    It has one verb in ten words, and is right about all the others.
    """
    names: dict[str, Any] = {}
    exec(STARTER, names)
    return 10 * names["curves"](*case)[:, 0] - 9


def _first_is_off(answer: Callable[..., Any], *case: int) -> bool:
    """Tell whether the single notebook goes wrong, but not as a whole."""
    right, one = _single(*case), answer(*case)[:, 0]
    told = right, -right, 1 - right, right / 2, right[::-1], 0 * right
    return not any(np.allclose(one, each) for each in told)


EXERCISE = Exercise(
    id="shared-lookup-table",
    title="One notebook, or ten?",
    grade=3,
    minutes=25,
    function="curves",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter has the single notebook. Whom does it count in the "
         "end: the verbs, or every word?"),
        ("The ten notebooks are an array (10, 20), a row for each slot. "
         "What stands in slot t is noted in row t, and looked up there."),
        ("`ten[place, seen.inputs]` takes, in each sentence, the word of "
         "slot t from row t. It can be read and written to."),
        ("A column that stays where it is while more verbs are settled "
         "shows a reader to whom the data need not say that place does not "
         "matter."),
    ),
    mistakes=(
        Mistake(
            "the easy words are counted too",
            "Your shares cover every word, and nine words in ten are no "
            "verb. Whoever says none to all of them is right about those. "
            "Whom is the question about?",
            [(VERBS, "verbs = asked.targets >= 0")],
        ),
        Mistake(
            "they are asked what they have read",
            "By your numbers no word is ever missed. Do you ask about the "
            "very sentences that were written down? There every word stands "
            "where it stood before. If not: which words do you count?",
            [("asked = VerbInSlot(" + DRAWN, "asked = seen")],
        ),
        Mistake(
            "there is one notebook, twice",
            "Both of your columns are the same. What the ten have written "
            "down in slot two, they must not find in slot nine.",
            [("ten[place, seen.inputs]", "ten[:, seen.inputs]")],
            shows=lambda answer, *case: (
                bool(np.any(answer(*case)))
                and np.array_equal(*np.transpose(answer(*case)))
            ),
        ),
        Mistake(
            "only the settled verbs are asked for",
            "You leave out the verbs that may stand anywhere. They show "
            "what a notebook of one slot learns from the few that come by.",
            [(VERBS, SETTLED)],
        ),
        Mistake(
            "the columns have changed places",
            "Your numbers are right, and the ten notebooks stand where the "
            "single one should. Which was to come first?",
            [("for s in said]", "for s in said[::-1]]")],
        ),
        Mistake(
            "the verbs are counted",
            "Your numbers go up to 100, and there are 100 verbs. What is "
            "asked for is a share of all of them, between 0 and 1.",
            [("np.mean((s", "np.sum((s")],
        ),
        Mistake(
            "the notebooks are never empty again",
            "A reader with two settled verbs still knows what it noted with "
            "one. Each round should begin with empty notebooks.",
            [(("        one, ten = np.zeros(20, int), np.zeros((10, 20), int)"
              "\n"), ""),
             ("    for settled",
              ("    one, ten = np.zeros(20, int), np.zeros((10, 20), int)\n"
              "    for settled"))],
        ),
        Mistake(
            "only the verbs that a reader names are counted",
            "You ask how often a reader is right when it names a verb. A "
            "verb about which it says none is missed too.",
            [("[verbs]", "[s > 0]")],
        ),
        Mistake(
            "the single notebook goes wrong",
            "Your first column is off. The starter's notebook is the right "
            "one, and it is only asked about too many words. What else have "
            "you changed: the sentences, what is noted, or the look-up?",
            [("default_rng(seed)", "default_rng(seed + 1)")],
            shows=_first_is_off,
        ),
        Mistake(
            "the ten notebooks go wrong",
            "Your first column is right, and your second is not. Is a word "
            "noted in the notebook of its slot alone, and looked up there? "
            "And are the sentences and the rounds those of the starter?",
            [("ten[place, asked.inputs]", "ten[place - 1, asked.inputs]")],
            shows=lambda answer, *case: np.allclose(
                answer(*case)[:, 0], _single(*case)
            ),
        ),
    ),
    cases=_cases,
)  # fmt: skip
