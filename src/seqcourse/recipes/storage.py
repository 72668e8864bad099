"""Trained weights with their recipe, in one file."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import checked
from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.contract.parameters import child, prefixed
from seqcourse.numpy.storage import safetensors
from seqcourse.numpy.storage.atomic_write import check_writable
from seqcourse.numpy.storage.stored_layer import check_num_layers
from seqcourse.recipes.recipe import Recipe, Trained, kept, whole
from seqcourse.recipes.shipped_files import is_file, listed

_SUFFIX = ".safetensors"


@checked
def save(path: str | Path, trained: Trained) -> None:
    """Write what a recipe gave, with the recipe, its hash and its scores.

    Parameters
    ----------
    path
        Where; a file already there is replaced once the new one is complete.
    trained
        What `Recipe.follow` gave.

    Raises
    ------
    OSError
        If no file can be written there; the message names the path.
    ValueError
        If a weight is too large for the file's float16.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(delay=2, symbols=4)
    >>> model = SequenceClassifier(Embedding(5, 8), RNN(8, 8), 4)
    >>> trained = Recipe(model, task, steps=2).follow()
    >>> with TemporaryDirectory() as folder:
    ...     save(f"{folder}/some.safetensors", trained)
    ...     again = load(f"{folder}/some.safetensors")
    >>> again.recipe == trained.recipe, again.scores == again.measure()
    (True, True)
    """
    check_writable("path", path)  # before what takes long
    arrays: Params = {"loss": trained.loss}
    for seed, params in zip(
        trained.recipe.seeds, trained.params, strict=True
    ):
        arrays |= prefixed(kept(params), str(seed))
    header = {
        "recipe": json.dumps(trained.recipe.to_config(), sort_keys=True),
        "hash": trained.recipe.hash,
        "scores": json.dumps(trained.measure()),
    }
    safetensors.write(Path(path), arrays, header)


def shipped() -> dict[str, Traversable]:
    """List the weights that come with the book.

    Returns
    -------
    files
        The file of each, by name.

    Examples
    --------
    >>> shipped()["recall-20-lstm"].name
    'recall-20-lstm.safetensors'
    """
    return listed(_SUFFIX)


@checked
def load(name: str | Path) -> Trained:
    """Read what a recipe gave.

    Parameters
    ----------
    name
        The name of weights that come with the book, such as
        ``"recall-50-lstm"``, or the path of a file.

    Returns
    -------
    trained
        Recipe, weights, loss and scores.

    Raises
    ------
    OSError
        If there are no such weights, and the message lists those there are;
        or the file cannot be read.
    ValueError
        If the file is damaged or no recipe's, its recipe is not the one that
        its hash is of, or its weights, losses or scores are not the recipe's;
        the message begins with the path.

    Examples
    --------
    >>> trained = load("recall-20-lstm")
    >>> trained.task, len(trained.params)
    (DelayedRecall(delay=20, symbols=8), 5)
    """
    path: Traversable = Path(name)
    if not is_file(Path(name)):
        there = shipped()
        if str(name) not in there:
            raise FileNotFoundError(
                f"name: expected a file or one of {', '.join(there)}, "
                f"got {str(name)!r}"
            )
        path = there[str(name)]
    with resources.as_file(path) as file:
        arrays, header = safetensors.read(file)
    try:
        return _trained(arrays, header)
    except Exception as error:  # whatever a constructor says of nonsense
        raise ValueError(f"{path}: {error}") from error


def _trained(arrays: Params, header: dict[str, str]) -> Trained:
    """Make of a file's content what it says it is, or raise an error."""
    if not {"recipe", "hash", "scores"} <= header.keys():
        raise ValueError("holds no recipe; was it written by recipes.save?")
    # Of the words themselves: a model may have learned new options since.
    if sha256(header["recipe"].encode()).hexdigest() != header["hash"]:
        raise ValueError("its hash is not its recipe's")
    config = json.loads(header["recipe"])
    check_num_layers(config, len(arrays))
    recipe = Recipe.from_config(config)
    runs = {str(seed): child(arrays, str(seed)) for seed in recipe.seeds}
    if "loss" not in arrays:
        raise ValueError("holds no array 'loss'")
    strange = arrays.keys() - {"loss"}
    for seed, params in runs.items():
        strange -= prefixed(params, seed).keys()
    if strange:
        raise ValueError(
            f"holds arrays of no run: {', '.join(map(repr, sorted(strange)))}"
        )
    named = {f"array {name!r}": array for name, array in arrays.items()}
    arguments.check_floating(**named)
    scores = json.loads(header["scores"])
    if scores == []:
        raise ValueError("holds no scores")
    return Trained(
        recipe,
        [whole(params) for params in runs.values()],
        arrays["loss"],
        scores,
    )
