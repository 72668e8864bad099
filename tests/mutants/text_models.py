"""Bugs of counting, and of what a token costs."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "shorter n-grams counted as often as they occur",
        "text_models.kneser_ney",
        "if continuation and above is not None:",
        "if not continuation and above is not None:",
        "text_models/kneser_ney: "
        "a_byte_that_always_follows_another_is_no_guess_elsewhere",
    ),
    Mutant(
        "what the discount takes is lost",
        "text_models.kneser_ney",
        "+ taken * p) / (",
        "+ 0 * taken * p) / (",
        "text_models/kneser_ney: all_bytes_together_have_probability_one",
        {"order": 3},
    ),
    Mutant(
        "bits taken for nats",
        "numpy.models.token_nats",
        "log_sum = np.log(",
        "log_sum = np.log2(",
        "numpy/models/token_nats: it_is_minus_the_logarithm_of_the_softmax",
    ),
]
