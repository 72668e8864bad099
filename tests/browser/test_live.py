"""Code runs in the page: again, changed, stopped, and with no way out."""

import base64
import http.server
import json
import re
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import NETWORK

pytestmark = pytest.mark.browser

#: Python starts in seconds; some cells train for a while, one for half a
#: minute on a core of its own.
PATIENCE = 240_000
NUMPY = "import numpy as np\n"
WEIGHTS = Path(__file__).parents[2] / "book" / "weights"
RECIPES = f"{NUMPY}from seqcourse import recipes\n"
ANSWER = """async (code) => (await window.seqcourseLive.python.call(
  "run_answer", [code, "test"])).printed"""


#: Keeps all that the first cell's controls say.
LISTEN = """() => {
  window.said = [];
  const says = document.querySelector(".cell .says");
  new MutationObserver(() => said.push(says.textContent))
    .observe(says, {childList: true});
}"""


def cells(page: Any) -> Any:
    return page.locator("div.cell:has(> .cell-bar)")


def press(place: Any, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).first.click()


def wait(page: Any, cell: Any) -> str:
    """Wait until a cell has run; give what its controls say."""
    cell.locator("> .cell-bar .says").wait_for()
    page.wait_for_function(
        "(cell) => !cell.hasAttribute('aria-busy')",
        arg=cell.element_handle(),
        timeout=PATIENCE,
    )
    return cell.locator("> .cell-bar .says").text_content()


def run(page: Any, cell: Any) -> str:
    press(cell, "Run")
    return wait(page, cell)


def write(page: Any, cell: Any, code: str) -> None:
    """Put code into a cell's editor."""
    if cell.get_by_role("button", name="Edit", exact=True).is_visible():
        press(cell, "Edit")
    cell.locator(".cm-content").wait_for()
    cell.locator(".cm-content").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)


def weights(opened: Any) -> list[str]:
    """List the weights and sweeps that a page has asked for."""
    pattern = re.compile(
        r"/python/([\w-]+)\.(?:safetensors|json)\.(?:bin|js)$"
    )
    return sorted(
        found[1] for url in opened.requests if (found := pattern.search(url))
    )


def test_nothing_loads_before_the_reader_runs(
    visit: Any, example: str
) -> None:
    opened = visit(fresh=True)
    page = opened.go(f"{example}#cell-1=print(1)")
    page.wait_for_load_state("networkidle")
    page.mouse.wheel(0, 5000)
    page.wait_for_timeout(300)
    asked = [url for url in opened.requests if "python/" in url]
    assert asked == []
    assert not any(url.endswith("live.js") for url in opened.requests)
    said = cells(page).first.locator(".says").text_content()
    assert "MB" in said


def test_what_is_edited_survives_until_reset(visit: Any) -> None:
    page = visit(fresh=True).go(NETWORK)
    cell = cells(page).first
    built = cell.locator(".cell_output").inner_text()
    write(page, cell, f"{NUMPY}for word in 'ab':\n    print(word * 3)")
    page.keyboard.press("ControlOrMeta+Enter")
    assert wait(page, cell).startswith("Done")
    assert cell.locator(".cell_output").inner_text().split() == ["aaa", "bbb"]
    page.reload()
    cell = cells(page).first
    cell.locator(".cm-content").wait_for()
    assert "word * 3" in cell.locator(".cm-content").inner_text()
    assert cell.locator(".cell_output").inner_text() == built
    press(cell, "Reset")
    assert cell.locator(".cm-content").count() == 0
    assert "np.tanh" in cell.locator(".cell_input").inner_text()
    page.reload()
    assert cells(page).first.locator(".cm-content").count() == 0


def test_cells_above_go_first_and_errors_have_lines(started: Any) -> None:
    page = started
    first, split = cells(page).first, page.locator("#split")
    assert run(page, split).startswith("Done")
    assert "same result: True" in split.locator(".cell_output").inner_text()
    write(page, first, "import numpy as np\n\nh = missing")
    run(page, first)
    shown = first.locator(".traceback").inner_text()
    assert "line 3" in shown
    assert "NameError: name 'missing' is not defined" in shown
    said = run(page, split)
    assert "cell above" in said
    assert "missing" in said
    press(first, "Reset")
    assert run(page, split).startswith("Done")


def test_a_change_that_undoes_a_claim_is_told(started: Any) -> None:
    page = started
    first = cells(page).first
    write(page, first, "import numpy as np\n\nh = 0.0\nprint(h)")
    assert run(page, first).startswith("Done")
    rnn = page.locator("#split")
    code = rnn.locator(".cell_input").inner_text()
    write(page, rnn, code.replace("state)", "None)"))
    assert "Not true of the page any more" in run(page, rnn)
    assert "result: False" in rnn.locator(".cell_output").inner_text()


def test_the_download_is_told_once_and_as_it_is(
    visit: Any, site: Path, lesson: str
) -> None:
    page = visit().go(lesson)
    says = page.locator(".cell-bar .says").all_text_contents()
    (told,) = [words for words in says if words]
    text = (site / "_static" / "python" / "manifest.js").read_text("utf-8")
    manifest = json.loads(text[text.index("{") : text.index(";\n")])
    for stage, name in (("start", "Python"), ("drawing", "Matplotlib")):
        files = manifest["stages"][stage]["files"]
        size = sum(manifest["sizes"][file] for file in files)
        assert f"{name} ({size / 1e6:.1f}\N{NO-BREAK SPACE}MB)" in told


def test_what_is_older_than_a_change_says_so(visit: Any) -> None:
    """Until it is run again, or the change is undone."""
    page = visit(fresh=True).go(NETWORK)
    marks = page.locator(".stale")
    first, split = cells(page).first, page.locator("#split")
    press(first, "Edit")
    first.locator(".cm-content").wait_for()
    assert marks.count() == 0
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("#")
    results = cells(page).filter(has=page.locator(".cell_output"))
    assert marks.count() == results.count() >= 8
    assert "from before your change: run" in first.inner_text()
    assert "from before a change above" in split.inner_text()
    said = first.locator(".says").text_content()
    assert said.startswith(f"{marks.count()} results on this page are")
    page.keyboard.press("Backspace")
    assert marks.count() == 0
    assert "fit the code again" in first.locator(".says").text_content()
    page.keyboard.type("#")
    run(page, first)
    assert first.locator(".stale").count() == 0
    assert split.locator(".stale").count() == 1
    run(page, split)
    assert split.locator(".stale").count() == 0
    assert marks.count() >= 1  # those below are as they were
    page.reload()  # and with it the results that were built
    assert first.locator(".stale").count() == 1
    press(first, "Reset")
    assert marks.count() == 0


def test_a_loop_without_end_says_where_it_is_and_stops(visit: Any) -> None:
    """When the reader says so, and by itself; an error before it is gone."""
    page = visit(fresh=True).go(NETWORK)
    page.clock.install()
    cell, loop = cells(page).first, "while True:\n    pass"
    code(page, "1 / 0")
    assert "ZeroDivisionError" in cell.inner_text()
    write(page, cell, f"print('begun')\n{loop}")
    press(cell, "Run")
    said = cell.locator(".says")
    said.filter(has_text=re.compile(r"^Running\.$")).wait_for(
        timeout=PATIENCE
    )
    page.wait_for_timeout(2500)  # Python says each second where it is
    page.clock.fast_forward(5_000)
    assert re.fullmatch(
        r"Running for 5 seconds, now at line [23]\. Stop ends it; after 30 "
        r"seconds it ends by itself\.",
        said.text_content(),
    )
    press(cell, "Stop")
    assert wait(page, cell) == "Stopped."
    assert "ZeroDivisionError" not in cell.inner_text()
    assert cell.locator(".cell_output").inner_text().strip() == "begun"
    press(cell, "Run")
    said.filter(has_text=re.compile(r"^Running\.$")).wait_for(
        timeout=PATIENCE
    )
    page.clock.fast_forward(33_001)
    assert wait(page, cell).startswith("Stopped")
    assert "30 seconds" in said.text_content()
    press(cell, "Reset")
    assert run(page, cell).startswith("Done")


#: Calls Python for a second and a half, where a cell has thirty.
SHORTLY = """async ([what, ...given]) => {
  const {python} = window.seqcourseLive;
  return python.call(what, given, {limit: 1500}).catch((end) => end.message);
}"""


def test_a_loop_without_end_is_ended_where_it_is(started: Any) -> None:
    """And nothing is lost that was there before."""
    page = started
    code(page, f"{NUMPY}n = 41")
    loop = "def count():\n    while True:\n        pass\n\ncount()"
    error = page.evaluate(SHORTLY, ["run_cell", loop, "cell"])["error"]
    assert error["line"] in (2, 3)
    assert error["text"].startswith("line 5\n    count()\nline ")
    ending = (
        f"Stopped after 1.5 seconds, at line {error['line']}. "
        "Is there a loop that does not end?"
    )
    assert error["text"].endswith(ending)
    found = page.evaluate(SHORTLY, ["run_cell", "print(n + 1)", "cell"])
    assert found["printed"] == "42\n"
    # Nor does a check take it for an error of the answer's.
    box = page.locator("[data-exercise]").first
    function = box.get_attribute("data-function")
    answer = f"def {function}(*given):\n    while True:\n        pass"
    name = box.get_attribute("data-exercise")
    given = ["check_answer", answer, "mine", name]
    found = page.evaluate(SHORTLY, given)
    assert "verdict" not in found
    assert found["error"]["text"].endswith("a loop that does not end?")


def test_what_does_not_let_itself_be_ended_is_ended(started: Any) -> None:
    page = started
    code(page, NUMPY)
    loop = "        while True:\n            pass"
    deaf = f"while True:\n    try:\n{loop}\n    except:\n        pass"
    assert page.evaluate(SHORTLY, ["run_cell", deaf, "cell"]) == (
        "Stopped after 1.5 seconds. "
        "Python could not tell at which line it was."
    )


def test_long_output_scrolls_in_its_own_box(started: Any) -> None:
    page = started
    cell = cells(page).first
    height = "() => document.documentElement.scrollHeight"
    before = page.evaluate(height)
    lines = "for i in range(20_000):\n    print(i)"
    code(page, f"{NUMPY}h = 0\n{lines}")
    assert page.evaluate(height) < before + 1000
    box = cell.get_by_role("group", name="What the code printed")
    assert box.bounding_box()["height"] < 700
    note = cell.locator(".left-out").inner_text()
    left = int(re.sub(" earlier lines left out.|,", "", note))
    assert box.inner_text().split() == [str(i) for i in range(left, 20_000)]
    top = "(box) => box.scrollTop"
    assert box.evaluate(top) > 10_000  # what came last is seen
    box.focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(500)
    assert box.evaluate(top) == 0


def test_a_line_too_long_to_be_kept_is_cut(started: Any) -> None:
    page = started
    shown, _ = code(page, "print('a' * 120_000, end='b')")
    note, line = shown.rsplit(maxsplit=1)
    assert note == "The beginning of the line is left out."
    assert line == "a" * 49_999 + "b"


#: What the page cannot do, and what it then says.
CANNOT = {
    "import torch": "PyTorch does not run in the page",
    "from seqcourse.torch import LSTM": "pip install torch",
    "import pandas.io": "pandas is not in the page, which has",
    "input('Who? ')": "input() cannot ask you anything in the page",
}


def test_what_the_page_cannot_do_has_a_sentence(started: Any) -> None:
    page = started
    for source, advice in CANNOT.items():
        assert advice in code(page, source)[0].split("\n")[-1]
    shown, _ = code(page, "import seqcourse.nothing")
    assert shown.endswith("No module named 'seqcourse.nothing'")


#: What shows figures, and how many.
SHOWS = {
    "plt.plot([1, 2])\nplt.show()": 1,
    "plt.plot([1, 2])\nplt.show()\nplt.plot([3, 2])\nplt.show()": 2,
    "fig, ax = plt.subplots()\nfig.show()": 1,
    "plt.figure()\nfig = plt.figure()\nfig.show()\nplt.show()": 2,
}


def test_show_shows_and_warns_of_nothing(started: Any) -> None:
    page = started
    pictures = cells(page).first.locator(".cell_output img")
    for source, count in SHOWS.items():
        shown, _ = code(page, f"import matplotlib.pyplot as plt\n{source}")
        assert shown == ""
        assert pictures.count() == count, source


#: What ends without a line's end, and what the cell then shows.
UNENDED = {
    "print('half', end='')": "half",
    "import sys\nsys.stderr.write('aside')\nNone": "aside",
    "print('so far', end='')\n1 / 0": "so far",
    "input('Your name? ')": "Your name?",
    "print('caf\u00e9 \u2713', end='')": "caf\u00e9 \u2713",
    "print('a', end='')\nimport sys\nsys.stdout.close()": "a",
}


def test_what_is_printed_without_an_end_stays_in_its_cell(
    started: Any,
) -> None:
    page = started
    cell = cells(page).first
    for source, printed in UNENDED.items():
        write(page, cell, source)
        run(page, cell)
        shown = cell.locator(".cell_output .stream").inner_text()
        assert shown.strip() == printed
        if "close" not in source:
            assert code(page, "print('next')")[0] == "next"
    page.evaluate("() => window.seqcourseLive.python.stop()")


def test_what_a_check_prints_stays_with_the_exercise(started: Any) -> None:
    page = started
    box = page.locator("[data-exercise]").first
    field = box.locator("textarea")
    name = re.search(r"def (\w+)\(", field.input_value())[1]
    field.focus()
    box.locator(".cm-content").wait_for()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(f"def {name}(*_):\n    print('*', end='')")
    press(box, "Check")
    box.locator(".check-reply").wait_for(timeout=PATIENCE)
    shown = box.locator(".cell_output").inner_text().strip()
    assert set(shown) == {"*"}
    assert code(page, "print('next')")[0] == "next"


@pytest.mark.parametrize(
    "source",
    [
        "def again(n):\n    return again(n + 1)\nagain(0)",
        (
            "def to(n):\n    return fro(n)\n"
            "def fro(n):\n    return to(n)\nto(0)"
        ),
    ],
)
def test_a_recursion_without_end_is_a_short_error(
    started: Any, source: str
) -> None:
    page = started
    cell = cells(page).first
    write(page, cell, source)
    run(page, cell)
    shown = cell.locator(".traceback").inner_text()
    lines = shown.splitlines()
    assert lines[0] == f"line {len(source.splitlines())}"
    assert re.search(r"^… \d{3,} more calls$", shown, re.MULTILINE)
    assert lines[-1].startswith("RecursionError: maximum recursion depth")
    assert len(lines) < 20


def test_an_error_of_many_words_is_cut(started: Any) -> None:
    page = started
    cell = cells(page).first
    write(page, cell, "raise ValueError('a' * 10**6 + 'b')")
    run(page, cell)
    shown = cell.locator(".traceback").inner_text()
    assert "aaa … aaa" in shown
    assert shown.rstrip().endswith("ab")
    assert len(shown) < 3000


def test_matplotlib_draws_in_the_page(started: Any) -> None:
    page = started
    cell = cells(page).first
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);"
    write(page, cell, code)
    run(page, cell)
    assert cell.locator(".cell_output img[alt]").is_visible()
    assert "Line2D" not in cell.locator(".cell_output").inner_text()


def test_a_start_says_what_it_loads_and_can_be_tried_again(
    visits: Any,
) -> None:
    with visits.open(fresh=True) as opened:
        page = opened.go(NETWORK)
        page.route("**/python_stdlib.zip.bin", lambda route: route.abort())
        cell = cells(page).first
        said = run(page, cell)
        assert "could not be loaded" in said
        assert "try again" in said
        page.unroute("**/python_stdlib.zip.bin")
        page.evaluate(LISTEN)
        assert run(page, cell).startswith("Done")
        heard = " ".join(page.evaluate("() => said"))
        assert "Loading Python:" in heard
        assert re.search(r"MB of \d+\.\d MB", heard)


def test_the_keyboard_gets_in_and_out_of_the_editor(started: Any) -> None:
    page = started
    cell = cells(page).first
    cell.get_by_role("button", name="Edit", exact=True).focus()
    page.keyboard.press("Enter")
    cell.locator(".cm-content").wait_for()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.press("Enter")
    page.keyboard.type("if h:")
    page.keyboard.press("Enter")
    page.keyboard.type("pass")
    page.keyboard.press("Tab")
    assert "            pass" in cell.locator(".cm-content").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    focused = "() => document.activeElement.textContent"
    assert page.evaluate(focused) == "Run"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")  # whoever only passes by is not kept
    assert page.evaluate(focused) == "Run"
    page.keyboard.press("Enter")
    assert "error" not in wait(page, cell)


@pytest.fixture(scope="session")
def places(visits: Any, site: Path) -> Iterator[dict[str, Any]]:
    """Open a lesson that has no weights from a server and from a folder.

    Tests share both, so each loads weights that no other loads.
    """
    with (
        visits.open(fresh=True) as served,
        visits.open(base=f"{site.as_uri()}/", fresh=True) as folder,
    ):
        yield {"server": served, "folder": folder}
        complaints = [*served.complaints, *folder.complaints]
    assert not complaints, "\n".join(complaints)


@pytest.fixture(params=["server", "folder"])
def network(request: Any, places: dict[str, Any]) -> Any:
    """Give that lesson from either place, with nothing asked for yet."""
    opened = places[request.param]
    if not opened.page.url.endswith(NETWORK):
        opened.go(NETWORK)
    opened.requests.clear()
    return opened


def code(page: Any, source: str) -> tuple[str, str]:
    """Run code in the first cell; give what it shows and what is said."""
    cell = cells(page).first
    write(page, cell, source)
    said = run(page, cell)
    return cell.locator(".cell_output").inner_text().strip(), said


def test_weights_come_once_with_a_count(network: Any) -> None:
    page = network.page
    page.evaluate(LISTEN)
    source = f"{RECIPES}print(recipes.load('counting-gru').recipe.steps)"
    shown, said = code(page, source)
    assert shown == "3000"
    assert said.startswith("Done")
    assert weights(network) == ["counting-gru"]
    heard = page.evaluate("() => said")
    path = WEIGHTS / "counting-gru.safetensors"
    size = f"{len(zlib.compress(path.read_bytes(), 9)) / 1000:.0f} kB"
    loading = heard.index(f"Loading weights: {size} of {size}.")
    assert heard[loading + 1] == "Running."
    figure = cells(page).nth(1)
    assert run(page, figure).startswith("Done")
    # A new Python has none, and the page still has the file.
    page.evaluate("() => window.seqcourseLive.python.stop()")
    assert code(page, f"{source}\nprint('again')")[0] == "3000\nagain"
    assert weights(network) == ["counting-gru"]


#: How a cell names a sweep: whole, and put together.
SWEEPS = {
    "recall-12-plain": "'recall-12-plain'",
    "recall-16-plain": "'-'.join(['recall-16', 'plain'])",
}


def test_a_sweep_comes_as_weights_do(network: Any) -> None:
    page = network.page
    page.evaluate(LISTEN)
    for n, name in enumerate(SWEEPS.values(), 1):
        shown, said = code(
            page, f"{RECIPES}print(recipes.load_sweep({name}).sweep.steps)"
        )
        assert shown == "400"
        assert said.startswith("Done")
        assert weights(network) == list(SWEEPS)[:n]
    heard = page.evaluate("() => said")
    assert any(said.startswith("Loading recorded runs: ") for said in heard)


def test_weights_under_a_name_that_is_put_together(network: Any) -> None:
    """The cell runs again once they are there, and prints as if once."""
    source = (
        f"{RECIPES}print('begun')\n"
        "for kind in ('rnn', 'rnn-orthogonal'):\n"
        "    print(recipes.load('recall-20-%s' % kind).recipe.steps)"
    )
    shown, said = code(network.page, source)
    assert shown.split() == ["begun", "3000", "3000"]
    assert said.startswith("Done")
    assert weights(network) == ["recall-20-rnn", "recall-20-rnn-orthogonal"]


def test_all_weights_are_listed_before_they_are_there(network: Any) -> None:
    shown, _ = code(
        network.page, f"{RECIPES}print(*recipes.shipped())\nrecipes.load('x')"
    )
    names = sorted(path.stem for path in WEIGHTS.glob("*.safetensors"))
    assert len(names) > 40
    assert shown.split("\n")[0].split() == names
    refused = f"name: expected a file or one of {', '.join(names)}, got 'x'"
    assert refused in shown
    assert weights(network) == []


#: What is refused, and how.
REFUSED = {
    "half-settled-convolution-3": (
        "These files are not the ones that the book was built with: "
        "half-settled-convolution-3.safetensors. Press the button to try "
        "again."
    ),
    "settled-convolution-2": (
        "settled-convolution-2.safetensors could not be loaded. Press the "
        "button to try again."
    ),
}


#: What comes from a server is replaced on the way, what a script brings here.
SPOIL = """([file, text]) => {
  window.seqcourseFiles = new Proxy({}, {
    set: (all, name, value) =>
      Reflect.set(all, name, name === file ? text : value),
  });
}"""


def _answers(sent: bytes) -> Any:
    return lambda route: route.fulfill(body=sent)


def test_weights_that_are_not_the_books_are_refused(network: Any) -> None:
    """Another file's, and a part of their own."""
    page = network.page
    for name, refusal in REFUSED.items():
        assert code(page, "print('before')")[0] == "before"
        other = "settled-convolution-5" if "half" in name else name
        sent = zlib.compress((WEIGHTS / f"{other}.safetensors").read_bytes())
        if other == name:
            sent = sent[: len(sent) // 2]
        file = f"{name}.safetensors"
        page.route(f"**/{file}.bin", _answers(sent))
        page.evaluate(SPOIL, [file, base64.b64encode(sent).decode()])
        source = f"{RECIPES}print(recipes.load('{name}').scores and {name!r})"
        shown, said = code(page, source)
        assert shown == "before"
        assert said == refusal
        start, end = name[:5], name[5:]
        size = f"recipes.shipped()['{start}' + '{end}'].stat().st_size"
        assert code(page, f"{RECIPES}print({size})")[0] == "0"
        sound = source.replace(name, "half-settled-rnn")
        assert code(page, sound)[1].startswith("Done")
        page.unroute(f"**/{file}.bin")
        page.evaluate("() => { window.seqcourseFiles = undefined; }")
        shown, said = code(page, f"{source}\nprint('at last')")
        assert shown.split("\n") == [name, "at last"]
        assert said.startswith("Done")


def test_a_browser_that_cannot_says_so_in_one_line(
    visits: Any, site: Path
) -> None:
    with visits.open(base=f"{site.as_uri()}/", fresh=True) as opened:
        opened.page.add_init_script(
            "window.Worker = class { constructor() { throw new Error(); } };"
        )
        page = opened.go(NETWORK)
        cell = cells(page).first
        built = cell.locator(".cell_output").inner_text()
        assert "runs no Python in a page" in run(page, cell)
        assert cell.locator(".cell_output").inner_text() == built
        assert cell.get_by_role("button", name="Run", exact=True).is_enabled()


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Give another origin, and what it was asked."""
    asked: list[str] = []

    class Other(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, *words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


#: What code may try in order to reach another place.
ESCAPES = {
    "fetch": "js.fetch('{0}/fetch')",
    "post": "js.fetch('{0}/post', method='POST', mode='no-cors')",
    "request": (
        "r = js.XMLHttpRequest.new()\n"
        "r.open('GET', '{0}/request', False)\nr.send()"
    ),
    "socket": "js.WebSocket.new('{0}/socket'.replace('http', 'ws'))",
    "events": "js.EventSource.new('{0}/events')",
    "module": (
        "from pyodide.code import run_js\nrun_js('import(\"{0}/module\")')"
    ),
    "eval": "js.eval('fetch(\"{0}/eval\")')",
    "worker": "js.Worker.new('{0}/worker')",
    "own worker": "js.Worker.new(js.location.origin + '/x.js')",
    "nested worker": (
        "text = 'fetch(\"{0}/nested\")'\n"
        "blob = js.Blob.new([text])\n"
        "js.Worker.new(js.URL.createObjectURL(blob))"
    ),
    "package": (
        "import pyodide_js\npyodide_js.loadPackage('{0}/package.whl')"
    ),
    "picture": "Html(\"<img src={0}/picture onerror=fetch('{0}/onerror')>\")",
    "frame": 'Html("<iframe src={0}/frame></iframe>")',
    "refresh": "Html('<meta http-equiv=refresh content=\"0; url={0}/go\">')",
    "sheet": 'Html("<link rel=stylesheet href={0}/sheet>")',
    "style": 'Html("<p style=background:url({0}/style)>x</p>")',
    "hint": 'Html("<link rel=prefetch href={0}/hint>")',
    "connection": 'Html("<link rel=preconnect href={0}>")',
    "form": 'Html("<form action={0}/form><button>x</button></form>")',
    "script": 'Html("<script src={0}/script></script>")',
    "drawing": 'Html("<svg><image href={0}/drawing /></svg>")',
}
HTML = """import js

class Html:
    def __init__(self, text):
        self.text = text
    def _repr_html_(self):
        return self.text

"""


@pytest.mark.parametrize("place", ["server", "folder"])
def test_no_code_reaches_another_place(
    visits: Any, site: Path, elsewhere: Any, place: str
) -> None:
    origin, asked = elsewhere
    base = f"{site.as_uri()}/" if place == "folder" else ""
    with visits.open(base=base, fresh=True) as opened:
        page = opened.go(NETWORK)
        here = page.url
        cell = cells(page).first
        for way in ESCAPES.values():
            write(page, cell, HTML + way.format(origin))
            run(page, cell)
            page.wait_for_timeout(150)
        assert asked == []
        assert page.url == here


def test_the_escapes_would_be_seen(elsewhere: Any, browser: Any) -> None:
    """Without the policy a request does arrive."""
    origin, asked = elsewhere
    page = browser.new_page()
    page.evaluate("(o) => fetch(`${o}/seen`, {mode: 'no-cors'})", origin)
    page.close()
    assert asked == ["/seen"]
