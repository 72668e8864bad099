"""Bugs of what every layer uses: first weights, chunks."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "a sequence that has ended read on in the next piece",
        "numpy.contract.chunks",
        "> start)):",
        ">= start)):",
        "numpy/contract/chunks: spans_cover_every_real_step_once",
    ),
    Mutant(
        "rotation drawn with the signs of its factor",
        "numpy.contract.initialization",
        "Q * np.sign(np.diag(R))",
        "Q",
        "numpy/contract/initialization: "
        "rotations_keep_lengths_and_are_drawn_fairly",
    ),
]
