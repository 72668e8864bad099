"""word-and-space: which tokens a word gets, alone and after a space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.tokenizers import BytePairTokenizer
from seqcourse.tokenizers.byte_pair_training import merged

PROMPT = """\
A tokenizer has been trained. Apply it: write `encode`, which gives the tokens
of a word twice, once as it stands and once with a space before it.

- Tokens 0 to 255 are the bytes of UTF-8, so a word begins as
  `list(word.encode("utf-8"))`. A space is token 32.
- `merges` is a list of pairs of tokens. The first of them makes token 256,
  the second token 257, and so on. Take the pairs in this order, and merge
  each wherever its two tokens stand side by side, from left to right.

Return both lists of tokens: `bare`, those of the word, and `spaced`, those of
the space and the word together. With the merges `[(97, 116), (32, 256)]`, the
word `"at"` is `[256]`, and `[257]` after a space.

When it works, think about a prompt that ends with a space. Which token can
the next word no longer begin with?
"""

STARTER = '''\
def encode(word, merges):
    """Return the tokens of a word, alone and after a space."""
    found = []
    for text in (word, " " + word):
        tokens = list(text.encode("utf-8"))
        for rank, pair in enumerate(merges):
            i = 0
            while i < len(tokens) - 1:
                if (tokens[i], tokens[i + 1]) == pair:
                    pass  # One token replaces both.
                i += 1
        found.append(tokens)
    bare, spaced = found
    return bare, spaced
'''

SOLUTION = STARTER.replace(
    "pass  # One token replaces both.", "tokens[i:i + 2] = [256 + rank]"
)

_LONGEST = '''\
def encode(word, merges):
    """Take the longest token that fits, again and again."""
    values = [bytes([byte]) for byte in range(256)]
    for left, right in merges:
        values.append(values[left] + values[right])
    found = []
    for text in (word, " " + word):
        data, tokens = text.encode("utf-8"), []
        while data:
            longest = max(filter(data.startswith, values), key=len)
            tokens.append(values.index(longest))
            data = data[len(longest):]
        found.append(tokens)
    bare, spaced = found
    return bare, spaced
'''
_WORDS = (
    "banana bandana anna band ananas nana dann añada nadan baña andaba naan"
)


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw merges, and words that tell how they were made."""
    while True:
        drawn, telling = [], set()
        for count in 5 + rng.permutation(8)[:6]:
            words = [str(word) for word in rng.permutation(_WORDS.split())]
            tokenizer = _drawn(rng, [f" {word}" for word in words], count)
            word = words[0]
            tokens = tokenizer.encode(word).tolist()
            drawn.append((word, list(tokenizer.merges)))
            telling |= {
                "ñ" in word,
                2 * (tokens != _longest_first(word, tokenizer)),
                # A token of two letters or more comes twice.
                3 * any(t > 255 and tokens.count(t) > 1 for t in tokens),
                # The last merge is made.
                4 * (tokenizer.vocab_size - 1 in tokens),
            }
        if {1, 2, 3, 4} <= telling:
            yield from drawn
            return


def _drawn(
    rng: np.random.Generator, texts: Iterable[str], count: int
) -> BytePairTokenizer:
    """Merge pairs at random, so that they leave each other halves."""
    words = [list(text.encode("utf-8")) for text in texts]
    values = [bytes([byte]) for byte in range(256)]
    merges: list[tuple[int, int]] = []
    while len(merges) < count:
        pairs = [pair for word in words for pair in pairwise(word)]
        left, right = pairs[int(rng.choice(len(pairs)))]
        value = values[left] + values[right]
        if value not in values:
            words = [merged(w, (left, right), len(values)) for w in words]
            values.append(value)
            merges.append((left, right))
    return BytePairTokenizer(tuple(merges))


def _longest_first(word: str, tokenizer: BytePairTokenizer) -> list[int]:
    """Cut a word into the longest tokens that fit, from left to right."""
    data, tokens = word.encode("utf-8"), []
    while data:
        longest = max(filter(data.startswith, tokenizer.vocabulary), key=len)
        tokens.append(tokenizer.vocabulary.index(longest))
        data = data[len(longest) :]
    return tokens


EXERCISE = Exercise(
    id="word-and-space",
    title="A word and its space",
    grade=2,
    minutes=12,
    function="encode",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The pair with rank 0 makes token 256. Which token does the pair "
         "with rank r make?"),
        ("`tokens[i:i + 2] = [new]` puts one token in place of two. And the "
         "second text begins with a space."),
    ),
    mistakes=(
        Mistake(
            "nothing is merged",
            "Your tokens are single bytes. Where a pair is found, one token "
            "has to replace two.",
            [("tokens[i:i + 2] = [256 + rank]", "pass")],
        ),
        Mistake(
            "the space stands after the word",
            "You put the space after the word. It belongs to the token that "
            "comes after it.",
            [('" " + word', 'word + " "')],
        ),
        Mistake(
            "the space is left out",
            "Both lists are those of the bare word. Where is the space?",
            [('" " + word', "word")],
        ),
        Mistake(
            "the space is a token of its own",
            "You never merge the space with what follows. It is a byte like "
            "any other, so a pair may begin with it.",
            [("== pair:", "== pair and 32 not in pair:")],
        ),
        Mistake(
            "the longest token goes first",
            "You look for the longest token that fits. The merges decide in "
            "their own order, and that may cut a word elsewhere.",
            code=_LONGEST,
        ),
        Mistake(
            "the merges are made backwards",
            "You begin with the last merge. It may need a token that only an "
            "earlier one makes.",
            [("enumerate(merges)", "[*enumerate(merges)][::-1]")],
        ),
        Mistake(
            "a pair is merged once",
            "Where a pair occurs twice in a word, you merge only the first.",
            [("= [256 + rank]", "= [256 + rank]\n                    break")],
        ),
        Mistake(
            "the new tokens begin with 0",
            "Tokens 0 to 255 are taken: they are the bytes. The merges count "
            "on from there.",
            [("256 + rank", "rank")],
        ),
        Mistake(
            "the new tokens begin with 255",
            "Token 255 is a byte, too. How many bytes are there if the first "
            "is 0?",
            [("256 + rank", "255 + rank")],
        ),
        Mistake(
            "the new tokens begin with 257",
            "You leave token 256 out. The first merge has rank 0.",
            [("256 + rank", "257 + rank")],
        ),
        Mistake(
            "all new tokens have one number",
            "Each of your merges makes token 256. Only the first one should.",
            [("256 + rank", "256")],
        ),
        Mistake(
            "three tokens are replaced",
            "A merge also swallows the token that follows the pair.",
            [("i:i + 2", "i:i + 3")],
        ),
        Mistake(
            "characters are numbered, not bytes",
            "You take each character's own number. Beyond ASCII a character "
            "is several bytes, and each of them is a token at first.",
            [('list(text.encode("utf-8"))', "[*map(ord, text)]")],
        ),
        Mistake(
            "the last tokens are never merged",
            "A pair at the end of the word stays apart. How far do you go?",
            [("len(tokens) - 1", "len(tokens) - 2")],
        ),
        Mistake(
            "the first tokens are never merged",
            "A pair at the start of the word stays as it was. Where does "
            "your loop begin?",
            [("i = 0", "i = 1")],
        ),
        Mistake(
            "the two lists change places",
            "The word's own tokens come first, and then those with the "
            "space. Yours come the other way round.",
            [("return bare, spaced", "return spaced, bare")],
        ),
        Mistake(
            "a pair is compared backwards",
            "You merge a pair where its right half comes before its left.",
            [("(tokens[i], tokens[i + 1])", "(tokens[i + 1], tokens[i])")],
        ),
        Mistake(
            "a pair is merged whichever half comes first",
            "You merge a pair in either order, but at is not ta.",
            [("== pair", "in (pair, pair[::-1])")],
        ),
    ),
    cases=_cases,
    parts=("bare", "spaced"),
)  # fmt: skip
