"""What recipes and sweeps share: their description, and how a run is made."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from hashlib import sha256
from inspect import signature
from typing import Any, Self

from seqcourse import tasks
from seqcourse.numpy import SGD, Adam, fit
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import (
    CheckedArguments,
    checked,
    described,
)
from seqcourse.numpy.contract.configurable import Configurable, check_names
from seqcourse.numpy.contract.from_config import from_config
from seqcourse.numpy.contract.layer import Layer
from seqcourse.numpy.training.history import Run

#: By name: what an experiment's task may be.
TASKS: dict[str, Any] = {
    name: kind
    for name in tasks.__all__
    if is_dataclass(kind := getattr(tasks, name)) and hasattr(kind, "metric")
}
#: By name: how a run's gradients become changes.
OPTIMIZERS: dict[str, type[Adam] | type[SGD]] = {"Adam": Adam, "SGD": SGD}
#: A description has these only where they are not their defaults, so that it
#: stays as short, and a file as it was, where an experiment does not vary
#: them.
DEFAULTS: dict[str, Any] = {"optimizer": "Adam", "bptt_length": None}


class Experiment(metaclass=CheckedArguments):
    """A frozen dataclass that says all that some training runs depend on.

    Subclasses are `Recipe` and `Sweep`; they have at least the attributes
    below.

    Attributes
    ----------
    task
        What is trained on.
    steps
        Batches of each run.
    seeds
        Of the runs.
    batch_size
        Sequences in a batch.
    max_grad_norm
        The largest norm of a gradient that is followed as it is.
    optimizer
        ``"Adam"`` or ``"SGD"``.
    bptt_length
        Steps of a segment in truncated BPTT; None truncates nowhere.

    Raises
    ------
    ValueError
        If the task is none of `seqcourse.tasks`, a seed comes twice or there
        is none, the optimizer is unknown, or a number is out of its range.

    Examples
    --------
    >>> from seqcourse.recipes import Recipe, Sweep
    >>> issubclass(Recipe, Experiment), issubclass(Sweep, Experiment)
    (True, True)
    """

    task: Any
    steps: int
    seeds: tuple[int, ...]
    batch_size: int
    max_grad_norm: float
    optimizer: str
    bptt_length: int | None

    def __post_init__(self) -> None:
        if TASKS.get(type(self.task).__name__) is not type(self.task):
            raise ValueError(
                f"task: expected one of {', '.join(TASKS)}, "
                f"got {described(self.task)}"
            )
        arguments.check_positive(steps=self.steps, batch_size=self.batch_size)
        arguments.check_above_zero(max_grad_norm=self.max_grad_norm)
        arguments.check_one_of(OPTIMIZERS, optimizer=self.optimizer)
        if self.bptt_length is not None:
            arguments.check_positive(bptt_length=self.bptt_length)
        for i, seed in enumerate(self.seeds):
            arguments.check_at_least(0, **{f"seeds[{i}]": seed})
        check_each_once(seeds=self.seeds)

    def to_config(self) -> dict[str, Any]:
        """Describe the experiment in JSON's own types.

        Returns
        -------
        config
            Every argument; models and task with their ``"type"``. The
            optimizer and the length of a segment are left out where they
            are their defaults.
        """
        given = {name: getattr(self, name) for name in _names(self)}
        return {
            name: _plain(value)
            for name, value in given.items()
            if name not in DEFAULTS or value != DEFAULTS[name]
        }

    @classmethod
    @checked
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make an experiment from its description.

        Parameters
        ----------
        config
            What `to_config` gave.

        Returns
        -------
        experiment
            An equal one.

        Raises
        ------
        ValueError
            If a model's or the task's type is unknown, a name is missing
            or not this version's, or a value makes no sense.
        """
        names = _names(cls)
        missing = sorted({*names} - config.keys() - DEFAULTS.keys())
        if missing:
            raise ValueError(
                f"config: expected {', '.join(map(repr, missing))}, "
                f"got {', '.join(map(repr, config))}, which may be "
                "names from another version"
            )
        check_names(cls.__name__, config, names)
        made = {"model": from_config, "models": _models, "task": _task}
        return cls(
            **{
                name: _part(f"[{name!r}]", config[name], made[name])
                if name in made
                else config[name]
                for name in names
                if name in config
            }
        )

    @property
    def hash(self) -> str:
        """SHA-256 of the description, in hexadecimal."""
        return hash_of(self.to_config())


def hash_of(config: dict[str, Any]) -> str:
    """Give the hash of a description.

    Parameters
    ----------
    config
        What `Experiment.to_config` gave.

    Returns
    -------
    hash
        SHA-256 in hexadecimal, whatever the order of the names.

    Examples
    --------
    >>> hash_of({"a": 1, "b": 2}) == hash_of({"b": 2, "a": 1})
    True
    """
    return sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()


def train(
    experiment: Experiment,
    model: Layer,
    learning_rate: float,
    seed: int,
    progress: bool | None = None,
) -> Run:
    """Make one of an experiment's runs.

    Parameters
    ----------
    experiment
        Whose task, steps, batch size, clipping, optimizer and truncation
        are taken.
    model
        What is trained.
    learning_rate
        Of the optimizer.
    seed
        The run's.
    progress
        Whether to draw a bar; None draws one on a terminal alone.

    Returns
    -------
    run
        The trained weights and the history.

    Raises
    ------
    DivergenceError
        If the run diverges.
    KeyboardInterrupt
        If it is interrupted: half a run is none.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.recipes import Recipe
    >>> task = tasks.DelayedRecall(delay=2, symbols=4)
    >>> model = SequenceClassifier(Embedding(5, 8), RNN(8, 8), 4)
    >>> recipe = Recipe(model, task, steps=2)
    >>> train(recipe, model, 1e-3, seed=0).history.loss.shape
    (2,)
    """
    run = fit(
        model, experiment.task, experiment.steps, seed,
        batch_size=experiment.batch_size,
        optimizer=OPTIMIZERS[experiment.optimizer](learning_rate),
        max_grad_norm=experiment.max_grad_norm,
        bptt_length=experiment.bptt_length,
        progress=progress,
    )  # fmt: skip
    if len(run.history.loss) < experiment.steps:
        raise KeyboardInterrupt
    return run


def check_each_once(**arguments: tuple[Any, ...]) -> None:
    """Refuse several values that are none, or hold one twice.

    Parameters
    ----------
    **arguments
        Each argument by its name.

    Raises
    ------
    ValueError
        If one is empty, or a value in it comes again.

    Examples
    --------
    >>> check_each_once(seeds=(0, 1, 1))
    Traceback (most recent call last):
    ValueError: seeds: expected at least one, each once, got (0, 1, 1)
    """
    for name, values in arguments.items():
        if not values or len({*values}) < len(values):
            raise ValueError(
                f"{name}: expected at least one, each once, got {values}"
            )


def _names(experiment: Any) -> list[str]:
    """Give the names of the arguments."""
    return [field.name for field in fields(experiment)]


def _plain(value: Any) -> Any:
    """Give an argument in JSON's own types."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [*value]
    if isinstance(value, Configurable):  # a model, or a task's tokenizer
        return value.to_config()
    if type(value) in TASKS.values():
        parts = {name: _plain(getattr(value, name)) for name in _names(value)}
        return {"type": type(value).__name__, **parts}
    return value


def _part(place: str, config: Any, make: Callable[[Any], Any]) -> Any:
    """Make a model, or several, or a task from its description."""
    if not isinstance(config, dict):
        raise ValueError(
            f"config{place}: expected a dictionary, got {described(config)}"
        )
    return make(config)


def _models(configs: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _part(f"['models'][{name!r}]", config, from_config)
        for name, config in configs.items()
    }


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
        if isinstance(value, dict):
            given[name] = _part(f"['task'][{name!r}]", value, from_config)
        elif isinstance(value, list):
            given[name] = tuple(value)
    try:
        return TASKS[kind](**given)
    except (TypeError, AttributeError) as error:  # one missing, or nonsense
        raise ValueError(
            f"task: expected the arguments of {kind} ({error})"
        ) from None
