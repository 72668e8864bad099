"""How the features of a step are cut into heads, and put together again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from seqcourse.numpy.contract import arguments
from seqcourse.numpy.contract.buffers import Workspace
from seqcourse.numpy.contract.initialization import uniform
from seqcourse.numpy.contract.layer import Array, Params
from seqcourse.numpy.contract.validation import mask_padded_steps


@dataclass(frozen=True)
class HeadLayout:
    """Several small attentions side by side, each with features of its own.

    Parameters
    ----------
    embed_dim
        Features E of one step.
    num_heads
        Heads N of the queries, each of width K = E / N.
    num_kv_heads
        Heads N_kv of the keys and of the values; None for N.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1, or one does not divide
        the other.

    Examples
    --------
    >>> heads = HeadLayout(embed_dim=12, num_heads=6, num_kv_heads=2)
    >>> heads.width, heads.counts
    (2, (6, 2, 2))
    >>> HeadLayout(embed_dim=12, num_heads=5)
    Traceback (most recent call last):
    ValueError: num_heads: expected a divisor of embed_dim 12, got 5

    References
    ----------
    Names, shapes and first weights are those of
    ``torch.nn.MultiheadAttention``.
    """

    embed_dim: int
    num_heads: int
    num_kv_heads: int | None = None

    def __post_init__(self) -> None:
        E, N, shared = self.embed_dim, self.num_heads, self.num_kv_heads
        arguments.check_positive(embed_dim=E, num_heads=N)
        if E % N:
            raise ValueError(
                f"num_heads: expected a divisor of embed_dim {E}, got {N}"
            )
        if shared is not None:
            arguments.check_positive(num_kv_heads=shared)
            if N % shared:
                raise ValueError(
                    f"num_kv_heads: expected a divisor of num_heads {N}, "
                    f"got {shared}"
                )

    @property
    def width(self) -> int:
        """Features K of a head."""
        return self.embed_dim // self.num_heads

    @property
    def counts(self) -> tuple[int, int, int]:
        """Heads of the queries, of the keys and of the values."""
        shared = self.num_kv_heads or self.num_heads
        return self.num_heads, shared, shared

    def parameter_shapes(self, bias: bool) -> dict[str, tuple[int, ...]]:
        """Tell which weights lead into the heads and out of them.

        Parameters
        ----------
        bias
            Whether something is added.

        Returns
        -------
        shapes
            The rows of ``in_proj`` are the queries', the keys' and the
            values', one after the other.
        """
        E, rows = self.embed_dim, sum(self.counts) * self.width
        shapes: dict[str, tuple[int, ...]] = {
            "in_proj_weight": (rows, E),
            "in_proj_bias": (rows,),
            "out_proj.weight": (E, E),
            "out_proj.bias": (E,),
        }
        if not bias:
            del shapes["in_proj_bias"], shapes["out_proj.bias"]
        return shapes

    def init(
        self, rng: np.random.Generator, dtype: DTypeLike, bias: bool
    ) -> Params:
        """Draw first weights; what is added begins at zero.

        Parameters
        ----------
        rng
            Where the randomness comes from.
        dtype
            Floating type of the result.
        bias
            Whether something is added.

        Returns
        -------
        params
            The weights, by name.
        """
        shapes, E = self.parameter_shapes(bias), self.embed_dim
        params = {name: np.zeros(shapes[name], dtype) for name in shapes}
        rows, _ = shapes["in_proj_weight"]
        bound = np.sqrt(6 / (rows + E))  # Glorot and Bengio (2010)
        params["in_proj_weight"][...] = rng.uniform(-bound, bound, (rows, E))
        return params | uniform(rng, {"out_proj.weight": (E, E)}, E, dtype)

    def split_heads(self, rows: Array, B: int) -> Array:
        """Look at the features of each step as heads.

        Parameters
        ----------
        rows
            Steps of all sequences (B * T, features).
        B
            Sequences.

        Returns
        -------
        heads
            The same numbers (B, heads, T, K).
        """
        K = self.width
        cut = rows.reshape(B, len(rows) // B, -1, K)  # (B, T, N, K)
        return cut.swapaxes(1, 2)  # (B, N, T, K)

    def project_out(
        self,
        params: Params,
        context: Array,
        padding_mask: Array | None,
        B: int,
    ) -> Array:
        """Lead all heads out into one answer.

        Parameters
        ----------
        params
            The weights.
        context
            What each step took along in all heads (B * T, E).
        padding_mask
            True at [b, t] where sequence b has no step t; None for nowhere.
        B
            Sequences.

        Returns
        -------
        y
            Output (B, T, E), zeros where a sequence has ended.
        """
        E, W = self.embed_dim, params["out_proj.weight"]
        # Memory of its own, so that NumPy writes x + y over it.
        y = np.empty((B, len(context) // B, E), context.dtype)
        np.matmul(context, W.T, out=y.reshape(-1, E))  # (B T, E)
        if "out_proj.bias" in params:
            y += params["out_proj.bias"]
        if padding_mask is not None:
            y[padding_mask] = 0
        return y

    def project_out_backward(
        self,
        params: Params,
        dy: Array,
        context: Array,
        padding_mask: Array | None,
        workspace: Workspace,
    ) -> tuple[Array, Params]:
        """Carry a gradient back through `project_out`.

        Parameters
        ----------
        params
            The weights.
        dy
            Gradient for the answer (B, T, E).
        context
            What each step took along in all heads (B * T, E).
        padding_mask
            What `project_out` was told.
        workspace
            Where the gradient for the context is written.

        Returns
        -------
        dcontext
            Gradient for what each head took along (B, N, T, K).
        grads
            Gradient for the weights that lead out.
        """
        B, T, E = dy.shape
        dy = mask_padded_steps(dy, padding_mask).reshape(B * T, E)  # (B T, E)
        grads = {"out_proj.weight": dy.T @ context}
        if "out_proj.bias" in params:
            grads["out_proj.bias"] = dy.sum(0)
        dcontext = workspace.like("dcontext", context)
        np.matmul(dy, params["out_proj.weight"], out=dcontext)
        return self.split_heads(dcontext, B), grads


def merge_heads(*heads: Array, out: Array | None = None) -> Array:
    """Lay the heads of each step side by side.

    Parameters
    ----------
    *heads
        Any number of heads each (B, N, T, K).
    out
        Where to write; None for new memory.

    Returns
    -------
    rows
        Steps of all sequences (B * T, all heads * K).

    Examples
    --------
    >>> merge_heads(np.zeros((2, 3, 5, 4)), np.zeros((2, 1, 5, 4))).shape
    (10, 16)
    """
    B, _, T, K = heads[0].shape
    steps = [part.swapaxes(1, 2) for part in heads]  # each (B, T, N, K)
    into = None if out is None else out.reshape(B, T, -1, K)
    whole = np.concatenate(steps, 2, out=into)  # (B, T, all heads, K)
    return whole.reshape(B * T, -1)  # (B T, all heads K)


def check_heads(
    q: tuple[int, ...], k: tuple[int, ...], v: tuple[int, ...]
) -> None:
    """Refuse queries, keys and values that do not belong together.

    Parameters
    ----------
    q
        Shape (B, N, S, K) of the queries.
    k
        Shape (B, N_kv, T, K) of the keys.
    v
        Shape (B, N_kv, T, K) of the values.

    Raises
    ------
    ValueError
        If the axes are not four, or do not agree.

    Examples
    --------
    >>> check_heads((1, 2, 5, 4), (1, 2, 5, 3), (1, 2, 5, 4))
    Traceback (most recent call last):
    ValueError: k: expected 1 sequences of 4 features, got shape (1, 2, 5, 3)
    """
    for name, shape in {"q": q, "k": k, "v": v}.items():
        if len(shape) != 4 or 0 in shape:
            raise ValueError(
                f"{name}: expected 4 axes (B, heads, steps, K) of at least "
                f"1, got shape {shape}"
            )
    (B, N, _, K), (_, heads, T, _) = q, k
    if k != (B, heads, T, K):
        raise ValueError(
            f"k: expected {B} sequences of {K} features, got shape {k}"
        )
    if v[:3] != k[:3]:
        raise ValueError(
            f"v: expected {k[:3]} on axes 0 to 2, as the keys have, "
            f"got shape {v}"
        )
    if N % heads:
        raise ValueError(
            f"k: expected heads that divide {N} on axis 1, got {heads}"
        )
