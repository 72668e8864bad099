"""How long each page took when the book was last built."""

import re
from pathlib import Path
from typing import Any

import pytest

LOG = Path(__file__).resolve().parents[2] / "_build/html/reference"
BUDGET = 20.0  # seconds for a lesson, on two idle cores


def test_lessons_run_in_time(measured: dict[str, Any]) -> None:
    # Doctest imports this file where Beautiful Soup is not installed.
    from bs4 import BeautifulSoup

    log = LOG / "experiments.html"
    if not log.is_file():
        pytest.fail("there is no built book: run `nox -s book` first")
    page = BeautifulSoup(log.read_text("utf-8"), "lxml")
    rows = []
    # The log has other tables, too, that lead to lessons.
    times = page.find("th", string="Seconds").find_parent("table")
    for link in times.select("td a[href*='/']"):
        if re.search(r"\d+-[^/]+/", link["href"]):
            seconds = link.find_parent("tr").find_all("td")[-1].get_text()
            rows.append({"lesson": link.get_text(), "s": float(seconds)})
    assert rows
    measured["a lesson's cells, when the book was built"] = rows
    assert all(row["s"] < BUDGET for row in rows), rows
