"""What was measured: printed as tables, and kept in _build/bench.json.

These files are named bench_*.py, so that no other session collects them:
``pytest tests/bench -o python_files='bench_*.py'``.
"""

import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).resolve().parents[2] / "_build" / "bench.json"
MEASURED: dict[str, list[dict[str, Any]]] = {}


@pytest.fixture(scope="session")
def measured() -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Give the tables that the benchmarks fill, by their titles."""
    yield MEASURED
    machine = {
        "system": f"{platform.system()} on {platform.machine()}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "threads": os.environ.get("OMP_NUM_THREADS", "not set"),
    }
    FILE.parent.mkdir(exist_ok=True)
    text = json.dumps({"machine": machine, **MEASURED}, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the tables."""
    for title, rows in MEASURED.items():
        terminalreporter.section(title)
        table = [{head: head for head in rows[0]}, *rows]
        lines = [[_text(value) for value in row.values()] for row in table]
        widths = [
            max(map(len, column)) for column in zip(*lines, strict=True)
        ]
        for line in lines:
            cells = zip(line, widths, strict=True)
            terminalreporter.write_line(
                "  ".join(f"{cell:>{width}}" for cell, width in cells)
            )


def _text(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
