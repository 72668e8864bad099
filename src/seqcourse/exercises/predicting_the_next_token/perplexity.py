"""perplexity: from probabilities to one number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
A language model has read a few texts. Write `perplexity`, its score on all of
them together.

- `p` (B, T) holds the probability that the model gave to each token that
  really came. Row b is text b.
- `lengths` (B,) says how many tokens each text has. What stands behind the
  end of a text is padding and counts for nothing.

Return the perplexity, one number: the exponential of the cross-entropy, which
is the mean of {math}`-\\log p` over all the tokens of all the texts.

When it works, try a model that gives `0.9` to nine tokens of ten and
`1e-9` to the tenth, and one that gives `0.5` to each. Which one has the
higher perplexity? Which would you rather use to complete your sentences?
"""

STARTER = '''\
import numpy as np

def perplexity(p, lengths):
    """Return the perplexity over all tokens of all texts."""
    there = np.arange(p.shape[1]) < lengths[:, None]
    return p[there].mean()
'''

SOLUTION = '''\
import numpy as np

def perplexity(p, lengths):
    """Return the perplexity over all tokens of all texts."""
    there = np.arange(p.shape[1]) < lengths[:, None]
    nats = -np.log(p[there])
    return np.exp(nats.mean())
'''
_ALL = "np.exp(nats.mean())"
_NATS = "-np.log(p[there])"
_THERE = "np.arange(p.shape[1]) < lengths[:, None]"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw texts of different lengths, one with many tokens."""
    for longest in (4, 7, 3, 900, 5):
        B = int(rng.integers(2, 5))
        lengths = rng.integers(1, longest, size=B)
        lengths[rng.permutation(B)[:2]] = longest - 1, 1
        p = rng.uniform(0.02, 0.98, size=(B, longest))
        yield p, lengths


def _padding_counts(
    answer: Callable[..., Any], p: Array, lengths: Array
) -> bool:
    """Tell whether what stands behind a text's end changes an answer."""
    there = np.arange(p.shape[1]) < lengths[:, None]
    here, other = answer(p, lengths), answer(np.where(there, p, 0.5), lengths)
    return bool(np.isfinite(here)) and not np.allclose(here, other)


def _grows_with_the_text(answer: Callable[..., Any], *_: Array) -> bool:
    """Tell whether two tokens of probability 1/2 cost 4, not 2."""
    row = np.full((1, 3), 0.5)
    found = [answer(row, np.array([n])) for n in (1, 2, 3)]
    return bool(np.allclose(found, [2.0, 4.0, 8.0]))


def _product_underflows(answer: Callable[..., Any], *_: Array) -> bool:
    """Tell whether a short text is right, and a long one infinite."""
    row = np.full((1, 2000), 0.25)
    with np.errstate(all="ignore"):
        short, long = (answer(row, np.array([n])) for n in (3, 2000))
    return bool(np.isclose(short, 4) and not np.isfinite(long))


def _leaves_out_tokens(answer: Callable[..., Any], *_: Array) -> bool:
    """Tell whether the last token of a text makes no difference."""
    row = np.array([[0.5, 0.25, 0.125]])
    two = np.array([2])
    changed = row * np.array([[1.0, 0.5, 1.0]])
    found, other = answer(row, two), answer(changed, two)
    return bool(np.isfinite(found) and np.isclose(found, other))


EXERCISE = Exercise(
    id="perplexity",
    title="From probabilities to one number",
    grade=1,
    minutes=8,
    function="perplexity",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("`p[there]` holds the probabilities of all tokens that exist, in "
         "one row. What does each of them cost, in nats?"),
        ("The cost of a token is `-np.log(p)`. Take the mean, then "
         "`np.exp` of the mean."),
    ),
    mistakes=(
        Mistake(
            "the probabilities are averaged",
            "You average the probabilities. That forgives a model that is "
            "sure and wrong. Average their logarithms.",
            [(_ALL, "1 / p[there].mean()")],
        ),
        Mistake(
            "the inverse probabilities are averaged",
            "That is the mean of 1 / p. Take the mean of the logarithms, and "
            "the exponential at the end.",
            [(_ALL, "np.exp(nats).mean()")],
        ),
        Mistake(
            "the cross-entropy is returned",
            "That is the cross-entropy in nats. The perplexity is its "
            "exponential.",
            [(_ALL, "nats.mean()")],
        ),
        Mistake(
            "the costs are added up",
            "You take the exponential of the sum. A longer text would score "
            "worse just for being longer: divide by the number of tokens.",
            [("nats.mean()", "nats.sum()")],
            shows=_grows_with_the_text,
        ),
        Mistake(
            "the padding counts",
            "What stands behind the end of a text changes your answer. Only "
            "the tokens that exist may count.",
            [("p[there]", "p")],
            shows=_padding_counts,
        ),
        Mistake(
            "each text has the same say",
            "You average over the texts. A text of one token then counts as "
            "much as a long one. The mean is over all tokens.",
            [(_ALL,
              ("np.mean([np.exp(-np.log(row[:n]).mean()) "
              "for row, n in zip(p, lengths)])"))],
        ),
        Mistake(
            "the cross-entropies of the texts are averaged",
            "You average over each text and then over the texts. A text of "
            "one token then counts as much as a long one.",
            [(_ALL,
              ("np.exp(np.mean([-np.log(row[:n]).mean() "
              "for row, n in zip(p, lengths)]))"))],
        ),
        Mistake(
            "bits and nats are mixed",
            "The logarithm has one base and the power another. With "
            "`np.log` belongs `np.exp`, with `np.log2` a power of 2.",
            [(_NATS, "-np.log2(p[there])")],
        ),
        Mistake(
            "a power of two of nats",
            "You raise 2 to a number of nats. With `np.log` belongs "
            "`np.exp`.",
            [(_ALL, "2 ** nats.mean()")],
        ),
        Mistake(
            "the sign is forgotten",
            "Yours is below 1, as if the model had less than one choice. The "
            "logarithm of a probability is negative: mind the sign.",
            [(_NATS, "np.log(p[there])")],
        ),
        Mistake(
            "the last token is left out",
            "The last token of a text makes no difference to yours. Each "
            "text has `lengths` tokens, counted from 0.",
            [(_THERE, "np.arange(p.shape[1]) < lengths[:, None] - 1")],
            shows=_leaves_out_tokens,
        ),
        Mistake(
            "the logarithm of one plus p",
            "The cost of a token is minus the logarithm of its probability: "
            "a token of probability 1 costs nothing, and yours does.",
            [(_NATS, "-np.log(1 + p[there])")],
        ),
        Mistake(
            "the probability of the other tokens is taken",
            "You score what did not happen. The cost comes from p, not from "
            "1 − p.",
            [(_NATS, "-np.log(1 - p[there])")],
        ),
        Mistake(
            "one too many is divided by",
            "Divide by the number of tokens that exist, no more and no "
            "fewer.",
            [("nats.mean()", "(nats.sum() / (nats.size + 1))")],
        ),
        Mistake(
            "the median is taken",
            "You take the median. The cross-entropy is the mean: a single "
            "costly token counts with all it costs.",
            [("nats.mean()", "np.median(nats)")],
        ),
        Mistake(
            "the largest cost is taken",
            "That is the cost of the most surprising token. All tokens "
            "count: take the mean.",
            [("nats.mean()", "nats.max()")],
        ),
        Mistake(
            "the probabilities are multiplied",
            "Yours is right for short texts. The product of many "
            "probabilities becomes too small for the computer, which calls "
            "it 0. Add up logarithms instead.",
            [(_ALL, "1 / np.prod(p[there]) ** (1 / there.sum())")],
            shows=_product_underflows,
        ),
    ),
    cases=_cases,
)  # fmt: skip
