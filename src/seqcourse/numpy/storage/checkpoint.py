"""A run on disk, so that it can go on from where it was stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from seqcourse.numpy.storage import safetensors

#: Between the names of a nested dictionary; no weight's name has one.
INSIDE = "/"


@dataclass(frozen=True)
class Checkpoint:
    """Where a run is saved, how often, and which run it is.

    Parameters
    ----------
    path
        The file; None saves nothing.
    every
        Steps between two savings; the last step is saved in any case.
    recipe
        What must be the same for a run to be the same, in JSON's own types.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     checkpoint = Checkpoint(Path(folder, "run"), 10, {"seed": 0})
    ...     rng = np.random.default_rng(0)
    ...     checkpoint.save(10, {"params": {"weight": np.ones(1)}}, [rng])
    ...     checkpoint.load(20, [rng])
    (10, {'params': {'weight': array([1.])}})
    """

    path: Path | None
    every: int
    recipe: dict[str, Any]

    def is_due(self, done: int, steps: int) -> bool:
        """Tell whether to save now.

        Parameters
        ----------
        done
            Steps that are done.
        steps
            Steps of the whole run.

        Returns
        -------
        due
            False at all times where there is no path.
        """
        due = done % self.every == 0 or done == steps
        return self.path is not None and due

    def save(
        self,
        done: int,
        kept: dict[str, Any],
        generators: list[np.random.Generator],
    ) -> None:
        """Save all that the run needs to go on.

        Parameters
        ----------
        done
            Steps that are done.
        kept
            Arrays and numbers by name, in dictionaries in dictionaries.
        generators
            The sources of randomness, as they are now.
        """
        assert self.path is not None
        states = [rng.bit_generator.state for rng in generators]
        facts = {"done": done, "recipe": self.recipe, "generators": states}
        arrays = dict(_flat(kept))
        safetensors.write(self.path, arrays, {"training": json.dumps(facts)})

    def load(
        self, steps: int, generators: list[np.random.Generator]
    ) -> tuple[int, dict[str, Any]]:
        """Give what was saved, and put the sources of randomness back.

        Parameters
        ----------
        steps
            Steps of the whole run.
        generators
            The sources of randomness, which are set to what they were.

        Returns
        -------
        done
            Steps that are done; 0 where nothing was saved.
        kept
            What was saved; empty where nothing was.

        Raises
        ------
        ValueError
            If the file is damaged, or of another or a longer run.
        """
        if self.path is None or not self.path.exists():
            return 0, {}
        arrays, metadata = safetensors.read(self.path)
        try:
            facts = json.loads(metadata["training"])
            done, recipe = int(facts["done"]), dict(facts["recipe"])
            states = list(facts["generators"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{self.path}: holds no run; was it written by fit?"
            ) from error
        strange = recipe.keys() - self.recipe.keys()
        if strange:
            raise ValueError(
                f"{self.path}: expected a run described by "
                f"{', '.join(self.recipe)}, "
                f"got {', '.join(sorted(strange))}, "
                "which may be a name from another version"
            )
        for name, mine in json.loads(json.dumps(self.recipe)).items():
            if recipe.get(name) != mine:
                raise ValueError(
                    f"{self.path}: holds another run; expected {name} "
                    f"{mine!r}, got {recipe.get(name)!r}"
                )
        if done > steps:
            raise ValueError(
                f"steps: expected at least {done}, which {self.path} has "
                f"done, got {steps}"
            )
        for rng, state in zip(generators, states, strict=True):
            rng.bit_generator.state = state
        return done, _nested(arrays)


def _flat(kept: dict[str, Any], before: str = "") -> Any:
    for name, value in kept.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}{INSIDE}")
        elif value is not None:
            yield (
                f"{before}{name}",
                np.ascontiguousarray(value).reshape(np.shape(value)),
            )


def _nested(arrays: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in arrays.items():
        *folders, last = name.split(INSIDE)
        place = kept
        for folder in folders:
            place = place.setdefault(folder, {})
        place[last] = value if value.ndim else value.item()
    return kept
