"""Initial biases of gates: how long a state lasts before training.

With torch.nn's default initialisation a gate keeps about half of the state
at each step, so that after ten steps a thousandth is left.
"""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.layer import Array


def check_gate_biases(
    bias: bool, chrono: int | None, forget_bias: float = 0.0
) -> None:
    """Refuse initial biases that a layer cannot have.

    Parameters
    ----------
    bias
        Whether the layer has biases.
    chrono
        The longest span to remember, in steps, or None.
    forget_bias
        What is to be added to the forget gate's bias.

    Raises
    ------
    ValueError
        If the span is not a whole number of at least 2, the addend is not
        finite, there are no biases, or both are asked for.

    Examples
    --------
    >>> check_gate_biases(False, 50)
    Traceback (most recent call last):
    ValueError: chrono: expected None where bias=False, got 50
    """
    arguments.check_finite(forget_bias=forget_bias)
    if chrono is not None:
        arguments.check_positive(chrono=chrono)
        if chrono == 1:
            raise ValueError("chrono: expected at least 2 steps, got 1")
        if not bias:
            raise ValueError(
                f"chrono: expected None where bias=False, got {chrono}"
            )
    if forget_bias and (chrono or not bias):
        where = "chrono is given" if chrono else "bias=False"
        raise ValueError(
            f"forget_bias: expected 0 where {where}, got {forget_bias}"
        )


def chrono_bias(rng: np.random.Generator, T: int, size: int) -> Array:
    """Draw biases for gates that keep: ``b = log U(1, T - 1)``.

    A gate that stays at f has a time constant of about ``1 / (1 - f)`` steps.
    With the bias b alone that is ``1 + exp(b)`` steps, so these gates
    remember for 2 to T steps, every span equally likely.

    Parameters
    ----------
    rng
        Where the randomness comes from.
    T
        The longest span to remember, in steps.
    size
        How many biases.

    Returns
    -------
    b
        Biases (size,).

    Examples
    --------
    >>> b = chrono_bias(np.random.default_rng(0), 100, 1000)
    >>> chunks = 1 + np.exp(b)
    >>> bool(chunks.min() >= 2), bool(chunks.max() <= 100)
    (True, True)

    References
    ----------
    Tallec and Ollivier (2018), Can recurrent neural networks warp time?,
    section 2. Some give the bound as T + 1, which is off by two steps.
    """
    b: Array = np.log(rng.uniform(1, T - 1, size))
    return b
