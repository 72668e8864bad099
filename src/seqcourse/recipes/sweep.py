"""Models compared, each at several learning rates and with several seeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.layer import Array, Layer
from seqcourse.recipes.experiment import Experiment, check_each_once
from seqcourse.recipes.sweep_runs import Report, RunKey, Runs


@dataclass(frozen=True)
class Sweep(Experiment):
    """All that a comparison of models depends on.

    Every model is trained at every learning rate with every seed, all on one
    task and with the same number of steps, so that each can be shown at the
    best of its learning rates. Two tasks, such as two delays, are two
    sweeps, and so are two ways to train. A sweep keeps scores and no
    weights.

    Parameters
    ----------
    models
        What is compared, by name.
    task
        On what.
    steps
        Batches of each run.
    learning_rates
        Learning rates of the optimizer.
    seeds
        Of the runs at each learning rate.
    batch_size
        Sequences in a batch.
    max_grad_norm
        The largest norm of a gradient that is followed as it is.
    test_size
        Sequences that each run is scored on. As many others, drawn
        independently, decide which learning rate is best: a rate chosen on
        the test set would flatter its model.
    optimizer
        ``"Adam"`` or ``"SGD"``.
    bptt_length
        Steps of a segment in truncated BPTT; None truncates nowhere.

    Raises
    ------
    ValueError
        If the task is none of `seqcourse.tasks`; there are no models,
        learning rates or seeds, or one comes twice; the optimizer is
        unknown; or a number is out of its range.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(delay=2, symbols=4)
    >>> models = {
    ...     f"{width} units": SequenceClassifier(
    ...         Embedding(5, 8), RNN(8, width), 4
    ...     )
    ...     for width in (4, 8)
    ... }
    >>> sweep = Sweep(models, task, 30, (1e-3, 1e-2), seeds=(0, 1, 2))
    >>> Sweep.from_config(sweep.to_config()) == sweep
    True
    >>> swept = sweep.follow()
    >>> swept.scores["8 units"].shape, swept.best_rate("8 units")
    ((2, 3), 0.01)
    """

    models: dict[str, Layer] = field(hash=False)
    task: Any
    steps: int
    learning_rates: tuple[float, ...]
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    batch_size: int = 32
    max_grad_norm: float = 1.0
    test_size: int = 2000
    optimizer: str = "Adam"
    bptt_length: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        arguments.check_positive(test_size=self.test_size)
        check_each_once(
            models=(*self.models,), learning_rates=self.learning_rates
        )
        for i, rate in enumerate(self.learning_rates):
            arguments.check_above_zero(**{f"learning_rates[{i}]": rate})

    @property
    def runs(self) -> list[RunKey]:
        """The name, learning rate and seed of every run."""
        return [*product(self.models, self.learning_rates, self.seeds)]

    @checked
    def follow(
        self,
        report: Report | None = None,
        *,
        processes: int = 1,
        partial: str | Path | None = None,
    ) -> Swept:
        """Train and score every run.

        Parameters
        ----------
        report
            A function to call after each run with the model's name, the
            learning rate, the seed and the score on the test set.
        processes
            Runs made side by side, each in a process of its own, if there
            are as many cores; the scores do not depend on it. An interrupt
            then waits for the runs under way. As always with processes, the
            calling script needs an ``if __name__ == "__main__":``.
        partial
            A file to keep the outcome of each run in, and to take up those
            of an earlier call from. It stays when all runs are made. Only
            one call may use it at a time.

        Returns
        -------
        swept
            The scores. A run that diverges has those of its last weights
            with a finite loss, and is marked.

        Raises
        ------
        OSError
            If ``partial`` cannot be read or written.
        ValueError
            If a model cannot be trained on the task, or ``partial`` is
            damaged or of another sweep.
        KeyboardInterrupt
            If it is interrupted; finished runs are in ``partial``.
        """
        arguments.check_positive(processes=processes)
        runs = Runs(self, partial)
        runs.make(processes, report)
        shape = len(self.learning_rates), len(self.seeds)
        found = {
            name: [
                np.array(column).reshape(shape)
                for column in zip(
                    *(
                        runs.outcomes[run]
                        for run in self.runs
                        if run[0] == name
                    ),
                    strict=True,
                )
            ]
            for name in self.models
        }
        validation, scores, diverged = (
            {name: columns[i] for name, columns in found.items()}
            for i in range(3)
        )
        return Swept(self, validation, scores, diverged)


@dataclass(frozen=True, eq=False)
class Swept(metaclass=CheckedArguments):
    """What a sweep gave.

    Parameters
    ----------
    sweep
        What was followed.
    validation
        By model, the score of each run (learning rates, seeds) on the
        sequences that the learning rate is chosen on.
    scores
        By model, the score of each run on the test set.
    diverged
        By model, whether each run diverged. Only then a score may be ``nan``.

    Raises
    ------
    ValueError
        If names or shapes are not the sweep's, or a score of a run that did
        not diverge is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> model = SequenceClassifier(Embedding(5, 8), RNN(8, 8), 4)
    >>> task = DelayedRecall(delay=2, symbols=4)
    >>> sweep = Sweep({"rnn": model}, task, 2, (1e-3, 1e-2), seeds=(0,))
    >>> swept = Swept(
    ...     sweep,
    ...     validation={"rnn": np.array([[0.4], [0.6]])},
    ...     scores={"rnn": np.array([[0.5], [0.5]])},
    ...     diverged={"rnn": np.array([[False], [False]])},
    ... )
    >>> swept.best_rate("rnn"), swept.best("rnn")
    (0.01, array([0.5]))
    """

    sweep: Sweep
    validation: dict[str, Array]
    scores: dict[str, Array]
    diverged: dict[str, Array]

    def __post_init__(self) -> None:
        sweep = self.sweep
        shape = len(sweep.learning_rates), len(sweep.seeds)
        for what in ("validation", "scores", "diverged"):
            found = getattr(self, what)
            if found.keys() != sweep.models.keys():
                raise ValueError(
                    f"{what}: expected {', '.join(sorted(sweep.models))}, "
                    f"got {', '.join(sorted(found)) or 'none'}"
                )
            for name, array in found.items():
                arguments.check_array_shape(
                    shape, **{f"{what}[{name!r}]": array}
                )
        for name, diverged in self.diverged.items():
            if diverged.dtype != bool:
                raise ValueError(
                    f"diverged[{name!r}]: expected True and False, "
                    f"got {diverged.dtype}"
                )
            for what in ("validation", "scores"):
                array = getattr(self, what)[name]
                arguments.check_floating(**{f"{what}[{name!r}]": array})
                arguments.check_finite_array(
                    **{f"{what}[{name!r}]": np.where(diverged, 0.0, array)}
                )

    @cached_property
    def _best(self) -> dict[str, int]:
        """The place of the best learning rate of each model."""
        task = self.sweep.task
        # A loss has its best below chance, or none that is known.
        sign = 1 if task.best > task.chance else -1
        best = {}
        for name, scores in self.validation.items():
            means = sign * scores.mean(axis=1)
            means[~np.isfinite(means)] = -np.inf
            best[name] = int(means.argmax())
        return best

    @checked
    def best_rate(self, name: str) -> float:
        """Give a model's best learning rate.

        Parameters
        ----------
        name
            The model's.

        Returns
        -------
        rate
            The one with the best mean validation score over the seeds, the
            first of equals.

        Raises
        ------
        ValueError
            If there is no such model.
        """
        arguments.check_one_of(self.sweep.models, name=name)
        return self.sweep.learning_rates[self._best[name]]

    @checked
    def best(self, name: str) -> Array:
        """Give the test scores at a model's best learning rate.

        Parameters
        ----------
        name
            The model's.

        Returns
        -------
        scores
            One for each seed (seeds,).

        Raises
        ------
        ValueError
            If there is no such model.
        """
        arguments.check_one_of(self.sweep.models, name=name)
        scores: Array = self.scores[name][self._best[name]]
        return scores
