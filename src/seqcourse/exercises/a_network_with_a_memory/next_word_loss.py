"""next-word-loss: the cross-entropy of a language model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
A language model has read a padded batch. What is its cross-entropy? The
starter returns a number that looks like an answer, but two things are wrong
with it. Fix `next_word_loss`.

- `logits` is (B, T, V): `logits[:, t]` holds one logit for each word of the
  vocabulary, computed *after* the model has read `tokens[:, t]`. Their
  softmax gives the probabilities of the next word.
- `tokens` is (B, T), the words as whole numbers from 0 to V − 1. `lengths`,
  (B,), says how many of each sentence are real: from 2 to T.
- Return one number: $-\\log p$ of each word that came, in nats, averaged
  over all real words that had to be predicted. The first word of a sentence
  is given, so it isn't predicted.
"""

STARTER = '''\
import numpy as np
from seqcourse.numpy.functional import log_softmax

def next_word_loss(logits, tokens, lengths):
    """logits (B, T, V), tokens (B, T), lengths (B,); return nats per word."""
    log_p = log_softmax(logits)
    targets = tokens
    losses = -np.take_along_axis(log_p, targets[..., None], -1)[..., 0]
    return losses.mean()
'''

SOLUTION = '''\
import numpy as np
from seqcourse.numpy.functional import log_softmax

def next_word_loss(logits, tokens, lengths):
    """logits (B, T, V), tokens (B, T), lengths (B,); return nats per word."""
    log_p = log_softmax(logits[:, :-1])
    targets = tokens[:, 1:]
    losses = -np.take_along_axis(log_p, targets[..., None], -1)[..., 0]
    real = np.arange(1, tokens.shape[1]) < lengths[:, None]
    return (losses * real).sum() / real.sum()
'''
_MEAN = "(losses * real).sum() / real.sum()"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sentences of several lengths and the logits of a bad model."""
    for _ in range(6):
        B, V = 2 + rng.permutation(6)[:2]
        T = B + V - 1
        lengths = np.append([2, T], rng.integers(2, max(T - 2, 3), B - 2))
        tokens = rng.integers(V, size=(B, T))
        logits = 2 * rng.normal(size=(B, T, V))
        yield logits, tokens, rng.permutation(lengths)


def _rewards(steps: int, answer: Any, logits: Array, *rest: Any) -> bool:
    """Tell whether a model sure of the word so far back has no loss."""
    sure = 1e3 * np.eye(logits.shape[-1])[np.roll(rest[0], steps, 1)]
    return bool(abs(answer(sure, *rest)) < 1e-6)


def _wrong_axis(answer: Any, logits: Array, *rest: Any) -> bool:
    """Tell whether a step's probabilities depend on other steps' logits."""
    B, T, _ = logits.shape
    by = np.sin(1.0 + np.arange(B * T)).reshape(B, T, 1)
    given, alike = answer(logits, *rest), answer(logits + 1.0, *rest)
    apart = answer(logits + by, *rest)
    return bool(np.isclose(given, alike) and not np.isclose(given, apart))


def _depends(steps: int, answer: Any, logits: Array, *rest: Any) -> bool:
    """Tell whether logits so long after the last real word matter."""
    at = np.arange(logits.shape[1]) >= rest[1][:, None] - 1 + steps
    other = np.where(at[..., None], -logits, logits)
    both = answer(logits, *rest), answer(other, *rest)
    return not np.isclose(*both, equal_nan=True)


def _not_normalized(answer: Any, logits: Array, *rest: Any) -> bool:
    """Tell whether the same number added to all logits matters."""
    both = answer(logits, *rest), answer(logits + 1.0, *rest)
    return not np.isclose(*both)


def _inverted(answer: Any, logits: Array, *rest: Any) -> bool:
    """Tell whether only what comes after the real words matters."""
    at = np.arange(logits.shape[1]) < rest[1][:, None] - 1
    other = np.where(at[..., None], -logits, logits)
    same = np.isclose(answer(logits, *rest), answer(other, *rest))
    return bool(same) and _depends(0, answer, logits, *rest)


def _diluted(answer: Any, logits: Array, tokens: Array, *rest: Any) -> bool:
    """Tell whether more padding makes the model look better."""
    more = np.tile(logits, (1, 2, 1)), np.tile(tokens, (1, 2))
    return bool(answer(*more, *rest) < answer(logits, tokens, *rest) - 1e-6)


EXERCISE = Exercise(
    id="next-word-loss",
    title="Compute the cross-entropy",
    grade=2,
    minutes=12,
    function="next_word_loss",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("Write down a sentence of four words and, under each word, the one "
         "that the model should predict after it. How many are there, and "
         "at which index of `tokens` is each?"),
        ("The last logits of a row have no target. Leave out one column of "
         "`logits` and one of `tokens`, so that logits and target have the "
         "same index."),
        ("For the second mistake: make a (B, T − 1) array that is true where "
         "the *target* is a real word. Sum and count only those."),
    ),
    mistakes=(
        Mistake(
            "each word is its own target",
            "A model that repeats the word it has just read gets a loss of "
            "zero from you. The target is the next word.",
            [("logits[:, :-1]", "logits[:, 1:]")],
            shows=lambda *case: _rewards(0, *case),
        ),
        Mistake(
            "the targets are shifted the wrong way",
            "A model that names the previous word gets a loss of zero from "
            "you. Is the target of a step earlier in the sentence, or later?",
            [("logits[:, :-1]", "logits[:, 1:]"),
             ("tokens[:, 1:]", "tokens[:, :-1]")],
            shows=lambda *case: _rewards(1, *case),
        ),
        Mistake(
            "the softmax is over the wrong axis",
            "The model's probabilities at one step change with its logits at "
            "another. At each step, the softmax is over the words of the "
            "vocabulary.",
            [("log_softmax(logits[:, :-1])",
              "log_softmax(logits[:, :-1].swapaxes(1, 2)).swapaxes(1, 2)")],
            shows=_wrong_axis,
        ),
        Mistake(
            "the mask is inverted",
            "The model's predictions of real words make no difference to "
            "your number, and those of the padding do. For which of them is "
            "your mask true?",
            [("np.arange(1, tokens.shape[1]) < lengths[:, None]",
              "np.arange(1, tokens.shape[1]) >= lengths[:, None]")],
            shows=_inverted,
        ),
        Mistake(
            "the padding counts",
            "What the model predicts beyond the end of a sentence changes "
            "your number. Only targets that are real words should count.",
            [(_MEAN, "losses.mean()")],
            shows=lambda *case: _depends(1, *case),
        ),
        Mistake(
            "each short sentence counts one word too many",
            "You count the prediction made after the last real word. How "
            "many predictions are there in a sentence of four words?",
            [("np.arange(1, tokens.shape[1])",
              "np.arange(tokens.shape[1] - 1)")],
            shows=lambda *case: (
                _depends(0, *case) and not _depends(1, *case)
            ),
        ),
        Mistake(
            "the mean counts the padding",
            "Your sum leaves the padding out, but you divide it by a number "
            "that grows with the padding, so padding lowers the loss.",
            [(_MEAN, "(losses * real).mean()")],
            shows=_diluted,
        ),
        Mistake(
            "words are counted that nobody predicted",
            "Your sum is right, and you divide it by the number of all real "
            "words. The first of each sentence is given.",
            [("/ real.sum()", "/ lengths.sum()")],
        ),
        Mistake(
            "the loss is in bits",
            "A model that gives all V words the same probability should get "
            "log V nats. Yours is in bits. What is the base of your "
            "logarithm?",
            [("/ real.sum()", "/ real.sum() / np.log(2)")],
            shows=lambda answer, logits, *rest: np.isclose(
                answer(0 * logits, *rest), np.log2(logits.shape[-1])
            ),
        ),
        Mistake(
            "the softmax is missing",
            "Add 1 to all logits, and your number changes. The model's "
            "probabilities don't: a constant added to all logits cancels in "
            "the softmax.",
            [("log_softmax(logits[:, :-1])", "logits[:, :-1]")],
            shows=_not_normalized,
        ),
        Mistake(
            "the loss is not averaged",
            "You return the sum over all words, so your number grows with "
            "the text. Divide it by the number of predicted words.",
            [("(losses * real).sum() / real.sum()",
              "(losses * real).sum()")],
        ),
        Mistake(
            "the sum is divided by the number of sentences",
            "You divide by the number of sentences, so a long sentence "
            "counts as worse than a short one. Divide by the number of "
            "predicted words.",
            [("/ real.sum()", "/ len(lengths)")],
        ),
        Mistake(
            "the perplexity is returned",
            "Your number is e to the power of the right one. That is the "
            "perplexity; the cross-entropy is its logarithm.",
            [(_MEAN, "np.exp((losses * real).sum() / real.sum())")],
        ),
        Mistake(
            "the sign is wrong",
            "The logarithm of a probability is never above zero, and a "
            "less likely word has a lower one. A loss should be higher for "
            "it.",
            [("-np.take", "np.take")],
            shows=lambda answer, *case: bool(answer(*case) < 0),
        ),
        Mistake(
            "the mean is taken before the logarithm",
            "You take the logarithm of the mean probability. A word that was "
            "nearly impossible then hardly counts. Take the mean of the "
            "logarithms.",
            [(_MEAN, "-np.log(np.exp(-losses)[real].mean())")],
        ),
        Mistake(
            "a short sentence counts as much as a long one",
            "You average within each sentence and then over the sentences. "
            "Every word should weigh the same, wherever it stands.",
            [(_MEAN, "((losses * real).sum(1) / real.sum(1)).mean()")],
        ),
    ),
    cases=_cases,
)  # fmt: skip
