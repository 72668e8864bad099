"""From the command line to a run that can begin, or a sentence."""

from __future__ import annotations

import argparse
import importlib
from dataclasses import dataclass, replace
from typing import Any

from seqcourse.cli.files import check_places, data_file, read_text
from seqcourse.cli.memory import check_memory
from seqcourse.cli.models import check_options, language_model, optimizer
from seqcourse.numpy import LanguageModel, Layer
from seqcourse.tasks import Characters


@dataclass(frozen=True)
class Ready:
    """All that a run needs.

    Parameters
    ----------
    options
        What the command line said.
    task
        What is trained on.
    held_back
        What validates.
    model
        The model, in NumPy.
    optimizer
        How a gradient becomes a change.
    package
        ``seqcourse.numpy`` or ``seqcourse.torch``.
    learner
        The model in that package.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> asked = ["train", "--hidden", "8", "--data", __file__]
    >>> prepare(parser().parse_args(asked)).model.core.hidden_size
    8
    """

    options: argparse.Namespace
    task: Characters
    held_back: Characters
    model: LanguageModel
    optimizer: Any
    package: Any
    learner: Any


def prepare(options: argparse.Namespace) -> Ready:
    """Read the text and make the model; nothing is written yet.

    Parameters
    ----------
    options
        What the command line said.

    Returns
    -------
    ready
        A run that can begin.

    Raises
    ------
    ValueError
        If the options ask for what there is not, or for too much.
    OSError
        If a file cannot be read, or none can be written.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> prepare(parser().parse_args(["train", "--heads", "2"]))
    Traceback (most recent call last):
    ValueError: --heads: lstm has none
    """
    check_options(options)
    chosen = optimizer(options)
    path = data_file(options.data)
    check_places(options, path)
    task = Characters(read_text(path), options.window)
    check_memory(options, task.vocab_size)
    model = language_model(options, task.vocab_size)
    package, learner = backend(options, model)
    held_back = replace(task, split="validation")
    return Ready(options, task, held_back, model, chosen, package, learner)


def backend(options: argparse.Namespace, model: Layer) -> tuple[Any, Any]:
    """Give the package that trains, and its own form of the model.

    Parameters
    ----------
    options
        What the command line said.
    model
        The model, in NumPy.

    Returns
    -------
    package
        ``seqcourse.numpy`` or ``seqcourse.torch``.
    model
        The same model in that package, on the device that was named.

    Raises
    ------
    ValueError
        If PyTorch is not installed, or the device is not there or does not
        compute.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> from seqcourse.numpy import RNN
    >>> package, model = backend(parser().parse_args(["train"]), RNN(3, 4))
    >>> package.__name__, model == RNN(3, 4)
    ('seqcourse.numpy', True)
    """
    device = options.device
    if options.backend == "numpy":
        if device != "cpu":
            raise ValueError(
                f"--device: expected cpu, on which NumPy computes, got "
                f"{device!r}; --backend torch has others"
            )
        return importlib.import_module("seqcourse.numpy"), model
    try:
        layers = importlib.import_module("seqcourse.torch")
    except ImportError as error:
        raise ValueError(f"--backend: {error}") from None
    torch = importlib.import_module("torch")
    try:
        torch.zeros(1, device=device).item()
    except MemoryError:
        raise
    except Exception as error:  # whatever a device says that is not there
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ValueError(
            "--device: expected one that computes, such as cpu or cuda, "
            f"got {device!r} ({reason})"
        ) from None
    return layers, layers.from_config(model.to_config()).to(device)
