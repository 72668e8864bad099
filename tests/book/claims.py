"""Do a page's claims hold with other seeds, threads and recorded runs?

``python -m tests.book.claims [page ...]`` runs the cells of each page once
for each of 20 seeds and numbers of threads. Every ``seed=<n>`` and
``default_rng(<n>)`` written in a cell becomes n + 1000 s in run s.

``python -m tests.book.claims --recipes [name ...]`` takes the pages that use
these recipes or sweeps, trains all that they use with other seeds, and runs
them with that instead of the book's; the pages' own seeds stay.

What is printed is a table of the runs that failed, and the assertion that
did. A page whose runs are all made is recorded in tests/book/verified_pages,
which ``--table`` prints. A trial that was stopped goes on, unless
the page, the package or the recorded runs have changed. The tests do not run
this: it takes minutes, or hours.
"""

import argparse
import concurrent.futures
import os
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from tests.book import redrawn, verified
from tests.book.page_run import Outcome, Trial, outcome


def arguments() -> argparse.Namespace:
    """Read the command's arguments."""
    parser = argparse.ArgumentParser(
        prog="claims", description="Run every page's claims with other seeds."
    )
    parser.add_argument("pages", nargs="*", type=Path, metavar="page")
    parser.add_argument(
        "--recipes",
        nargs="*",
        metavar="name",
        help="train what the pages with these, or all, use with other seeds",
    )
    parser.add_argument(
        "--seeds", type=int, help="20; with --recipes trainings of each, 1"
    )
    parser.add_argument("--threads", nargs="+", default=["1", "2"])
    parser.add_argument(
        "--jobs",
        type=int,
        help="runs side by side; as many as there are cores for the threads",
    )
    parser.add_argument(
        "--limit", type=float, default=300.0, help="seconds a run"
    )
    parser.add_argument(
        "--table", action="store_true", help="print what is recorded"
    )
    given = parser.parse_args()
    # Pages may follow an option that takes all words up to the next one.
    given.pages += _pages_among(given.threads)
    given.pages += _pages_among(given.recipes or [])
    given.threads = [int(number) for number in given.threads] or [1, 2]
    if given.seeds is None:
        given.seeds = verified.SEEDS if given.recipes is None else 1
    return given


def _pages_among(words: list[str]) -> list[Path]:
    found = [word for word in words if word.endswith(".md")]
    for word in found:
        words.remove(word)
    return [Path(word) for word in found]


def run(
    page: Path, trials: list[Trial], given: argparse.Namespace
) -> dict[Trial, Outcome]:
    """Make the runs of a page that are missing; give the outcomes of all."""
    runs = verified.Runs(page)
    for threads in given.threads:
        jobs = given.jobs or max(1, (os.cpu_count() or 1) // threads)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            futures = {
                pool.submit(
                    outcome,
                    page,
                    trial,
                    given.limit,
                    redrawn.folder(trial.draw) if trial.draw else None,
                ): trial
                for trial in trials
                if trial.threads == threads and trial not in runs.outcomes
            }
            try:
                for future in concurrent.futures.as_completed(futures):
                    runs.keep(futures[future], future.result())
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    return runs.outcomes


def report(page: Path, outcomes: dict[Trial, Outcome]) -> Iterator[str]:
    """Set out a page's runs in a line, and below it what failed."""
    count = sum(one.failed is not None for one in outcomes.values())
    seconds = sum(one.seconds for one in outcomes.values()) / len(outcomes)
    seeds = max(one.seeds for one in outcomes.values())
    yield (
        f"{verified.short(page)}: {len(outcomes)} runs, {count} failed; "
        f"{seeds} seeds in it, {seconds:.1f} s per run"
    )
    for words in verified.failures(outcomes):
        yield textwrap.fill(
            words, 100, initial_indent="  ✗ ", subsequent_indent="    "
        )


def main() -> int:
    """Try the pages one after the other; tell whether a run failed."""
    given = arguments()
    if given.table:
        say(verified.table())
        return 0
    pages = [page.resolve() for page in given.pages] or verified.pages()
    names = (
        None if given.recipes is None else redrawn.check_names(given.recipes)
    )
    failed = False
    for page in pages:
        trials = [
            Trial(*((n, threads) if names is None else (0, threads, n)))
            for threads in given.threads
            for n in range(1, given.seeds + 1)
        ]
        needed = redrawn.used(page)
        if names is not None:
            if not {*needed} & {*names}:
                continue
            for draw in range(1, given.seeds + 1):
                for words in redrawn.make(
                    needed, draw, given.jobs or os.cpu_count() or 1
                ):
                    say(words)
        outcomes = run(page, trials, given)
        verified.record(page, outcomes)
        made = {trial: outcomes[trial] for trial in trials}
        say(*report(page, made))
        failed |= any(one.failed for one in made.values())
    return failed


def say(*lines: str) -> None:
    """Print at once: the command may run in the background for long."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
