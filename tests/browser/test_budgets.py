"""What a page costs: bytes on the way, and requests."""

import gzip
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

KILOBYTES = 120
REQUESTS = 40
KINDS = {".html": "html", ".css": "css", ".js": "js", ".mjs": "js"}


def test_lessons_are_light(
    visit: Any, site: Path, lesson: str, record_property: Any
) -> None:
    """Text, sheets and scripts as a server sends them; fonts come once."""
    opened = visit(fresh=True)
    page = opened.go(lesson)
    page.wait_for_load_state("networkidle")
    weight = dict.fromkeys(("html", "css", "js", "fonts", "rest"), 0)
    for path in opened.files(site).values():
        if path.suffix == ".woff2":
            weight["fonts"] += path.stat().st_size
        else:
            packed = len(gzip.compress(path.read_bytes(), 6))
            weight[KINDS.get(path.suffix, "rest")] += packed
    own = weight["html"] + weight["css"] + weight["js"]
    row = {
        "page": lesson,
        **{kind: f"{size / 1000:.1f}" for kind, size in weight.items()},
        "own, kB": f"{own / 1000:.1f}",
        "requests": len(opened.requests),
    }
    record_property("weight", row)
    assert own < KILOBYTES * 1000, row
    assert len(opened.requests) <= REQUESTS, row


def test_how_soon_a_cell_has_run(visit: Any, record_property: Any) -> None:
    """From nothing, and once Python is there; machines differ: printed."""
    lesson = "1-memory/a-network-with-a-memory.html"
    page = visit(fresh=True).go(lesson)
    cell = page.locator("div.cell:has(> .cell-bar)").first
    row: dict[str, object] = {"page": lesson}
    for what in ("cold", "again", "after Stop"):
        if what == "after Stop":
            page.evaluate("() => window.seqcourseLive.python.stop()")
        start = time.perf_counter()
        cell.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_function(
            """(cell) => !cell.hasAttribute("aria-busy")
              && /^Done/.test(cell.querySelector(".says").textContent)""",
            arg=cell.element_handle(),
            timeout=60_000,
        )
        row[what] = f"{time.perf_counter() - start:.2f}"
    record_property("seconds", row)
    assert cell.locator(".stream").inner_text().startswith("saw 1")
