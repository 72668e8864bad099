"""From the command line to a run that can begin, or a sentence."""

from __future__ import annotations

import argparse
import importlib
from dataclasses import dataclass
from typing import Any

import seqcourse
from seqcourse.cli.files import (
    check_places,
    data_file,
    fingerprint,
    read_text,
)
from seqcourse.cli.memory import check_memory
from seqcourse.cli.models import check_options, language_model, optimizer
from seqcourse.cli.run_log import RunLog
from seqcourse.cli.text_task import text_tasks, trained_tokenizer
from seqcourse.numpy import LanguageModel, Layer
from seqcourse.tasks import TokenizedText

#: The options that decide what a run gives.
_DECIDING = (
    "model", "hidden", "embedding", "layers", "heads", "position", "dropout",
    "backend", "tokenizer", "vocab_size", "window", "steps", "batch",
    "learning_rate", "warmup", "final_learning_rate", "betas",
    "weight_decay", "seed", "extend",
)  # fmt: skip


@dataclass(frozen=True)
class Ready:
    """All that a run needs.

    Parameters
    ----------
    options
        What the command line said.
    data
        Which text it is: name, SHA-256 and bytes.
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
    log
        Where each report is kept, or None.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> asked = ["train", "--tokenizer", "byte", "--data", __file__]
    >>> prepare(parser().parse_args(asked)).model.core.hidden_size
    128
    """

    options: argparse.Namespace
    data: dict[str, Any]
    task: TokenizedText
    held_back: TokenizedText
    model: LanguageModel
    optimizer: Any
    package: Any
    learner: Any
    log: RunLog | None = None

    def recipe(self, reached: int) -> dict[str, Any]:
        """Say how the model was trained, in JSON's own types.

        Parameters
        ----------
        reached
            Steps that were made.

        Returns
        -------
        recipe
            The options that decide the weights, the text and the version.
        """
        told = {name: getattr(self.options, name) for name in _DECIDING}
        told["betas"] = list(told["betas"])
        told["vocab_size"] = self.task.vocab_size
        return {
            "version": seqcourse.__version__,
            "data": self.data,
            **told,
            "reached": reached,
        }


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
    check_places(options, {"--data": path})
    log = None
    if options.log is not None:
        kept = options.checkpoint
        log = RunLog(options.log, kept is not None and kept.exists())
    text = read_text(path)
    tokenizer = trained_tokenizer(options, text)
    task, held_back = text_tasks(options, text, tokenizer)
    V = task.vocab_size
    check_memory(options, V)
    model = language_model(options, V)
    package, learner = backend(options, model)
    return Ready(
        options,
        fingerprint(path),
        task,
        held_back,
        model,
        chosen,
        package,
        learner,
        log,
    )


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
    check_device(options)
    if options.backend == "numpy":
        return importlib.import_module("seqcourse.numpy"), model
    layers = importlib.import_module("seqcourse.torch")
    return layers, layers.from_config(model.to_config()).to(options.device)


def check_device(options: argparse.Namespace) -> None:
    """Refuse a backend that is not there, or a device that does not compute.

    Parameters
    ----------
    options
        What the command line said.

    Raises
    ------
    ValueError
        If PyTorch is not installed, or the device is not there or does not
        compute.

    Examples
    --------
    >>> from seqcourse.cli.options import parser
    >>> check_device(parser().parse_args(["train", "--device", "cuda"]))
    Traceback (most recent call last):
    ValueError: --device: expected cpu, on which NumPy computes, got 'cuda';
    --backend torch has others
    """
    device = options.device
    if options.backend == "numpy":
        if device != "cpu":
            raise ValueError(
                f"--device: expected cpu, on which NumPy computes, got "
                f"{device!r}; --backend torch has others"
            )
        return
    try:
        importlib.import_module("seqcourse.torch")
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
