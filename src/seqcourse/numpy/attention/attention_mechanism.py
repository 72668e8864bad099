"""Cross-attention: queries attend to the positions of a memory.

A query is compared with every position of a memory. The scores become
weights that sum to 1, and the output is the weighted average of the memory.
`AdditiveAttention` and `DotAttention` differ only in how they score.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from seqcourse.numpy.contract import arguments, shapes, validation
from seqcourse.numpy.contract.calls import kept_cache
from seqcourse.numpy.contract.calls.function import edge
from seqcourse.numpy.contract.calls.gradients import check_output_gradient
from seqcourse.numpy.contract.layer import Array, Cache, Params
from seqcourse.numpy.contract.module import Module
from seqcourse.numpy.contract.parameters import check_params
from seqcourse.numpy.functional.unchecked import softmax, softmax_backward


def check_forward(
    layer: AttentionMechanism,
    params: Params,
    query: Array,
    memory: Array,
    lengths: Array | None,
    out: Any,
) -> dict[str, Any]:
    """Check what `AttentionMechanism.forward` is given.

    Parameters
    ----------
    layer
        The attention.
    params, query, memory, lengths, out
        As it takes them.

    Returns
    -------
    replaced
        Queries and memory in the weights' type.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or values.

    Examples
    --------
    >>> from seqcourse.numpy import DotAttention
    >>> query, memory = np.ones((2, 1, 3)), np.ones((2, 5, 3), int)
    >>> check_forward(DotAttention(3, 3), {}, query, memory, None, None)
    Traceback (most recent call last):
    ValueError: memory: expected floating-point numbers, got int64
    """
    dtype = check_params(params, layer)
    check_query_and_memory(query.shape, memory.shape, layer)
    arguments.check_floating(query=query, memory=memory)
    hidden = memory_padding_mask(lengths, *memory.shape[:2])
    if hidden.any():  # what is not seen must not be multiplied, either
        memory = validation.mask_padded_steps(memory, hidden)
    dtype = dtype or np.result_type(query.dtype, memory.dtype)
    given = {"query": query, "memory": memory}
    for name, part in given.items():
        given[name] = validation.in_type(name, part, dtype)
    if out is not None:
        out = kept_cache.usable_cache(layer, out)
    return {**given, "out": out}


def check_backward(
    layer: AttentionMechanism,
    params: Params,
    dcontext: Array,
    cache: Any,
    dweights: Array | None,
) -> dict[str, Any]:
    """Check what `AttentionMechanism.backward` is given.

    Parameters
    ----------
    layer
        The attention.
    params, dcontext, cache, dweights
        As it takes them.

    Returns
    -------
    replaced
        The gradients in the context's type.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or values.

    Examples
    --------
    >>> from seqcourse.numpy import DotAttention
    >>> check_backward(DotAttention(3, 3), {}, np.ones((2, 1, 3)), (), None)
    Traceback (most recent call last):
    ValueError: cache: expected the tuple that forward returned, got ()
    """
    check_params(params, layer)
    kept_cache.check_cache(layer, cache)
    with shapes.called(dy="dcontext"):
        dcontext = check_output_gradient(dcontext, cache)
    if dweights is not None:
        arguments.check_array_shape(cache[1].shape, dweights=dweights)
        arguments.check_floating(dweights=dweights)
        arguments.check_finite_array(dweights=dweights)
        dweights = dweights.astype(dcontext.dtype, copy=False)
    return {"dcontext": dcontext, "dweights": dweights}


class AttentionMechanism(Module):
    """Attend to a memory with queries::

        weights[t, s] = softmax over s of score(query[t], memory[s])
        context[t]    = sum over s of weights[t, s] memory[s]

    The memory is keys and values at once. This is no `Layer`: it has two
    inputs and carries no state. Its backward pass is two products for the
    sum and `softmax_backward`; that of the score is each subclass's own.

    Attributes
    ----------
    query_size
        Features of a query.
    key_size
        Features of a position of the memory.

    Examples
    --------
    >>> from seqcourse.numpy import DotAttention
    >>> memory = np.array([[[1.0, 0.0], [0.0, 1.0], [9.0, 9.0]]])
    >>> context, weights, _ = DotAttention(2, 2).forward(
    ...     {}, np.array([[[0.0, 0.0]]]), memory, lengths=np.array([2])
    ... )
    >>> weights
    array([[[0.5, 0.5, 0. ]]])
    >>> context
    array([[[0.5, 0.5]]])

    References
    ----------
    Bahdanau, Cho and Bengio (2015), Neural machine translation by jointly
    learning to align and translate.
    """

    query_size: int
    key_size: int

    @abstractmethod
    def compare(
        self,
        params: Params,
        query: Array,
        memory: Array,
        out: Any | None = None,
    ) -> tuple[Array, Any]:
        """Score every query against every position of the memory.

        Parameters
        ----------
        params
            The weights.
        query
            Queries (B, T, Dq).
        memory
            What they attend to (B, S, Dk).
        out
            What an earlier call kept; its buffers may be written again.

        Returns
        -------
        scores
            Before the softmax (B, T, S).
        kept
            What `compare_backward` needs.
        """

    @abstractmethod
    def compare_backward(
        self, params: Params, dscores: Array, kept: Any
    ) -> tuple[Array, Array, Params]:
        """Carry gradients back through `compare`.

        Parameters
        ----------
        params
            The weights that `compare` was given.
        dscores
            Gradient for the scores (B, T, S).
        kept
            What `compare` kept.

        Returns
        -------
        dquery
            Gradient for the queries.
        dmemory
            Gradient for the memory, so far as it came through the scores.
        grads
            Gradient for every weight, under the weight's name.
        """

    @edge("context", "weights", "", check=check_forward)
    def forward(
        self,
        params: Params,
        query: Array,
        memory: Array,
        lengths: Array | None = None,
        out: Cache | None = None,
    ) -> tuple[Array, Array, Cache]:
        """Attend to a memory with every query.

        Parameters
        ----------
        params
            The weights, as `init` names them.
        query
            Queries (B, T, Dq).
        memory
            What they attend to (B, S, Dk).
        lengths
            Real positions of each memory (B,), 0 to S; None means all S.
            What lies beyond gets no weight, whatever it holds; a memory
            without any position gives zeros.
        out
            The cache of an earlier call whose buffers may be written again.

        Returns
        -------
        context
            The weighted averages (B, T, Dk).
        weights
            Attention weights (B, T, S), exactly 0 beyond the lengths.
        cache
            What `backward` needs.

        Raises
        ------
        ValueError
            If an argument has the wrong shape, type or values; the message
            names the argument.
        """
        hidden = memory_padding_mask(lengths, *memory.shape[:2])
        scores, kept = self.compare(params, query, memory, out and out[2])
        weights = softmax(scores, hidden[:, None])
        context: Array = weights @ memory
        cache = memory, weights, kept
        return (
            context,
            weights.copy(),
            kept_cache.kept(self, context, (), cache),
        )

    @edge("dquery", "dmemory", "grads", check=check_backward)
    def backward(
        self,
        params: Params,
        dcontext: Array,
        cache: Cache,
        dweights: Array | None = None,
    ) -> tuple[Array, Array, Params]:
        """Carry gradients back through one call of `forward`.

        Parameters
        ----------
        params
            The weights that `forward` was given.
        dcontext
            Gradient of the loss for the context.
        cache
            What `forward` returned.
        dweights
            Gradient for the weights, if the loss depends on them, too.

        Returns
        -------
        dquery
            Gradient for the queries.
        dmemory
            Gradient for the memory, exactly 0 beyond the lengths.
        grads
            Gradient for every weight, under the weight's name.
        """
        memory, weights, kept = cache
        d = dcontext @ memory.swapaxes(1, 2)
        if dweights is not None:
            d += dweights
        dscores = softmax_backward(d, weights)
        dquery, dmemory, grads = self.compare_backward(params, dscores, kept)
        dmemory += weights.swapaxes(1, 2) @ dcontext
        return dquery, dmemory, grads


def check_query_and_memory(
    query: tuple[int, ...], memory: tuple[int, ...], attention: Any
) -> None:
    """Refuse shapes that do not belong together.

    Parameters
    ----------
    query
        Shape of the queries.
    memory
        Shape of the memory.
    attention
        What has a ``query_size`` and a ``key_size``.

    Raises
    ------
    ValueError
        If one is not (B, steps, features), or their batches differ.

    Examples
    --------
    >>> from seqcourse.numpy import DotAttention
    >>> check_query_and_memory((2, 1, 3), (2, 5, 4), DotAttention(3, 3))
    Traceback (most recent call last):
    ValueError: memory: expected shape (2, S, 3), got (2, 5, 4)
    """
    if len(query) != 3 or 0 in query or query[2] != attention.query_size:
        raise ValueError(
            f"query: expected shape (B, T, {attention.query_size}), "
            f"got {query}"
        )
    B, Dk = query[0], attention.key_size
    if len(memory) != 3 or (memory[0], memory[2]) != (B, Dk):
        raise ValueError(
            f"memory: expected shape ({B}, S, {Dk}), got {memory}"
        )


def memory_padding_mask(lengths: Array | None, B: int, S: int) -> Array:
    """Mark the positions that lie beyond the end of their memory.

    Parameters
    ----------
    lengths
        Real positions of each memory (B,), or None if all have S.
    B
        Memories.
    S
        Positions.

    Returns
    -------
    hidden
        True at [b, s] where memory b has no position s.

    Raises
    ------
    ValueError
        If lengths are not B whole numbers from 0 to S.

    Examples
    --------
    >>> memory_padding_mask(np.array([1, 0]), 2, 2)
    array([[False,  True],
           [ True,  True]])
    """
    lengths = np.full(B, S) if lengths is None else np.asarray(lengths)
    if lengths.shape != (B,) or lengths.dtype.kind not in "iu":
        raise ValueError(
            f"lengths: expected {B} integers, one for each memory, "
            f"got {lengths.dtype} of shape {lengths.shape}"
        )
    if lengths.min() < 0 or lengths.max() > S:
        raise ValueError(
            f"lengths: expected 0 to {S} (axis 1 of memory, S), "
            f"got {lengths.min()} to {lengths.max()}"
        )
    hidden: Array = np.arange(S) >= lengths[:, None]
    return hidden
