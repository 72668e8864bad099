"""How a run went, as lines of JSON in a file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from seqcourse.cli.files import called
from seqcourse.numpy.storage.regular_file import open_regular, reason

#: How each line begins.
_BEGINNING = b'{"step": '


class RunLog:
    r"""A file with a line for each report, whole lines alone.

    Parameters
    ----------
    path
        Where; what is there is replaced with the first line.
    goes_on
        Whether the run goes on, so that its lines stay. Half a line at the
        end, which a crash has left, goes.

    Raises
    ------
    ValueError
        If the run goes on and the file is there, but is no log.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     log = RunLog(Path(folder, "log"), goes_on=False)
    ...     log.write({"step": 10, "train": 2.5})
    ...     Path(folder, "log").read_text()
    '{"step": 10, "train": 2.5}\n'
    """

    def __init__(self, path: Path, goes_on: bool) -> None:
        self.path = path
        #: The step of each line, and where the line ends.
        self._lines: list[tuple[int, int]] = []
        if goes_on and path.exists():
            with called("--log"), open_regular(path) as file:
                self._read(file.read())

    def _read(self, data: bytes) -> None:
        *lines, rest = data.split(b"\n")
        end = 0
        for line in lines:
            end += len(line) + 1
            self._lines.append((self._step(line), end))
        begun = rest[: len(_BEGINNING)]
        if not _BEGINNING.startswith(begun):
            self._step(rest)

    def _step(self, line: bytes) -> int:
        try:
            step = json.loads(line)["step"]
        except (ValueError, TypeError, KeyError, RecursionError):
            step = None
        if type(step) is not int:
            raise ValueError(
                f"{self.path}: expected the log of this run, with a step in "
                "each line"
            )
        return step

    def write(self, report: dict[str, Any]) -> None:
        """Add a line; lines of later steps, which are made again, go.

        Parameters
        ----------
        report
            With its ``"step"``. One that is there already stays as it is.

        Raises
        ------
        OSError
            If it cannot be written; half a line is taken back.
        """
        step = report["step"]
        self._lines = [line for line in self._lines if line[0] <= step]
        end = self._lines[-1][1] if self._lines else 0
        told = any(line[0] == step for line in self._lines)
        data = b"" if told else f"{json.dumps(report)}\n".encode()
        try:
            _write(self.path, end, data)
        except OSError as error:
            raise type(error)(
                f"--log: {self.path}: {reason(error)}"
            ) from None
        if not told:
            self._lines.append((step, end + len(data)))


def _write(path: Path, end: int, data: bytes) -> None:
    file = os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o666)
    try:
        end = min(end, os.fstat(file).st_size)
        os.ftruncate(file, end)
        os.lseek(file, end, os.SEEK_SET)
        try:
            written = os.write(file, data)
        except OSError:
            os.ftruncate(file, end)
            raise
        if written < len(data):  # the disk is full
            os.ftruncate(file, end)
            raise OSError("no space left on device")
    finally:
        os.close(file)


_BINARY = getattr(os, "O_BINARY", 0)
