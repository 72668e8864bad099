"""What surrounds every step of a run, in both backends alike.

The steps themselves are a `Learner`'s, in ``fit``. Here they are counted,
saved, shown and watched: no step is half made, and no run goes on from
numbers that are no longer finite.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.divergence import (
    DivergenceError,
)
from seqcourse.numpy.contract.layer import Params
from seqcourse.numpy.storage.atomic_write import check_writable
from seqcourse.numpy.storage.checkpoint import Checkpoint, Saved
from seqcourse.numpy.storage.nested_arrays import check_like
from seqcourse.numpy.training.history import History, Run
from seqcourse.numpy.training.interrupts import Interrupts
from seqcourse.numpy.training.progress_bar import bar, cleared
from seqcourse.numpy.training.progress_reports import is_heard, report

Callback: TypeAlias = Callable[[Run], object]

#: Steps whose mean loss is reported.
_RECENT = 10


class Learner(Protocol):
    """What a backend does in one step, and what it has by then.

    ``generators`` are the sources of randomness that a checkpoint keeps.
    """

    generators: list[np.random.Generator]

    def begin(self, saved: Saved | None) -> None:
        """Take up what was saved, or begin.

        Parameters
        ----------
        saved
            What a checkpoint holds, already checked; None where none is.
        """
        ...

    def gradient(self, n: int) -> tuple[float, float]:
        """Draw a batch and compute its gradient; no weight moves.

        Parameters
        ----------
        n
            The number of the step, from 0.

        Returns
        -------
        loss
            Of the batch.
        norm
            The gradient's, before clipping.

        Raises
        ------
        DivergenceError
            If the loss or the gradient is not finite.
        """
        ...

    def update(self, n: int) -> None:
        """Move the weights against that gradient.

        Parameters
        ----------
        n
            The number of the step, from 0.

        Raises
        ------
        DivergenceError
            If a weight would not be finite.
        """
        ...

    def params(self) -> Params:
        """Give the weights of now."""
        ...

    def fall_back(self) -> Params:
        """Go back to the last weights whose loss was finite."""
        ...

    def memory(self) -> dict[str, Any]:
        """Give what the optimiser remembers."""
        ...

    def random(self) -> dict[str, Any]:
        """Give the states of other sources of randomness, as arrays."""
        ...

    def check_saved(self, saved: Saved) -> None:
        """Refuse what this learner could not go on from.

        Parameters
        ----------
        saved
            What a checkpoint holds; names and shapes of all but the
            optimiser's memory are right.

        Raises
        ------
        ValueError
            If the rest is not.
        """
        ...

    def apart(self) -> AbstractContextManager[None]:
        """Let a callback do as it likes; the run will not have noticed."""
        ...


def is_due(done: int, every: int, steps: int) -> bool:
    """Tell whether something that happens now and then happens now.

    Parameters
    ----------
    done
        Steps that are done.
    every
        Steps between two times.
    steps
        Steps of the whole run; it happens at the end in any case.

    Returns
    -------
    due
        Whether it does.

    Examples
    --------
    >>> [done for done in range(1, 12) if is_due(done, 4, 11)]
    [4, 8, 11]
    """
    return done % every == 0 or done == steps


@dataclass
class Loop:
    """A run from its first step, or the one where it stopped, to its last.

    Parameters
    ----------
    learner
        What makes the steps.
    steps
        Steps of the whole run.
    checkpoint
        Where the run is saved, or None.
    checkpoint_every
        Steps between two savings.
    extend
        Whether the run may have had another learning rate until now.
    callback
        What is called with the run so far, or None.
    callback_every
        Steps between two calls.

    Raises
    ------
    ValueError
        If a number of steps is below 1, there is no checkpoint to extend, or
        the checkpoint is damaged or of another run.
    OSError
        If the checkpoint's place cannot be written to.

    Examples
    --------
    `seqcourse.numpy.fit` makes one; see there.

    >>> Loop(None, steps=0)
    Traceback (most recent call last):
    ValueError: steps: expected a whole number of at least 1, got 0
    """

    learner: Learner
    steps: int
    checkpoint: Checkpoint | None = None
    checkpoint_every: int = 100
    extend: bool = False
    callback: Callback | None = None
    callback_every: int = 100

    saved: Saved | None = field(init=False, default=None)
    done: int = field(init=False, default=0)
    _losses: list[float] = field(init=False, default_factory=list)
    _norms: list[float] = field(init=False, default_factory=list)
    _calling: bool = field(init=False, default=False)
    _saved_at: int = field(init=False, default=0)
    _states: Any = field(init=False, default=None)

    def __post_init__(self) -> None:
        arguments.check_positive(
            steps=self.steps,
            checkpoint_every=self.checkpoint_every,
            callback_every=self.callback_every,
        )
        if self.checkpoint is None:
            if self.extend:
                raise ValueError(
                    "extend: expected a checkpoint to go on from, got none"
                )
            return
        self._states = self._snapshot()
        path = self.checkpoint.path
        if not os.path.isfile(path):  # noqa: PTH113 - never raises
            check_writable("checkpoint", path)
        self.saved = self.checkpoint.load(
            self.steps, self.extend, self._check
        )
        if self.saved is not None and self.saved.done < self.steps:
            check_writable("checkpoint", path)

    def run(self, progress: bool | None) -> Run:
        """Make the steps that are left.

        Parameters
        ----------
        progress
            Whether to draw a bar; None draws one on a terminal alone.

        Returns
        -------
        run
            The weights and the history; after an interrupt, those reached.

        Raises
        ------
        DivergenceError
            If a loss, a gradient or a weight is no longer finite.
        OSError
            If the run cannot be saved; its ``run`` is what was reached.
        """
        begun = n = self._begin()
        report(0, self.steps)
        with Interrupts() as interrupts:
            try:
                for n in bar(range(begun, self.steps), progress):
                    self._step(n, interrupts)
                    self._report()
                    if is_due(self.done, self.checkpoint_every, self.steps):
                        self._save()
                    if is_due(self.done, self.callback_every, self.steps):
                        self._call()
                if begun == self.steps:
                    self._call()
            except KeyboardInterrupt:
                with suppress(KeyboardInterrupt), interrupts.held():
                    self._save()
                if self._calling and not interrupts.pressed:
                    raise  # the callback's own
            except DivergenceError as error:
                if self._calling:
                    raise
                what, *more = str(error).split("; ")
                try_this = (
                    "a smaller learning rate or a smaller max_grad_norm"
                )
                said = [f"{what} at step {n}", *more, f"try {try_this}"]
                raise DivergenceError(
                    "; ".join(said),
                    Run(self.learner.fall_back(), self._history()),
                ) from None
            except Exception as error:
                if self._calling:
                    self._save()
                if isinstance(error, OSError):
                    vars(error)["run"] = self._reached()
                raise
        return self._reached()

    def _begin(self) -> int:
        self.learner.begin(self.saved)
        if self.saved is not None:
            self.done = self.saved.done
            self._losses += self.saved.kept["loss"].tolist()
            self._norms += self.saved.kept["grad_norm"].tolist()
        self._saved_at = self.done
        return self.done

    def _step(self, n: int, interrupts: Interrupts) -> None:
        loss, norm = self.learner.gradient(n)
        with interrupts.held():
            self.learner.update(n)
            self._losses.append(loss)
            self._norms.append(norm)
            if self.checkpoint is not None:
                self._states = self._snapshot()
            self.done = n + 1

    def _report(self) -> None:
        if not is_heard():
            return
        loss = sum(self._losses[-_RECENT:]) / len(self._losses[-_RECENT:])
        report(
            self.done,
            self.steps,
            f"Step {self.done:,} of {self.steps:,}, loss {loss:.3f}",
        )

    def _snapshot(self) -> tuple[list[Any], dict[str, Any]]:
        """Keep the randomness of a step's end; an interrupt comes later."""
        states = [rng.bit_generator.state for rng in self.learner.generators]
        return states, self.learner.random()

    def _save(self) -> None:
        if self.checkpoint is None or self.done == self._saved_at:
            return
        states, random = self._states
        history = self._history()
        kept = {
            "params": self.learner.params(),
            "optimizer": self.learner.memory(),
            "random": random,
            "loss": history.loss,
            "grad_norm": history.grad_norm,
        }
        try:
            self.checkpoint.save(Saved(self.done, kept, states))
        except OSError as error:
            vars(error)["run"] = self._reached()
            raise
        self._saved_at = self.done

    def _call(self) -> None:
        if self.callback is None:
            return
        run = self._reached().copy()
        with cleared(), self.learner.apart():
            self._calling = True
            self.callback(run)
            self._calling = False

    def _history(self) -> History:
        return History(np.array(self._losses), np.array(self._norms))

    def _reached(self) -> Run:
        return Run(self.learner.params(), self._history())

    def _check(self, saved: Saved) -> None:
        states, random = self._states
        steps = np.zeros(saved.done)
        expected = {
            "params": self.learner.params(),
            "random": random,
            "loss": steps,
            "grad_norm": steps,
        }
        names = {*expected, "optimizer"}
        if saved.kept.keys() != names:
            raise ValueError(
                f"expected {', '.join(sorted(names))}, "
                f"got {', '.join(sorted(saved.kept))}"
            )
        for name, part in expected.items():
            check_like(name, part, saved.kept[name])
        kinds = [state["bit_generator"] for state in states]
        found = [state["bit_generator"] for state in saved.generators]
        if kinds != found:
            raise ValueError(
                f"generators: expected {', '.join(kinds)}, "
                f"got {', '.join(found) or 'none'}"
            )
        self.learner.check_saved(saved)
