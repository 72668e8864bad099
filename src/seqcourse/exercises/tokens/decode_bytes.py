"""decode-bytes: from tokens to a text, whatever their bytes are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake

PROMPT = """\
A byte-level tokenizer can end a token in the middle of a character, and a
model can generate tokens whose bytes are no valid text. Write `decode`, which
always returns a text.

`tokens` is a list of numbers, and `vocabulary` says which bytes each of them
stands for: token i is `vocabulary[i]`. Put the bytes one after the other, and
read them as UTF-8. Bytes that are not UTF-8 become the replacement character
`"�"`, as Python's own `errors="replace"` does it.

With the vocabulary `[b"caf", b"\\xc3", b"\\xa9"]`, the tokens `[0, 1, 2]` are
`"café"`, and `[0, 2]` are `"caf�"`.

When it works, decode `[0, 1]` and then `[0, 1, 2]`. A chat window gets one
token at a time. What should it show after `[0, 1]`?
"""

STARTER = '''\
def decode(tokens, vocabulary):
    """Return the text that the tokens stand for."""
    pieces = [vocabulary[token] for token in tokens]
    return "".join(piece.decode("utf-8", "replace") for piece in pieces)
'''

_READ = 'b"".join(pieces).decode("utf-8", "replace")'
SOLUTION = STARTER.replace(
    '"".join(piece.decode("utf-8", "replace") for piece in pieces)', _READ
)
#: Words whose characters take one to four bytes.
_WORDS = ("café", "naïve", "Größe", "Москва", "ελιά", "日本", "🙂!", "señor")


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw words cut anywhere, then tokens in order, missing or doubled."""
    for kind in range(6):
        words = rng.permutation(_WORDS)[: int(rng.integers(2, 4))]
        data = " ".join(words).encode()
        count = int(rng.integers(len(data) // 3, len(data) // 2))
        inner = rng.permutation(np.arange(1, len(data)))[:count]
        # Always one cut within a character.
        within = [at for at, byte in enumerate(data) if 0x80 <= byte < 0xC0]
        cuts = sorted({0, len(data), int(rng.choice(within)), *inner})
        pieces = [data[a:b] for a, b in pairwise(cuts)]
        order = rng.permutation(len(pieces))
        vocabulary = [pieces[i] for i in order]
        tokens = [int(token) for token in np.argsort(order)]
        if kind % 2:  # as an untrained model writes
            tokens = [int(t) for t in rng.permutation(tokens)] + tokens[:2]
        yield tokens, vocabulary


def _ignores_the_tokens(
    answer: Callable[..., Any], tokens: list[int], vocabulary: list[bytes]
) -> bool:
    """Tell whether the text is the same, whatever the tokens are."""
    others = (tokens[:0], tokens[:1], tokens[1:], tokens[::-1])
    text = answer(tokens, vocabulary)
    return all(answer(other, vocabulary) == text for other in others)


def _repeats_the_text(
    answer: Callable[..., Any], tokens: list[int], vocabulary: list[bytes]
) -> bool:
    """Tell whether an answer is the right text, two times or more."""
    data = b"".join(vocabulary[token] for token in tokens)
    once, text = data.decode("utf-8", "replace"), answer(tokens, vocabulary)
    times = len(text) // len(once)
    return times > 1 and text == times * once


EXERCISE = Exercise(
    id="decode-bytes",
    title="Decode whatever comes",
    grade=1,
    minutes=6,
    function="decode",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter reads each token by itself. What is half of a "
         "character, read by itself?"),
        ("Join first, then decode: `b\"\".join(...)` puts bytes one after "
         "the other."),
    ),
    mistakes=(
        Mistake(
            "each token is decoded by itself",
            "You decode token by token. A character whose bytes lie in two "
            "tokens is lost that way, though all of it is there.",
            code=STARTER,
        ),
        Mistake(
            "what is not UTF-8 is left out",
            "Bytes that are not UTF-8 vanish from your text. A reader should "
            "see that something was there.",
            [('"replace"', '"ignore"')],
        ),
        Mistake(
            "what is not UTF-8 is an error",
            "Your function ends with an error where the bytes are not UTF-8. "
            "A model may write any tokens, and its text must be shown.",
            [(', "replace"', "")],
        ),
        Mistake(
            "each byte is a character",
            "You read each byte as a character of its own, so é becomes Ã©. "
            "In UTF-8 all characters but those of ASCII take several bytes.",
            [('"utf-8", "replace"', '"latin-1"')],
        ),
        Mistake(
            "all characters beyond ASCII are replaced",
            "You read the bytes as ASCII. Which encoding knows all "
            "characters?",
            [('"utf-8"', '"ascii"')],
        ),
        Mistake(
            "the bytes are written as escapes",
            "Bytes that are not UTF-8 appear in your text as codes with a "
            "backslash. One replacement character was asked for.",
            [('"replace"', '"backslashreplace"')],
        ),
        Mistake(
            "a question mark is put in",
            "You put in the question mark of the keyboard. The replacement "
            "character is another one, and no text has it by chance.",
            [(_READ, f'{_READ}.replace("\\ufffd", "?")')],
        ),
        Mistake(
            "spaces stand between the tokens",
            "You put a space between tokens. Where a text has spaces, the "
            "tokens have them, too.",
            [('b""', 'b" "')],
        ),
        Mistake(
            "the vocabulary is decoded, not the tokens",
            "You join the vocabulary in its own order. The tokens say which "
            "piece comes when.",
            [("[vocabulary[token] for token in tokens]", "vocabulary")],
        ),
        Mistake(
            "the tokens make no difference",
            "Your text stays the same, whichever tokens come in. Where do "
            "their bytes go?",
            [(_READ, '""')],
            shows=_ignores_the_tokens,
        ),
        Mistake(
            "the text comes several times",
            "The whole text comes more than once, one after the other. Read "
            "the bytes when all of them are joined, a single time.",
            [(_READ, f'"".join({_READ} for _ in pieces)')],
            shows=_repeats_the_text,
        ),
        Mistake(
            "the tokens are counted from 1",
            "Each token gets the piece before its own in the vocabulary, "
            "and token 0 the last one. Which is the number of the first?",
            [("vocabulary[token]", "vocabulary[token - 1]")],
        ),
        Mistake(
            "each token counts once",
            "A token that comes again is missing from your text.",
            [("for token in tokens", "for token in dict.fromkeys(tokens)")],
        ),
        Mistake(
            "the tokens are sorted",
            "You put the tokens in the order of their numbers. The order is "
            "the text.",
            [("for token in tokens", "for token in sorted(tokens)")],
        ),
        Mistake(
            "a token is missing",
            "Your text is too short by one token. Which of them do you leave "
            "out?",
            [("for token in tokens", "for token in tokens[:-1]")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
