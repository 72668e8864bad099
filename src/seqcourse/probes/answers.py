"""What the probes ask of any model: an answer at each step, in float64."""

from __future__ import annotations

import numpy as np

from seqcourse.numpy.contract import arguments, parameters
from seqcourse.numpy.contract.annotations import described
from seqcourse.numpy.contract.arguments import first_of
from seqcourse.numpy.contract.divergence import (
    DivergenceError,
    is_finite_array,
)
from seqcourse.numpy.contract.layer import Array, Layer, Params, State
from seqcourse.numpy.layers.embedding import Embedding
from seqcourse.numpy.models.sequence_classifier import (
    SequenceClassifier,
    SequenceTagger,
)


def at_every_step(model: Layer) -> Layer:
    """Give a model that answers at every step, on the same weights.

    Parameters
    ----------
    model
        Any model.

    Returns
    -------
    model
        For a classifier the tagger of the same parts, else the model itself.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> classifier = SequenceClassifier(None, RNN(3, 4), 2)
    >>> type(at_every_step(classifier)).__name__
    'SequenceTagger'
    """
    if isinstance(model, SequenceClassifier):
        return SequenceTagger(model.embedding, model.core, model.num_classes)
    return model


def check_weights(model: Layer, params: Params) -> None:
    """Refuse weights that are not a model's, or no finite real numbers.

    Parameters
    ----------
    model
        The model.
    params
        Its weights.

    Raises
    ------
    ValueError
        If a name or a shape is another, or a number is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import Linear
    >>> check_weights(Linear(1, 1), {"weight": np.ones((1, 1), int)})
    Traceback (most recent call last):
    ValueError: params: expected bias, weight, got weight
    """
    parameters.check_parameter_shapes(params, model.parameter_shapes())
    named = {f"params[{name!r}]": weight for name, weight in params.items()}
    arguments.check_floating(**named)
    arguments.check_finite_array(**named)


def check_input(
    model: Layer,
    params: Params,
    x: Array,
    state: State | None = None,
    lengths: Array | None = None,
) -> None:
    """Let a model read all at once what a probe reads step by step.

    So it is refused in the model's own words for a whole sequence.

    Parameters
    ----------
    model
        The model.
    params
        Its weights.
    x
        Input (B, T, ...).
    state
        The memory to begin from, or None.
    lengths
        Real steps (B,), or None.

    Raises
    ------
    ValueError
        If the model refuses it.

    Examples
    --------
    >>> from seqcourse.numpy import RNN
    >>> layer = RNN(3, 4)
    >>> params = layer.init(np.random.default_rng(0))
    >>> check_input(layer, params, np.zeros((2, 5, 4)))
    Traceback (most recent call last):
    ValueError: x: expected 3 features on axis 2 (D), got shape (2, 5, 4)
    """
    last_step(x, None)
    model.forward(params, x, state, lengths)


def check_causal(model: Layer) -> None:
    """Refuse a model that sees the future.

    Parameters
    ----------
    model
        The model.

    Raises
    ------
    ValueError
        If it does.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Bidirectional
    >>> check_causal(Bidirectional(RNN(1, 1), RNN(1, 1)))
    Traceback (most recent call last):
    ValueError: model: expected one that sees no future, got Bidirectional
    """
    if not model.causal:
        raise ValueError(
            "model: expected one that sees no future, "
            f"got {type(model).__name__}"
        )


def check_still_finite(**measured: Array) -> None:
    """Say where what was measured is not finite any more.

    Parameters
    ----------
    **measured
        Arrays by what they are.

    Raises
    ------
    DivergenceError
        If a number is infinite or NaN: the model amplifies until float64
        ends.

    Examples
    --------
    >>> check_still_finite(norm=np.array([1.0, np.inf]))
    Traceback (most recent call last):
    seqcourse.numpy.contract.divergence.DivergenceError: norm: became inf at
    [1]; the model's weights are too large to measure it
    """
    for name, array in measured.items():
        if not is_finite_array(array):
            found = first_of(array, ~np.isfinite(array))
            raise DivergenceError(
                f"{name}: became {found}; the model's weights are too large "
                "to measure it"
            )


def check_memory(state: State) -> State:
    """Say where a memory that a model has handed on is not finite any more.

    Parameters
    ----------
    state
        The memory after some steps.

    Returns
    -------
    state
        The same.

    Raises
    ------
    DivergenceError
        If a number is infinite or NaN.

    Examples
    --------
    >>> check_memory((np.zeros(2),))
    (array([0., 0.]),)
    """
    check_still_finite(
        **{
            f"memory[{k}]": part
            for k, part in enumerate(state)
            if part.dtype.kind == "f"
        }
    )
    return state


def in_float64(params: Params) -> Params:
    """Give the weights in double precision, so that rounding is no finding.

    Parameters
    ----------
    params
        Weights of any floating type.

    Returns
    -------
    params
        The same numbers as float64.

    Examples
    --------
    >>> in_float64({"w": np.ones(2, np.float32)})["w"].dtype
    dtype('float64')
    """
    return {name: w.astype(np.float64) for name, w in params.items()}


def last_step(x: Array, lengths: Array | None) -> Array:
    """Tell which step of each sequence is its last real one.

    Parameters
    ----------
    x
        Input (B, T, ...).
    lengths
        Real steps (B,), or None for all T.

    Returns
    -------
    last
        Numbers of steps (B,), from 0.

    Raises
    ------
    ValueError
        If x has no steps, or the lengths do not fit it.

    Examples
    --------
    >>> last_step(np.zeros((2, 5, 3)), np.array([5, 2]))
    array([4, 1])
    """
    if x.ndim < 2 or 0 in x.shape[:2]:
        raise ValueError(
            "x: expected tokens (B, T) or features (B, T, D) with at least "
            f"one sequence and one step, got shape {x.shape}"
        )
    B, T = x.shape[:2]
    if lengths is None:
        return np.full(B, T - 1)
    lengths = np.asarray(lengths)
    fits = lengths.shape == (B,) and lengths.dtype.kind in "iu"
    if not fits or lengths.min() < 1 or lengths.max() > T:
        raise ValueError(
            f"lengths: expected {B} whole numbers (axis 0 of x, B) from 1 to "
            f"{T} (axis 1, T), got {described(lengths.tolist())}"
        )
    return lengths - 1


def others(model: Layer, x: Array, rng: np.random.Generator) -> Array:
    """Draw another input like the one given, different at every step.

    Parameters
    ----------
    model
        What reads it; its embedding says which tokens there are.
    x
        Tokens (B, T), or features (B, T, D).
    rng
        Where the randomness comes from.

    Returns
    -------
    x
        Other tokens; or features plus noise of their own size.

    Raises
    ------
    ValueError
        If tokens are given to a model that knows fewer than two.

    Examples
    --------
    >>> tokens = np.array([[0, 1, 2]])
    >>> rng = np.random.default_rng(0)
    >>> bool((others(Embedding(3, 4), tokens, rng) != tokens).all())
    True
    """
    if x.dtype.kind == "f":
        scale = float(np.sqrt(np.square(x).mean())) or 1.0
        moved: Array = x + scale * rng.standard_normal(x.shape)
        return moved
    embedding = getattr(model, "embedding", model)
    if not isinstance(embedding, Embedding) or embedding.num_embeddings < 2:
        raise ValueError(
            "model: expected an Embedding of at least 2 tokens for integer "
            f"x, got {type(model).__name__}"
        )
    V = embedding.num_embeddings
    return (x + rng.integers(1, V, x.shape)) % V
