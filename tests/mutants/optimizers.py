"""Bugs of optimisers and schedules."""

from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "momentum forgotten",
        "numpy.optimizers.adam",
        'self.momentum * state["velocity"][name] + g',
        "self.momentum * 0 + g",
        "numpy/optimizers/adam: twenty_steps_are_the_paper_s",
        {"name": "SGD with momentum"},
    ),
    Mutant(
        "Adam forgets how many steps it took",
        "numpy.optimizers.adam",
        'n = state["n"] + 1',
        "n = 1",
        "numpy/optimizers/adam: twenty_steps_are_the_paper_s",
        {"name": "Adam"},
    ),
    Mutant(
        "each array clipped for itself",
        "numpy.optimizers.adam",
        "g * np.asarray(max_norm / norm, g.dtype)",
        "g * (max_norm / np.linalg.norm(g))",
        "numpy/optimizers/adam: "
        "a_long_gradient_is_shortened_and_keeps_its_direction",
    ),
    Mutant(
        "matrices that do not decay",
        "numpy.optimizers.adamw",
        "w * kept if w.ndim > 1 else w",
        "w",
        "numpy/optimizers/adamw: without_a_gradient_matrices_decay_alone",
    ),
    Mutant(
        "biases that decay",
        "numpy.optimizers.adamw",
        "w * kept if w.ndim > 1 else w",
        "w * kept",
        "numpy/optimizers/adamw: without_a_gradient_matrices_decay_alone",
    ),
    Mutant(
        "a schedule whose cosine begins before the climb has ended",
        "numpy.optimizers.schedules",
        "(n - self.warmup) / (self.steps - self.warmup)",
        "n / self.steps",
        "numpy/optimizers/schedules: a_schedule_climbs_and_goes_down",
    ),
    Mutant(
        "Adam's means not corrected",
        "numpy.optimizers.adam",
        "rate_at(self.learning_rate, n - 1) / (1 - b1**n)",
        "rate_at(self.learning_rate, n - 1)",
        "numpy/optimizers/adam: twenty_steps_are_the_paper_s",
        {"name": "Adam"},
    ),
]
