"""bag-of-words: what is left of a sentence without its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A bag of words knows which words a sentence contains, and how often. Write
`bag`, which fills one. `words` has shape (T,): T words, each given as a whole
number. There are `vocab_size` different words in all. Return how often each
of them occurs, an array of shape (vocab_size,).

Say 0 is *the*, 1 *dog*, 2 *bites*, 3 *man* and 4 *cat*. Then
`bag(np.array([0, 1, 2, 0, 3]), 5)`, the dog that bites the man, is
`[2, 1, 1, 1, 0]`. When yours is right, give it the man who bites the dog.
"""

STARTER = '''\
import numpy as np

def bag(words, vocab_size):
    """words is (T,); return how often each occurs, (vocab_size,)."""
    counts = np.zeros(vocab_size)
    for word in words:
        counts[word] = 1
    return counts
'''

SOLUTION = '''\
import numpy as np

def bag(words, vocab_size):
    """words is (T,); return how often each occurs, (vocab_size,)."""
    counts = np.zeros(vocab_size)
    for word in words:
        counts[word] += 1
    return counts
'''

FRACTIONS = "    return counts / len(words)\n"
NUMBERS = '''\
import numpy as np

def bag(words, vocab_size):
    """Count the words of this sentence, and no others."""
    return np.unique(words, return_counts=True)[1]
'''
SHORT = '''\
import numpy as np

def bag(words, vocab_size):
    """Count up to the largest number that occurs."""
    return np.bincount(words)
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sentences with a word that occurs twice, and others never."""
    for _ in range(8):
        V = int(rng.integers(5, 10))
        known = rng.permutation(V)[: V - 2]
        words = rng.choice(known, size=V + int(rng.integers(1, 6)))
        yield words, V
    words = rng.permutation(5)
    yield np.concatenate([words, words[:2]]), 6


def _first_alone(answer: Callable[..., Any], words: Any, V: int) -> bool:
    """Tell whether only the first word is counted."""
    counts = answer(words, V)
    return bool(np.any(counts)) and np.array_equal(
        counts, answer(words[:1], V)
    )


EXERCISE = Exercise(
    id="bag-of-words",
    title="Fill a bag",
    grade=1,
    minutes=5,
    function="bag",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Go through the sentence with a finger and keep a tally: one stroke "
         "for each word, next to that word. What happens at the second "
         "*the*?"),
        "The starter sets a word's count to 1, whatever it was before.",
        "`a += b` adds b to what is already there.",
    ),
    mistakes=(
        Mistake(
            "a word that occurs twice is counted once",
            "Your bag knows which words there are, but not how often. When "
            "a word occurs again, what should happen to its count? And if "
            "you add to many counts in one line: NumPy adds only once to an "
            "index that occurs twice.",
            [("counts[word] += 1", "counts[word] = 1")],
        ),
        Mistake(
            "only the first word is counted",
            "Your bag stays the same whatever follows the first word. Does "
            "the loop reach the second word before the function returns? "
            "Check how far `return` is indented.",
            [("    return counts\n", "        return counts\n")],
            shows=_first_alone,
        ),
        Mistake(
            "only the last word is counted",
            "You start a new bag at every word, so only the last word is in "
            "it. Which line should run once, before the loop?",
            [("    counts = np.zeros(vocab_size)\n", ""),
             ("        counts[word] += 1",
              ("        counts = np.zeros(vocab_size)\n"
              "        counts[word] += 1"))],
        ),
        Mistake(
            "every count is one position too far left",
            "The counts are right, but each is one position too far left. "
            "Python counts from 0, and so do the numbers of the words.",
            [("counts[word] += 1", "counts[word - 1] += 1")],
        ),
        Mistake(
            "the first word is left out",
            "Your bag holds one word too few: the first of the sentence is "
            "missing. Where does your loop begin?",
            [("for word in words:", "for word in words[1:]:")],
        ),
        Mistake(
            "the last word is left out",
            "Your bag holds one word too few: the last of the sentence is "
            "missing. Where does your loop end?",
            [("for word in words:", "for word in words[:-1]:")],
        ),
        Mistake(
            "the counts have become fractions",
            "Your numbers add up to one, whatever the length. For a "
            "sentence of ten words they should add up to ten.",
            [("    return counts\n", FRACTIONS)],
        ),
        Mistake(
            "words that do not occur have no count",
            "You have one number for each word of this sentence only. How "
            "would you compare this bag with that of another sentence? A "
            "word that does not occur needs a count too: zero.",
            code=NUMBERS,
        ),
        Mistake(
            "the bag ends at the largest number that occurs",
            "Your bag ends at the largest number in the sentence. Its "
            "length should not depend on the sentence: which argument says "
            "how long it is?",
            code=SHORT,
        ),
    ),
    cases=_cases,
)  # fmt: skip
