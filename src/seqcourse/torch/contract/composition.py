"""Layers made of parts: the modules of a whole, and its configuration."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from seqcourse.numpy.contract.composition import Composite as Configuration
from seqcourse.torch.contract.layer import Layer
from seqcourse.torch.contract.module import Module


def configs_of(*parts: Any) -> list[Any]:
    """Give a constructor's arguments as the NumPy twin's takes them.

    Parameters
    ----------
    *parts
        Modules, and whatever else the constructor takes.

    Returns
    -------
    configs
        The configuration of each module; anything else stays as it is.

    Examples
    --------
    >>> from seqcourse.torch import Linear
    >>> configs_of(Linear(2, 3), 0.5)
    [Linear(in_features=2, out_features=3, bias=True), 0.5]
    """
    return [getattr(part, "config", part) for part in parts]


class Composite(Layer):
    """`seqcourse.numpy.contract.composition.Composite` on autograd.

    The children are submodules.

    Parameters
    ----------
    config
        The NumPy composite; a subclass sets the child modules.
    """

    config: Configuration

    def __init__(self, config: Configuration) -> None:
        nn.Module.__init__(self)
        self._configure(config)

    def new_child(self, name: str, like: Tensor) -> Any:
        """Make a child that only the configuration knows of.

        Parameters
        ----------
        name
            Its name among the configuration's children.
        like
            A weight, for the device and the type of the new ones.

        Returns
        -------
        child
            A module with new weights.
        """
        given = self.config.children()[name].to_config()
        make: Any = Module._types[given.pop("type")]
        return make(**given, device=like.device, dtype=like.dtype)
