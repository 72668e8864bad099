"""``seqcourse generate``: a text that a model continues."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import partial

from seqcourse.cli.files import called
from seqcourse.cli.output import Output
from seqcourse.cli.prepare import check_device
from seqcourse.text_models import TextModel


def load_model(options: argparse.Namespace) -> TextModel:
    """Read the model that the command line names.

    Parameters
    ----------
    options
        What the command line said.

    Returns
    -------
    model
        On the device that was asked for.

    Raises
    ------
    ValueError
        If the file holds no text model, or the device does not compute.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> load_model(parser().parse_args(["score", "none", "text"]))
    Traceback (most recent call last):
    FileNotFoundError: MODEL: none: no such file
    """
    check_device(options)
    with called("MODEL"):
        return TextModel.load(
            options.model, options.backend, device=options.device
        )


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
        If the file holds no text model, the prompt has something that is no
        token, or a setting is out of its range.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> asked = ["generate", "none", "--prompt", "To be"]
    >>> prepared(parser().parse_args(asked))
    Traceback (most recent call last):
    FileNotFoundError: MODEL: none: no such file
    """
    if options.temperature < 0:
        raise ValueError(
            "--temperature: expected a number of at least 0, "
            f"got {options.temperature}"
        )
    pieces = load_model(options).stream(
        options.prompt,
        max_tokens=options.tokens,
        temperature=options.temperature,
        top_k=options.top_k,
        top_p=options.top_p,
        min_p=options.min_p,
        repetition_penalty=options.repetition_penalty,
        stop=options.stop,
        seed=options.seed,
    )
    return partial(generate, options.prompt, pieces)


def generate(prompt: str, pieces: Iterator[str]) -> int:
    """Print a prompt, and each piece of the text as it is written.

    Parameters
    ----------
    prompt
        What is continued.
    pieces
        What comes after it.

    Returns
    -------
    status
        0, 1 where nobody reads the text, 130 where the reader interrupted
        it. The text ends with a line's end in any case.

    Raises
    ------
    DivergenceError
        If the model's scores stop being finite.

    Examples
    --------
    >>> generate("To be", iter([" or", " not"]))
    To be or not
    0
    """
    output, last, status = Output(), prompt, 0
    try:
        output.piece(prompt)
        for piece in pieces:
            output.piece(piece)
            last = piece or last
            if output.closed:
                return 1
    except KeyboardInterrupt:
        status = 130
    finally:
        if not last.endswith("\n"):
            output.line("")
    return status
