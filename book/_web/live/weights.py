"""Which weights the code in the page needs; the page fetches them.

The page's wheel carries no weights. Each file exists from the start, but is
empty until it has been fetched, so that the package lists all of them. What a
cell will load can usually be read in its source. If it opens an empty file
nonetheless, the page fetches that file and runs the cell again.
"""

import ast
import re
import sys
import warnings
from hashlib import sha256
from pathlib import Path

import seqcourse

FOLDER = Path(seqcourse.__file__).parent / "weights"
#: The SHA-256 of all weights, by name.
hashes = {}
#: The names of those that have not been fetched yet, by path.
absent = {}
#: Those of them that the latest run has tried to open.
missed = set()


def expect(known):
    """Make an empty file for each of the known weights, and watch it."""
    hashes.update(known)
    FOLDER.mkdir(exist_ok=True)
    for name in hashes:
        _path(name).touch()
        absent[str(_path(name))] = name
    sys.addaudithook(_notice)


def keep(name, data):
    """Write weights to their file; give False if their hash is wrong."""
    data = data.to_bytes()
    if sha256(data).hexdigest() != hashes[name]:
        return False
    absent.pop(str(_path(name)), None)
    _path(name).write_bytes(data)
    return True


def named(source, known):
    """List the known names that occur in code.

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
        if name in constants
        or any(re.fullmatch(pattern, name) for pattern in patterns)
    ]


def _path(name):
    return FOLDER / f"{name}.safetensors"


def _notice(event, args):
    """Refuse to open an empty file, and note it: code may catch the error."""
    if event == "open" and isinstance(args[0], str) and args[0] in absent:
        missed.add(absent[args[0]])
        raise FileNotFoundError(f"{args[0]}: not fetched yet")
