"""What every twin shares: its NumPy layer's configuration and weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import rnn

from seqcourse import numpy as reference
from seqcourse.numpy import parameters
from seqcourse.numpy.described import Described
from seqcourse.numpy.layer import Params
from seqcourse.numpy.positions import Position

State: TypeAlias = tuple[Tensor, ...]


class Layer(nn.Module):
    """A module with the arguments, weights and answers of its NumPy twin.

    ``y, state = layer(x, state=None, lengths=None)``; autograd does the way
    back. First weights are drawn by the NumPy layer's own ``init``, seeded
    from torch's generator.

    Parameters
    ----------
    config
        The NumPy layer.
    device
        Where the weights lie.
    dtype
        Floating type of the weights; None takes torch's default.

    Examples
    --------
    >>> from seqcourse.torch import RNN
    >>> layer = RNN(input_size=3, hidden_size=4)
    >>> sorted(layer.state_dict())
    ['bias_hh', 'bias_ih', 'weight_hh', 'weight_ih']
    """

    _types: ClassVar[dict[str, type[Layer]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        found = Layer._types.setdefault(cls.__name__, cls)
        if not found.__module__.startswith("seqcourse."):
            Layer._types[cls.__name__] = cls  # the reader's own, once more

    def __init__(
        self,
        config: reference.Layer,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.config = config
        seed = int(torch.randint(2**63 - 1, ()))
        weights = config.init(np.random.default_rng(seed), np.float64)
        kind = dtype or torch.get_default_dtype()
        for name, weight in weights.items():
            tensor = torch.from_numpy(weight).to(device, kind)
            part, _, own = name.rpartition(".")
            if part and not hasattr(self, part):
                self.add_module(part, nn.Module())
            owner = getattr(self, part) if part else self
            owner.register_parameter(own, nn.Parameter(tensor))

    def to_config(self) -> dict[str, Any]:
        """Describe the layer in JSON's own types, as its NumPy twin does.

        Returns
        -------
        config
            The constructor's arguments and, at every level, a ``"type"``.
        """
        return self.config.to_config()

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a module from its description.

        Parameters
        ----------
        config
            What `to_config` gave, here or in NumPy.

        Returns
        -------
        layer
            A module with new weights.

        Raises
        ------
        ValueError
            If the type is unknown, or not the class this was called on.
        """
        kind = config.get("type")
        found = Layer._types.get(str(kind))
        if found is None or not issubclass(found, cls):
            raise ValueError(
                f'config: expected the "type" of a {cls.__name__}, '
                f"got {kind!r}"
            )
        arguments = {
            name: _made(value)
            for name, value in config.items()
            if name != "type"
        }
        make: Callable[..., Self] = found
        return make(**arguments)

    def load_params(self, params: Params) -> Self:
        """Take over the NumPy layer's weights, and their floating type.

        Parameters
        ----------
        params
            The weights, as NumPy arrays.

        Returns
        -------
        layer
            The same module.

        Raises
        ------
        ValueError
            If a name or a shape is not the layer's.
        """
        parameters.shapes_fit(params, self.config.parameter_shapes())
        for name, weight in self.named_parameters():
            weight.data = torch.tensor(params[name], device=weight.device)
        return self

    def to_params(self) -> Params:
        """Give the weights as NumPy arrays.

        Returns
        -------
        params
            Copies, under the same names.
        """
        return {
            name: weight.detach().cpu().numpy().copy()
            for name, weight in self.state_dict().items()
        }

    def initial_state(self, batch_size: int) -> State:
        """Give the memory of having read nothing.

        Parameters
        ----------
        batch_size
            Sequences B.

        Returns
        -------
        state
            Zeros, on the weights' device and of their type.
        """
        weight = next(self.parameters(), torch.empty(0))
        zeros = self.config.initial_state(batch_size, np.float64)
        return tuple(
            torch.zeros(
                part.shape,
                device=weight.device,
                dtype=weight.dtype if part.dtype.kind == "f" else torch.int64,
            )
            for part in zeros
        )

    def __call__(
        self,
        x: Tensor | rnn.PackedSequence,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> Any:
        if not isinstance(x, rnn.PackedSequence):
            return super().__call__(x, state, lengths)
        if lengths is not None:
            raise ValueError("lengths: a packed batch has its own")
        padded, real = rnn.pad_packed_sequence(x, batch_first=True)
        y, state = super().__call__(padded, state, real.to(padded.device))
        if y.ndim == 3:  # an answer at every step goes back as x came
            y = rnn.pack_padded_sequence(
                y, real, batch_first=True, enforce_sorted=False
            )
        return y, state

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        """Read a batch of sequences.

        Parameters
        ----------
        x
            Input (B, T, D), or tokens (B, T); or either packed, and then y
            is packed, too.
        state
            What an earlier call handed on; None begins from nothing.
        lengths
            Real steps of each sequence (B,), 1 to T; None means all T.

        Returns
        -------
        y
            Output (B, T, output_size), zeros beyond each length.
        state
            The memory after each sequence's last real step.

        Raises
        ------
        ValueError
            If an argument has the wrong shape, type or values; the message
            names the argument and the axis.
        """
        raise NotImplementedError

    def step(
        self, x_t: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        """Read one step.

        Parameters
        ----------
        x_t
            Input of one step (B, D).
        state
            The memory so far; None for a beginning.

        Returns
        -------
        y_t
            Output of the step (B, output_size).
        state
            The memory after it.

        Raises
        ------
        ValueError
            If an argument has the wrong shape or type.
        NotImplementedError
            If the layer sees the future.
        """
        y, state = self(x_t[:, None], state)
        return y[:, 0], state

    def state_bytes(self, T: int) -> int:
        """Tell how large the memory of one sequence is after T steps.

        Parameters
        ----------
        T
            Steps read.

        Returns
        -------
        size
            Bytes, for float32 weights.
        """
        return self.config.state_bytes(T)


def _made(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_made(part) for part in value)
    if not isinstance(value, dict):
        return value
    ours = Described._types.get(str(value.get("type")), Layer)
    known: Any = Position if issubclass(ours, Position) else Layer
    return known.from_config(value)
