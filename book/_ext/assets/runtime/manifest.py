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


def sent(runtime: Runtime) -> dict[str, bytes]:
    """Give the bytes that travel: deflated, but what others packed already.

    So no server need do it; and one stream over many small files is a third
    smaller than each file by itself, so our own archives are stored ones.
    """
    packages = runtime.lock["packages"].values()
    as_it_came = {"python_stdlib.zip", *(p["file_name"] for p in packages)}
    return {
        name: content if name in as_it_came else zlib.compress(content, 9)
        for name, content in runtime.files.items()
    }


def describe(runtime: Runtime, travels: dict[str, bytes]) -> dict[str, Any]:
    """Say what the page's script must know of what travels."""
    return {
        "stages": runtime.stages,
        "sizes": {name: len(content) for name, content in travels.items()},
        "packed": [
            name
            for name, content in travels.items()
            if content is not runtime.files[name]
        ],
        "weights": {
            name: sha256(content).hexdigest()
            for name, content in runtime.files.items()
            if name.endswith(WEIGHTS)
        },
        "environment": {"SEQCOURSE_FONTS": FONTS},
        "lock": runtime.lock,
    }
