"""What a run needs of memory, told before it is taken."""

from __future__ import annotations

import argparse
import math
import os
from copy import copy

from seqcourse.cli.models import language_model

#: Where a machine does not tell its memory, and on devices of their own.
_LIMIT = 1 << 42
#: Numbers that a layer keeps of each step and unit for the backward pass, at
#: least.
_KEPT = {"rnn": 1, "gru": 4, "lstm": 5, "transformer": 8}


def memory() -> int:
    """Give the bytes of memory that this machine has.

    Returns
    -------
    bytes
        A bound of 4 TB where it does not tell.

    Examples
    --------
    >>> memory() > 1_000_000
    True
    """
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows, the browser
        return _LIMIT


def gigabytes(count: int) -> str:
    """Write a number of bytes to be read.

    Parameters
    ----------
    count
        Bytes.

    Returns
    -------
    text
        In units of 10\N{SUPERSCRIPT NINE} bytes.

    Examples
    --------
    >>> gigabytes(25_000_000_000)
    '25.0 GB'
    """
    tenths = -(-count // 10**8)
    return f"{tenths // 10:,}.{tenths % 10} GB"


def needed(options: argparse.Namespace, V: int) -> dict[str, int]:
    """Estimate from below what a run keeps in memory.

    Parameters
    ----------
    options
        What the command line said.
    V
        Size of the vocabulary.

    Returns
    -------
    bytes
        By the option that says most about them.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> needed(parser().parse_args(["train"]), V=65)
    {'--hidden': 1789968, '--window': 6307840, '--steps': 32000}
    """
    one, two = (_weights(options, layers, V) for layers in (1, 2))
    L, H, B, T = (
        getattr(options, name)
        for name in ("layers", "hidden", "batch", "window")
    )
    weights = one + (L - 1) * (two - one)
    kept = 2 * V + L * H * _KEPT[options.model]
    of_model = {"--hidden": H, "--layers": L, "--embedding": 0}
    of_model["--embedding"] = options.embedding or 0
    of_batch = {"--batch": B, "--window": T}
    return {
        # float32: the weights, their gradient and Adam's two means
        max(of_model, key=lambda name: of_model[name]): 16 * weights,
        max(of_batch, key=lambda name: of_batch[name]): 4 * B * T * kept,
        "--steps": 16 * options.steps,  # two histories in float64
    }


def _weights(options: argparse.Namespace, layers: int, V: int) -> int:
    smaller = copy(options)
    smaller.layers, smaller.dropout = layers, 0.0
    shapes = language_model(smaller, V).parameter_shapes()
    return sum(map(math.prod, shapes.values()))


def check_memory(options: argparse.Namespace, V: int) -> None:
    """Refuse a run that cannot fit into memory.

    Parameters
    ----------
    options
        What the command line said.
    V
        Size of the vocabulary.

    Raises
    ------
    ValueError
        If it needs more than the machine has; the message names the option
        that asks for most of it.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> many = parser().parse_args(["train", "--steps", "9" * 15])
    >>> check_memory(many, V=65)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: --steps: expected a run that fits into memory, ... GB, got
    999999999999999, which needs at least 16,000,000.0 GB
    """
    found = needed(options, V)
    limit = memory() if options.device == "cpu" else _LIMIT
    if sum(found.values()) > limit:
        name = max(found, key=lambda option: found[option])
        value = getattr(options, name.removeprefix("--"))
        raise ValueError(
            f"{name}: expected a run that fits into memory, "
            f"{gigabytes(limit)}, got {value}, which needs at least "
            f"{gigabytes(found[name])}"
        )
