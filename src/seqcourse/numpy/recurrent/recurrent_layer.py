"""What recurrent layers share: the loop over time and all that surrounds it.

A cell is one step and the way back through it. The checks, the padding, the
product of all inputs with their weights, the buffers and the gradients that
need no loop are the same for every cell, and stand here.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments, shapes, validation
from seqcourse.numpy.contract.buffers import buffer
from seqcourse.numpy.contract.initialization import uniform
from seqcourse.numpy.contract.layer import (
    Array,
    Cache,
    Layer,
    Params,
    State,
    StateGradient,
)


class RecurrentLayer(Layer):
    """Run a cell over time::

        a[t]     = W_ih x[t] + b_ih + b_hh
        state[t] = cell(a[t], state[t-1])

    and, on the way back from the last step to the first::

        da[t], dstate[t-1] = cell_backward(dstate[t])
        dW_ih = sum of da[t] x[t]'        dW_hh = sum of da[t] h[t-1]'

    where dstate[t] includes dy[t], since the state's first array h[t] is also
    the output y[t]. A subclass is a frozen dataclass whose fields are the
    first three attributes below. It says how many gates it has, and defines
    `cell` and `cell_backward`; also `cell_gradients` where W_hh multiplies
    something else than h[t-1], or where the cell has further weights.

    Attributes
    ----------
    input_size
        Features D of one step.
    hidden_size
        Width H of the memory.
    bias
        Whether there are b_ih and b_hh.
    num_gates
        Sums of H numbers that the cell forms: the rows of the weights, over
        H.
    num_saved
        Arrays (B, H) that the cell leaves in `a` for the way back. With 0
        there is one gate, and its sum stands where h will: on the way back
        ``a[0]`` is h[t].
    saves_dh
        Whether `cell_gradients` is given the gradients for h; a layer whose
        output is a projection always has them.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.

    Examples
    --------
    >>> from seqcourse.numpy import LSTM, RNN
    >>> all(issubclass(kind, RecurrentLayer) for kind in (RNN, LSTM))
    True
    >>> RNN.num_gates, LSTM.num_gates
    (1, 4)

    References
    ----------
    Werbos (1990), Backpropagation through time: what it does and how to do
    it.
    """

    input_size: int
    hidden_size: int
    bias: bool

    num_gates: ClassVar[int] = 1
    num_saved: ClassVar[int] = 0
    saves_dh: ClassVar[bool] = False

    def __post_init__(self) -> None:
        arguments.check_positive(
            input_size=self.input_size, hidden_size=self.hidden_size
        )

    @property
    def output_size(self) -> int:
        """Width of h, which is also the output."""
        return self.hidden_size

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        D, G = self.input_size, self.num_gates * self.hidden_size
        weights = {"weight_ih": (G, D), "weight_hh": (G, self.output_size)}
        biases = {"bias_ih": (G,), "bias_hh": (G,)} if self.bias else {}
        return {**weights, **biases}

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Params:
        return uniform(rng, self.parameter_shapes(), self.hidden_size, dtype)

    def initial_state(self, batch_size: int, dtype: DTypeLike) -> State:
        return (np.zeros((batch_size, self.output_size), dtype),)

    @abstractmethod
    def cell(self, params: Params, a: Array, state: State) -> State:
        """Work out one step.

        Parameters
        ----------
        params
            The weights, as `prepare` gives them.
        a
            What the input adds to the sum of each gate (gates, B, H), and
            behind it room for all that is saved. The cell may write to it;
            the first `num_saved` arrays are there on the way back.
        state
            The memory before the step.

        Returns
        -------
        state
            The memory after it, h first.
        """

    @abstractmethod
    def cell_backward(
        self,
        params: Params,
        dstate: State,
        a: Array,
        state: State,
        da: Array,
    ) -> State:
        """Carry gradients back through one step.

        Parameters
        ----------
        params
            The weights.
        dstate
            Gradient for the memory after the step.
        a
            What `cell` left, to be read alone.
        state
            The memory before the step.
        da
            Where the gradient for the sum of each gate (gates, B, H) is to
            be written. In memory a sequence's gates lie side by side.

        Returns
        -------
        dstate
            Gradient for the memory before the step.
        """

    def cell_gradients(
        self, params: Params, da: Array, a: Array, states: State, dh: Array
    ) -> Params:
        """Give the gradients of what the cell alone uses, after the loop.

        Parameters
        ----------
        params
            The weights.
        da
            What `cell_backward` wrote at all steps (T, B, gates, H).
        a
            What `cell` left at all steps (T, gates or saved, B, H).
        states
            The memory before the first step and after each (T + 1, B, ...).
        dh
            Gradient for h after each step (T, B, output_size), zero in the
            padding; it has no steps where `saves_dh` does not ask for it.

        Returns
        -------
        grads
            Those of ``weight_hh`` and of the cell's further weights; of
            ``bias_hh``, too, where it is not that of ``bias_ih``.
        """
        return {"weight_hh": rows(da).T @ rows(states[0][:-1])}

    def prepare(self, params: Params, batch_size: int) -> Params:
        """Put the weights as the loop uses them, once for all steps.

        Parameters
        ----------
        params
            The weights.
        batch_size
            Sequences B.

        Returns
        -------
        params
            The weights; ``bias`` is what a[t] adds to ``weight_ih`` x[t].
        """
        del batch_size
        if not self.bias:
            return params
        return {**params, "bias": params["bias_ih"] + params["bias_hh"]}

    def check_step(
        self, params: Params, x_t: Array, state: State | None
    ) -> State:
        """Begin one step, from a state or from nothing.

        What the caller hands in has been checked before `step`; the input of
        a part within a model must still fit.

        Parameters
        ----------
        params
            The weights.
        x_t
            Input of one step (B, D).
        state
            The memory so far; None for a beginning.

        Returns
        -------
        state
            The memory to go on from.

        Raises
        ------
        ValueError
            If the input has the wrong shape.
        """
        shapes.check_step_shape(np.shape(x_t), self.input_size)
        if state is not None:
            return state
        return self.initial_state(len(x_t), params["weight_hh"].dtype)

    def forward(
        self,
        params: Params,
        x: Array,
        state: State | None = None,
        lengths: Array | None = None,
        rng: np.random.Generator | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, State, Cache]:
        x = validation.features(x, self.input_size, params["weight_ih"].dtype)
        B, T, D = x.shape
        G, H = self.num_gates, self.hidden_size
        padding_mask = validation.padding_mask(lengths, B, T)
        first = validation.state(state, self.initial_state(B, x.dtype))

        # Written again where a call before has left them: fresh memory costs
        # more than the arithmetic. states[...][t + 1] is the memory after
        # x[:, t].
        needed = [(T, B, D), *((T + 1, *part.shape) for part in first)]
        if self.num_saved:
            needed.append((T, max(G, self.num_saved), B, H))
        old = out[:-1] if out else (None,) * len(needed)
        buffers = [
            buffer(array, shape, x.dtype)
            for array, shape in zip(old, needed, strict=True)
        ]
        inputs, *states = buffers
        a = states.pop() if self.num_saved else states[0][1:, None]

        params = self.prepare(params, B)
        inputs[...] = x.swapaxes(0, 1)
        x, W_ih = rows(inputs), params["weight_ih"]
        sums = a.reshape(T * B, H) if a.shape[1] == 1 else None
        sums = np.matmul(x, W_ih.T, out=sums)
        if self.bias:
            sums += params["bias"]
        if a.shape[1] > 1:
            a[:, :G] = sums.reshape(T, B, G, H).swapaxes(1, 2)

        for part, begun in zip(states, first, strict=True):
            part[0] = begun
        before = first
        for t in range(T):
            after = self.cell(params, a[t], before)
            for i, part in enumerate(states):
                part[t + 1] = after[i]
            if padding_mask is not None:
                padded = padding_mask[:, t, None]
                for part in states:
                    np.copyto(part[t + 1], part[t], where=padded)
                after = tuple([part[t + 1] for part in states])
            before = after

        y = states[0][1:].swapaxes(0, 1).copy()
        if padding_mask is not None:
            y[padding_mask] = 0
        last = tuple(part[T].copy() for part in states)
        return y, last, (*buffers, padding_mask)

    def backward(
        self,
        params: Params,
        dy: Array,
        dstate: StateGradient | None,
        cache: Cache,
    ) -> tuple[Array, StateGradient, Params]:
        inputs, *states, padding_mask = cache
        a = states.pop() if self.num_saved else states[0][1:, None]
        T, _, B, H = a.shape

        d: State = tuple(
            np.zeros_like(part[T]) if end is None else end.astype(part.dtype)
            for end, part in zip(
                dstate or (None,) * len(states), states, strict=True
            )
        )
        saves_dh = self.saves_dh or self.output_size != H
        dh = np.empty((T * saves_dh, B, self.output_size), inputs.dtype)
        da = np.empty((T, B, self.num_gates, H), inputs.dtype)
        da_t = da.swapaxes(1, 2)
        before = list(zip(*states, strict=True))
        for t in reversed(range(T)):
            dh_t = dy[:, t] + d[0]
            if saves_dh:
                dh[t] = dh_t
            new = self.cell_backward(
                params, (dh_t, *d[1:]), a[t], before[t], da_t[t]
            )
            if padding_mask is not None:
                padded = padding_mask[:, t, None]
                new = tuple(  # where nothing was read, the gradient passes by
                    np.where(padded, old, part)
                    for old, part in zip(d, new, strict=True)
                )
            d = new
        if padding_mask is not None:
            da[padding_mask.T] = 0
            dh[padding_mask.T[: len(dh)]] = 0

        grads = self.cell_gradients(params, da, a, tuple(states), dh)
        da = rows(da)
        of_hh = grads.pop("weight_hh"), grads.pop("bias_hh", None)
        grads["weight_ih"], grads["weight_hh"] = da.T @ rows(inputs), of_hh[0]
        if self.bias:
            grads["bias_ih"] = b = da.sum(0)
            grads["bias_hh"] = b.copy() if of_hh[1] is None else of_hh[1]
        dx = (da @ params["weight_ih"]).reshape(T, B, -1).swapaxes(0, 1)
        return dx, d, grads


def rows(steps: Array) -> Array:
    """Put what there is of each step of each sequence in a row.

    Parameters
    ----------
    steps
        Any array (T, B, ...).

    Returns
    -------
    rows
        The same numbers (T * B, ...), as one axis behind the first.

    Examples
    --------
    >>> rows(np.zeros((5, 2, 4, 3))).shape
    (10, 12)
    """
    T, B = steps.shape[:2]
    return steps.reshape(T * B, -1)
