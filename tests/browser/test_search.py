"""What the reader looks for is found, with a server and without."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_search_finds_a_lesson(visit: Any) -> None:
    page = visit().go("index.html")
    box = page.locator("input[name=q]").first
    box.fill("hidden state")
    box.press("Enter")
    page.wait_for_url("**/search.html?q=hidden+state*")
    _finds_a_lesson(page)
    page.wait_for_load_state("networkidle")


def test_search_works_from_a_folder(visits: Any, site: Path) -> None:
    """A browser may refuse a file the excerpts, but not the results."""
    with visits.open(base=f"{site.as_uri()}/") as visit:
        page = visit.go("search.html?q=hidden+state")
        _finds_a_lesson(page)
        # Each excerpt that is refused is told; none shall be told too late.
        page.wait_for_timeout(1000)
        errors = [
            words
            for words in visit.complaints
            if words.startswith(("error:", "asked elsewhere:"))
            and "fetch" not in words.lower()
        ]
    assert errors == []


def test_search_says_when_there_is_nothing(visit: Any) -> None:
    page = visit().go("search.html?q=xylophonist")
    page.wait_for_function(
        """() => /did not match|no results|nothing/i.test(
          document.querySelector("[role=main]").textContent)"""
    )


def _finds_a_lesson(page: Any) -> None:
    results = page.locator("#search-results li a")
    results.first.wait_for()
    page.wait_for_function(
        """() => [...document.querySelectorAll("#search-results li a")]
          .some((link) => /\\/\\d+-[^/]+\\/[^/]+\\.html/.test(link.href))"""
    )
