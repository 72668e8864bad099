"""Runs that are too long for a page: trained once, and shipped with it.

A file holds the weights of one run for each seed, and in its header the
recipe and its hash, so that weights and recipe cannot part ways unnoticed. A
page loads the file and measures.
"""

from __future__ import annotations

import json
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.contract.parameters import child, prefixed
from seqcourse.numpy.storage import safetensors
from seqcourse.recipe import Recipe, Trained, kept, whole

__all__ = ["Recipe", "Trained", "load", "save", "shipped"]

#: In the installed package, which may be a zip, and where the book's own tree
#: has them.
FOLDERS: tuple[Traversable, ...] = (
    resources.files("seqcourse") / "weights",
    Path(__file__).parents[2] / "book" / "weights",
)
_SUFFIX = ".safetensors"


def save(path: str | Path, trained: Trained) -> None:
    """Write what a recipe gave, with the recipe, its hash and its scores.

    Parameters
    ----------
    path
        Where; a file already there is replaced once the new one is complete.
    trained
        What `Recipe.follow` gave.

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
    found = {
        file.name.removesuffix(_SUFFIX): file
        for folder in FOLDERS
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.endswith(_SUFFIX)
    }
    return dict(sorted(found.items()))


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
    FileNotFoundError
        If there are no such weights; the message lists those there are.
    ValueError
        If the file is damaged or no recipe's, or its recipe is not the one
        that its hash is of.

    Examples
    --------
    >>> trained = load("recall-20-lstm")
    >>> trained.task, len(trained.params)
    (DelayedRecall(delay=20, symbols=8), 5)
    """
    path: Traversable = Path(name)
    if not path.is_file():
        there = shipped()
        if str(name) not in there:
            raise FileNotFoundError(
                f"{name}: expected a file, or one of {', '.join(there)}"
            )
        path = there[str(name)]
    with resources.as_file(path) as file:
        arrays, header = safetensors.read(file)
    if not {"recipe", "hash", "scores"} <= header.keys():
        raise ValueError(f"{path}: holds no recipe")
    # Of the words themselves: a model may have learned new options since.
    if sha256(header["recipe"].encode()).hexdigest() != header["hash"]:
        raise ValueError(f"{path}: its hash is not its recipe's")
    recipe = Recipe.from_config(json.loads(header["recipe"]))
    names = [str(seed) for seed in recipe.seeds]
    return Trained(
        recipe,
        [whole(child(arrays, seed)) for seed in names],
        arrays["loss"],
        json.loads(header["scores"]),
    )
