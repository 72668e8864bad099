"""Cells that say how far they have come: their bar, Stop and files."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import NETWORK
from tests.browser.test_live import (
    NUMPY,
    PATIENCE,
    cells,
    code,
    press,
    wait,
    write,
)

pytestmark = pytest.mark.browser

#: Calls Python for a second and a half, where a cell has thirty.
SHORTLY = """async ([source, stopped]) => {
  const {python} = window.seqcourseLive;
  const heard = [], files = [];
  const asked = python.call("run_cell", [source, "cell", false, "{}"], {
    limit: 1500, reported: (...how) => heard.push(how),
    offered: (file) => files.push(file.name),
  }).catch((end) => ({stopped: end.message}));
  if (stopped) {
    while (!heard.length) await new Promise((done) => setTimeout(done, 50));
    await new Promise((done) => setTimeout(done, 500));
    stopped = python.settle();
  }
  return {...await asked, heard, files, asked: stopped};
}"""
#: Reports for so many seconds.
BUSY = """
import time
from seqcourse import page
kept, end = 0, time.monotonic() + {seconds}
while time.monotonic() < end:
    kept += 1
    page.report({done}, 1, "still here")
"""
TRAIN = """
from seqcourse.numpy import RNN, Embedding, LanguageModel, fit
from seqcourse.tasks import TokenizedText
from seqcourse.tokenizers import ByteTokenizer
from seqcourse.text_models import TextModel
from seqcourse import page
task = TokenizedText("to be or not to be " * 99, ByteTokenizer(), 16)
net = LanguageModel(Embedding(256, 8), RNN(8, 16))
def keep(run):
    TextModel(net, run.params, task.tokenizer).save("mine.safetensors")
    page.offer("mine.safetensors")
run = fit(net, task, 100_000, callback=keep, callback_every=50)
print(0 < len(run.history.loss) < 100_000)
"""
#: Loads the file that came down.
LOAD = """
import base64
from pathlib import Path
from seqcourse.text_models import TextModel
Path("again.safetensors").write_bytes(base64.b64decode({saved}))
model = TextModel.load("again.safetensors")
print(len(model.generate("to", max_tokens=3)) > 0)
"""


@pytest.fixture
def shared(started: Any) -> Any:
    """Give the shared page, with Python running in it."""
    code(started, "print('ready')")
    return started


def test_a_cell_that_reports_outlives_its_limit(shared: Any) -> None:
    """And one that has reported and is silent since does not."""
    busy = BUSY.format(seconds=4, done="1 / 2") + "print('done')"
    found = shared.evaluate(SHORTLY, [busy, False])
    assert found["error"] is None
    assert found["printed"] == "done\n"
    assert found["heard"][0] == [0.5, "still here"]
    assert 10 < len(found["heard"]) < 60
    silent = BUSY.format(seconds=0.2, done="1 / 2") + "while True:\n    pass"
    found = shared.evaluate(SHORTLY, [silent, False])
    assert found["error"]["text"].endswith("a loop that does not end?")
    assert "Stopped after 1.5 seconds" in found["error"]["text"]


def test_stop_ends_a_run_that_keeps_what_it_has(shared: Any) -> None:
    """Names and all: Python goes on."""
    found = shared.evaluate(SHORTLY, [TRAIN, True])
    assert found["asked"] is True
    assert found["ended"] is True
    assert found["error"] is None
    assert found["printed"] == "True\n"
    assert set(found["files"]) <= {"mine.safetensors"}
    assert shared.evaluate("() => window.seqcourseLive.python.settle()") is (
        False
    )
    found = shared.evaluate(SHORTLY, ["print(len(run.params))", False])
    assert found["printed"] == "7\n"
    assert found["ended"] is False


def test_after_stop_no_other_run_begins(shared: Any) -> None:
    twice = TRAIN + "second = fit(net, task, 100_000)"
    found = shared.evaluate(SHORTLY, [twice, True])
    assert found["printed"] == "True\n"
    assert found["error"]["text"].endswith("Stopped.")
    found = shared.evaluate(SHORTLY, ["print('second' in dir())", False])
    assert found["printed"] == "False\n"


def test_a_loop_of_the_readers_own_stops_too(shared: Any) -> None:
    found = shared.evaluate(
        SHORTLY, [BUSY.format(seconds=60, done="1 / 2"), True]
    )
    assert found["error"]["text"].endswith("Stopped.")
    found = shared.evaluate(SHORTLY, ["print(kept > 10)", False])
    assert found["printed"] == "True\n"


def test_the_bar_moves_and_the_file_loads(
    shared: Any, tmp_path: Path
) -> None:
    """A cell as a reader runs it; Stop is reached with the keyboard."""
    cell = cells(shared).first
    write(shared, cell, f"{NUMPY}h = 0\n{TRAIN}")
    press(cell, "Run")
    bar = cell.get_by_role("progressbar")
    bar.wait_for(timeout=PATIENCE)
    assert "Progress of" in bar.get_attribute("aria-label")
    moved = {float(bar.evaluate("(bar) => bar.value"))}
    shared.wait_for_timeout(600)
    moved.add(float(bar.evaluate("(bar) => bar.value")))
    assert len(moved) == 2
    assert max(moved) < 1
    words = cell.locator(".run-progress").inner_text()
    assert re.search(r"Step [\d,]+ of 100,000, loss \d\.\d{3}; \d+ s", words)
    cell.get_by_role("link", name="Download mine.safetensors").wait_for()
    cell.get_by_role("button", name="Stop", exact=True).focus()
    shared.keyboard.press("Enter")
    said = wait(shared, cell)
    assert said.startswith("Stopped after")
    assert "what was reached is kept" in said
    assert not bar.is_visible()
    with shared.expect_download() as download:
        cell.get_by_role("link", name="Download mine.safetensors").click()
    download.value.save_as(tmp_path / "mine.safetensors")
    saved = base64.b64encode((tmp_path / "mine.safetensors").read_bytes())
    found = shared.evaluate(SHORTLY, [LOAD.format(saved=saved), False])
    assert found["printed"] == "True\n"
    press(cell, "Reset")
    assert cell.locator(".offered a").count() == 0


def test_what_a_field_cannot_be_is_one_sentence(shared: Any) -> None:
    source = "from seqcourse import page\npage.written('a', 'b', at_least=3)"
    given = {"a": " x\ud800 "}
    found = shared.evaluate(
        """([source, given]) => window.seqcourseLive.python.call(
          "run_cell", [source, "cell", false, given])""",
        [source, json.dumps(given)],
    )
    said = "a: expected at least 3 characters, got 2"
    assert found["error"]["text"] == said


def test_from_a_folder_stop_keeps_the_file(visits: Any, site: Path) -> None:
    """There Python cannot be told, and is ended."""
    with visits.open(base=f"{site.as_uri()}/", fresh=True) as opened:
        page = opened.go(NETWORK)
        cell = cells(page).first
        write(page, cell, TRAIN)
        press(cell, "Run")
        link = cell.get_by_role("link", name="Download mine.safetensors")
        link.wait_for(timeout=PATIENCE)
        press(cell, "Stop")
        assert wait(page, cell) == "Stopped."
        assert link.is_visible()
