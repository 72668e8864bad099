"""What the hostile tests print when all of them have run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table of all groups; the tests may be other processes'."""
    from tests.hostile.cases import SEED, table
    from tests.hostile.catalogue import GROUPS

    told = [
        dict(report.user_properties)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
    ]
    told = [each for each in told if "group" in each]
    if not told:
        return
    told.sort(key=lambda each: GROUPS.index(each["group"]))
    tallies = [(each["group"], json.loads(each["counts"])) for each in told]
    terminalreporter.section(f"hostile calls, seed {SEED}")
    terminalreporter.write_line(table(tallies))
    if path := os.environ.get("HOSTILE_REPORT"):
        failures = [each["failures"] for each in told]
        Path(path).write_text("\n\n".join([table(tallies), *failures]))
