"""Which weights and sweeps the code in the page needs; the page fetches them.

The page's wheel carries none of them. Each file exists from the start, but is
empty until it has been fetched, so that the package lists all of them. What a
cell will load can usually be read in its source. If it opens an empty file
nonetheless, the page fetches that file and runs the cell again.
"""

import ast
import re
import sys
import warnings
from hashlib import sha256
from pathlib import Path, PurePath

import seqcourse

FOLDER = Path(seqcourse.__file__).parent / "weights"
#: The SHA-256 of all files, by their names.
hashes = {}
#: The names of those that have not been fetched yet, by path.
absent = {}
#: Those of them that the latest run has tried to open.
missed = set()


def expect(known):
    """Make an empty file for each that is known, and watch it."""
    hashes.update(known)
    FOLDER.mkdir(exist_ok=True)
    for name in hashes:
        _path(name).touch()
        absent[str(_path(name))] = name
    sys.addaudithook(_notice)


def keep(name, data):
    """Write a file's content; give False if its hash is wrong."""
    data = data.to_bytes()
    if sha256(data).hexdigest() != hashes[name]:
        return False
    absent.pop(str(_path(name)), None)
    _path(name).write_bytes(data)
    return True


def named(source, known):
    """List the known files that occur in code, without their suffix.

    A name can be a string, or an f-string filled with constants that occur
    in the same code.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            nodes = list(ast.walk(ast.parse(source)))
    except Exception:  # running it will say what is wrong
        return []
    constants = {
        str(node.value) for node in nodes if isinstance(node, ast.Constant)
    }
    hole = f"(?:{'|'.join(map(re.escape, constants))})"
    patterns = [
        "".join(
            re.escape(part.value) if isinstance(part, ast.Constant) else hole
            for part in node.values
        )
        for node in nodes
        if isinstance(node, ast.JoinedStr)
    ]
    return [
        name
        for name in known
        if (stem := PurePath(name).stem) in constants
        or any(re.fullmatch(pattern, stem) for pattern in patterns)
    ]


def _path(name):
    return FOLDER / name


def _notice(event, args):
    """Refuse to open an empty file, and note it: code may catch the error."""
    if event == "open" and isinstance(args[0], str) and args[0] in absent:
        missed.add(absent[args[0]])
        raise FileNotFoundError(f"{args[0]}: not fetched yet")
