"""``seqcourse score``: how well a model predicts a text."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

import numpy as np

from seqcourse.cli.files import read_text
from seqcourse.cli.generate import load_model
from seqcourse.cli.output import Output
from seqcourse.text_models import TextModel, TextScore
from seqcourse.tokenizers import Tokenizer


def prepared(options: argparse.Namespace) -> Callable[[], int]:
    """Make all ready, or refuse it.

    Parameters
    ----------
    options
        What the command line said.

    Returns
    -------
    job
        The rest of the work; a call does it and returns the exit status.

    Raises
    ------
    ValueError
        If the model's file holds no text model, or the other no text.
    OSError
        If a file cannot be read.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> prepared(parser().parse_args(["score", "none", "a.txt"]))
    Traceback (most recent call last):
    FileNotFoundError: FILE: a.txt: no such file
    """
    text = read_text(options.file, "FILE")
    return partial(score, load_model(options), text, options.table)


def score(model: TextModel, text: str, table: bool = False) -> int:
    """Print what a model scores on a text.

    Parameters
    ----------
    model
        What predicts.
    text
        What is predicted.
    table
        Whether to print each token, too.

    Returns
    -------
    status
        0, or 1 where nobody reads it.

    Raises
    ------
    ValueError
        If the text is empty or has something that is no token.
    DivergenceError
        If the model's scores stop being finite.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> from seqcourse.tokenizers import CharacterTokenizer
    >>> layer = LanguageModel(Embedding(2, 3), RNN(3, 4))
    >>> params = layer.init(np.random.default_rng(0))
    >>> for name in params:
    ...     params[name] *= 0
    >>> model = TextModel(layer, params, CharacterTokenizer("ab"))
    >>> score(model, "ab", table=True)
    position  probability     nats  token
           0       0.5000   0.6931  'a'
           1       0.5000   0.6931  'b'
    tokens               2
    bytes                2
    nats per token  0.6931
    perplexity      2.0000
    bits per byte   1.0000
    0
    """
    output = Output()
    with np.errstate(all="ignore"):  # what is not finite has a sentence
        found = model.score(text)
    if table:
        _table(output, found, model.tokenizer)
    for line in (
        f"tokens         {len(found.tokens):>7,}",
        f"bytes          {found.num_bytes:>7,}",
        f"nats per token {found.nats_per_token:7.4f}",
        f"perplexity     {found.perplexity:7.4f}",
        f"bits per byte  {found.bits_per_byte:7.4f}",
    ):
        output.line(line)
    return int(output.closed)


def _table(output: Output, found: TextScore, tokenizer: Tokenizer) -> None:
    output.line("position  probability     nats  token")
    rows = zip(found.tokens, found.probabilities, found.nats, strict=True)
    for position, (token, probability, nats) in enumerate(rows):
        shown = as_python(tokenizer.vocabulary[token])
        output.line(
            f"{position:8d}  {probability:11.4f} {nats:8.4f}  {shown}"
        )
        if output.closed:
            return


def as_python(value: bytes) -> str:
    r"""Write a token as Python would print it.

    Parameters
    ----------
    value
        Its bytes.

    Returns
    -------
    text
        A text in quotes; the bytes where they are no text alone.

    Examples
    --------
    >>> print(as_python(" né".encode()), as_python(bytes([195])))
    ' né' b'\xc3'
    """
    try:
        return repr(value.decode("utf-8"))
    except UnicodeDecodeError:
        return repr(value)
