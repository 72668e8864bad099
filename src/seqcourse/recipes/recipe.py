"""A recipe says all that a run depends on; following it gives the runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from seqcourse.numpy import evaluate
from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import CheckedArguments, checked
from seqcourse.numpy.contract.layer import Array, Layer, Params
from seqcourse.numpy.storage.stored_layer import check_weights
from seqcourse.recipes.experiment import Experiment, train

#: Half the bytes, and no score that a page shows moves by it.
KEPT_AS = np.float16


@dataclass(frozen=True)
class Recipe(Experiment):
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
        Learning rate of the optimizer.
    batch_size
        Sequences in a batch.
    max_grad_norm
        The longest gradient that is followed as it is.
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
    >>> from seqcourse.numpy import RNN, Embedding, SequenceClassifier
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(delay=2, symbols=4)
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
    optimizer: str = "Adam"
    bptt_length: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        arguments.check_above_zero(learning_rate=self.learning_rate)

    def follow(self) -> Trained:
        """Train one run for each seed.

        Returns
        -------
        trained
            The runs, their weights as the file will hold them.

        Raises
        ------
        DivergenceError
            If a run diverges.
        KeyboardInterrupt
            If it is interrupted: half a run is none.
        """
        runs = [
            train(self, self.model, self.learning_rate, seed)
            for seed in self.seeds
        ]
        return Trained(
            self,
            [whole(kept(run.params)) for run in runs],
            kept({"loss": runs[0].history.loss})["loss"],
        )


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
    >>> from seqcourse.tasks import DelayedRecall
    >>> task = DelayedRecall(delay=2, symbols=4)
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
