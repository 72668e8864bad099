"""A recipe says all that a run depends on; following it gives the runs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from hashlib import sha256
from inspect import signature
from typing import Any

import numpy as np

from seqcourse import tasks
from seqcourse.numpy import Adam, evaluate, fit
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import (
    CheckedArguments,
    checked,
    described,
)
from seqcourse.numpy.contract.configurable import check_names
from seqcourse.numpy.contract.from_config import from_config
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.storage.stored_layer import check_weights

#: Half the bytes, and no score that a page shows moves by it.
KEPT_AS = np.float16
#: By name: what a recipe's task may be.
TASKS: dict[str, Any] = {
    name: kind
    for name in tasks.__all__
    if is_dataclass(kind := getattr(tasks, name)) and hasattr(kind, "metric")
}


@dataclass(frozen=True)
class Recipe(metaclass=CheckedArguments):
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

    Raises
    ------
    ValueError
        If the task is none of `seqcourse.tasks`, a seed comes twice or there
        is none, or a number is out of its range.

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

    def __post_init__(self) -> None:
        if TASKS.get(type(self.task).__name__) is not type(self.task):
            raise ValueError(
                f"task: expected one of {', '.join(TASKS)}, "
                f"got {described(self.task)}"
            )
        arguments.check_positive(steps=self.steps, batch_size=self.batch_size)
        arguments.check_above_zero(
            learning_rate=self.learning_rate, max_grad_norm=self.max_grad_norm
        )
        for i, seed in enumerate(self.seeds):
            arguments.check_at_least(0, **{f"seeds[{i}]": seed})
        if not self.seeds or len({*self.seeds}) < len(self.seeds):
            raise ValueError(
                f"seeds: expected at least one, each once, got {self.seeds}"
            )

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
    @checked
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
            If the model's or the task's type is unknown, a name is missing
            or not this version's, or a value makes no sense.
        """
        names = [field.name for field in fields(cls)]
        missing = sorted({*names} - config.keys())
        if missing:
            raise ValueError(
                f"config: expected {', '.join(map(repr, missing))}, "
                f"got {', '.join(map(repr, config))}, which may be "
                "names from another version"
            )
        check_names("Recipe", config, names)
        given: dict[str, Any] = {name: config[name] for name in names}
        for name in ("model", "task"):
            if not isinstance(given[name], dict):
                raise ValueError(
                    f"config[{name!r}]: expected a dictionary, "
                    f"got {described(given[name])}"
                )
        given["model"] = from_config(given["model"])
        given["task"] = _task(given["task"])
        return cls(**given)

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
                optimizer=Adam(self.learning_rate),
                max_grad_norm=self.max_grad_norm,
            )
            for seed in self.seeds
        ]  # fmt: skip
        return Trained(
            self,
            [whole(kept(run.params)) for run in runs],
            kept({"loss": runs[0].history.loss})["loss"],
        )


def _task(config: dict[str, Any]) -> Any:
    """Make a task from its description."""
    given = dict(config)
    kind = given.pop("type", None)
    if not isinstance(kind, str) or kind not in TASKS:
        raise ValueError(
            f"task: expected one of {', '.join(TASKS)}, got {described(kind)}"
        )
    check_names(kind, given, signature(TASKS[kind]).parameters)
    for name, value in given.items():
        given[name] = tuple(value) if isinstance(value, list) else value
    try:
        return TASKS[kind](**given)
    except (TypeError, AttributeError) as error:  # one missing, or nonsense
        raise ValueError(
            f"task: expected the arguments of {kind} ({error})"
        ) from None


_PLAIN = ("steps", "learning_rate", "batch_size", "max_grad_norm")


@dataclass(frozen=True)
class Trained(metaclass=CheckedArguments):
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

    Raises
    ------
    ValueError
        If weights, losses or scores are not those of the recipe's runs, or
        not finite.

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

    def __post_init__(self) -> None:
        seeds, steps = self.recipe.seeds, self.recipe.steps
        counts = {"params": {len(seeds)}, "scores": {0, len(seeds)}}
        for name, allowed in counts.items():
            found = len(getattr(self, name))
            if found not in allowed:
                raise ValueError(
                    f"{name}: expected {len(seeds)}, one for each seed, "
                    f"got {found}"
                )
        for i, params in enumerate(self.params):
            try:
                check_weights(params, self.model)
            except ValueError as error:
                sentence = str(error).removeprefix("params")
                raise ValueError(f"params[{i}]{sentence}") from None
        arguments.check_array_shape((steps,), loss=self.loss)
        arguments.check_floating(loss=self.loss)
        arguments.check_finite_array(loss=self.loss)
        for i, score in enumerate(self.scores):
            arguments.check_finite(**{f"scores[{i}]": score})

    @property
    def model(self) -> Layer:
        """What was trained."""
        return self.recipe.model

    @property
    def task(self) -> Any:
        """On what."""
        return self.recipe.task

    @checked
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


@checked
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

    Raises
    ------
    ValueError
        If a number is too large for float16.

    Examples
    --------
    >>> kept({"w": np.ones(2)})["w"].dtype.name
    'float16'
    """
    rounded = {}
    for name, value in params.items():
        if value.size and np.abs(value).max() >= 65520:  # becomes infinite
            raise ValueError(
                f"params[{name!r}]: expected numbers below 65,520, the "
                f"largest of float16, got {np.abs(value).max():g}"
            )
        rounded[name] = value.astype(KEPT_AS)
    return rounded


@checked
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
