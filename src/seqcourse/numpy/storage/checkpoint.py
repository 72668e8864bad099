"""A run on disk, so that it can go on from where it was stopped."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.divergence import (
    check_not_diverged,
    is_finite_array,
)
from seqcourse.numpy.storage import safetensors
from seqcourse.numpy.storage.description import difference
from seqcourse.numpy.storage.nested_arrays import flat, nested

#: What the header says of a run.
_FACTS = {"done", "recipe", "generators", "forms", "sha256"}


@dataclass(frozen=True)
class Saved:
    """What a checkpoint holds of a run.

    Parameters
    ----------
    done
        Steps that are done.
    kept
        Arrays and numbers by name, in dictionaries in dictionaries.
    generators
        The states of the sources of randomness.

    Examples
    --------
    >>> Saved(3, {"loss": np.ones(3)}, []).done
    3
    """

    done: int
    kept: dict[str, Any]
    generators: list[dict[str, Any]]


@dataclass
class Checkpoint:
    """Where a run is saved, and which run it is.

    Parameters
    ----------
    path
        The file.
    recipe
        What must be the same for a run to be the same, in JSON's own types.
    extended
        Where the learning rate of the recipe took over from another one:
        after how many steps, and from which. `load` finds it out.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     checkpoint = Checkpoint(Path(folder, "run"), {"seed": 0})
    ...     kept = {"params": {"weight": np.ones(1)}}
    ...     checkpoint.save(Saved(10, kept, []))
    ...     checkpoint.load(20).kept
    {'params': {'weight': array([1.])}}
    """

    path: Path
    recipe: dict[str, Any]
    extended: list[Any] = field(default_factory=list)

    def save(self, run: Saved) -> None:
        """Save all that a run needs to go on.

        Parameters
        ----------
        run
            As it is now.

        Raises
        ------
        ValueError
            If it holds something that is neither an array nor a number.
        DivergenceError
            If a number is not finite; nothing is written then.
        OSError
            If the file cannot be written; the message names it.
        """
        arrays, forms = flat(run.kept)
        check_not_diverged(arrays)
        facts = {
            "done": run.done,
            "recipe": {**self.recipe, "extended": self.extended},
            "generators": run.generators,
            "forms": forms,
        }
        facts = json.loads(json.dumps(facts))
        facts["sha256"] = _digest(facts, arrays)
        metadata = {"training": json.dumps(facts)}
        safetensors.write(self.path, arrays, metadata, "checkpoint")

    def load(
        self,
        steps: int,
        extend: bool = False,
        check: Callable[[Saved], None] | None = None,
    ) -> Saved | None:
        """Give what was saved, once nothing about it is left to refuse.

        Parameters
        ----------
        steps
            Steps of the whole run.
        extend
            Whether the run may have had another learning rate until now.
        check
            Refuses what else does not belong to the run.

        Returns
        -------
        run
            What was saved; None where there is no file.

        Raises
        ------
        ValueError
            If the file is damaged, or of another or a longer run; the
            message names it.
        """
        if not self.path.exists():
            return None
        arrays, facts = self._read()
        self._check_recipe(facts, arrays, extend)
        try:
            kept = nested(arrays, facts["forms"])
            run = Saved(facts["done"], kept, facts["generators"])
            _check_numbers(run, arrays)
            if check is not None:
                check(run)
        except ValueError as error:
            raise ValueError(f"{self.path}: {error}") from None
        if run.done > steps:
            raise ValueError(
                f"steps: expected at least {run.done}, which {self.path} has "
                f"done, got {steps}"
            )
        return run

    def _read(self) -> tuple[dict[str, Any], dict[str, Any]]:
        arrays, metadata = safetensors.read(self.path)
        try:
            facts = json.loads(metadata["training"])
            if facts.keys() != _FACTS or not isinstance(
                facts["recipe"], dict
            ):
                raise KeyError
        except Exception:  # whatever JSON and its keys say of other text
            raise ValueError(
                f"{self.path}: holds no run; was it written by fit?"
            ) from None
        return arrays, facts

    def _check_recipe(
        self, facts: dict[str, Any], arrays: dict[str, Any], extend: bool
    ) -> None:
        names, known = facts["recipe"].keys(), {*self.recipe, "extended"}
        if names != known:
            strange = sorted(names ^ known)
            raise ValueError(
                f"{self.path}: expected a run described by "
                f"{', '.join(self.recipe)}, got one that differs in "
                f"{', '.join(strange)}, which may be a name from another "
                "version"
            )
        if facts.pop("sha256") != _digest(facts, arrays):
            raise ValueError(
                f"{self.path}: damaged; what it holds is not what was saved"
            )
        theirs = dict(facts["recipe"])
        extended = theirs.pop("extended")
        mine = json.loads(json.dumps(self.recipe))
        other = difference(mine, theirs)
        at_rate = _without_rate(mine) == _without_rate(theirs)
        if other and not (extend and at_rate):
            raise ValueError(
                f"{self.path}: holds another run; expected "
                f"{_shown(*other)}"
                + ("; extend=True goes on with another rate" * at_rate)
            )
        if extended and not extend:
            raise ValueError(
                f"{self.path}: holds another run; expected one learning rate "
                f"for all steps, got another one until step "
                f"{extended[-1][0]}; extend=True goes on from there"
            )
        if other:
            rate = theirs["optimizer"].get("learning_rate")
            extended = [*extended, [facts["done"], rate]]
        self.extended = extended


def _check_numbers(run: Saved, arrays: dict[str, Any]) -> None:
    arguments.check_at_least(0, done=run.done)
    for place, array in arrays.items():
        if not is_finite_array(array):
            raise ValueError(f"{place}: expected finite numbers")
    for state in run.generators:
        try:
            scratch: Any = getattr(np.random, state["bit_generator"])()
            scratch.state = state
            same = scratch.state == state
        except Exception:  # whatever NumPy says of what is no state
            same = False
        if not same:
            raise ValueError(
                "generators: expected states of NumPy's generators, "
                f"got {described(state)}"
            )


def _without_rate(recipe: dict[str, Any]) -> dict[str, Any]:
    optimizer = recipe.get("optimizer")
    if isinstance(optimizer, dict):
        recipe = {**recipe, "optimizer": {**optimizer, "learning_rate": None}}
    return recipe


def _shown(place: str, expected: Any, got: Any) -> str:
    """Write a difference; of hashes, their beginnings."""
    kind = place.endswith(".type")

    def brief(value: Any) -> str:
        if isinstance(value, dict):
            named = value.get("type") or value.get("function")
            return str(named or f"a dictionary of {len(value)}")
        if isinstance(value, str) and value.startswith("sha256:"):
            return re.sub(r"(?<=:.{8})\w+", "…", value)
        return str(value) if kind else described(value)

    return (
        f"{place.removesuffix('.type')} {brief(expected)}, got {brief(got)}"
    )


def _digest(facts: dict[str, Any], arrays: dict[str, Any]) -> str:
    digest = sha256(json.dumps(facts, sort_keys=True).encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
