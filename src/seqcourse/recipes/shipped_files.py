"""The files of recorded runs that come with the book, by their names."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

#: In the installed package, which may be a zip, and where the book's own tree
#: has them. Of two files with one name the last counts.
FOLDERS: tuple[Traversable, ...] = (
    resources.files("seqcourse") / "weights",
    Path(__file__).parents[3] / "book" / "weights",
)


def listed(suffix: str) -> dict[str, Traversable]:
    """List the files of one kind.

    Parameters
    ----------
    suffix
        The end of their names.

    Returns
    -------
    files
        The file of each, by its name without that end, in order.

    Examples
    --------
    >>> listed(".safetensors")["recall-20-lstm"].name
    'recall-20-lstm.safetensors'
    """
    found = {
        file.name.removesuffix(suffix): file
        for folder in FOLDERS
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.endswith(suffix)
    }
    return dict(sorted(found.items()))


def is_file(path: Path) -> bool:
    """Tell whether there is a file, whatever was given as its path.

    Parameters
    ----------
    path
        What may be a path.

    Returns
    -------
    there
        False, too, where the system refuses the path.

    Examples
    --------
    >>> is_file(Path("n" * 300))
    False
    """
    try:
        return path.is_file()
    except OSError:  # such as a name that is too long
        return False
