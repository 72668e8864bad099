"""The scores of a sweep with its description, in one file."""

from __future__ import annotations

import json
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np

from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.storage.atomic_write import write_bytes
from seqcourse.recipes.experiment import hash_of
from seqcourse.recipes.shipped_files import is_file, listed
from seqcourse.recipes.sweep import Sweep, Swept

_SUFFIX = ".json"
_TABLES = ("validation", "scores", "diverged")


@checked
def save_sweep(path: str | Path, swept: Swept) -> None:
    """Write the scores of a sweep, with the sweep and its hash.

    Parameters
    ----------
    path
        Where; a file already there is replaced once the new one is complete.
    swept
        What `Sweep.follow` gave.

    Raises
    ------
    OSError
        If no file can be written there; the message names the path.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> model = SequenceClassifier(Embedding(5, 8), RNN(8, 8), 4)
    >>> task = DelayedRecall(delay=2, symbols=4)
    >>> swept = Sweep({"rnn": model}, task, 2, (1e-3, 1e-2)).follow()
    >>> with TemporaryDirectory() as folder:
    ...     save_sweep(f"{folder}/some.json", swept)
    ...     again = load_sweep(f"{folder}/some.json")
    >>> again.sweep == swept.sweep
    True
    """
    content: dict[str, Any] = {
        what: {
            name: [[_value(each) for each in row] for row in array.tolist()]
            for name, array in getattr(swept, what).items()
        }
        for what in _TABLES
    }
    content["sweep"] = swept.sweep.to_config()
    content["hash"] = swept.sweep.hash
    write_bytes("path", path, _written(content))


def shipped_sweeps() -> dict[str, Traversable]:
    """List the sweeps that come with the book.

    Returns
    -------
    files
        The file of each, by name.

    Examples
    --------
    >>> all(file.name == f"{name}.json" for name, file in
    ...     shipped_sweeps().items())
    True
    """
    return listed(_SUFFIX)


@checked
def load_sweep(name: str | Path) -> Swept:
    """Read the scores of a sweep.

    Parameters
    ----------
    name
        The name of a sweep that comes with the book, or the path of a file.

    Returns
    -------
    swept
        The sweep and its scores.

    Raises
    ------
    OSError
        If there is no such sweep, and the message has the names that come
        close; or the file cannot be read.
    ValueError
        If the file is damaged or no sweep's, its sweep is not the one that
        its hash is of, or its scores are not the sweep's; the message begins
        with the path.

    Examples
    --------
    >>> swept = load_sweep("recall-12-plain")
    >>> swept.sweep.task, swept.best("rnn").shape
    (DelayedRecall(delay=12, symbols=8), (5,))
    """
    path: Traversable = Path(name)
    if not is_file(Path(name)):
        there = shipped_sweeps()
        if str(name) not in there:
            close = get_close_matches(str(name), there, cutoff=0.5)
            names = "a name such as" if close else "one of"
            raise FileNotFoundError(
                f"name: expected a file or {names} "
                f"{', '.join(close or there)}, got {str(name)!r}"
            )
        path = there[str(name)]
    content = path.read_bytes()
    try:
        return _swept(content)
    except Exception as error:  # whatever a constructor says of nonsense
        raise ValueError(f"{path}: {error}") from error


def _swept(data: bytes) -> Swept:
    """Make of a file's content what it says it is, or raise an error."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"damaged or no JSON ({error})") from None
    if data != _written(content):
        raise ValueError("damaged or not as save_sweep writes it")
    names = {"sweep", "hash", *_TABLES}
    if not isinstance(content, dict) or content.keys() != names:
        raise ValueError("holds no sweep; was it written by save_sweep?")
    # Of the words themselves: a model may have learned new options since.
    if hash_of(content["sweep"]) != content["hash"]:
        raise ValueError("its hash is not its sweep's")
    sweep = Sweep.from_config(content["sweep"])
    tables = {what: _arrays(what, content[what]) for what in _TABLES}
    return Swept(sweep, **tables)


def _written(content: Any) -> bytes:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()


def _arrays(what: str, tables: Any) -> dict[str, Array]:
    if not isinstance(tables, dict):
        raise ValueError(f"{what}: expected a table for each model")
    return {
        name: np.array(
            [[np.nan if each is None else each for each in r] for r in rows]
        )
        for name, rows in tables.items()
    }


def _value(number: Any) -> Any:
    """Give None for NaN, which JSON has not."""
    return None if number != number else number
