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
]
