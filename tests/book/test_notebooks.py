"""Every lesson is also a notebook, which says the same and runs as it is."""

import ast
import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin

import pytest

pytestmark = pytest.mark.book

#: What belongs to the page alone, and what is no prose.
OF_THE_PAGE = (
    ".cell, figure, pre, svg, math, .knob, .lesson-no, .notebook, "
    ".headerlink, .editor, .cell-bar, .check-reply, .exercise-head, "
    ".proofs, [hidden], [aria-hidden=true]"
)
#: Where prose stands, wherever in a page.
PIECES = (
    "h1, h2, h3, p, legend, dt, th, td, summary, small, .label, "
    ".choice label, .sd-tab-label, .ledger code"
)
#: Roles, fences and options that nobody has turned into words.
LEFT = re.compile(r"\{[\w:.-]+\}`|`\{|:::|^:[\w-]+:", re.MULTILINE)
HIDDEN = {"remove-cell", "remove-input", "hide-cell", "hide-input"}
PAPER = r"https://(doi|arxiv)\.org/"
WHENCE = "import seqcourse; print(seqcourse.__file__)"
CHECKED = "from seqcourse.exercises import check"


def rendered(markdown: str) -> Any:
    """Show Markdown as a notebook does, formulas being what $ encloses."""
    from bs4 import BeautifulSoup
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    html = reader.use(dollarmath_plugin).render(markdown)
    soup = BeautifulSoup(html, "lxml")
    for formula in soup.select(".math"):
        formula.extract()
    return soup


def letters(tag: Any) -> str:
    """Give a tag's text; where its blanks stand means nothing."""
    return "".join(tag.get_text().split())


def unplaced(said: str) -> str:
    """Leave out what a link without an address says of where it leads."""
    return re.sub(r"\(“[^()]*”\)", "", said)


class Notebook:
    """The notebook of a lesson, as its reader gets it."""

    def __init__(self, lesson: Any) -> None:
        self.path = lesson.path.with_suffix(".ipynb")

    @property
    def book(self) -> Any:
        import nbformat

        return nbformat.read(self.path, nbformat.NO_CONVERT)

    def sources(self, kind: str) -> list[str]:
        return [c.source for c in self.book.cells if c.cell_type == kind]

    def prose(self) -> Any:
        return rendered("\n\n".join(self.sources("markdown")))

    def __repr__(self) -> str:
        return self.path.name


@pytest.fixture
def notebook(lesson: Any) -> Notebook:
    """Give the notebook of each lesson."""
    return Notebook(lesson)


def prose(tag: Any) -> Any:
    """Give what a part of a page says, without what is no prose."""
    from bs4 import BeautifulSoup

    copy = BeautifulSoup(str(tag), "lxml")
    for part in copy.select(OF_THE_PAGE):
        part.extract()
    return copy


def home(lesson: Any) -> str:
    """Give the book's address, or nothing while it has none."""
    link = lesson.soup.find("link", rel="canonical")
    depth = "../" * lesson.name.count("/") or "."
    return urljoin(link["href"], depth) if link else ""


@pytest.fixture
def wheel(lesson: Any, site: Path) -> Path:
    """Give the package's wheel, as the lesson offers it."""
    _, link = lesson.article.select("a[download]")
    path = (lesson.path.parent / link["href"]).resolve()
    assert path.is_relative_to(site)
    return path


def test_the_page_offers_it(lesson: Any, notebook: Notebook) -> None:
    link, _ = lesson.article.select("a[download]")
    assert link.get_text(strip=True) == "Download this lesson as a notebook"
    assert lesson.path.parent / link["href"] == notebook.path
    assert notebook.path.is_file()


def test_is_a_notebook_in_python(notebook: Notebook) -> None:
    import nbformat

    book = notebook.book
    nbformat.validate(book)
    assert book.nbformat == 4
    assert book.metadata.kernelspec.name == "python3"
    assert all(cell.source.strip() for cell in book.cells)


def test_says_first_where_it_comes_from(
    lesson: Any, notebook: Notebook, wheel: Path
) -> None:
    first = notebook.book.cells[0]
    title = letters(prose(lesson.article).select_one("h1"))
    assert first.cell_type == "markdown"
    assert letters(rendered(first.source).select_one("h1")) == title
    install = f"python3 -m pip install ./{wheel.name}"
    for words in (install, home(lesson), "CC BY 4.0", "MIT"):
        assert words in first.source, f"{notebook} does not say {words}"


def test_says_what_the_page_says(lesson: Any, notebook: Notebook) -> None:
    article = prose(lesson.article)
    said = unplaced(letters(notebook.prose()))
    pieces = article.select(PIECES)
    missing = [
        piece for piece in pieces if unplaced(letters(piece)) not in said
    ]
    assert not missing, f"{notebook} lacks {missing}"
    measured = article.select(".number")
    compared = [n for piece in pieces for n in piece.select(".number")]
    assert measured
    assert all(any(n is one for one in compared) for n in measured)


def test_has_the_code_that_the_page_includes(
    lesson: Any, notebook: Notebook
) -> None:
    fences = {letters(tag) for tag in notebook.prose().select("pre")}
    for block in lesson.article.select(".highlight-python pre"):
        if not block.find_parent(class_="exercise"):
            assert letters(block) in fences, f"{notebook}: {block.get_text()}"


def test_has_every_cell_that_the_page_shows(
    lesson: Any, notebook: Notebook
) -> None:
    shown = [
        cell.source
        for cell in lesson.cells
        if not HIDDEN & set(cell.metadata.get("tags", ()))
    ]
    assert shown
    rest = iter(notebook.sources("code"))
    for source in shown:
        assert source in rest, f"{notebook}: not there or late:\n{source}"


class Unglued(ast.NodeTransformer):
    """Take out what glues, and what that needs."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if ast.unparse(node).startswith("glue(") else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module == "myst_nb" else node


def test_runs_what_the_page_runs_and_glues_nothing(
    lesson: Any, notebook: Notebook
) -> None:
    trees = [
        Unglued().visit(ast.parse(cell.source))
        for cell in lesson.cells
        if "torch" not in cell.metadata.get("tags", ())
    ]
    wanted = [ast.unparse(tree) for tree in trees if tree.body]
    found = [
        ast.unparse(ast.parse(source))
        for source in notebook.sources("code")
        if CHECKED not in source
    ]
    assert found == wanted


def test_code_stands_between_the_words_that_it_has_on_the_page(
    lesson: Any, notebook: Notebook
) -> None:
    """What is said right before a cell is there already, what follows not."""
    before: dict[str, str] = {}
    so_far = ""
    for cell in notebook.book.cells:
        if cell.cell_type == "markdown":
            so_far += unplaced(letters(rendered(cell.source)))
        else:
            before["".join(cell.source.split())] = so_far
    paragraphs = lesson.article.select("section > p, section > h2")
    places = {id(tag): i for i, tag in enumerate(lesson.article.descendants)}
    said = [
        (places[id(tag)], unplaced(letters(prose(tag)))) for tag in paragraphs
    ]
    blocks = lesson.article.select(".cell_input pre")
    assert blocks
    for block in blocks:
        here = places[id(block)]
        earlier = [words for place, words in said if place < here]
        later = [words for place, words in said if place > here]
        text = before[letters(block)]
        assert not earlier or earlier[-1] in text, f"{notebook}: {block}"
        assert not later or later[0] not in text, f"{notebook}: {block}"


def test_nothing_of_the_source_is_left(notebook: Notebook) -> None:
    for source in notebook.sources("markdown"):
        found = LEFT.search(source)
        assert not found, f"{notebook}: {source!r}"
    for source in notebook.sources("code"):
        assert not re.search(r"myst_nb|\bglue\(", source), source


def test_links_lead_somewhere_from_anywhere(
    lesson: Any, notebook: Notebook, sites: Any
) -> None:
    own = home(lesson)
    links = [tag["href"] for tag in notebook.prose().select("a")]
    papers = [link for link in links if re.match(PAPER, link)]
    assert papers or not lesson.article.select("a[href*='bibliography']")
    for link in links:
        assert re.match(r"https?://(?!example\.)", link), (
            f"{notebook}: {link}"
        )
        if own and link.startswith(own):
            there = link.removeprefix(own) or "index.html"
            missing = sites.missing("index.html", there)
            assert missing is None, f"{notebook}: {missing}: {link}"


def test_a_link_without_an_address_names_lesson_and_section(
    lesson: Any, notebook: Notebook
) -> None:
    said = letters(notebook.prose())
    cells = lesson.article.select(".pitfall a[href^='#']")
    assert cells
    for link in cells:
        target = lesson.article.find(id=link["href"].removeprefix("#"))
        heading = target.find_parent("section").find(["h2", "h3"])
        section = letters(heading).removesuffix("#")
        named = f"{letters(link)}(“{section}”)"
        assert home(lesson) or named in said, f"{notebook}: {named}"


def test_folds_what_would_tell_too_early(
    lesson: Any, notebook: Notebook
) -> None:
    article = prose(lesson.article)
    answers = article.select(".predict details > p, .quiz .reply")
    assert answers
    seen = notebook.prose()
    for fold in seen.select("details"):
        fold.extract()
    for answer in answers:
        assert letters(answer) not in letters(seen), f"{notebook}: {answer}"


def test_has_every_exercise_with_its_check(
    lesson: Any, notebook: Notebook
) -> None:
    cells = notebook.book.cells
    for tag in lesson.article.select("[data-exercise]"):
        from seqcourse.exercises import find

        it = find(tag["data-exercise"])
        check = f'{CHECKED}\n\ncheck("{it.id}", {it.function})'
        (here,) = (i for i, cell in enumerate(cells) if check in cell.source)
        before, start, after = cells[here - 1 : here + 2]
        assert start.source.startswith(it.starter.strip("\n"))
        assert it.title in rendered(before.source).get_text()
        folds = rendered(after.source).select("details")
        assert len(folds) > len(it.hints), f"{notebook}: {it.id}"
        assert "".join(it.solution.split()) in letters(folds[-1])


def test_runs_as_it_is(
    lesson: Any,
    notebook: Notebook,
    wheel: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the package that the page offers alone, in an empty folder."""
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell

    absent = tmp_path / "absent"
    absent.mkdir()
    for module in ("myst_nb", "torch"):
        text = f"raise ModuleNotFoundError('a reader has no {module}')\n"
        (absent / f"{module}.py").write_text(text)
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join((str(absent), str(wheel)))
    )
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.delenv("SEQCOURSE_FONTS", raising=False)
    folder = tmp_path / "folder"
    folder.mkdir()
    where = {"metadata": {"path": str(folder)}}
    asked = notebook.book
    asked.cells.append(new_code_cell(WHENCE))
    book = NotebookClient(asked, timeout=120, resources=where).execute()
    assert wheel.name in book.cells[-1].outputs[0].text
    outputs = [out for cell in book.cells for out in cell.get("outputs", ())]
    assert not [out for out in outputs if out.get("name") == "stderr"]
    drawn = [out for out in outputs if "text/html" in out.get("data", ())]
    assert len(drawn) == len(lesson.article.select("figure.seq-figure"))


@pytest.fixture
def extensions(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test import the book's own extensions."""
    monkeypatch.syspath_prepend(str(root / "book" / "_ext"))


@pytest.mark.parametrize(
    ("home", "uri", "written"),
    [
        (
            "https://a.test/b/",
            "lstm.html",
            "[it](https://a.test/b/2/lstm.html)",
        ),
        ("https://a.test/b/", "../", "[it](https://a.test/b/)"),
        ("", "lstm.html", "it (“LSTM”)"),
        ("", "lstm.html#path", "it (“LSTM”, “The cell’s own path”)"),
        ("", "#path", "it (“The cell’s own path”)"),
        ("", "#top", "it"),
        ("", "#formula", "it"),
        ("", "../glossary.html#term-gate", "it"),
        ("", "../", "it"),
        ("", "../papers.html#id1", "[it](https://doi.org/10.1/2)"),
        ("https://a.test/b/", "../papers.html#id2", "[it](https://c.test/)"),
        ("", "../papers.html#id3", "it"),
        ("", "https://d.test/", "[it](https://d.test/)"),
    ],
)
def test_a_link_leads_somewhere_or_says_what_it_means(
    home: str,
    uri: str,
    written: str,
    extensions: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from docutils import nodes

    from pages.notebooks import links

    path = nodes.section("", nodes.title("", "The cell’s own path"))
    path += nodes.paragraph(ids=["path"])
    path += nodes.math_block(ids=["formula"])
    whole = nodes.section("", nodes.title("", "LSTM"), path, ids=["top"])
    doctree = nodes.document(None, None, "", whole)
    fields = [{"doi": "10.1/2", "url": "u"}, {"url": "https://c.test/"}, {}]
    papers = [
        SimpleNamespace(
            citation_id=f"id{number}",
            bibliography_key=SimpleNamespace(docname="papers"),
            entry=SimpleNamespace(fields=each),
        )
        for number, each in enumerate(fields, 1)
    ]
    app = SimpleNamespace(
        config=SimpleNamespace(html_baseurl=home),
        builder=SimpleNamespace(get_target_uri=lambda page: f"{page}.html"),
        env=SimpleNamespace(
            titles={"2/lstm": nodes.title("", "LSTM")},
            get_doctree=lambda *_: doctree,
            get_domain=lambda *_: SimpleNamespace(citations=papers),
        ),
    )
    monkeypatch.setattr(links, "lessons", lambda *_: ["2/lstm", "2/gru"])
    page = "2/lstm" if uri.startswith("#") else "2/gru"
    assert links.Links(app, page, doctree)("it", uri) == written


@pytest.mark.parametrize(
    "words",
    [
        "5 * 3 * 2, __init__, `tick`, ~~no~~ and a \\ or two",
        "<start> and <b>bold</b>, &lt; and &amp;",
        "it costs $5 or $6, says [someone](else)",
        "1. no list",
        "- nor this",
        "# and no heading",
        "> and no quote",
        "| no | table |",
    ],
)
def test_words_stay_words(words: str, extensions: None) -> None:
    from docutils import nodes

    from pages.notebooks.markdown import Markdown

    paragraph = nodes.paragraph("", "", nodes.Text(words))
    written = Markdown(lambda words, _: words, {}, {}).block(paragraph)
    found = rendered(written)
    assert found.get_text().strip() == words
    assert [tag.name for tag in found.body.find_all(True)] == ["p"]


def test_glue_goes_wherever_it_stands(extensions: None) -> None:
    from pages.notebooks.code import without_glue

    source = """\
from myst_nb import glue

for name in names:  # all of them
    glue(name, 1)
if names:
    glue(
        "one",
        1,
    )
    first = names[0]  # kept
glue("two", 2, display=False)
"""
    left = """\
for name in names:  # all of them
    pass
if names:
    first = names[0]  # kept"""
    assert without_glue(source) == left
    assert without_glue("# all of it\nglue('three', 3)") == ""
