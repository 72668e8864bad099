"""Controls: folded on their lesson, all in the log, refused if broken."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.book

CONF = """
extensions = ["myst_nb", "pages.mends", "pages.blocks", "pages.results"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
nb_execution_mode = "force"
"""
INDEX = """# Course

```{toctree}
1-part/lesson
2-part/other
log
```
"""
LOG = "# Log\n\n:::{controls-tried}\n:::\n"
LESSON = """---
file_format: mystnb
kernelspec:
  name: python3
---
# A lesson

```{code-cell} ipython3
from myst_nb import glue

glue("share", 91.4, display=False)
```

(here)=
## Some section

:::{controls}
- Truncating *loses* it. |
  [Trained](#here) on $x | y$, too. |
  It gets {glue:text}`share:.1f` %.
- A second claim. | Another control. | It held.
:::
"""
OTHER = "# Another lesson\n\nNo control.\n"


def build(place: Path, lesson: str, other: str = OTHER) -> tuple[Any, str]:
    """Build a small book; give its pages and what Sphinx warned of."""
    from bs4 import BeautifulSoup
    from sphinx.testing.util import SphinxTestApp

    source = place / "source"
    for name, text in {
        "conf.py": CONF,
        "index.md": INDEX,
        "log.md": LOG,
        "1-part/lesson.md": lesson,
        "2-part/other.md": other,
    }.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    app = SphinxTestApp("html", srcdir=source, freshenv=True)
    try:
        app.build()
        warned = app.warning.getvalue()
    finally:
        app.cleanup()

    def page(name: str) -> Any:
        html = (Path(app.outdir) / f"{name}.html").read_text("utf-8")
        return BeautifulSoup(html, "lxml").find(attrs={"role": "main"})

    return page, warned


@pytest.fixture(autouse=True)
def extensions(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make our extensions importable, and forget them afterwards."""
    monkeypatch.syspath_prepend(root / "book" / "_ext")
    before = {*sys.modules}
    yield
    for name in {*sys.modules} - before:
        if name.startswith("pages"):
            del sys.modules[name]


def words(tag: Any) -> str:
    return " ".join(tag.get_text().split())


@pytest.mark.filterwarnings("ignore")
def test_controls_stand_on_their_lesson_and_in_the_log(
    tmp_path: Path,
) -> None:
    page, warned = build(tmp_path, LESSON)
    assert not warned, warned
    lesson = page("1-part/lesson")
    (block,) = lesson.select("details.controls:not([open])")
    assert words(block.summary) == "What we tried to make this false"
    first, second = block.select("li")
    assert [words(part) for part in second.select("p")] == [
        "A second claim.",
        "Control: Another control.",
        "Outcome: It held.",
    ]
    assert first.select_one("a[href='#here']") is not None
    assert first.select_one(".number").get_text() == "91.4"

    log = page("log")
    rows = [
        [words(cell) for cell in row.select("td")]
        for row in log.select("table.controls-tried tbody tr")
    ]
    assert rows[0][1] == "Truncating loses it."
    assert rows[0][3] == "It gets 91.4 %."
    assert rows[1] == [
        "A lesson",
        "A second claim.",
        "Another control.",
        "It held.",
    ]
    assert len(rows) == 2
    assert [a["href"] for a in log.select("td a")] == [
        "1-part/lesson.html"
    ] * 2
    assert log.select_one("td .number").get_text() == "91.4"
    assert log.select_one("td em").get_text() == "loses"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "content",
    [
        "No list.",
        "- A claim. | A control.",
        "- A claim. | A control. | An outcome. | More.",
        "- A claim. | | An outcome.",
        "- A claim. | A control. | An outcome.\n\n  More.",
    ],
)
def test_controls_that_are_not_three_parts_are_refused(
    tmp_path: Path, content: str
) -> None:
    lesson = f"# A lesson\n\n:::{{controls}}\n{content}\n:::\n"
    page, warned = build(tmp_path, lesson)
    assert "controls: expected" in warned
    assert words(page("log").select_one("p")) == "None is recorded yet."
