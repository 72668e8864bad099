"""word-surprisal: add up the surprisals of each word's tokens."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A model scores a sentence token by token, but you want to know which words
it did not expect. Write `word_surprisal`, which adds up the surprisals of
each word's tokens.

- `nats` (T,) is the surprisal of each token, in nats.
- `starts` (T,) says of each token whether a word begins with it. The first
  one does.

Return an array (W,): the surprisal of each of the W words, in bits. A bit is
log 2 nats.

When it works, look at the longest words of a sentence. Do they cost many bits
because they are long, or because they are rare?
"""

STARTER = '''\
import numpy as np

def word_surprisal(nats, starts):
    """Return the surprisal of each word in bits, (W,)."""
    return nats[starts]
'''

SOLUTION = '''\
import numpy as np

def word_surprisal(nats, starts):
    """Return the surprisal of each word in bits, (W,)."""
    bits = nats / np.log(2)
    word = np.cumsum(starts) - 1
    return np.bincount(word, weights=bits)
'''
_SUM = "np.bincount(word, weights=bits)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sentences of a few words, each of one to four tokens."""
    for _ in range(5):
        words = int(rng.integers(3, 6))
        lengths = np.concatenate([[1, 3], rng.integers(1, 5, size=words)])
        lengths = rng.permutation(lengths)
        starts = np.zeros(lengths.sum(), bool)
        starts[np.cumsum(lengths) - lengths] = True
        yield rng.uniform(0.3, 6.0, size=len(starts)), starts


EXERCISE = Exercise(
    id="word-surprisal",
    title="Which words did it not expect?",
    grade=2,
    minutes=8,
    function="word_surprisal",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`np.cumsum(starts)` counts the words that have begun: 1 for each "
         "token of the first word, 2 for each of the second."),
        ("`np.bincount(word, weights=bits)` adds up `bits` by the numbers in "
         "`word`, which begin at 0."),
    ),
    mistakes=(
        Mistake(
            "the mean of a word's tokens is returned",
            "You take the mean of a word's tokens. The probability of a word "
            "is the product of theirs, so its surprisal is their sum.",
            [(_SUM, f"{_SUM} / np.bincount(word)")],
        ),
        Mistake(
            "the result is in nats",
            "Those are nats. One bit is less than a nat, so there are more "
            "of them.",
            [(" / np.log(2)", "")],
        ),
        Mistake(
            "nats become bits the wrong way round",
            "Your number of bits is smaller than that of nats. A bit is 0.69 "
            "nats: how many of them does it take for one nat?",
            [("/ np.log(2)", "* np.log(2)")],
        ),
        Mistake(
            "the logarithm is to another base",
            "A bit is the choice between two: the logarithm of 2 turns nats "
            "into bits.",
            [("np.log(2)", "np.log(10)")],
        ),
        Mistake(
            "only the first token of a word counts",
            "You return the first token of each word. The tokens after it "
            "cost something as well.",
            [(_SUM, "bits[starts]")],
        ),
        Mistake(
            "only the last token of a word counts",
            "You return the last token of each word. The tokens before it "
            "cost something as well.",
            [(_SUM, "bits[np.append(starts[1:], True)]")],
        ),
        Mistake(
            "the most surprising token stands for its word",
            "You return the largest surprisal within each word. The others "
            "count, too: add them up.",
            [(_SUM, "np.maximum.reduceat(bits, np.flatnonzero(starts))")],
        ),
        Mistake(
            "the least surprising token stands for its word",
            "You return the smallest surprisal within each word. The others "
            "count, too: add them up.",
            [(_SUM, "np.minimum.reduceat(bits, np.flatnonzero(starts))")],
        ),
        Mistake(
            "the tokens are returned",
            "Yours has a number for each token. Add up those of the same "
            "word.",
            [(_SUM, "bits")],
        ),
        Mistake(
            "the words are numbered from 1",
            "Your first number belongs to no word. Number the words from 0.",
            [("np.cumsum(starts) - 1", "np.cumsum(starts)")],
        ),
        Mistake(
            "a word's first token counts for the word before",
            "You count the first token of a word for the word before it. "
            "Where `starts` is true a new word has begun already.",
            [("np.cumsum(starts) - 1",
              "np.append(0, np.cumsum(starts)[:-1] - 1)")],
        ),
        Mistake(
            "the surprisals run on",
            "Yours grows from word to word: it is the surprisal of all words "
            "so far. Begin at zero with each word.",
            [(_SUM, f"np.cumsum({_SUM})")],
        ),
        Mistake(
            "every word gets that of the sentence",
            "You return the surprisal of the whole sentence for each word. "
            "Which tokens belong to which word?",
            [(_SUM, f"0 * {_SUM} + bits.sum()")],
        ),
        Mistake(
            "shares of the sentence are returned",
            "Yours add up to 1: you return each word's share of the "
            "sentence. Bits were asked for.",
            [(_SUM, f"{_SUM} / bits.sum()")],
        ),
        Mistake(
            "the sign is wrong",
            "Yours are negative. A surprisal is minus the logarithm of a "
            "probability, and `nats` has that minus already.",
            [(_SUM, f"-{_SUM}")],
        ),
        Mistake(
            "tokens are counted",
            "You count the tokens of each word. Add up their surprisals "
            "instead.",
            [(_SUM, "np.bincount(word) * 1.0")],
        ),
        Mistake(
            "the probability of each word is returned",
            "Those are the probabilities of the words. The surprisal is "
            "minus their logarithm to base 2.",
            [(_SUM, f"2.0 ** -{_SUM}")],
        ),
        Mistake(
            "the perplexity of each word is returned",
            "You raise 2 to the surprisal: that is one over the probability "
            "of the word. Bits were asked for.",
            [(_SUM, f"2.0 ** {_SUM}")],
        ),
        Mistake(
            "probabilities are added up",
            "You add up the probabilities of a word's tokens. They multiply; "
            "it is their surprisals that add up.",
            [("nats / np.log(2)", "np.exp(-nats)")],
        ),
        Mistake(
            "the last word is left out",
            "Your last word is missing: it has no word after it, and ends "
            "with the sentence.",
            [(_SUM, f"{_SUM}[:-1]")],
        ),
        Mistake(
            "the first word is left out",
            "Your first word is missing. It begins with the first token, as "
            "the sentence does.",
            [(_SUM, f"{_SUM}[1:]")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
