"""From a text to a tokenizer, and to what is trained on and validated."""

from __future__ import annotations

import argparse
from dataclasses import replace

from seqcourse.tasks import TokenizedText
from seqcourse.tasks.language.tokenized_text import part_of
from seqcourse.tokenizers import (
    BytePairTokenizer,
    ByteTokenizer,
    CharacterTokenizer,
    Tokenizer,
)

#: Tokens of a byte-pair encoding, unless the command line says how many.
VOCAB_SIZE = 512


def byte_pairs(text: str, vocab_size: int | None) -> BytePairTokenizer:
    """Train a byte-pair encoding.

    Parameters
    ----------
    text
        What it is trained on.
    vocab_size
        How many tokens; None for `VOCAB_SIZE`.

    Returns
    -------
    tokenizer
        It has fewer tokens if the text has no other pair twice.

    Raises
    ------
    ValueError
        If there are fewer tokens than bytes.

    Examples
    --------
    >>> byte_pairs("to be or not to be", 10**30).vocab_size
    259
    """
    wanted = VOCAB_SIZE if vocab_size is None else vocab_size
    # More than that no text has, and Python's own counters end somewhere.
    return BytePairTokenizer.train(text, min(wanted, 256 + 4 * len(text)))


def trained_tokenizer(options: argparse.Namespace, text: str) -> Tokenizer:
    """Make the tokenizer that was asked for from the training split.

    Parameters
    ----------
    options
        What the command line said.
    text
        The whole text; its last 10 % are not looked at.

    Returns
    -------
    tokenizer
        Of characters, bytes or byte pairs.

    Raises
    ------
    ValueError
        If the split is empty or has one character alone.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> options = parser().parse_args(["train"])
    >>> trained_tokenizer(options, "to be or not to be").vocab_size
    7
    """
    if options.tokenizer == "byte":
        return ByteTokenizer()
    split = part_of(text, "train")
    if options.tokenizer == "bpe":
        return byte_pairs(split, options.vocab_size)
    tokenizer = CharacterTokenizer.train(split)
    if tokenizer.vocab_size < 2:
        raise ValueError(
            "text: expected at least two different characters, "
            f"got {split[0]!r} alone"
        )
    return tokenizer


def text_tasks(
    options: argparse.Namespace, text: str, tokenizer: Tokenizer
) -> tuple[TokenizedText, TokenizedText]:
    """Make the task that is trained on, and the one that validates.

    Parameters
    ----------
    options
        What the command line said.
    text
        The whole text.
    tokenizer
        What makes tokens of it.

    Returns
    -------
    training
        Of the first 90 %.
    validation
        Of the last 10 %.

    Raises
    ------
    ValueError
        If a split is shorter than a window, or the validation split has a
        character that is no token.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> options = parser().parse_args(["train", "--window", "1"])
    >>> tokenizer = CharacterTokenizer("ab")
    >>> text_tasks(options, "abababababababababac", tokenizer)
    Traceback (most recent call last):
    ValueError: text: expected no character in the last 10 % that the first 90
    % do not have, got 'c'; --tokenizer byte and bpe know every character
    """
    training = TokenizedText(text, tokenizer, options.window)
    if isinstance(tokenizer, CharacterTokenizer):
        known = {*tokenizer.characters}
        for character in part_of(text, "validation"):
            if character not in known:
                raise ValueError(
                    "text: expected no character in the last 10 % that the "
                    f"first 90 % do not have, got {character!r}; --tokenizer "
                    "byte and bpe know every character"
                )
    return training, replace(training, split="validation")
