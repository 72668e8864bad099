"""tied-embedding-gradient: one matrix, used twice, two gradients."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seqcourse.exercises.calling import Answer
from seqcourse.exercises.exercise import Arguments, Exercise, Mistake
from seqcourse.numpy.contract.layer import Array

PROMPT = """\
With tied embeddings one matrix `E`, (V, D), is used twice. As the embedding,
it gives token t the row `x[t] = E[tokens[t]]`. As the readout, it turns the
outputs `h` of the blocks, (T, D), into logits: `logits = h @ E.T`. To keep it
small, the blocks here are one linear layer, `h = x @ W.T`. Write
`embedding_gradient`: given `dlogits`, (T, V), the gradient of the loss with
respect to the logits, return the gradient with respect to `E`.

A token may occur several times. When it passes: which rows get a gradient
from the embedding, and which from the readout?
"""

STARTER = '''\
import numpy as np

def embedding_gradient(E, W, tokens, dlogits):
    """E is (V, D), W is (D, D), dlogits (T, V); return dE, (V, D)."""
    h = E[tokens] @ W.T
    return dlogits.T @ h
'''

SOLUTION = '''\
import numpy as np

def embedding_gradient(E, W, tokens, dlogits):
    """E is (V, D), W is (D, D), dlogits (T, V); return dE, (V, D)."""
    h = E[tokens] @ W.T
    dE = dlogits.T @ h
    dh = dlogits @ E
    dx = dh @ W
    np.add.at(dE, tokens, dx)
    return dE
'''
_ADD = "np.add.at(dE, tokens, dx)"


def _cases(rng: np.random.Generator) -> Iterator[Arguments]:
    """Draw sequences in which tokens repeat."""
    for _ in range(5):
        V, D = int(rng.integers(4, 7)), int(rng.integers(2, 5))
        tokens = rng.permutation(np.array([0, 0, 0, 1, 1, 2, V - 1]))
        E, W = rng.normal(size=(V, D)), rng.normal(size=(D, D))
        yield E, W, tokens, rng.normal(size=(len(tokens), V))


def _scores_alone_are_wrong(
    answer: Answer, E: Array, W: Array, tokens: Array, dlogits: Array
) -> bool:
    """Tell whether tokens that are not read get the wrong gradient."""
    first = np.zeros_like(tokens)
    got = answer(E, W, first, dlogits)
    right = dlogits.T @ (E[first] @ W.T)
    right[0] += (dlogits @ E @ W).sum(0)
    # A factor that is always the same has a sentence of its own.
    factor = np.allclose(got * right[1, 0], right * got[1, 0])
    return not factor and not np.allclose(got[1:], right[1:])


def _reading_alone_is_wrong(answer: Answer, *case: Array) -> bool:
    """Tell whether only tokens that are read get the wrong gradient."""
    return not _scores_alone_are_wrong(answer, *case)


EXERCISE = Exercise(
    id="tied-embedding-gradient",
    title="The gradient of tied embeddings",
    grade=3,
    minutes=15,
    function="embedding_gradient",
    prompt=PROMPT,
    starter=STARTER,
    solution=SOLUTION,
    hints=(
        ("The starter has the gradient from the readout. Where else is the "
         "matrix used?"),
        ("Go back one step at a time: from the logits to `h`, from `h` to "
         "`x`. Where the forward pass multiplies by `M.T`, the backward pass "
         "multiplies by `M`."),
        ("`dE[tokens] += dx` keeps only one gradient of a token that occurs "
         "several times. `np.add.at` adds them all."),
    ),
    mistakes=(
        Mistake(
            "the gradient from the embedding is missing",
            "E is also the embedding: its rows were the input, which "
            "affected every logit.",
            [(_ADD, "pass")],
        ),
        Mistake(
            "the gradient from the readout is missing",
            "E is also the readout. The row of every token is in the logits, "
            "even of tokens that were not read.",
            [("dE = dlogits.T @ h", "dE = np.zeros_like(E)")],
        ),
        Mistake(
            "repeated tokens count once",
            "In yours, a token that was read three times gets one gradient. "
            "`+=` with repeated indices keeps only one of them.",
            [(_ADD, "dE[tokens] += dx")],
        ),
        Mistake(
            "the embedding overwrites the readout",
            "Both gradients belong to the same matrix, so they have to be "
            "added.",
            [(_ADD, "dE[tokens] = dx")],
        ),
        Mistake(
            "the backward pass skips the blocks",
            "You use the gradient of h as that of x. Between the two is the "
            "linear layer.",
            [("dx = dh @ W", "dx = dh")],
        ),
        Mistake(
            "the backward pass transposes W",
            "You multiply by `W.T` in the backward pass. That was the "
            "forward pass.",
            [("dx = dh @ W", "dx = dh @ W.T")],
        ),
        Mistake(
            "the readout uses x instead of h",
            "The logits are a product of h and E: the gradient of a product "
            "contains the other factor, h.",
            [("dlogits.T @ h", "dlogits.T @ E[tokens]")],
        ),
        Mistake(
            "the forward pass does not transpose W",
            "You multiply by `W` where the prompt multiplies by its "
            "transpose, so your h is wrong.",
            [("E[tokens] @ W.T", "E[tokens] @ W")],
        ),
        Mistake(
            "h is taken for its gradient",
            "You pass h itself back. The backward pass needs the gradient "
            "of the loss with respect to h, which comes from the logits.",
            [("dx = dh @ W", "dx = h @ W")],
        ),
        Mistake(
            "the gradient from the readout is wrong",
            "Tokens that are not read get a gradient from the readout alone, "
            "and in yours it is wrong. Each row of E is multiplied by h at "
            "every step.",
            [("dE = dlogits.T @ h", "dE = -dlogits.T @ h")],
            shows=_scores_alone_are_wrong,
        ),
        Mistake(
            "the gradient from the embedding is wrong",
            "Tokens that are not read get the right gradient, the others do "
            "not. So the part from the embedding is wrong. Follow it from "
            "the logits to h, and from h to x.",
            [("dh = dlogits @ E", "dh = -dlogits @ E")],
            shows=_reading_alone_is_wrong,
        ),
    ),
    cases=_cases,
)  # fmt: skip
