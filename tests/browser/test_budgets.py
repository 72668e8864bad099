"""What a page costs: bytes on the way, and requests."""

import gzip
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
