"""bits-per-byte: compare models whose tokens differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
Several models have read the same text, each through a tokenizer of its own.
Their scores are in nats per token, and their tokens differ in length, so the
scores cannot be compared. Write `bits_per_byte`, which makes them comparable.

- `nats` (M,) is the mean cross-entropy of each model, in nats per token.
- `tokens` (M,) is the number of tokens that each tokenizer made of the text.
- `text` is the text, a string. Its length in bytes is that of its UTF-8.

Return an array (M,): for each model the bits that the whole text costs it,
divided by the number of bytes. A bit is log 2 nats.

When it works, compare two models on a text of 10,000 bytes. One predicts
single bytes, with 2 nats per token. The other makes 2,500 tokens of the
text, and predicts them with 5 nats per token. Which one is better?
"""

STARTER = '''\
import numpy as np

def bits_per_byte(nats, tokens, text):
    """Return the bits per byte of each model, (M,)."""
    return nats * tokens
'''

SOLUTION = '''\
import numpy as np

def bits_per_byte(nats, tokens, text):
    """Return the bits per byte of each model, (M,)."""
    size = len(text.encode("utf-8"))
    return nats * tokens / np.log(2) / size
'''
_ALL = "nats * tokens / np.log(2) / size"
_WORDS = ("été", "cafés", "über", "schön", "the", "cat", "да", "нет", "猫")


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw texts with characters of several bytes, and some models."""
    for _ in range(5):
        count = int(rng.integers(3, 8))
        words = [str(word) for word in rng.choice(_WORDS, size=count)]
        text = " ".join([*words, "où"])
        M, size = int(rng.integers(2, 5)), len(text.encode())
        tokens = rng.permutation(np.arange(3, size))[:M]
        yield rng.uniform(0.5, 6.0, size=M), tokens, text


def _ignores_the_text(
    answer: Callable[..., Any], nats: Array, tokens: Array, text: str
) -> bool:
    """Tell whether nats and tokens matter to an answer, and the text not."""
    here = answer(nats, tokens, text)
    matter = (answer(2 * nats, tokens, text), answer(nats, 2 * tokens, text))
    same = np.allclose(answer(nats, tokens, 2 * text), here)
    return same and not any(np.allclose(other, here) for other in matter)


EXERCISE = Exercise(
    id="bits-per-byte",
    title="One yardstick for two tokenizers",
    grade=1,
    minutes=6,
    function="bits_per_byte",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`nats * tokens` is what the whole text costs, in nats. How many "
         "bits are that?"),
        ("log 2 is less than 1, so there are more bits than nats. And "
         '`len(text.encode("utf-8"))` is the number of bytes.'),
    ),
    mistakes=(
        Mistake(
            "characters are counted, not bytes",
            "You divide by the number of characters. In UTF-8 an é takes two "
            "bytes, and a Chinese character three.",
            [('len(text.encode("utf-8"))', "len(text)")],
        ),
        Mistake(
            "the result is in nats",
            "Those are nats per byte. One bit is less than a nat, so there "
            "are more of them.",
            [(" / np.log(2)", "")],
        ),
        Mistake(
            "nats become bits the wrong way round",
            "Your number of bits is smaller than that of nats. A bit is 0.69 "
            "nats: how many of them does it take for one nat?",
            [("/ np.log(2)", "* np.log(2)")],
        ),
        Mistake(
            "the number of tokens is left out",
            "You divide the cost of a single token by the bytes of the whole "
            "text. How many tokens are there to pay for?",
            [("nats * tokens", "nats")],
        ),
        Mistake(
            "the result is in bits per token",
            "Those are bits per token. The tokens of the models differ in "
            "length, so divide what the text costs by its bytes.",
            [(_ALL, "nats / np.log(2)")],
        ),
        Mistake(
            "the result is that of the whole text",
            "That is what the whole text costs. A longer one would score "
            "worse just for being longer.",
            [(" / size", "")],
        ),
        Mistake(
            "the cost is divided by the tokens",
            "You divide by the tokens, but what is given is per token "
            "already. Multiply to get the cost of the text.",
            [("nats * tokens", "nats / tokens")],
        ),
        Mistake(
            "bytes per token are turned round",
            "Yours grows with the length of a token, though the same nats "
            "then pay for more text. Which of the two numbers belongs "
            "above the line?",
            [(_ALL, "nats * size / tokens / np.log(2)")],
        ),
        Mistake(
            "the tokens of all models are added up",
            "Each model has read the text with its own tokens. Do not add up "
            "those of the others.",
            [("nats * tokens", "nats * tokens.sum()")],
        ),
        Mistake(
            "the models share one score",
            "You return one mean over all the models. Each of them has a "
            "score of its own.",
            [(_ALL, f"({_ALL}).mean() + 0 * nats")],
        ),
        Mistake(
            "the logarithm is to another base",
            "A bit is the choice between two: the logarithm of 2 turns nats "
            "into bits.",
            [("np.log(2)", "np.log(10)")],
        ),
        Mistake(
            "the perplexity is returned",
            "Those are perplexities per byte. Bits were asked for, which are "
            "their logarithm to base 2.",
            [(_ALL, "2 ** (nats * tokens / np.log(2) / size)")],
        ),
        Mistake(
            "the bytes are above the line",
            "Yours grows with the length of the text. The bytes share what "
            "the text costs, so each one pays a part of it.",
            [(" / size", " * size")],
        ),
        Mistake(
            "any text has the same number of bytes",
            "A text twice as long gives the same result, with the same nats "
            "and tokens. How many bytes does the text have?",
            [("/ size", "/ 10_000")],
            shows=_ignores_the_text,
        ),
        Mistake(
            "the cost is rounded down to whole bits",
            "You round the cost of the text down to whole bits. It may be "
            "any number, so keep the fraction.",
            [("tokens / np.log(2)", "tokens // np.log(2)")],
        ),
        Mistake(
            "the tokens are added to the nats",
            "You add the number of tokens to the nats. Each token costs that "
            "many nats: what do all of them cost together?",
            [("nats * tokens", "(nats + tokens)")],
        ),
        Mistake(
            "the nats are squared",
            "You multiply the nats per token by themselves. What turns the "
            "cost of one token into the cost of the text?",
            [("nats * tokens", "nats * nats")],
        ),
        Mistake(
            "the cost is below the line",
            "Yours gets smaller where the text costs more. More nats per "
            "token mean more bits per byte.",
            [(_ALL, "np.log(2) / (nats * tokens) / size")],
        ),
        Mistake(
            "bits per bit are returned",
            "Yours is eight times too small. How many bytes does the text "
            "have, and how many bits?",
            [(" / size", " / size / 8")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
