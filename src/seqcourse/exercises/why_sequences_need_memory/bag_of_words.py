"""bag-of-words: what is left of a sentence when its order is thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A bag of words knows which words a sentence has and how often each comes.
Write `bag`, which fills one. `words` is (T,), one whole number for each word
of the sentence; `vocab_size` is how many words there are in all. Give back
how often each of them comes, (vocab_size,).

Say 0 is *the*, 1 *dog*, 2 *bites*, 3 *man* and 4 *cat*. Then
`bag(np.array([0, 1, 2, 0, 3]), 5)`, the dog that bites the man, is
`[2, 1, 1, 1, 0]`. When yours is right, hand it the man that bites the dog.
"""

STARTER = '''\
import numpy as np

def bag(words, vocab_size):
    """words is (T,); return how often each word comes, (vocab_size,)."""
    counts = np.zeros(vocab_size)
    for word in words:
        counts[word] = 1
    return counts
'''

SOLUTION = '''\
import numpy as np

def bag(words, vocab_size):
    """words is (T,); return how often each word comes, (vocab_size,)."""
    counts = np.zeros(vocab_size)
    for word in words:
        counts[word] += 1
    return counts
'''

SHARES = "    return counts / len(words)\n"
NUMBERS = '''\
import numpy as np

def bag(words, vocab_size):
    """Count the words of this sentence, and no others."""
    return np.unique(words, return_counts=True)[1]
'''
SHORT = '''\
import numpy as np

def bag(words, vocab_size):
    """Count up to the largest number that comes."""
    return np.bincount(words)
'''


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sentences in which a word comes twice and others never."""
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
        ("Go through the sentence with a finger and make a stroke for each "
         "word, in the place that belongs to that word. What happens at "
         "the second *the*?"),
        "The starter writes 1 into the place, whatever stood there before.",
        "`a += b` adds b to what is already there.",
    ),
    mistakes=(
        Mistake(
            "a word that comes twice is counted once",
            "Your bag knows which words there are, and not how often. When "
            "a word comes again, what stood in its place before? And if you "
            "add to many places in one line: NumPy adds only once to a "
            "place that is named twice.",
            [("counts[word] += 1", "counts[word] = 1")],
        ),
        Mistake(
            "only the first word is counted",
            "Your bag stays the same whatever follows the first word. Does "
            "the loop reach the second word before the function returns? "
            "Look at how far `return` is indented.",
            [("    return counts\n", "        return counts\n")],
            shows=_first_alone,
        ),
        Mistake(
            "only the last word is counted",
            "Each word finds an empty bag, so only the last one is left in "
            "it. Which line should run once, before the loop?",
            [("    counts = np.zeros(vocab_size)\n", ""),
             ("        counts[word] += 1",
              ("        counts = np.zeros(vocab_size)\n"
              "        counts[word] += 1"))],
        ),
        Mistake(
            "every count is one place to the left",
            "The counts are right, and each is one place too far left. "
            "Python numbers places from 0, as the words are numbered.",
            [("counts[word] += 1", "counts[word - 1] += 1")],
        ),
        Mistake(
            "the first word is left out",
            "Your bag holds one word too few: it is the first of the "
            "sentence that is missing. Where does your loop begin?",
            [("for word in words:", "for word in words[1:]:")],
        ),
        Mistake(
            "the last word is left out",
            "Your bag holds one word too few: it is the last of the "
            "sentence that is missing. Where does your loop end?",
            [("for word in words:", "for word in words[:-1]:")],
        ),
        Mistake(
            "the counts have become shares",
            "Your numbers add up to one, whatever the length. A sentence of "
            "ten words should fill its bag with ten.",
            [("    return counts\n", SHARES)],
        ),
        Mistake(
            "words that do not come have no place",
            "You have one number for each word of this sentence alone. How "
            "would you lay this bag beside that of another sentence? The "
            "word that never comes needs a place too, with a zero in it.",
            code=NUMBERS,
        ),
        Mistake(
            "the bag ends at the last word that comes",
            "Your bag is as long as the largest number in the sentence asks "
            "for. Its length should not depend on the sentence: which of "
            "the arguments says how long it is?",
            code=SHORT,
        ),
    ),
    cases=_cases,
)  # fmt: skip
