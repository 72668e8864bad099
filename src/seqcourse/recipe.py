"""A recipe says all that a run depends on; following it gives the runs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np

from seqcourse import tasks
from seqcourse.numpy import Adam, evaluate, fit
from seqcourse.numpy.contract.from_config import from_config
from seqcourse.numpy.contract.layer import Array, Layer, Params

__all__ = ["Recipe", "Trained", "kept", "whole"]

#: Half the bytes, and no score that a page shows moves by it.
KEPT_AS = np.float16


@dataclass(frozen=True)
class Recipe:
    """All that a few runs depend on.

    Parameters
    ----------
    model
        What is trained.
    task
        On what.
    steps
        Batches of each run.
    seeds
        One run for each.
    learning_rate
        Learning rate of Adam.
    batch_size
        Sequences in a batch.
    max_grad_norm
        The longest gradient that is followed as it is.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> task = tasks.DelayedRecall(delay=2, symbols=4)
    >>> model = SequenceClassifier(Embedding(5, 8), RNN(8, 8), 4)
    >>> recipe = Recipe(model, task, steps=2, seeds=(0, 1))
    >>> Recipe.from_config(recipe.to_config()) == recipe
    True
    """

    model: Layer
    task: Any
    steps: int
    seeds: tuple[int, ...] = (0,)
    learning_rate: float = 3e-3
    batch_size: int = 32
    max_grad_norm: float = 1.0

    def to_config(self) -> dict[str, Any]:
        """Describe the recipe in JSON's own types.

        Returns
        -------
        config
            Every argument; model and task with their ``"type"``.
        """
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "seeds": list(self.seeds),
            "model": self.model.to_config(),
            "task": {"type": type(self.task).__name__, **asdict(self.task)},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Recipe:
        """Make a recipe from its description.

        Parameters
        ----------
        config
            What `to_config` gave.

        Returns
        -------
        recipe
            An equal recipe.

        Raises
        ------
        ValueError
            If the model's or the task's type is unknown.
        """
        task = dict(config["task"])
        kind = task.pop("type")
        if kind not in tasks.__all__:
            raise ValueError(f"task: expected one of the tasks, got {kind!r}")
        task = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in task.items()
        }
        return cls(
            **{name: config[name] for name in _PLAIN},
            seeds=tuple(config["seeds"]),
            model=from_config(config["model"]),
            task=getattr(tasks, kind)(**task),
        )

    @property
    def hash(self) -> str:
        """SHA-256 of the description, in hexadecimal."""
        text = json.dumps(self.to_config(), sort_keys=True)
        return sha256(text.encode()).hexdigest()

    def follow(self) -> Trained:
        """Train one run for each seed.

        Returns
        -------
        trained
            The runs, their weights as the file will hold them.
        """
        runs = [
            fit(
                self.model, self.task, self.steps, seed,
                batch_size=self.batch_size,
                optimizer=Adam(self.learning_rate), max_grad_norm=self.max_grad_norm,
            )
            for seed in self.seeds
        ]  # fmt: skip
        return Trained(
            self,
            [whole(kept(run.params)) for run in runs],
            runs[0].history.loss.astype(KEPT_AS),
        )


_PLAIN = ("steps", "learning_rate", "batch_size", "max_grad_norm")


@dataclass(frozen=True)
class Trained:
    """What a recipe gave.

    Parameters
    ----------
    recipe
        What was followed.
    params
        The weights of each run, in the order of the seeds.
    loss
        The loss at each step of the first run.
    scores
        The score of each run when it was made; empty before that.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> task = tasks.DelayedRecall(delay=2, symbols=4)
    >>> model = SequenceClassifier(Embedding(5, 8), RNN(8, 8), 4)
    >>> trained = Recipe(model, task, steps=2, seeds=(0, 1)).follow()
    >>> len(trained.params), trained.loss.shape, trained.model == model
    (2, (2,), True)
    """

    recipe: Recipe
    params: list[Params]
    loss: Array
    scores: list[float] = field(default_factory=list)

    @property
    def model(self) -> Layer:
        """What was trained."""
        return self.recipe.model

    @property
    def task(self) -> Any:
        """On what."""
        return self.recipe.task

    def measure(self, size: int = 512) -> list[float]:
        """Score every run on sequences that none has seen.

        Parameters
        ----------
        size
            Sequences.

        Returns
        -------
        scores
            The task's metric, one for each run.
        """
        return [
            evaluate(self.model, params, self.task, size=size)
            for params in self.params
        ]


def kept(params: Params) -> Params:
    """Round weights to what their file holds.

    Parameters
    ----------
    params
        The weights.

    Returns
    -------
    params
        The same, in float16.

    Examples
    --------
    >>> kept({"w": np.ones(2)})["w"].dtype.name
    'float16'
    """
    return {name: value.astype(KEPT_AS) for name, value in params.items()}


def whole(params: Params) -> Params:
    """Give weights the type that models compute with.

    Parameters
    ----------
    params
        What a file held.

    Returns
    -------
    params
        The same, in float32.

    Examples
    --------
    >>> whole({"w": np.ones(2, np.float16)})["w"].dtype.name
    'float32'
    """
    return {name: value.astype(np.float32) for name, value in params.items()}
