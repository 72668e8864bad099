"""Bugs of optimisers and schedules."""

from seqcourse.numpy import DivergenceError
from tests.mutants.mutant import Mutant

MUTANTS = [
    Mutant(
        "momentum forgotten",
        "numpy.optimizers.adam",
        "self.momentum * velocity[name] + g",
        "self.momentum * 0 + g",
        "numpy/optimizers/adam: twenty_steps_are_the_paper_s",
        {"name": "SGD with momentum"},
    ),
    Mutant(
        "Adam forgets how many steps it took",
        "numpy.optimizers.adam",
        "updates[name] = n = updates[name] + 1",
        "updates[name] = n = 1",
        "numpy/optimizers/adam: twenty_steps_are_the_paper_s",
        {"name": "Adam"},
    ),
    Mutant(
        "each array clipped for itself",
        "numpy.optimizers.adam",
        "name: _scaled(g, max_norm / norm) for",
        "name: _scaled(g, max_norm / global_norm({name: g})) for",
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
        "learning_rate / (1 - b1**n) * mean[name]",
        "learning_rate * mean[name]",
        "numpy/optimizers/adam: twenty_steps_are_the_paper_s",
        {"name": "Adam"},
    ),
    Mutant(
        "Adam's updates counted for all weights alike",
        "numpy.optimizers.adam",
        "updates[name] = n = updates[name] + 1",
        'updates[name] = n = state["n"] + 1',
        "numpy/optimizers/adam: a_weight_that_begins_late_takes_whole_steps",
    ),
    Mutant(
        "a weight without a gradient that shrinks",
        "numpy.optimizers.adam",
        "{n: a.copy() for n, a in arrays.items()",
        "{n: 0.9 * a for n, a in arrays.items()",
        "numpy/optimizers/adam: a_weight_without_a_gradient_stays_as_it_is",
        {"name": "Adam"},
    ),
    Mutant(
        "a norm that overflows",
        "numpy.optimizers.adam",
        "if 0 < norm < np.inf:\n        return norm",
        "if True:\n        return norm",
        "numpy/optimizers/adam: a_norm_neither_overflows_nor_vanishes",
        {"dtype": "float32", "size": "max"},
        DivergenceError,
    ),
]
