"""The record of tried claims knows its pages, and what has changed since."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.book import claims, redrawn, verified
from tests.book.page_run import Outcome, Trial, outcome

pytestmark = pytest.mark.book

PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---

```{code-cell} ipython3
import numpy as np

drawn = np.random.default_rng(0).integers(9, size=3)
```

```{code-cell} ipython3
def seed(seed=7):
    return seed

assert seed() != 2007
```
"""
HELD = Outcome(None, 2, 1.0)
FAILED = Outcome("cell 2, line 4: assert …", 2, 1.0)
ALL = {
    Trial(shift, threads): HELD
    for shift in range(1, verified.SEEDS + 1)
    for threads in verified.THREADS
}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a book of one small, which nothing is recorded of."""
    monkeypatch.setattr(verified, "BOOK", tmp_path)
    monkeypatch.setattr(verified, "FOLDER", tmp_path / "verified")
    monkeypatch.setattr(verified, "UNDER_WAY", tmp_path / "under-way")
    path = tmp_path / "1-part" / "page.md"
    path.parent.mkdir()
    path.write_text(PAGE, "utf-8")
    return path


def test_every_record_is_of_a_page_and_complete() -> None:
    names = {verified.short(page) for page in verified.pages()}
    for path in verified.FOLDER.rglob("*.json"):
        name = path.relative_to(verified.FOLDER).with_suffix("").as_posix()
        assert name in names, f"{path} is of no page that claims anything"
        told = json.loads(path.read_text("utf-8"))
        assert told.keys() <= {
            *("cells", "seeds", "threads", "failures", "redrawn")
        }
        assert len(told["cells"]) == 64
        assert {"seeds", "redrawn"} & told.keys()
        if "seeds" in told:
            assert told["seeds"] >= verified.SEEDS
            assert {*told["threads"]} >= {*verified.THREADS}


def test_a_page_is_run_with_other_seeds(small: Path) -> None:
    first, second = (outcome(small, Trial(n, 1), 60, None) for n in (1, 2))
    assert first.failed is None
    assert first.seeds == 2
    assert second.failed is not None
    assert second.failed.startswith("cell 2, line 4: assert seed() != 2007")


def test_a_page_takes_other_recorded_runs(
    small: Path, tmp_path: Path, root: Path
) -> None:
    weights = root / "book" / "weights" / "counting-gru.safetensors"
    (tmp_path / "counting-lstm.safetensors").write_bytes(weights.read_bytes())
    source = (
        "import numpy as np\nfrom seqcourse import recipes\n"
        "core = recipes.load('counting-lstm').model.core\n"
        "assert type(core).__name__ == 'GRU'"
    )
    small.write_text(PAGE.replace("import numpy as np", source), "utf-8")
    assert redrawn.used(small) == ["counting-lstm.safetensors"]
    assert outcome(small, Trial(0, 1, 1), 60, tmp_path).failed is None
    failed = outcome(small, Trial(0, 1), 60, None).failed
    assert failed is not None
    assert "AssertionError" in failed


def test_a_record_is_of_the_page_as_it_is(small: Path) -> None:
    assert verified.state(small) == "never tried"
    verified.record(small, ALL)
    assert verified.state(small) == ""
    assert [*verified.notices([small])] == []
    small.write_text(f"{PAGE}\nMore prose.\n", "utf-8")
    assert verified.state(small) == ""
    small.write_text(PAGE.replace("2007", "2008"), "utf-8")
    assert [*verified.notices([small])] == [
        "1-part/page: changed since it was tried"
    ]


def test_a_record_says_what_failed_and_where(small: Path) -> None:
    verified.record(small, ALL | {Trial(3, 2): FAILED, Trial(12, 1): FAILED})
    told = verified.read(small)
    assert told is not None
    assert told["failures"] == [f"{FAILED.failed} (seed 12/1, seed 3/2)"]
    assert (told["seeds"], told["threads"]) == (20, [1, 2])
    assert verified.state(small).startswith("fails: cell 2, line 4")


def test_a_trial_with_less_is_not_recorded(small: Path) -> None:
    for missing in (Trial(20, 1), Trial(1, 2)):
        some = {trial: one for trial, one in ALL.items() if trial != missing}
        verified.record(small, some)
        assert verified.read(small) is None


def test_other_recorded_runs_are_recorded_beside_the_seeds(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = ["counting-gru.safetensors"]
    monkeypatch.setattr(verified, "used", lambda _: used)
    verified.record(small, ALL)
    assert verified.state(small) == "not tried with other recorded runs"
    verified.record(small, {Trial(0, 1, 1): HELD})
    assert verified.state(small) == ""
    used.append("counting-lstm.safetensors")
    assert "recorded runs changed" in verified.state(small)
    verified.record(small, {Trial(0, 1, 1): FAILED})
    told = verified.state(small)
    assert told.startswith("fails with other recorded runs: cell 2")
    assert told.endswith("(draw 1/1)")


def test_a_trial_that_was_stopped_goes_on(small: Path) -> None:
    verified.Runs(small).keep(Trial(1, 1), HELD)
    verified.Runs(small).keep(Trial(2, 1), FAILED)
    assert verified.Runs(small).outcomes == {
        Trial(1, 1): HELD,
        Trial(2, 1): FAILED,
    }
    small.write_text(PAGE.replace("2007", "2008"), "utf-8")
    assert verified.Runs(small).outcomes == {}


def test_the_command_tries_records_and_does_not_repeat_itself(
    small: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run: list[Any] = []

    def made(_: Path, trial: Trial, limit: float, folder: Any) -> Outcome:
        run.append((trial, folder))
        return FAILED if trial == Trial(4, 2) else HELD

    monkeypatch.setattr(claims, "outcome", made)
    monkeypatch.setattr("sys.argv", ["claims", "--jobs", "1", str(small)])
    assert claims.main() == 1
    assert {trial for trial, _ in run} == {*ALL}
    assert {folder for _, folder in run} == {None}
    assert "40 runs, 1 failed" in capsys.readouterr().out
    assert verified.state(small).startswith("fails")
    assert claims.main() == 1
    assert len(run) == len(ALL)


def test_the_command_redraws_what_a_page_uses(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, run = [], []
    monkeypatch.setattr(
        redrawn, "used", lambda _: ["counting-gru.safetensors", "look.json"]
    )
    monkeypatch.setattr(
        redrawn,
        "make",
        lambda names, draw, _: made.append((names, draw)) or ["trained"],
    )
    monkeypatch.setattr(
        claims, "outcome", lambda *given: run.append(given) or HELD
    )
    command = ["claims", str(small), "--recipes", "counting-gru"]
    monkeypatch.setattr("sys.argv", command)
    assert claims.main() == 0
    assert made == [(["counting-gru.safetensors", "look.json"], 1)]
    assert [(given[1], given[3]) for given in run] == [
        (Trial(0, threads, 1), redrawn.folder(1)) for threads in (1, 2)
    ]
    monkeypatch.setattr("sys.argv", [*command[:-1], "counting-lstm"])
    assert claims.main() == 0
    assert len(run) == 2


def test_redrawn_runs_have_other_seeds_and_are_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seqcourse import recipes
    from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    from seqcourse.tasks import DelayedRecall

    model = SequenceClassifier(Embedding(5, 4), RNN(4, 4), 4)
    task = DelayedRecall(delay=2, symbols=4)
    names = {
        "one.safetensors": recipes.Recipe(model, task, 2, seeds=(0, 1)),
        "two.json": recipes.Sweep({"rnn": model}, task, 2, (1e-3,), (0, 1)),
    }
    monkeypatch.setattr(redrawn, "listed", lambda: names)
    monkeypatch.setattr(redrawn, "FOLDER", tmp_path)
    assert len([*redrawn.make([*names], 2, 1)]) == 2
    folder = redrawn.folder(2)
    assert {path.name for path in folder.iterdir()} == {*names}
    one = recipes.load(folder / "one.safetensors")
    two = recipes.load_sweep(folder / "two.json")
    assert one.recipe.seeds == two.sweep.seeds == (2000, 2001)
    assert [*redrawn.make([*names], 2, 1)] == []
    changed = recipes.Recipe(model, task, 3, seeds=(0, 1))
    monkeypatch.setitem(names, "one.safetensors", changed)
    assert len([*redrawn.make([*names], 2, 1)]) == 1
