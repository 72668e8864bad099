"""The licences of what is served."""

from __future__ import annotations

import io
import sysconfig
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from assets import npm

if TYPE_CHECKING:
    from collections.abc import Iterator


def find(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Find the licences of what is served."""
    # The Mozilla Public Licence 2.0 is axe-core's, too, which has its text.
    yield "pyodide", (npm.modules() / "axe-core" / "LICENSE").read_bytes()
    python = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    if python.is_file():
        yield "python", python.read_bytes()
    for file, content in sorted(files.items()):
        if not file.endswith((".whl", ".zip")):
            continue
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                folder, _, last = name.rpartition("/")
                if ".dist-info" in folder and last.upper().startswith(
                    ("LICEN", "COPYING", "NOTICE", "AUTHORS")
                ):
                    package = folder.partition(".dist-info")[0]
                    yield (
                        f"{package.rpartition('/')[2]}-{last}",
                        archive.read(name),
                    )
