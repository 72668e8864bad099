"""What the methods of a layer give: is it of the form that it should be?

A missing ``return`` shows far from where it was forgotten, as an error about
None. So each method is called by itself, and its name is in the sentence.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.layer import Array, Params, State
from seqcourse.numpy.recurrent.recurrent_layer import RecurrentLayer


def first_weights(layer: Any, seed: int = 0) -> Params:
    """Draw a layer's weights, and say where they are none.

    Parameters
    ----------
    layer
        The layer.
    seed
        Fixes them.

    Returns
    -------
    params
        Its weights, as float64.

    Raises
    ------
    AssertionError
        If ``parameter_shapes`` or ``init`` gives something of another form.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> sorted(first_weights(Linear(2, 3)))
    ['bias', 'weight']
    """
    of_shapes = "a dictionary of shapes"
    _require(dict, "parameter_shapes", layer.parameter_shapes(), of_shapes)
    params: Params = layer.init(np.random.default_rng(seed), np.float64)
    _require(dict, "init", params, "a dictionary of arrays")
    return params


def check_forms(layer: Any, x: Array) -> tuple[Array, State]:
    """Call what ``forward`` needs, and say what gives something else.

    Parameters
    ----------
    layer
        The layer.
    x
        What it reads.

    Returns
    -------
    y
        The output.
    state
        The memory after it.

    Raises
    ------
    AssertionError
        If a method gives something of another form.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> class Lost(RNN):
    ...     def cell(self, params, a, state):
    ...         super().cell(params, a, state)
    >>> check_forms(Lost(2, 3), np.zeros((1, 4, 2)))
    Traceback (most recent call last):
    AssertionError: cell returns None, expected a tuple of 1 array, shaped as
    the state; is a return missing?
    """
    params = first_weights(layer)
    state = layer.initial_state(len(x), np.float64)
    _require(tuple, "initial_state", state, "a tuple of arrays")
    if isinstance(layer, RecurrentLayer):
        _check_cell(layer, params, state)
    y, last, _ = _parts(
        "forward", layer.forward(params, x, state), "y, state, cache"
    )
    _require(np.ndarray, "forward", y, "an array", " for y")
    _require(tuple, "forward", last, "a tuple of arrays", " for the state")
    return y, last


def check_forms_on_the_way_back(layer: Any, x: Array) -> None:
    """Call ``backward`` and ``step``, and say what gives something else.

    Parameters
    ----------
    layer
        The layer, whose ``forward`` works.
    x
        What it reads.

    Raises
    ------
    AssertionError
        If a method gives something of another form.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> class Lost(RNN):
    ...     def step(self, params, x_t, state=None):
    ...         return super().step(params, x_t, state)[0]
    >>> check_forms_on_the_way_back(Lost(2, 3), np.zeros((1, 4, 2)))
    Traceback (most recent call last):
    AssertionError: step returns an array of shape (1, 3),
    expected a tuple (y, state)
    """
    params = first_weights(layer)
    state = layer.initial_state(len(x), np.float64)
    if isinstance(layer, RecurrentLayer):
        _check_cell_backward(layer, params, state)
    y, _, cache = layer.forward(params, x, state)
    back = layer.backward(params, np.zeros_like(y), None, cache)
    _, dstate, grads = _parts("backward", back, "dx, dstate, grads")
    _require(tuple, "backward", dstate, "a tuple", " for dstate")
    _require(dict, "backward", grads, "a dictionary", " for grads")
    if layer.causal:
        _parts("step", layer.step(params, x[:, 0], state), "y, state")


def _check_cell(layer: RecurrentLayer, params: Params, state: State) -> None:
    if layer.num_gates > 1 and layer.num_saved < 1:
        raise AssertionError(
            f"num_saved is {layer.num_saved}, expected at least 1 where "
            f"num_gates is {layer.num_gates}; it is how many arrays of a the "
            "cell leaves for cell_backward"
        )
    prepared = layer.prepare(params, len(state[0]))
    _require(dict, "prepare", prepared, "a dictionary of arrays")
    a = _sums(layer, len(state[0]))
    _like_the_state("cell", layer.cell(prepared, a, state), state)


def _check_cell_backward(
    layer: RecurrentLayer, params: Params, state: State
) -> None:
    a = _sums(layer, len(state[0]))
    after = layer.cell(layer.prepare(params, len(a[0])), a, state)
    if not layer.num_saved:
        a[0] = after[0]
    da = np.zeros((layer.num_gates, *a.shape[1:]))
    back = layer.cell_backward(params, after, a, state, da)
    _like_the_state("cell_backward", back, state)
    states = tuple(map(np.stack, zip(state, after, strict=True)))
    at_all_steps = da.swapaxes(0, 1)[None], a[None], states, after[0][None]
    grads = layer.cell_gradients(params, *at_all_steps)
    _require(dict, "cell_gradients", grads, "a dictionary of gradients")


def _sums(layer: RecurrentLayer, B: int) -> Array:
    rows = max(layer.num_gates, layer.num_saved)
    return np.full((rows, B, layer.hidden_size), 0.5)


def _like_the_state(method: str, found: Any, state: State) -> None:
    """Refuse what is not one array for each of a state, of its shape."""
    arrays = "array" if len(state) == 1 else "arrays"
    expected = f"a tuple of {len(state)} {arrays}, shaped as the state"
    _require(tuple | list, method, found, expected)
    if len(found) != len(state):
        raise AssertionError(
            f"{method} returns a tuple of {len(found)}, expected {expected}"
        )
    for part, like in zip(found, state, strict=True):
        if np.shape(part) != like.shape:
            raise AssertionError(
                f"{method} returns {described(part)}, expected {expected}, "
                f"{like.shape}"
            )


def _parts(method: str, found: Any, names: str) -> Any:
    """Refuse what is not a tuple of so many."""
    _require(tuple, method, found, f"a tuple ({names})")
    count = len(names.split(", "))
    if len(found) != count:
        raise AssertionError(
            f"{method} returns a tuple of {len(found)}, "
            f"expected {count} ({names})"
        )
    return found


def _require(
    kind: Any, method: str, found: Any, expected: str, what: str = ""
) -> None:
    if not isinstance(found, kind):
        missing = "; is a return missing?" if found is None else ""
        raise AssertionError(
            f"{method} returns {described(found)}{what}, "
            f"expected {expected}{missing}"
        )
