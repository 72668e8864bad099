"""Recorded scores of models that learned from one text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import (
    CheckedArguments,
    checked,
    described,
)
from seqcourse.numpy.contract.layer import Array

#: Part of the installed package, so that a page need not fetch it.
FOLDER = Path(__file__).parent / "measured"
#: The keys of each entry of `TextScores.runs`.
_OF_A_RUN = {"model", "rate", "seed", "validation", "test", "seconds"}


@checked
def held_out_last(text: str) -> str:
    """Move the middle tenth of a text to its end, where tasks hold out.

    This book ends with a glossary, which is not written like the rest.

    Parameters
    ----------
    text
        The whole of it.

    Returns
    -------
    text
        The same characters, the middle tenth last.

    Examples
    --------
    >>> held_out_last("0123456789abcdefghij")
    '012345678bcdefghij9a'
    """
    start, end = len(text) * 9 // 20, len(text) * 11 // 20
    return text[:start] + text[end:] + text[start:end]


@dataclass(frozen=True, eq=False)
class TextScores(metaclass=CheckedArguments):
    """What networks and n-grams score on a text that they have not seen.

    All scores are in nats per byte. Where there are several learning rates,
    each was tried with the first seed, and the other seeds ran at the rate
    that was best on the validation bytes. The weights were scored again and
    again during a run; those that are best on the validation bytes count.

    Parameters
    ----------
    sha256
        Of the whole text.
    bytes
        How many were there to learn from.
    window
        Bytes that a network reads at once. The first half is context.
    batch_size
        Windows in a batch.
    every
        Steps between two scorings.
    parameters
        How many each network has.
    counted
        By the way of counting: for n = 1, 2, … the n-gram model's score on
        the validation and on the test bytes.
    runs
        One dictionary for each run: its model, rate and seed, the scores on
        the validation and the test bytes, and the processor's seconds of
        training.

    Raises
    ------
    ValueError
        If a count is below 1, a score or a rate is no finite number, a
        network has no run, or two runs were not scored as often.

    Examples
    --------
    >>> scores = load_text_scores("book")
    >>> scores.best("GRU").shape
    (5,)
    """

    sha256: str
    bytes: int
    window: int
    batch_size: int
    every: int
    parameters: dict[str, int]
    counted: dict[str, list[list[float]]]
    runs: list[dict[str, Any]]

    def __post_init__(self) -> None:
        arguments.check_positive(
            bytes=self.bytes,
            window=self.window,
            batch_size=self.batch_size,
            every=self.every,
            **{f"parameters[{n!r}]": c for n, c in self.parameters.items()},
        )
        for way, scores in self.counted.items():
            _check_not_empty(f"counted[{way!r}]", scores)
            for i, pair in enumerate(scores):
                _check_numbers(f"counted[{way!r}][{i}]", pair, 2)
        _check_not_empty("runs", self.runs)
        for i, run in enumerate(self.runs):
            self._check_run(f"runs[{i}]", run)
        for model in self.parameters:
            _check_not_empty(f"runs of {model!r}", self._of(model))

    def _check_run(self, name: str, run: dict[str, Any]) -> None:
        if not isinstance(run, dict) or run.keys() != _OF_A_RUN:
            raise ValueError(
                f"{name}: expected {', '.join(sorted(_OF_A_RUN))}, "
                f"got {described(run)}"
            )
        arguments.check_one_of(
            self.parameters, **{f"{name}['model']": run["model"]}
        )
        for what in ("rate", "seed", "seconds"):
            arguments.check_finite(**{f"{name}[{what!r}]": run[what]})
        scorings = self.runs[0]["test"]
        _check_not_empty("runs[0]['test']", scorings)
        for what in ("validation", "test"):
            _check_numbers(f"{name}[{what!r}]", run[what], len(scorings))

    @property
    def steps(self) -> int:
        """Batches of each run."""
        return self.every * len(self.runs[0]["test"])

    @checked
    def best_rate(self, model: str) -> float:
        """Give the learning rate that is best on the validation bytes.

        Parameters
        ----------
        model
            A network's name.

        Returns
        -------
        rate
            The one with the lowest score of the first seed.

        Raises
        ------
        ValueError
            If there is no such network.
        """
        runs = self._of(model)
        first = [run for run in runs if run["seed"] == runs[0]["seed"]]
        best = min(first, key=lambda run: min(run["validation"]))
        return float(best["rate"])

    @checked
    def best(self, model: str, steps: int | None = None) -> Array:
        """Give the test scores at the best learning rate.

        Parameters
        ----------
        model
            A network's name.
        steps
            Scorings after so many steps are left out; None leaves out none.

        Returns
        -------
        scores
            One for each seed (seeds,), of the weights that are best on the
            validation bytes.

        Raises
        ------
        ValueError
            If there is no such network, or the steps are fewer than those
            before the first scoring.
        """
        made = (self.steps if steps is None else steps) // self.every
        if made < 1:
            raise ValueError(
                f"steps: expected at least {self.every}, got {steps}"
            )
        runs = self.at_best_rate(model)
        at = [int(np.argmin(run["validation"][:made])) for run in runs]
        return np.array(
            [run["test"][i] for run, i in zip(runs, at, strict=True)]
        )

    @checked
    def seconds_per_step(self, model: str) -> float:
        """Give the processor's mean time for a step of training.

        It was measured with other programs running. Compare the networks of
        one measurement, not the seconds.

        Parameters
        ----------
        model
            A network's name.

        Returns
        -------
        seconds
            The median over its runs.

        Raises
        ------
        ValueError
            If there is no such network.
        """
        seconds = [run["seconds"] for run in self._of(model)]
        return float(np.median(seconds)) / self.steps

    @checked
    def at_best_rate(self, model: str) -> list[dict[str, Any]]:
        """Give the runs at the best learning rate, one for each seed.

        Parameters
        ----------
        model
            A network's name.

        Returns
        -------
        runs
            As in `runs`.

        Raises
        ------
        ValueError
            If there is no such network.
        """
        rate = self.best_rate(model)
        return [run for run in self._of(model) if run["rate"] == rate]

    @checked
    def best_count(self, way: str = "Kneser–Ney") -> tuple[int, float]:
        """Give the n of the best n-gram model, and its test score.

        Parameters
        ----------
        way
            How it counts.

        Returns
        -------
        n, score
            Of the model that is best on the validation bytes.

        Raises
        ------
        ValueError
            If that way of counting was not measured.
        """
        arguments.check_one_of(self.counted, way=way)
        scores = np.array(self.counted[way])
        at = int(scores[:, 0].argmin())
        return at + 1, float(scores[at, 1])

    def _of(self, model: str) -> list[dict[str, Any]]:
        arguments.check_one_of(self.parameters, model=model)
        return [run for run in self.runs if run["model"] == model]


@checked
def load_text_scores(name: str) -> TextScores:
    """Read recorded scores.

    Parameters
    ----------
    name
        What was measured.

    Returns
    -------
    scores
        The scores of each run, and of counting.

    Raises
    ------
    ValueError
        If nothing was recorded under that name.

    Examples
    --------
    >>> load_text_scores("book").parameters["GRU"]
    36480
    """
    folder = resources.files("seqcourse.recipes") / "measured"
    there = sorted(
        file.name.removesuffix(".json")
        for file in folder.iterdir()
        if file.name.endswith(".json")
    )
    arguments.check_one_of(there, name=name)
    content = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return TextScores(**content)


def _check_not_empty(name: str, values: Any) -> None:
    if not isinstance(values, list) or not values:
        raise ValueError(
            f"{name}: expected a list of at least 1, got {described(values)}"
        )


def _check_numbers(name: str, values: Any, size: int) -> None:
    numbers = isinstance(values, list) and all(
        map(arguments.is_finite, values)
    )
    if not numbers or len(values) != size:
        raise ValueError(
            f"{name}: expected a list of {size} finite numbers, "
            f"got {described(values)}"
        )
