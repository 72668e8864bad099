"""Prose is collected from pages in MyST: words alone, and all of them."""

import subprocess
import sys

import pytest

from seqcourse.tasks.language import book_prose
from seqcourse.tasks.language.book_prose import collect, prose
from tests.tasks.language.myst_pages import page


@pytest.mark.parametrize("seed", range(200))
def test_random_pages(seed):
    source, lines = page(seed)
    assert prose(source).splitlines() == lines, source


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("It is {glue:text}`x` long. It ends.", "It ends."),
        ("It ends. It is {glue:text}`x:.1f` long.", "It ends."),
        ("It is\n{glue:text}`x`\nlong.", ""),
        ("One, e.g. A, is {glue:text}`x`. It ends.", "It ends."),
        ("It ends. (It is {glue:text}`x`. And so on.) So.", "It ends. So."),
        ("It is {glue:text}`x`. “It ends.” So.", '"It ends." So.'),
        (
            "It has {math}`H` units, not {math}`2H`.",
            "It has H units, not 2H.",
        ),
        ("It has {math}`W_x`.", ""),
        (
            r"It costs 3 \$ or 4 \$, \*not\* 5.",
            "It costs 3 $ or 4 $, *not* 5.",
        ),
        ("A `word` and *`another`*.", "A word and another."),
        ("snake_case and 2 * 3 * 4 stay.", ""),
        ("A {term}`loss <cross-entropy>` is *low*.", "A loss is low."),
        ("It was {cite:p}`a2000`. {cite:t}`b2000` agree.", "It was."),
        ("It was shown {cite:p}`a2000`, twice.", "It was shown, twice."),
        ("It’s “so”, ‘so’ and so.", "It's \"so\", 'so' and so."),
        ("Cafe\u0301 and 5\u00a0%.", "Café and 5 %."),
        ("Bread &amp; butter.", "Bread & butter."),
        ("A line\\\nand another.", "A line and another."),
        ("A **[link](b.md){.c}**.", "A link."),
        ("It is 1986. What a year.", "It is 1986. What a year."),
        ("In the year\n1986. What a year.", "In the year 1986. What a year."),
        ("Read this. In code:\n\n```\nx\n```\n", "Read this."),
        ("Read this. In code: `a = 1`\n\n- One.\n", "Read this.\nOne."),
        ("Read this: $$a$$ done.", ""),
        ("A title\n===\n\nIt ends.", "A title\nIt ends."),
        ("# Nothing\n\n```\nx\n```\n\n# Two\n\nIt ends.", "Two\nIt ends."),
        ("# One\n\n## Two\n\nIt ends.", "One\n\nTwo\nIt ends."),
        ("Who.\n\n# One {glue:text}`x`\n\nIt ends.", "Who.\nIt ends."),
        ("# One", ""),
        ("", ""),
        ("```{hook}\nIt ends.", "It ends."),
        ("```\nIt ends.", ""),
        ("```\nx\n`````\nIt ends.", "It ends."),
        (
            ":::{predict} How many?\n:kind: number\n\nFew.\n:::",
            "How many?\nFew.",
        ),
        (
            ":::{quiz} Who?\n- [ ] You.\n  No.\n- [x] I.\n:::",
            "Who?\nYou. No.\nI.",
        ),
        (
            ":::{glossary}\na\nb\n  It. See [](a).\n\nx\n  $h_t$. So.\n:::",
            "a, b: It.",
        ),
        ("Tabs:\n\n\tx = 1\n\nIt ends.", "It ends."),
    ],
)
def test_a_page(source, said):
    assert prose(source).rstrip("\n") == said


def test_pages_come_in_the_order_of_the_index(tmp_path):
    (tmp_path / "1-b").mkdir()
    (tmp_path / "reference" / "api").mkdir(parents=True)
    for name in ("1-b/z", "1-b/a", "reference/api/index", "1-b/unlisted"):
        text = f"# Page {name}\n\nIt ends.\n"
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    (tmp_path / "1-b" / "empty.md").write_text("# Empty\n", "utf-8")
    (tmp_path / "index.md").write_text(
        "# Book\n\nNot this.\n\n```{toctree}\n:hidden:\n\n1-b/z\n1-b/empty\n"
        "```\n\n```{toctree}\n1-b/a\nreference/api/index\n```\n",
        "utf-8",
    )
    assert collect(tmp_path) == (
        "Page 1-b/z\nIt ends.\n\nPage 1-b/a\nIt ends.\n"
    )


def test_it_needs_python_alone():
    """The build of a wheel has nothing else, not even this package."""
    code = "import runpy, sys; run = runpy.run_path(sys.argv[1]); "
    code += "print(run['prose']('It *ends*.'), end='')"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, book_prose.__file__],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "It ends.\n"
