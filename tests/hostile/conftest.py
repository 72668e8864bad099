"""What the hostile tests print when all of them have run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table of all groups; the tests may be other processes'."""
    from tests.hostile.cases import SEED, table

    told = [
        dict(report.user_properties)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
    ]
    told = [each for each in told if "group" in each]
    if not told:
        return
    tallies = [(each["group"], json.loads(each["counts"])) for each in told]
    terminalreporter.section(f"hostile calls, seed {SEED}")
    terminalreporter.write_line(table(tallies))
    if folder := os.environ.get("HOSTILE_REPORT"):
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        (place / "counts.txt").write_text(table(tallies) + "\n")
        areas: dict[str, list[str]] = {}
        for each in told:
            for area, failure in json.loads(each["failures"]):
                areas.setdefault(area, []).append(failure)
        for area, failures in areas.items():
            text = "\n\n".join(sorted(failures)) + "\n"
            (place / f"{area}.txt").write_text(text)
