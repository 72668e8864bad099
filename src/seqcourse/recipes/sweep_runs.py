"""A sweep's runs: made one by one or side by side, each kept at once."""

from __future__ import annotations

import json
import math
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from seqcourse.numpy import DivergenceError, evaluate
from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.storage.atomic_write import check_writable, write_bytes
from seqcourse.recipes.experiment import train
from seqcourse.recipes.shipped_files import is_file

if TYPE_CHECKING:
    from seqcourse.recipes.sweep import Sweep

#: Evaluation seeds of two draws: the learning rate is chosen on the one, and
#: scored on the other, which is also that of `evaluate`.
VALIDATION, TEST = 0, 1
#: A model's name, a learning rate and a seed.
RunKey: TypeAlias = tuple[str, float, int]
Report: TypeAlias = Callable[[str, float, int, float], object]


class Outcome(NamedTuple):
    """What is recorded of one run.

    Parameters
    ----------
    validation
        The score on the sequences that the learning rate is chosen on.
    score
        The score on the test set.
    diverged
        Whether training diverged. The scores are then those of the last
        weights whose loss was finite, or NaN where their outputs are not.

    Examples
    --------
    >>> Outcome(0.9, 0.8, diverged=False).score
    0.8
    """

    validation: float
    score: float
    diverged: bool


def measure(
    sweep: Sweep,
    name: str,
    learning_rate: float,
    seed: int,
    progress: bool | None = None,
) -> Outcome:
    """Make one run and score it.

    Parameters
    ----------
    sweep
        What it belongs to.
    name, learning_rate, seed
        Which run.
    progress
        Whether to draw a bar; None draws one on a terminal alone.

    Returns
    -------
    outcome
        Two scores, and whether the run diverged.

    Raises
    ------
    KeyboardInterrupt
        If it is interrupted.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.recipes import Sweep
    >>> from seqcourse.tasks import DelayedRecall
    >>> model = SequenceClassifier(Embedding(5, 8), RNN(8, 8), 4)
    >>> task = DelayedRecall(delay=2, symbols=4)
    >>> sweep = Sweep({"rnn": model}, task, 2, (1e-3,), test_size=10)
    >>> measure(sweep, "rnn", 1e-3, seed=0).diverged
    False
    """
    diverged = False
    try:
        run = train(sweep, sweep.models[name], learning_rate, seed, progress)
        params = run.params
    except DivergenceError as error:
        params, diverged = error.run.params, True
    validation, score = (
        _score(sweep, name, params, draw) for draw in (VALIDATION, TEST)
    )
    finite = math.isfinite(validation) and math.isfinite(score)
    return Outcome(validation, score, diverged or not finite)


def _score(sweep: Sweep, name: str, params: Params, draw: int) -> float:
    """Give a score, or NaN where it is not finite."""
    try:
        with np.errstate(all="ignore"):
            score = evaluate(
                sweep.models[name], params, sweep.task, draw, sweep.test_size
            )
    except DivergenceError:
        return math.nan
    return score if math.isfinite(score) else math.nan


class Runs:
    """The outcomes of a sweep's runs, by run, in a file if there is one.

    Parameters
    ----------
    sweep
        What the runs belong to.
    partial
        The file, which may hold some runs already; None keeps none.

    Raises
    ------
    OSError
        If the file cannot be read or written.
    ValueError
        If it is damaged, or holds the runs of another sweep.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.recipes import Sweep
    >>> from seqcourse.tasks import DelayedRecall
    >>> model = SequenceClassifier(Embedding(5, 8), RNN(8, 8), 4)
    >>> sweep = Sweep({"rnn": model}, DelayedRecall(2, 4), 2, (1e-3, 1e-2))
    >>> runs = Runs(sweep, partial=None)
    >>> runs.make(processes=1, report=None)
    >>> len(runs.outcomes)
    10
    """

    def __init__(self, sweep: Sweep, partial: str | Path | None) -> None:
        self.sweep, self.partial = sweep, partial
        self.outcomes: dict[RunKey, Outcome] = {}
        if partial is not None:
            if is_file(Path(partial)):
                self.outcomes = _read(Path(partial), sweep)
            check_writable("partial", partial)

    def keep(self, run: RunKey, outcome: Outcome) -> None:
        """Keep an outcome, in the file too.

        Parameters
        ----------
        run
            Which run.
        outcome
            Its outcome.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        self.outcomes[run] = outcome
        if self.partial is not None:
            content = {
                "hash": self.sweep.hash,
                "runs": [[*r, *o] for r, o in sorted(self.outcomes.items())],
            }
            write_bytes("partial", self.partial, json.dumps(content).encode())

    def make(self, processes: int, report: Report | None) -> None:
        """Make the runs that are missing.

        Parameters
        ----------
        processes
            How many are made side by side.
        report
            Called after each with the run and its score.
        """
        missing = [run for run in self.sweep.runs if run not in self.outcomes]
        if processes == 1 or len(missing) < 2:
            for run in missing:
                self.keep(run, measure(self.sweep, *run))
                _tell(report, run, self.outcomes[run])
        else:
            self._share(missing, min(processes, len(missing)), report)

    def _share(
        self, missing: list[RunKey], processes: int, report: Report | None
    ) -> None:
        # An interrupt is the parent's: it lets the runs under way end.
        ignore = (signal.SIGINT, signal.SIG_IGN)
        with ProcessPoolExecutor(
            processes, get_context("spawn"), signal.signal, ignore
        ) as pool:
            waiting = {
                pool.submit(measure, self.sweep, *run, progress=False): run
                for run in missing
            }
            try:
                for future in as_completed([*waiting]):
                    self.keep(waiting[future], future.result())
                    run = waiting.pop(future)
                    _tell(report, run, self.outcomes[run])
            except BaseException:
                pool.shutdown(cancel_futures=True)
                for future, run in waiting.items():
                    if not future.cancelled() and not future.exception():
                        self.keep(run, future.result())
                raise


def _tell(report: Report | None, run: RunKey, outcome: Outcome) -> None:
    if report is not None:
        report(*run, outcome.score)


def _read(path: Path, sweep: Sweep) -> dict[RunKey, Outcome]:
    """Read the runs that a file holds."""
    try:
        content: Any = json.loads(path.read_bytes())
        found = {
            (name, rate, seed): Outcome(validation, score, diverged)
            for name, rate, seed, validation, score, diverged in content[
                "runs"
            ]
        }
        of = content["hash"]
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise ValueError(
            f"partial: expected a file that an earlier call left, "
            f"got {str(path)!r} ({error})"
        ) from None
    if of != sweep.hash or not found.keys() <= {*sweep.runs}:
        raise ValueError(
            f"partial: expected runs of this sweep, got {str(path)!r}, "
            "which holds those of another"
        )
    return found
