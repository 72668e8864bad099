"""Bugs of whole models."""

from tests.mutants.mutant import ALONE, SLOPES, SPLIT, Mutant, of

MUTANTS = [
    Mutant(
        "a model begins anew at every call",
        "numpy.models.sequence_classifier",
        'child(params, "core"), x, state, lengths, rng, old[1]',
        'child(params, "core"), x, None, lengths, rng, old[1]',
        SPLIT,
        of("tagger of embedded numbers, RNN"),
    ),
    Mutant(
        "dstate not handed to the core",
        "numpy.models.sequence_classifier",
        'child(params, "core"), d, dstate, read',
        'child(params, "core"), d, None, read',
        SLOPES,
        of("tagger of embedded numbers, RNN"),
    ),
    Mutant(
        "the answer read after the padding",
        "numpy.models.sequence_classifier",
        "np.full(B, T) if lengths is None else np.asarray(lengths)",
        "np.full(B, T)",
        ALONE,
        of("classifier of tokens, RNN"),
    ),
    Mutant(
        "the read-out's gradient not added to the embedding's",
        "numpy.models.language_model",
        'grads["embedding.weight"] += grads.pop("readout.weight")',
        'grads.pop("readout.weight")',
        SLOPES,
        of("tied language model, transformer"),
    ),
    Mutant(
        "the reader from the back asked at the last step",
        "numpy.models.sequence_classifier",
        "y[at] = np.where(first, y[:, 0], y[at])",
        "pass",
        "contract/final_states: both_readers_are_asked_at_their_own_end",
        {"lengths": None},
    ),
    Mutant(
        "the gradient of the first step left at the last",
        "numpy.models.sequence_classifier",
        "moved[:, 0] += np.where(first, there, 0)",
        "moved[at] += np.where(first, there, 0)",
        "contract/final_states: every_weight_learns",
        {"core": "both", "lengths": None},
    ),
]
