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
        The configuration of each module; what is none stays as it is.

    Examples
    --------
    >>> from seqcourse.torch import Linear
    >>> configs_of(Linear(2, 3), 0.5)
    [Linear(in_features=2, out_features=3, bias=True), 0.5]
    """
    return [getattr(part, "config", part) for part in parts]


class Composite(Layer):
    """A module whose weights are its children's, under their names::

        children["child"].weight = the NumPy params["child.weight"]

    Parameters
    ----------
    config
        The NumPy composite; the children are set by whoever inherits.

    Examples
    --------
    >>> from seqcourse.torch import RNN, Embedding, SequenceTagger
    >>> model = SequenceTagger(Embedding(9, 4), RNN(4, 8), num_classes=3)
    >>> [name for name, _ in model.named_children()]
    ['embedding', 'core', 'readout']

    References
    ----------
    The names are those that ``torch.nn.Module`` gives its children.
    """

    config: Configuration

    def __init__(self, config: Configuration) -> None:
        nn.Module.__init__(self)
        self.config = config

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
