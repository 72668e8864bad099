"""``seqcourse inspect``: what a file of weights holds."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from seqcourse import recipes, store
from seqcourse.cli.files import called, fingerprint
from seqcourse.cli.output import Output, escaped
from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.storage import safetensors

#: Characters of a value that are shown.
_MOST = 72


def prepared(options: argparse.Namespace) -> Callable[[], int]:
    """Read the file, or refuse it.

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
        If it is damaged, or no safetensors file.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> prepared(parser().parse_args(["inspect", "none"]))
    Traceback (most recent call last):
    FileNotFoundError: FILE: none: no such file
    """
    with called("FILE"):
        return partial(inspect, described_file(options.file))


def inspect(lines: list[str]) -> int:
    """Print what was found.

    Parameters
    ----------
    lines
        What `described_file` gave.

    Returns
    -------
    status
        0, or 1 where nobody reads it.

    Examples
    --------
    >>> inspect(["some.safetensors: 2 arrays"])
    some.safetensors: 2 arrays
    0
    """
    output = Output()
    for line in lines:
        output.line(escaped(line))
    return int(output.closed)


def described_file(path: Path) -> list[str]:
    """Say what a safetensors file holds.

    Parameters
    ----------
    path
        A model's, a checkpoint, a recipe's weights, or any other.

    Returns
    -------
    lines
        What kind it is first, then its parts.

    Raises
    ------
    ValueError
        If it is damaged, or no safetensors file; the message begins with the
        path.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "some.safetensors")
    ...     safetensors.write(path, {"h": np.zeros((2, 3))}, {})
    ...     lines = described_file(path)
    >>> lines[2:]
    ['weights  6 numbers in 1 arrays', '  h  float64 (2, 3)']
    """
    arrays, metadata = safetensors.read(path)
    facts = fingerprint(path)
    if "config" in metadata:
        kind, parts = _model(path)
    elif "training" in metadata:
        kind, parts = _checkpoint(path, metadata["training"])
    elif {"recipe", "hash"} <= metadata.keys():
        kind, parts = _recipe(path)
    else:
        kind, parts = "arrays of another program", dict(metadata)
    lines = [
        f"{path}: {kind}, {facts['bytes']:,} bytes",
        f"SHA-256  {facts['sha256']}",
    ]
    try:
        lines += _told(parts)
    except RecursionError:
        raise ValueError(f"{path}: it is nested too deeply") from None
    return [*lines, *_weights(arrays)]


def _model(path: Path) -> tuple[str, dict[str, Any]]:
    stored = store.read(path)
    parts = {"model": stored.layer.to_config()}
    if stored.tokenizer is None:
        return "a model", parts
    kind, V = type(stored.tokenizer).__name__, stored.tokenizer.vocab_size
    return "a text model", {
        **parts,
        "tokenizer": {"type": kind, "tokens": V},
        "recipe": dict(stored.recipe),
        "scores": dict(stored.scores),
    }


def _checkpoint(path: Path, told: str) -> tuple[str, dict[str, Any]]:
    try:
        facts = json.loads(told)
        done, recipe = facts["done"], facts["recipe"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValueError(
            f"{path}: holds no run; was it written by fit?"
        ) from None
    kind = f"the checkpoint of a run, after step {done}"
    return kind, {"recipe": recipe}


def _recipe(path: Path) -> tuple[str, dict[str, Any]]:
    trained = recipes.load(path)
    seeds = len(trained.params)
    return f"a recipe's weights, from {seeds} seeds", {
        "recipe": trained.recipe.to_config(),
        "scores": trained.scores,
    }


def _told(parts: Any, indent: str = "") -> Iterator[str]:
    for name, value in parts.items():
        if isinstance(value, Mapping):
            yield f"{indent}{name}"
            yield from _told(value, f"{indent}  ")
            continue
        text = json.dumps(value, ensure_ascii=False)
        if len(text) > _MOST:
            text = f"{text[:_MOST]}…"
        yield f"{indent}{name}  {text}"


def _weights(arrays: Params) -> Iterator[str]:
    count = sum(array.size for array in arrays.values())
    yield f"weights  {count:,} numbers in {len(arrays)} arrays"
    width = max(map(len, arrays), default=0)
    for name, array in arrays.items():
        yield f"  {name:{width}}  {array.dtype} {array.shape}"
