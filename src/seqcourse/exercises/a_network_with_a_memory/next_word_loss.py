"""next-word-loss: how surprised a model is by the words that came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
A language model has read a padded batch. How surprised was it? The starter
gives a number that looks like an answer, and two things are wrong with it.
Mend `next_word_loss`.

- `scores` is (B, T, V): `scores[:, t]` is what the model expects *after* it
  has read `tokens[:, t]`, as one score for each word of the vocabulary. The
  softmax of them is its chances.
- `tokens` is (B, T), the words as whole numbers from 0 to V − 1. `lengths`,
  (B,), says how many of each sentence are real: from 2 to T.
- Return one number: the surprise $-\\log p$ at each word that came, in nats,
  averaged over all real words that had to be guessed. The first word of a
  sentence is given, so nobody guesses it.
"""

STARTER = '''\
import numpy as np
from seqcourse.numpy.functional import log_softmax

def next_word_loss(scores, tokens, lengths):
    """scores (B, T, V), tokens (B, T), lengths (B,); return nats a word."""
    log_p = log_softmax(scores)
    targets = tokens
    surprise = -np.take_along_axis(log_p, targets[..., None], -1)[..., 0]
    return surprise.mean()
'''

SOLUTION = '''\
import numpy as np
from seqcourse.numpy.functional import log_softmax

def next_word_loss(scores, tokens, lengths):
    """scores (B, T, V), tokens (B, T), lengths (B,); return nats a word."""
    log_p = log_softmax(scores[:, :-1])
    targets = tokens[:, 1:]
    surprise = -np.take_along_axis(log_p, targets[..., None], -1)[..., 0]
    real = np.arange(1, tokens.shape[1]) < lengths[:, None]
    return (surprise * real).sum() / real.sum()
'''
_MEAN = "(surprise * real).sum() / real.sum()"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sentences of several lengths and the scores of a bad model."""
    for _ in range(6):
        B, V = 2 + rng.permutation(6)[:2]
        T = B + V - 1
        lengths = np.append([2, T], rng.integers(2, max(T - 2, 3), B - 2))
        tokens = rng.integers(V, size=(B, T))
        scores = 2 * rng.normal(size=(B, T, V))
        yield scores, tokens, rng.permutation(lengths)


def _praises(steps: int, answer: Any, scores: Array, *rest: Any) -> bool:
    """Tell whether a model that says the word so far back pays nothing."""
    sure = 1e3 * np.eye(scores.shape[-1])[np.roll(rest[0], steps, 1)]
    return bool(abs(answer(sure, *rest)) < 1e-6)


def _wrong_axis(answer: Any, scores: Array, *rest: Any) -> bool:
    """Tell whether a step's chances depend on the scores of other steps."""
    B, T, _ = scores.shape
    by = np.sin(1.0 + np.arange(B * T)).reshape(B, T, 1)
    given, alike = answer(scores, *rest), answer(scores + 1.0, *rest)
    apart = answer(scores + by, *rest)
    return bool(np.isclose(given, alike) and not np.isclose(given, apart))


def _heeds(steps: int, answer: Any, scores: Array, *rest: Any) -> bool:
    """Tell whether scores so long after the last real word matter."""
    at = np.arange(scores.shape[1]) >= rest[1][:, None] - 1 + steps
    other = np.where(at[..., None], -scores, scores)
    both = answer(scores, *rest), answer(other, *rest)
    return not np.isclose(*both, equal_nan=True)


def _not_normalized(answer: Any, scores: Array, *rest: Any) -> bool:
    """Tell whether the same number added to all scores matters."""
    both = answer(scores, *rest), answer(scores + 1.0, *rest)
    return not np.isclose(*both)


def _upside_down(answer: Any, scores: Array, *rest: Any) -> bool:
    """Tell whether only what comes after the real words matters."""
    at = np.arange(scores.shape[1]) < rest[1][:, None] - 1
    other = np.where(at[..., None], -scores, scores)
    same = np.isclose(answer(scores, *rest), answer(other, *rest))
    return bool(same) and _heeds(0, answer, scores, *rest)


def _diluted(answer: Any, scores: Array, tokens: Array, *rest: Any) -> bool:
    """Tell whether more padding makes the model look better."""
    more = np.tile(scores, (1, 2, 1)), np.tile(tokens, (1, 2))
    return bool(answer(*more, *rest) < answer(scores, tokens, *rest) - 1e-6)


EXERCISE = Exercise(
    id="next-word-loss",
    title="Measure the surprise",
    grade=2,
    minutes=12,
    function="next_word_loss",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Write a sentence of four words on paper and, under each word, the "
         "one that the model is asked for once it has read it. How many are "
         "there, and where does each stand in `tokens`?"),
        ("The last scores of a row have no word to be held against. Leave "
         "out one column of `scores` and one of `tokens`, so that what "
         "stands side by side belongs together."),
        ("For the second fault: make a (B, T − 1) array of true and false, "
         "true where the *target* is a real word. Only there may a surprise "
         "be added, and only those may be counted."),
    ),
    mistakes=(
        Mistake(
            "each word is its own target",
            "A model that repeats the word it has just read gets a loss of "
            "zero from you. What is asked is the word that it has not read.",
            [("scores[:, :-1]", "scores[:, 1:]")],
            shows=lambda *case: _praises(0, *case),
        ),
        Mistake(
            "the targets are moved the wrong way",
            "A model that names the word before gets a loss of zero from "
            "you. Is the target of a step earlier in the sentence, or later?",
            [("scores[:, :-1]", "scores[:, 1:]"),
             ("tokens[:, 1:]", "tokens[:, :-1]")],
            shows=lambda *case: _praises(1, *case),
        ),
        Mistake(
            "the chances add up to one on the wrong axis",
            "The model's chances at one step change with its scores at "
            "another. A softmax shares 1 among the words of the vocabulary, "
            "at each step anew.",
            [("log_softmax(scores[:, :-1])",
              "log_softmax(scores[:, :-1].swapaxes(1, 2)).swapaxes(1, 2)")],
            shows=_wrong_axis,
        ),
        Mistake(
            "the mask is upside down",
            "What the model says of the real words makes no difference to "
            "your number, and what it says of the padding does. For which "
            "of them is your mask true?",
            [("np.arange(1, tokens.shape[1]) < lengths[:, None]",
              "np.arange(1, tokens.shape[1]) >= lengths[:, None]")],
            shows=_upside_down,
        ),
        Mistake(
            "the padding counts",
            "What the model says beyond the end of a sentence changes your "
            "number. Nobody spoke there, so nobody can be surprised.",
            [(_MEAN, "surprise.mean()")],
            shows=lambda *case: _heeds(1, *case),
        ),
        Mistake(
            "each short sentence is asked for one word too many",
            "You count the guess that is made after the last real word. How "
            "many guesses are there in a sentence of four words?",
            [("np.arange(1, tokens.shape[1])",
              "np.arange(tokens.shape[1] - 1)")],
            shows=lambda *case: (
                _heeds(0, *case) and not _heeds(1, *case)
            ),
        ),
        Mistake(
            "the mean is shared with the padding",
            "Your sum leaves the padding out, and is then divided by a "
            "number that grows with it, so padding looks like skill.",
            [(_MEAN, "(surprise * real).mean()")],
            shows=_diluted,
        ),
        Mistake(
            "words are counted that nobody guessed",
            "Your sum is right, and you divide it by the number of all real "
            "words. The first of each sentence is given.",
            [("/ real.sum()", "/ lengths.sum()")],
        ),
        Mistake(
            "the surprise is in bits",
            "A blind guess among V words should cost log V nats. Yours costs "
            "what it would in bits. To which base is your logarithm?",
            [("/ real.sum()", "/ real.sum() / np.log(2)")],
            shows=lambda answer, scores, *rest: np.isclose(
                answer(0 * scores, *rest), np.log2(scores.shape[-1])
            ),
        ),
        Mistake(
            "the scores are not made probabilities",
            "Add 1 to all scores, and your number changes. The model's "
            "probabilities do not: a softmax takes no notice of what all "
            "scores have in common.",
            [("log_softmax(scores[:, :-1])", "scores[:, :-1]")],
            shows=_not_normalized,
        ),
        Mistake(
            "the surprise is not averaged",
            "You add up the surprise at all words, so your number grows "
            "with the text. What is asked for is the surprise per word.",
            [("(surprise * real).sum() / real.sum()",
              "(surprise * real).sum()")],
        ),
        Mistake(
            "the surprise is averaged over the sentences",
            "You divide by the number of sentences, so that a long sentence "
            "looks more surprising than a short one. What is asked for is "
            "the surprise per word.",
            [("/ real.sum()", "/ len(lengths)")],
        ),
        Mistake(
            "the perplexity is given back",
            "Your number is e to the power of the one that is asked for. "
            "That is the perplexity; the surprise itself is in nats.",
            [(_MEAN, "np.exp((surprise * real).sum() / real.sum())")],
        ),
        Mistake(
            "the surprise is negative",
            "The logarithm of a chance is never above zero, and the less "
            "likely a word, the lower it is. Surprise should go the other "
            "way.",
            [("-np.take", "np.take")],
            shows=lambda answer, *case: bool(answer(*case) < 0),
        ),
        Mistake(
            "the mean is taken before the logarithm",
            "You average the chances and are surprised once. A word that was "
            "nearly impossible then goes unnoticed among the others.",
            [(_MEAN, "-np.log(np.exp(-surprise)[real].mean())")],
        ),
        Mistake(
            "a short sentence counts as much as a long one",
            "You average within each sentence and then over the sentences. "
            "Every word should weigh the same, wherever it stands.",
            [(_MEAN, "((surprise * real).sum(1) / real.sum(1)).mean()")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
