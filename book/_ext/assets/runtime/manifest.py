"""What the page's script must know of the files."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

#: The ends of the names of weights and of the scores of sweeps.
WEIGHTS = (".safetensors", ".json")
#: Where Python in the page has the figures' fonts.
FONTS = "/book/fonts"


@dataclass(frozen=True)
class Runtime:
    """The files, those of each stage, and how the worker is to use them."""

    lock: dict[str, Any]
    stages: dict[str, dict[str, Any]]
    files: dict[str, bytes]


def is_packed(name: str) -> bool:
    """Tell whether a file is sent deflated, so that no server need do it."""
    return not name.endswith((".whl", ".zip"))


def packed(name: str, content: bytes) -> bytes:
    """Give what is sent of a file."""
    return zlib.compress(content, 9) if is_packed(name) else content


def describe(runtime: Runtime) -> dict[str, Any]:
    """Say what the page's script must know."""
    sizes = {
        name: len(packed(name, content))
        for name, content in runtime.files.items()
    }
    packs = [name for name in sizes if is_packed(name)]
    return {
        "stages": runtime.stages,
        "sizes": sizes,
        "packed": packs,
        "weights": {
            name: sha256(content).hexdigest()
            for name, content in runtime.files.items()
            if name.endswith(WEIGHTS)
        },
        "environment": {"SEQCOURSE_FONTS": FONTS},
        "lock": runtime.lock,
    }
