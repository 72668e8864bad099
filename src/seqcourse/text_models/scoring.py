"""The surprise of a model at each token of a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seqcourse.numpy.contract.layer import Array, Params

#: Tokens that a model with a state of fixed size reads in one call.
_CHUNK = 1024


@np.errstate(over="ignore", invalid="ignore")  # the scores tell
def surprises(
    model: Any, params: Params, tokens: Array, context: int | None
) -> Array:
    r"""Give :math:`-\ln p(x_t \mid x_{<t})` for each token.

    Parameters
    ----------
    model
        A layer, or a module that holds these weights.
    params
        The weights.
    tokens
        A text's tokens (T,), at least one.
    context
        The most tokens that are read at once; None for any number.

    Returns
    -------
    nats
        The surprise at each token (T,), float64. The first token counts as
        one of V equally likely ones.

    Raises
    ------
    DivergenceError
        If a score is not finite.

    Examples
    --------
    >>> from seqcourse.numpy import RNN, Embedding, LanguageModel
    >>> model = LanguageModel(Embedding(4, 3), RNN(3, 8))
    >>> params = model.init(np.random.default_rng(0))
    >>> surprises(model, params, np.array([1, 2, 0]), None).shape
    (3,)
    """
    parts, vocabulary = [], 0
    for scores, wanted in _predictions(model, params, tokens, context):
        vocabulary = scores.shape[-1]
        best = scores.max(-1)
        log_sum = np.log(np.exp(scores - best[:, None]).sum(-1)) + best
        parts.append(log_sum - scores[np.arange(len(wanted)), wanted])
    if not parts:  # one token: ask for the one after it, to know V
        vocabulary = _read(model, params, tokens, None)[0].shape[-1]
    return np.concatenate([[np.log(vocabulary)], *parts])


def _predictions(
    model: Any, params: Params, tokens: Array, context: int | None
) -> Iterator[tuple[Array, Array]]:
    """Give scores, and the tokens that did come, in order, each once."""
    last = len(tokens) - 1  # which nothing follows
    if context is None:
        state = None
        for at in range(0, last, _CHUNK):
            upto = min(at + _CHUNK, last)
            scores, state = _read(model, params, tokens[at:upto], state)
            yield scores, tokens[at + 1 : upto + 1]
        return
    done = 0
    while done < last:
        begin = max(0, done - context // 2)
        upto = min(begin + context, last)
        scores, _ = _read(model, params, tokens[begin:upto], None)
        yield scores[done - begin :], tokens[done + 1 : upto + 1]
        done = upto


def _read(
    model: Any, params: Params, tokens: Array, state: Any
) -> tuple[Array, Any]:
    if hasattr(model, "config"):  # a module
        import torch

        with torch.no_grad():
            at = next(model.parameters()).device
            given = torch.from_numpy(tokens[None]).to(at)
            scores, state = model.eval()(given, state)
            return scores[0].double().cpu().numpy(), state
    scores, state, _ = model.forward(params, tokens[None], state)
    return scores[0].astype(np.float64), state
