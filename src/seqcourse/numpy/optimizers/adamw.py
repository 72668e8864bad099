"""AdamW: Adam, beside a pull of the weights towards zero."""

from __future__ import annotations

from dataclasses import dataclass

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.layer import Array
from seqcourse.numpy.optimizers.adam import Adam
from seqcourse.numpy.optimizers.schedules import Rate


@dataclass(frozen=True)
class AdamW(Adam):
    """Let each matrix shrink a little, then step as `Adam` does::

        w = w (1 - rate weight_decay)       where w has two axes or more
        w = w - rate (Adam's own step)

    The decay is not part of the gradient, so that Adam does not divide it by
    the gradient's size. Biases, and what norms multiply by, do not decay;
    nor does a weight without a gradient.

    Parameters
    ----------
    learning_rate
        How far a step goes, about, in the unit of the weights: a number, or a
        schedule.
    betas
        The decays b1 and b2 of Adam's means, each in [0, 1).
    eps
        Keeps the division from zero.
    weight_decay
        What a matrix loses in an update, in units of the rate.

    Raises
    ------
    ValueError
        If the rate is neither a positive number nor a function, eps not
        positive, a beta not in [0, 1), or the decay below 0.

    Examples
    --------
    >>> import numpy as np
    >>> adamw = AdamW(learning_rate=0.5, weight_decay=0.1)
    >>> params = {"weight": np.array([[1.0]]), "bias": np.array([1.0])}
    >>> grads = {name: np.zeros_like(w) for name, w in params.items()}
    >>> adamw.update(grads, adamw.init(params), params)[0]
    {'weight': array([[0.95]]), 'bias': array([1.])}

    References
    ----------
    Loshchilov and Hutter (2019), Decoupled weight decay regularization,
    algorithm 2, with the rate in the decay as in ``torch.optim.AdamW``.
    """

    learning_rate: Rate = 1e-3
    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        arguments.check_finite(weight_decay=self.weight_decay)
        if not self.weight_decay >= 0:
            raise ValueError(
                "weight_decay: expected a number of at least 0, "
                f"got {self.weight_decay!r}"
            )

    def _decayed(self, w: Array, learning_rate: float) -> Array:
        kept = 1 - learning_rate * self.weight_decay
        return w * kept if w.ndim > 1 else w
