"""Which pages' claims have been tried, with which content, and what failed.

`tests/book/verified_pages` has a file for each page, with the hash of the
cells that were tried. Until all runs of a page are made, they are kept in the
build, so that a trial that was stopped goes on where it was.
"""

import collections
import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.book.page_run import BOOK, ROOT, Outcome, Trial, cells, claims
from tests.book.redrawn import listed, package, used

FOLDER = ROOT / "tests" / "book" / "verified_pages"
UNDER_WAY = ROOT / "_build" / "claims"
#: A trial with less is no verification.
SEEDS, THREADS = 20, (1, 2)


def pages() -> list[Path]:
    """List the pages that claim something."""
    found = sorted(BOOK.rglob("*.md"))
    return [page for page in found if any(map(claims, cells(page)))]


def short(page: Path) -> str:
    """Name a page."""
    return page.resolve().relative_to(BOOK).with_suffix("").as_posix()


def content(page: Path) -> str:
    """Hash the cells of a page."""
    return hashlib.sha256("\0".join(cells(page)).encode()).hexdigest()


def recorded(page: Path) -> dict[str, str]:
    """Give the hash of each recipe and sweep that a page uses."""
    return {name: listed()[name].hash for name in used(page)}


# --- runs that are under way


class Runs:
    """The outcomes of a page's trials, kept in the build one by one."""

    def __init__(self, page: Path) -> None:
        self.path = UNDER_WAY / f"{short(page)}.json"
        weights = [BOOK / "weights" / name for name in used(page)]
        total = hashlib.sha256(f"{content(page)}{package()}".encode())
        for path in weights:
            total.update(path.read_bytes())
        self.of = total.hexdigest()
        found: dict[str, Any] = {}
        if self.path.is_file():
            found = json.loads(self.path.read_text("utf-8"))
        self.outcomes = {
            Trial(*trial): Outcome(*outcome)
            for trial, outcome in found.get("runs", ())
            if found["of"] == self.of
        }

    def keep(self, trial: Trial, outcome: Outcome) -> None:
        """Keep an outcome."""
        self.outcomes[trial] = outcome
        runs = [
            (dataclasses.astuple(t), dataclasses.astuple(o))
            for t, o in self.outcomes.items()
        ]
        write(self.path, {"of": self.of, "runs": runs})


def write(path: Path, told: Any) -> None:
    """Write JSON aside and rename it: what is there is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(
        f"{json.dumps(told, indent=1, sort_keys=True)}\n", "utf-8"
    )
    part.replace(path)


# --- the record


def failures(outcomes: dict[Trial, Outcome]) -> list[str]:
    """Say what failed, and in which runs."""
    said: dict[str, list[str]] = collections.defaultdict(list)
    for trial, one in outcomes.items():
        if one.failed:
            said[one.failed].append(str(trial))
    return [
        f"{words} ({', '.join(sorted(where))})"
        for words, where in sorted(said.items())
    ]


def record(page: Path, outcomes: dict[Trial, Outcome]) -> None:
    """Write what all runs of a page found, if they are a verification."""
    trials = [trial for trial in outcomes if not trial.draw]
    wanted = {Trial(s + 1, t) for s in range(SEEDS) for t in THREADS}
    told = read(page) or {}
    if told.get("cells") != content(page):
        told = {}
    if wanted <= {*trials}:
        told |= {
            "cells": content(page),
            "seeds": max(trial.shift for trial in trials),
            "threads": sorted({trial.threads for trial in trials}),
            "failures": failures({t: outcomes[t] for t in trials}),
        }
    draws = {t: one for t, one in outcomes.items() if t.draw}
    if draws:
        told |= {
            "cells": content(page),
            "redrawn": {
                "of": recorded(page),
                "draws": max(trial.draw for trial in draws),
                "threads": sorted({trial.threads for trial in draws}),
                "failures": failures(draws),
            },
        }
    if told:
        write(FOLDER / f"{short(page)}.json", told)


def read(page: Path) -> dict[str, Any] | None:
    """Read what was found on a page, if anything was."""
    path = FOLDER / f"{short(page)}.json"
    if not path.is_file():
        return None
    return dict(json.loads(path.read_text("utf-8")))


def state(page: Path) -> str:
    """Say in how far a page is verified; nothing where it is."""
    told = read(page)
    if told is None:
        return "never tried"
    if told["cells"] != content(page):
        return "changed since it was tried"
    said = []
    if "seeds" not in told:
        said.append("not tried with other seeds")
    elif told["failures"]:
        said.append(f"fails: {'; '.join(told['failures'])}")
    again = told.get("redrawn")
    if recorded(page) and again is None:
        said.append("not tried with other recorded runs")
    elif again is not None and again["of"] != recorded(page):
        said.append("its recorded runs changed since they were tried")
    elif again is not None and again["failures"]:
        said.append(
            f"fails with other recorded runs: {'; '.join(again['failures'])}"
        )
    return "; ".join(said)


def notices(found: Iterable[Path]) -> Iterator[str]:
    """Say of which pages the claims are not verified as they stand."""
    for page in found:
        if words := state(page):
            yield f"{short(page)}: {words}"


def table() -> str:
    """Set out the record, a page a row."""
    rows = [("page", "cells", "seeds", "threads", "draws", "state")]
    for page in pages():
        told = read(page) or {}
        again = told.get("redrawn", {})
        rows.append(
            (
                short(page),
                told.get("cells", "")[:8],
                str(told.get("seeds", "")),
                " ".join(map(str, told.get("threads", ()))),
                str(again.get("draws", "")),
                state(page) or "verified",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            word.ljust(width) for word, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
