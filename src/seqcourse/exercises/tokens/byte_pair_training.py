"""byte-pair-training: which pairs become tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
Write `train_bpe`, the training of byte-pair encoding. `counts` is a
dictionary: each word of a text, and how often it occurs. At first each letter
is a token. Then, `merges` times:

- count the pairs of neighbouring tokens within each word; a word that occurs
  five times counts five times;
- take the most frequent pair; after a tie, the pair that comes first when
  Python sorts them;
- merge it: wherever the two stand side by side, from left to right, one
  token replaces them.

Return the pairs in the order in which they were merged, as a list of tuples.
Stop early if no pair is left. With `counts = {"low": 3, "lot": 1}` and two
merges, that is `[("l", "o"), ("lo", "w")]`.

When it works, train it on the words of a text that you like. Which are the
first ten merges? Which is the first whole word?
"""

STARTER = '''\
from collections import Counter

def train_bpe(counts, merges):
    """Return the pairs merged, in order."""
    words = {word: list(word) for word in counts}
    merged = []
    for _ in range(merges):
        pairs = Counter()
        # Count the pairs of neighbours in all words.
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merged.append(best)
        # Merge the pair in each word's list of tokens.
    return merged
'''

SOLUTION = STARTER.replace(
    "        # Count the pairs of neighbours in all words.\n",
    """\
        for word, tokens in words.items():
            for pair in zip(tokens, tokens[1:]):
                pairs[pair] += counts[word]
""",
).replace(
    "        # Merge the pair in each word's list of tokens.\n",
    """\
        for tokens in words.values():
            i = 0
            while i < len(tokens) - 1:
                if (tokens[i], tokens[i + 1]) == best:
                    tokens[i:i + 2] = [best[0] + best[1]]
                i += 1
""",
)
_MERGE = "tokens[i:i + 2] = [best[0] + best[1]]"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw words of few letters, in which pairs come again and again."""
    for letters in rng.permutation(["ab", "abc", "abc", "abcd", "abcd"]):
        count = int(rng.integers(3, 6))
        sizes = rng.integers(4, 10, size=count)
        often = rng.integers(1, 7, size=count)
        words = {
            "".join(rng.choice([*letters], size=int(size))): int(times)
            for size, times in zip(sizes, often, strict=True)
        }
        # One pair twice in a word, and one over and over.
        words |= {"abdab": 4, "aaaaa": 2, "ba": 3}
        counts = {str(w): words[w] for w in rng.permutation([*words])}
        yield counts, int(rng.integers(4, 8))
    yield {"ab": int(rng.integers(1, 5)), "c": 2}, 3


def _spells_otherwise(answer: Callable[..., Any], *_: Any) -> bool:
    """Tell whether a and b become a token of several letters, but not ab."""
    first, (left, right) = answer({"abc": 1}, 2)
    return (*first, right) == (*"abc",) and len(left) > 1 and left != "ab"


EXERCISE = Exercise(
    id="byte-pair-training",
    title="Train a tokenizer",
    grade=3,
    minutes=20,
    function="train_bpe",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`zip(tokens, tokens[1:])` gives the pairs of a word. Add "
         "`counts[word]` for each of them."),
        ("Go through the tokens of a word with an index i. If tokens i and "
         "i + 1 are the pair, replace both with one."),
        ("`tokens[i:i + 2] = [left + right]` changes a list in place, and "
         "makes it one shorter."),
    ),
    mistakes=(
        Mistake(
            "the list stays empty",
            "You return no pairs at all. Do you count the neighbours in each "
            "word, and keep the pair that you choose?",
            code=STARTER,
        ),
        Mistake(
            "nothing is merged",
            "You find the pair, and the words stay as they were. The next "
            "count then finds the same pair again.",
            [(_MERGE, "pass")],
        ),
        Mistake(
            "every word counts once",
            "You count a word once, however often it occurs in the text.",
            [("+= counts[word]", "+= 1")],
        ),
        Mistake(
            "a count is overwritten",
            "A word overwrites the counts of the words before it.",
            [("+= counts[word]", "= counts[word]")],
        ),
        Mistake(
            "the rarest pair is merged",
            "You merge the rarest pair, which saves the fewest tokens.",
            [("(-pairs[pair], pair)", "(pairs[pair], pair)")],
        ),
        Mistake(
            "ties go to the largest pair",
            "Of equally frequent pairs you take the last in the alphabet.",
            [("min(", "max("), ("(-pairs[pair]", "(pairs[pair]")],
        ),
        Mistake(
            "ties go to the pair that was seen first",
            "Of equally frequent pairs you take the one that you met first. "
            "So the tokens depend on the order of the words.",
            [("(-pairs[pair], pair)", "-pairs[pair]")],
        ),
        Mistake(
            "all pairs are chosen at the beginning",
            "Your later pairs come from the first count. Each merge makes "
            "new pairs, and some old ones rarer: count again.",
            [("(-", "(pair in merged, -"), (_MERGE, "pass")],
        ),
        Mistake(
            "a pair is merged once in each word",
            "Where a pair occurs twice in a word, you merge only the first.",
            [(_MERGE, f"{_MERGE}\n                    break")],
        ),
        Mistake(
            "the last letters of a word are not counted",
            "The last pair of each word is missing from your count.",
            [("tokens[1:]", "tokens[1:-1]")],
        ),
        Mistake(
            "the first letters of a word are not counted",
            "The first pair of each word is missing from your count.",
            [("zip(tokens, tokens[1:])", "zip(tokens[1:], tokens[2:])")],
        ),
        Mistake(
            "the last letters of a word are not merged",
            "You stop too early: a pair at the end of a word stays apart.",
            [("len(tokens) - 1", "len(tokens) - 2")],
        ),
        Mistake(
            "the first letters of a word are not merged",
            "You begin too late: a pair at the start of a word stays apart.",
            [("i = 0", "i = 1")],
        ),
        Mistake(
            "the loop counts to the old length",
            "The list gets shorter while your loop still counts to its old "
            "length. Use while, and ask for the length each time.",
            [("while i < len(tokens) - 1",
              "for i in range(len(tokens) - 1)")],
        ),
        Mistake(
            "the halves change places",
            "The pairs are right but for their order: left comes first.",
            [("merged.append(best)", "merged.append(best[::-1])")],
        ),
        Mistake(
            "the new token is misspelled",
            "Your new token is not its left half and then its right one. "
            "What does it stand for in the text?",
            [("best[0] + best[1]", "best[1] + best[0]")],
            shows=_spells_otherwise,
        ),
        Mistake(
            "the longest pair goes first",
            "You prefer pairs that make long tokens. Only frequency counts.",
            [("(-pairs[pair]", "(-len(pair[0] + pair[1]), -pairs[pair]")],
        ),
        Mistake(
            "the alphabet decides",
            "You take the pair that sorts first, however rare it is.",
            [("(-pairs[pair], pair)", "pair")],
        ),
        Mistake(
            "only the start of a word is merged",
            "You try only the first two tokens of a word. Go on to its end.",
            [("while i <", "if i <")],
        ),
        Mistake(
            "only the first word is merged",
            "You merge the pair in the first word only. Go through them all.",
            [("i += 1\n", "i += 1\n            break\n")],
        ),
        Mistake(
            "three tokens are replaced",
            "A merge also swallows the token that follows the pair.",
            [("i:i + 2", "i:i + 3")],
        ),
        Mistake(
            "the merges come in reverse",
            "Your list ends with the pair that was merged first.",
            [("merged.append(best)", "merged.insert(0, best)")],
        ),
        Mistake(
            "a token is lost in each merge",
            "You keep one half of the pair. The new token stands for both.",
            [("[best[0] + best[1]]", "[best[0]]")],
        ),
        Mistake(
            "the tokens are returned, not the pairs",
            "You return what the pairs became. Two pairs may become the same "
            "token, so return the pair itself, a tuple of two.",
            [("merged.append(best)", "merged.append(best[0] + best[1])")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
